/** What answers of GitHub say of its limits. */
import { expect, test } from "vitest";
import { limitIn } from "./limits.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const MINUTE = 60_000;
const in20 = String((NOW + 20 * MINUTE) / 1000);
const spent = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": in20 };
const SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
const refused = (until: number | null) => ({ until: until === null ? null : NOW + until, refused: true });

test.each([
  ["the hour is used up", 403, spent, "API rate limit exceeded", refused(20 * MINUTE)],
  ["the hour is used up, said as 429", 429, spent, "", refused(20 * MINUTE)],
  ["a secondary limit that names no time", 403, {}, SECONDARY, refused(null)],
  ["a secondary limit with a time", 403, { "retry-after": "90" }, SECONDARY, refused(90_000)],
  ["a time without words", 403, { "retry-after": "90" }, "", refused(90_000)],
  ["429 without a word", 429, {}, "", refused(null)],
  ["its time comes before that of the hour", 429, { ...spent, "retry-after": "30" }, "", refused(30_000)],
  ["a time as a date", 429, { "retry-after": "Sun, 01 Mar 2026 12:02:00 GMT" }, "", refused(2 * MINUTE)],
  [
    "a date that is over is a second at least",
    429,
    { "retry-after": "Sun, 01 Mar 2026 11:00:00 GMT" },
    "",
    refused(1_000),
  ],
  ["no time is none of it", 429, { "retry-after": "0" }, "", refused(1_000)],
  ["a time that nobody can read is none", 429, { "retry-after": "soon" }, "", refused(null)],
  [
    "an hour that is over by our clock names no time",
    403,
    { ...spent, "x-ratelimit-reset": String(NOW / 1000 - 5) },
    "",
    refused(null),
  ],
  ["the older word for it", 403, {}, "You have triggered an abuse detection mechanism", refused(null)],
  [
    "the last request of the hour was carried out",
    200,
    spent,
    "",
    { until: NOW + 20 * MINUTE, refused: false },
  ],
  ["so was one that found nothing", 404, spent, "", { until: NOW + 20 * MINUTE, refused: false }],
  ["who is not let in has nobody's budget", 401, spent, "Bad credentials", null],
  ["something is left", 200, { ...spent, "x-ratelimit-remaining": "1" }, "", null],
  [
    "a refusal of another kind",
    403,
    { "x-ratelimit-remaining": "17" },
    "Resource not accessible by integration",
    null,
  ],
  ["an answer without a word of limits", 502, {}, "", null],
] as [string, number, Record<string, string>, string, unknown][])(
  "limitIn(): %s",
  (_, status, headers, words, limit) => {
    expect(limitIn({ status, headers: new Headers(headers), words }, NOW)).toEqual(limit);
  },
);
