/** How often Codegen is asked. */
import { expect, test } from "vitest";
import { CodegenError } from "./codegen-client.ts";
import { backoff } from "./codegen-pace.ts";

const error = (status: number | null, retryAfter: number | null = null) =>
  new CodegenError("retry", status, "x", retryAfter);

test("looks are quick at first, never rarer than every half minute", () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 1_000_000].map((looks) => backoff(looks))).toEqual([
    3, 5, 7, 10, 15, 23, 30, 30, 30,
  ]);
});

test("after a 429 it is a minute at least, longer when Codegen says so, and never days", () => {
  expect(backoff(0, error(429))).toBe(60);
  expect(backoff(9, error(429, 5))).toBe(60);
  expect(backoff(0, error(429, 90))).toBe(90);
  expect(backoff(0, error(429, 1_000_000))).toBe(3_600);
});

test("other errors keep the pace, unless they tell how long to wait", () => {
  expect(backoff(2, error(500))).toBe(7);
  expect(backoff(2, error(null))).toBe(7);
  expect(backoff(2, error(503, 20))).toBe(20);
});
