import { describe, expect, test } from "vitest";
import { silenceOf, usualGap } from "./silence.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Deliveries at even distances. */
const every = (gap: number, count: number) => Array.from({ length: count }, (_, nth) => nth * gap);
/** Two weeks of deliveries every ten minutes from nine to five, Monday to Friday. */
const office = Array.from({ length: 14 }, (_, day) => day)
  .filter((day) => day % 7 < 5)
  .flatMap((day) => every(10 * MINUTE, 49).map((at) => day * DAY + 9 * HOUR + at));

describe("usualGap()", () => {
  test.each<[string, number[], number]>([
    ["even distances", every(10 * MINUTE, 20), 10 * MINUTE],
    [
      "bursts once a day",
      every(DAY, 14).flatMap((at) => every(1_000, 20).map((more) => at + more)),
      DAY - 19_000,
    ],
    ["office hours: the night", office, 16 * HOUR],
    ["one delivery", [5], 0],
    ["none", [], 0],
  ])("of %s", (_, heard, gap) => {
    expect(usualGap(heard)).toBe(gap);
  });
});

describe("silenceOf()", () => {
  const busy = every(10 * MINUTE, 20);
  const last = busy.at(-1) ?? 0;
  test.each<[string, number[], number, boolean]>([
    ["an hour of silence where one comes every ten minutes", busy, last + HOUR, true],
    ["a minute less", busy, last + 59 * MINUTE, false],
    ["four hours where one comes every hour", every(HOUR, 20), 19 * HOUR + 4 * HOUR, false],
    ["five hours there", every(HOUR, 20), 19 * HOUR + 5 * HOUR, true],
    ["a night after office hours", office, 11 * DAY + 17 * HOUR + 16 * HOUR, false],
    ["a weekend after office hours", office, 11 * DAY + 17 * HOUR + 64 * HOUR, false],
    ["four days after office hours", office, 11 * DAY + 17 * HOUR + 4 * DAY, true],
    ["no history", [], DAY, false],
    ["a history of nine", every(MINUTE, 9), 30 * DAY, false],
  ])("%s", (_, heard, now, silent) => {
    expect(silenceOf(heard, now) !== null).toBe(silent);
  });

  test("says since when, and for how long", () => {
    expect(silenceOf(busy, last + 2 * HOUR)).toEqual({ since: last, lasts_ms: 2 * HOUR });
  });
});
