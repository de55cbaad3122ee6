import { describe, expect, test } from "vitest";
import { bytes, duration, relative } from "./time.ts";

describe("duration()", () => {
  test.each([
    [-5, "0 ms"],
    [420, "420 ms"],
    [1_999, "1.9 s"],
    [12_900, "12 s"],
    [59_999, "59 s"],
    [185_000, "3 min 05 s"],
    [7_800_000, "2 h 10 min"],
    [100_000_000, "1 d 3 h"],
  ])("%i ms reads %s", (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});

describe("relative()", () => {
  test.each([
    [0, "just now"],
    [-4_000, "just now"],
    [42_000, "42 s ago"],
    [-42_000, "in 42 s"],
    [300_000, "5 min ago"],
    [7_200_000, "2 h ago"],
    [90_000_000, "1 day ago"],
    [-200_000_000, "in 2 days"],
  ])("%i ms after it reads %s", (after, text) => {
    expect(relative(1_000_000_000, 1_000_000_000 + after)).toBe(text);
  });
});

test("bytes() keeps the number short", () => {
  expect([812, 4_100, 41_000_000, 2_500_000_000].map(bytes)).toEqual(["812 B", "4.1 kB", "41 MB", "2.5 GB"]);
});
