/** Which of all that a browser saw and an analysis found is told, and in which order. */
import { expect, test } from "vitest";
import type { Evidence } from "../../../models/step.ts";
import { analysis } from "../analysis.fixture.ts";
import { findingsOf, pageText, screenshotsOf } from "./seen.ts";

type Flow = NonNullable<Evidence["flows"]>[number];
const flow = (name: string, failure: string | null, passed = false): Flow => {
  return { name, passed, failure, actions: 1, duration_ms: 1, screenshots: [`${name}.png`] };
};
const saw = (evidence: Partial<Evidence>): Evidence => ({ duration_ms: 1, ...evidence });

test.each<[string, Partial<Evidence>, string[]]>([
  [
    "nothing of pages on which all went well",
    { flows: [flow("a", null, true)], failed_requests: ["404 GET /x"] },
    [],
  ],
  [
    "what a page threw while its flows passed",
    { flows: [flow("a", null, true)], page_errors: ["no"] },
    ["the page threw: no"],
  ],
  [
    "the same only once",
    { page_errors: ["no", "no"], failed_requests: ["500 GET /", "500 GET /"] },
    ["the page threw: no", "a request failed: 500 GET /"],
  ],
  [
    "that no reason is known",
    { flows: [flow("a", null)] },
    ['flow "a" stopped: no reason is known', "  screenshot: a.png"],
  ],
])("pageText() tells %s", (_, evidence, lines) => {
  expect(pageText(saw(evidence), undefined)).toEqual(lines);
});

test("pageText() tells nothing where there was no browser", () =>
  expect(pageText(null, undefined)).toEqual([]));

test.each<[string, string, string[]]>([
  [
    "what sounds like an error first",
    "log: a\nwarning: b\nUncaught c\nlog: d\nRangeException\nit failed\nerror: e",
    ["warning: b", "Uncaught c", "RangeException", "it failed", "error: e", "log: a", "log: d"],
  ],
  ["a line once, and none that is blank", "a\n\na\nb", ["a", "b"]],
  ["nothing that the page threw again", "no\nat x.js:1", ["at x.js:1"]],
  [
    "so many lines",
    Array.from({ length: 50 }, (_, at) => `line ${at}`).join("\n"),
    Array.from({ length: 20 }, (_, at) => `line ${at}`),
  ],
])("of a console there is %s", (_, console, lines) => {
  const evidence = saw({ page_errors: ["no"], artifacts: ["c.txt", "other.txt"] });
  const text = pageText(
    evidence,
    new Map([
      ["c.txt", console],
      ["other.txt", "\n"],
    ]),
  );
  expect(text).toEqual(["the page threw: no", "console (c.txt):", ...lines.map((line) => `  ${line}`)]);
});

test("findingsOf() puts the worst first, each sort in its order", () => {
  const finding = (severity: "error" | "warning" | "note", path: string) => {
    return { rule: "x", severity, message: "m", path, lines: [1, 1] as [number, number] };
  };
  const findings = [
    finding("note", "a"),
    finding("warning", "b"),
    finding("error", "c"),
    finding("warning", "d"),
  ];
  expect(findingsOf(saw({ analysis: analysis({ findings }) })).map(({ path }) => path)).toEqual([
    "c",
    "b",
    "d",
    "a",
  ]);
  expect(findingsOf(null)).toEqual([]);
});

test.each([
  ["of flows that stopped", [flow("a", null, true), flow("b", "no")], ["b.png"]],
  ["of all flows when none stopped", [flow("a", null, true), flow("b", null, true)], ["a.png", "b.png"]],
])("screenshotsOf() gives the pictures %s", (_, flows, names) => {
  expect(screenshotsOf([null, saw({ flows })])).toEqual(names);
});
