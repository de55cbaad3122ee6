/** What is taken out of what a failed validation left. Whole reports: error-report.test.ts. */
import { expect, test } from "vitest";
import type { Evidence, StepKind, StepRecord } from "../../../models/step.ts";
import { analysis } from "../analysis.fixture.ts";
import type { Failure } from "./failure.ts";
import { pathFinder } from "./paths.ts";
import { readFailure } from "./read-failure.ts";

const find = pathFinder(["src/cart.js", "src/prices.js"]);

function step(kind: StepKind, state: StepRecord["state"], evidence: Partial<Evidence> = {}): StepRecord {
  const ids = { id: kind, validation_id: "v", kind, try: 1, state, reason: `the ${kind} reason` };
  return { ...ids, evidence: { duration_ms: 1, ...evidence }, log: null, started_at: 1, finished_at: 2 };
}

function read(steps: StepRecord[], log?: string, consoles?: Failure["consoles"]) {
  const logs = new Map(log === undefined ? [] : steps.map(({ id }) => [id, log]));
  return readFailure({ validation: { state: "failed", reason: null }, steps, logs, consoles }, find);
}

const kinds = (steps: StepRecord[]) => read(steps).steps.map(({ record }) => record.kind);
const failing = (...names: string[]) => step("test", "failed", { failing_tests: names });

test("every state counts that is no success and no cancelling; a judge only when it is alone", () => {
  const all = [step("setup", "passed"), step("test", "timed_out"), step("browse", "errored")];
  expect(kinds([...all, step("analyze", "cancelled"), step("judge", "failed")])).toEqual(["test", "browse"]);
  expect(kinds([step("setup", "passed"), step("judge", "failed")])).toEqual(["judge"]);
});

const block = (name: string, text: string) => ` FAIL  ${name}\n${text}\n\n⎯⎯⎯⎯[1/1]⎯\n`;

test.each<[string, string[], string[]]>([
  ["as its runner prints it, once", ["adds up", "cart > adds up > twice"], ["cart > adds up", "others"]],
  ["also when it was only counted", ["others", "knows none"], ["cart > adds up", "others", "knows none"]],
  ["once, however often it was counted", ["x", "x"], ["cart > adds up", "others", "x"]],
  ["without letters that nobody sees", ["a\u202ed\u200bds u\u{e0070}p"], ["cart > adds up", "others"]],
])("a test is named %s", (_, names, wanted) => {
  expect(
    read([failing(...names)], `${block("cart > adds up", "boom")}${block("others", "boom")}`).tests,
  ).toEqual(wanted);
});

test("names as many as are written down may not be all", () => {
  const names = Array.from({ length: 50 }, (_, at) => `test ${at}`);
  expect(read([failing(...names)]).allTests).toBe(false);
  expect(read([failing(...names.slice(1))]).allTests).toBe(true);
});

test("stacks are so many at most, and none is empty", () => {
  const log = (at: number) =>
    block(`test ${at}`, `boom ${at}\n${at % 2 === 0 ? ` ❯ src/cart.js:${at + 1}:1` : ""}`);
  const { stacks, messages } = read([failing()], Array.from({ length: 140 }, (_, at) => log(at)).join("\n"));
  expect([stacks.length, messages.length]).toEqual([60, 140]);
  expect(stacks.every((stack) => stack.length > 0)).toBe(true);
});

test.each<[string, string | undefined, string]>([
  ["the last lines of its log", "one\ntwo\n\nthree\n\nfour\n\n", "two\nthree\nfour"],
  ["its reason when it said nothing", "\n", "the setup reason"],
  ["its reason when it left no log", undefined, "the setup reason"],
])("of a step in which nothing is recognised the message is %s", (_, log, text) => {
  expect(read([step("setup", "failed")], log).messages).toEqual([{ text }]);
});

test("a message knows the place where it arose, and only the surest failures speak", () => {
  const log = `${block("adds up", "boom\n ❯ total src/cart.js:3:1")}sh: 1: tool: not found\n`;
  expect(read([failing()], log).messages).toEqual([{ text: "boom", path: "src/cart.js", fn: "total" }]);
});

test("what a browser saw is told one by one, and its consoles say where", () => {
  const flows = [
    { name: "opens", passed: true, failure: null, actions: 1, duration_ms: 1, screenshots: [] },
    { name: "adds", passed: false, failure: "no button", actions: 1, duration_ms: 1, screenshots: [] },
  ];
  const seen = { flows, page_errors: ["threw"], failed_requests: ["500 GET /"], artifacts: ["c.txt"] };
  const consoles = new Map([
    ["c.txt", "    at add (http://p1.localhost:8787/src/cart.js:3:7)"],
    ["other.txt", "    at add (http://p1.localhost:8787/src/prices.js:3:7)"],
  ]);
  const { messages, stacks } = read([step("browse", "failed", seen)], undefined, consoles);
  expect(messages.map(({ text }) => text)).toEqual(["threw", "500 GET /", "adds: no button"]);
  expect(stacks).toEqual([[{ path: "src/cart.js", line: 3, fn: "add" }]]);
});

test("findings that failed a step are the worst of them", () => {
  const finding = { rule: "x", message: "m", lines: [3, 5] as [number, number] };
  const findings = [
    { ...finding, severity: "note" as const, path: "src/prices.js" },
    { ...finding, severity: "warning" as const, path: "src/cart.js" },
  ];
  const { messages, stacks } = read([step("analyze", "failed", { analysis: analysis({ findings }) })]);
  expect(messages).toEqual([{ text: "x: m", path: "src/cart.js", fn: undefined }]);
  expect(stacks).toEqual([[{ path: "src/cart.js", line: 3 }]]);
});
