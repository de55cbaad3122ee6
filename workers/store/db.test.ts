import { expect, test } from "vitest";
import { isBusy } from "./db.ts";

/** As the binding throws, and as drizzle passes on. */
const thrown = (words: string) => new Error("Failed query: insert into x", { cause: new Error(words) });

test.each([
  "D1_ERROR: D1 DB is overloaded. Too many requests queued.",
  "D1_ERROR: D1 DB is overloaded. Requests queued for too long.",
  "D1_ERROR: D1 DB storage operation exceeded timeout which caused object to be reset.",
  "D1_ERROR: D1 DB reset because its code was updated.",
  "D1_ERROR: Internal error in D1 DB storage caused object to be reset.",
  "D1_ERROR: Cannot resolve D1 DB due to transient issue on remote node.",
  "D1_ERROR: Network connection lost.",
])("%s is asked again", (words) => {
  expect([isBusy(new Error(words)), isBusy(thrown(words))]).toEqual([true, true]);
});

test.each([
  "D1_ERROR: UNIQUE constraint failed: pulls.number: SQLITE_CONSTRAINT",
  "D1_ERROR: no such column: overloaded at offset 7: SQLITE_ERROR",
  "D1_ERROR: too many SQL variables at offset 700: SQLITE_ERROR",
  "The queue is overloaded",
])("%s is not", (words) => {
  expect(isBusy(thrown(words))).toBe(false);
});
