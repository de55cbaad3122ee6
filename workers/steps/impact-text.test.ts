/** The check run's words about the code graph: bounded, and data stays data. */
import { expect, test } from "vitest";
import type { StepRecord } from "../../models/step.ts";
import { A, merging } from "../project/decide.fixture.ts";
import { MOST_CHARACTERS } from "../providers/github/index.ts";
import { analysis } from "./analysis.fixture.ts";
import { annotationsOf, impactLines } from "./impact-text.ts";
import { bounded, summaryOf } from "./report.ts";

const record = (changes: Partial<StepRecord>): StepRecord => ({
  id: "v.analyze.1",
  validation_id: "v",
  kind: "analyze",
  try: 1,
  state: "passed",
  reason: null,
  evidence: null,
  log: null,
  started_at: 1,
  finished_at: 2,
  ...changes,
});
const found = (changes: Parameters<typeof analysis>[0]) =>
  record({ evidence: { duration_ms: 1, analysis: analysis(changes) } });
const finding = (path: string, message: string, lines: [number, number] = [3, 5]) => ({
  rule: "security/eval",
  severity: "error" as const,
  message,
  path,
  lines,
});

test("nothing is said of an analysis that was not wanted, not begun, or cancelled", () => {
  for (const one of [undefined, record({ state: "not_required" }), record({ state: "cancelled" })])
    expect(impactLines(one)).toEqual([]);
});

test("an analysis that failed is said to have failed, never to have found nothing", () => {
  const text = impactLines(record({ state: "errored", reason: "GitHub said *no*" })).join("\n");
  expect(text).toContain(
    "The analysis errored: `GitHub said *no*`. What this change may break is not known.",
  );
});

test("names, messages and owners cannot become markup, mentions or rows", () => {
  const text = impactLines(
    found({
      findings: [finding("a`b\n# c.js", "</details> @everyone [x](http://evil) | y")],
      owners: [{ owner: "@acme/core", changed: 1, affected: 0 }],
      totals: { ...analysis().totals, findings: 1 },
    }),
  ).join("\n");
  expect(text).toContain(
    "- error `` a`b # c.js:3 `` `security/eval` `</details> @everyone [x](http://evil) | y`\n",
  );
  expect(text).toContain("- `@acme/core`: 1 changed");
  expect(text.match(/^<\/details>$/gm)).toHaveLength(2);
});

test("lists are cut and say how much there is; the whole summary stays within what GitHub takes", () => {
  const many = Array.from({ length: 100 }, (_, nth) =>
    finding(`${"deep/".repeat(60)}${nth}.js`, "m".repeat(5_000)),
  );
  const long = found({ findings: many, totals: { ...analysis().totals, findings: 123 } });
  const lines = impactLines(long);
  expect(lines.join("\n")).toContain("- and 108 more");
  const { project, id } = merging();
  const summary = summaryOf(
    project.validation(id),
    Array.from({ length: 300 }, () => long),
  );
  expect(bounded(summary).length).toBeLessThanOrEqual(MOST_CHARACTERS);
  expect(bounded("x".repeat(MOST_CHARACTERS + 1))).toMatch(/dashboard shows all of it\)$/);
  expect(bounded("short")).toBe("short");
});

test("annotations keep to what GitHub takes", () => {
  const [one, two] = annotationsOf(
    found({
      findings: [finding("a.js", "Bad"), { ...finding("b.js", "x".repeat(9_000), [0, 0]), severity: "note" }],
    }),
  );
  expect(one).toEqual({
    path: "a.js",
    start_line: 3,
    end_line: 5,
    annotation_level: "failure",
    title: "security/eval",
    message: "Bad",
  });
  expect(two).toMatchObject({ start_line: 1, end_line: 1, annotation_level: "notice" });
  expect(two?.message.length).toBe(2_000);
  expect(annotationsOf(undefined)).toEqual([]);
  expect(A).toHaveLength(40);
});
