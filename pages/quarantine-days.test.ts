import { expect, test } from "vitest";
import { dayAfter, endOfDay } from "./quarantine-days.ts";

test("dayAfter() counts days of the calendar, over the ends of months and years", () => {
  const lastEvening = new Date(2026, 11, 31, 23, 30).getTime();
  expect([dayAfter(lastEvening, 0), dayAfter(lastEvening, 1)]).toEqual(["2026-12-31", "2027-01-01"]);
});

test("endOfDay() is the last moment of that very day on the clock of whoever chose it", () => {
  const end = new Date(endOfDay("2026-12-31"));
  expect([end.getDate(), end.getHours(), end.getMinutes()]).toEqual([31, 23, 59]);
  expect(new Date(end.getTime() + 1).getDate()).toBe(1);
});
