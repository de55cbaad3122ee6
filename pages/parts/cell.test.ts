import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { cell } from "./cell.ts";
import { debounce } from "./debounce.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("cell() tells changes, and only changes, until nobody listens", () => {
  const number = cell(1);
  let heard = 0;
  const stop = number.listen(() => heard++);
  number.set(1);
  number.set(2);
  number.update((now) => now + 1);
  stop();
  number.set(9);
  expect([heard, number.get()]).toEqual([2, 9]);
});

test("debounce() makes one call of many, but does not put it off for ever", () => {
  let calls = 0;
  const call = debounce(() => calls++, 100);
  call();
  call();
  vi.advanceTimersByTime(100);
  expect(calls).toBe(1);
  for (let at = 0; at < 1_000; at += 50) {
    call();
    vi.advanceTimersByTime(50);
  }
  expect(calls).toBeGreaterThanOrEqual(3);
});
