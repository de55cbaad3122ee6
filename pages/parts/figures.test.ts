import { expect, test } from "vitest";
import { many, money } from "./figures.ts";

test("money() does not make nothing of little", () => {
  expect([0, 0.002, 0.424, 12, 1234.5].map(money)).toEqual([
    "$0.00",
    "under $0.01",
    "$0.42",
    "$12.00",
    "$1234.50",
  ]);
});

test("many() keeps three digits", () => {
  expect([0, 812, 1_000, 12_449, 999_499, 999_500, 1_204_000].map(many)).toEqual([
    "0",
    "812",
    "1.00k",
    "12.4k",
    "999k",
    "1.00M",
    "1.20M",
  ]);
});
