import { expect, test } from "vitest";
import { isReleaseDue } from "./releases.ts";

const MINUTE = 60_000;
const NOW = 1_000 * MINUTE;

test.each<[string, number, number | null, boolean]>([
  ["never begun", 0, null, true],
  ["begun ten minutes ago", 1, 10, true],
  ["begun a moment ago", 1, 9, false],
  ["begun twice, twenty minutes ago", 2, 20, true],
  ["begun twice, nineteen minutes ago", 2, 19, false],
  ["begun eight times", 8, 10 * 2 ** 7, false],
  ["begun nine times", 9, 100_000, false],
])("a release that was %s", (_, releases, minutes, due) => {
  const left = { project_id: "p", validation_id: "p.1.a.1", try: 1, releases };
  const released_at = minutes === null ? null : NOW - minutes * MINUTE;
  expect(isReleaseDue({ ...left, released_at }, NOW)).toBe(due);
});
