/** What is flaky, what holds a merge for it, and what is only an earlier failure of something else. */
import { describe, expect, test } from "vitest";
import type { Plan } from "../../models/config.ts";
import type { Evidence, StepKind, StepState } from "../../models/step.ts";
import { type Failed, failedBefore, failedIn, flakyOf, isOfTheSame } from "./flaky.ts";

const PLAN: Plan = {
  setup: "none",
  setup_timeout_ms: 1,
  test: { run: ["npm test"], timeout_ms: 1, network: "none" },
  serve: { run: "npm start", port: 3000, ready: "/", ready_timeout_ms: 1 },
  ui: "none",
  merge: {},
  limits: {},
};
const at = (attempt: number, changes = {}) => ({
  id: "v",
  attempt,
  base_ref: "main",
  tested_base_sha: null,
  ...changes,
});
const evidence = (changes: Partial<Evidence>): Evidence => ({ duration_ms: 1, ...changes });

describe("failedIn() names every test that failed", () => {
  test.each<[string, StepKind, StepState, Partial<Evidence> | null, string[] | null]>([
    ["all named", "test", "failed", { tests_failed: 2, failing_tests: ["a", "b"] }, ["a", "b"]],
    [
      "a suite named as well",
      "test",
      "failed",
      { tests_failed: 1, failing_tests: ["suite", "a"] },
      ["suite", "a"],
    ],
    ["one without a name", "test", "failed", { tests_failed: 2, failing_tests: ["a"] }, null],
    ["none counted", "test", "failed", { tests_failed: 0, failing_tests: ["a"] }, null],
    ["not counted", "test", "failed", { tests_failed: null, failing_tests: ["a"] }, null],
    [
      "more than are kept",
      "test",
      "failed",
      { tests_failed: 50, failing_tests: Array.from({ length: 50 }, (_, nth) => `t${nth}`) },
      null,
    ],
    ["no evidence", "test", "failed", null, null],
    ["cut short", "test", "timed_out", { tests_failed: 1, failing_tests: ["a"] }, null],
    ["flows", "browse", "failed", { flows: [flow("buys", false), flow("opens", true)] }, ["flow: buys"]],
    ["an app that never answered", "browse", "failed", {}, null],
  ])("%s", (_, kind, state, left, tests) => {
    const earlier = { kind, state, evidence: left && evidence(left), validation: at(3) };
    expect(failedIn(earlier)).toEqual({ where: "attempt 3", kind, tests });
  });
});

function flow(name: string, passed: boolean) {
  return { name, passed, failure: passed ? null : "no", actions: 1, duration_ms: 1, screenshots: [] };
}

test("failedBefore() names what was run again", () => {
  const rerun = { step_id: "v.test.1", nth: 2, validation: at(3) };
  const found = [["a"], null].map((failed) => failedBefore({ ...rerun, failed }));
  expect(found).toEqual([
    { where: "run 2 of attempt 3", kind: "test", tests: ["a"] },
    { where: "run 2 of attempt 3", kind: "test", tests: null },
  ]);
});

describe("isOfTheSame()", () => {
  const same = (kind: StepKind, before: Plan | null, earlier = {}, now = {}) =>
    isOfTheSame(
      { kind, plan: before, validation: at(1, earlier) },
      { base_ref: "main", tested_base_sha: null, ...now },
      PLAN,
    );
  test.each<[string, boolean, boolean]>([
    ["the same plan", same("test", PLAN), true],
    ["a plan that is lost", same("test", null), true],
    ["other limits", same("test", { ...PLAN, limits: { memory_mb: 100 } }), true],
    ["other reruns", same("test", { ...PLAN, test: { ...PLAN.test, reruns: 2 } }), true],
    ["another way to merge", same("test", { ...PLAN, merge: { auto: false } }), true],
    ["another app, for tests", same("test", { ...PLAN, serve: "none" }), true],
    ["another app, for flows", same("browse", { ...PLAN, serve: "none" }), false],
    ["other tests", same("test", { ...PLAN, test: { ...PLAN.test, run: ["true"] } }), false],
    ["another set-up", same("test", { ...PLAN, setup: ["npm ci"] }), false],
    ["another folder", same("test", { ...PLAN, path: "shop" }), false],
    ["another base", same("test", PLAN, { base_ref: "next" }), false],
    [
      "merged with another tip",
      same("test", PLAN, { tested_base_sha: "1" }, { tested_base_sha: "2" }),
      false,
    ],
    [
      "merged with the same tip",
      same("test", PLAN, { tested_base_sha: "1" }, { tested_base_sha: "1" }),
      true,
    ],
  ])("%s", (_, found, wanted) => {
    expect(found).toBe(wanted);
  });
});

describe("flakyOf()", () => {
  const a: Failed = { where: "attempt 1", kind: "test", tests: ["a"] };
  const b: Failed = { where: "run 1 of attempt 2", kind: "test", tests: ["b"] };
  const nameless: Failed = { where: "attempt 1", kind: "test", tests: null };
  test.each<[string, Failed[], string[], { tests: string[]; quarantined: boolean }, RegExp | null]>([
    [
      "not listed",
      [a],
      [],
      { tests: ["a"], quarantined: false },
      /^Flaky: "a" failed in attempt 1; everything passed in attempt 2/,
    ],
    ["listed", [a], ["a"], { tests: ["a"], quarantined: true }, null],
    [
      "one of two listed",
      [a, b],
      ["a"],
      { tests: ["a", "b"], quarantined: false },
      /^Flaky: "b" failed in run 1 of attempt 2;/,
    ],
    [
      "one of two that failed together",
      [{ ...a, tests: ["a", "b"] }],
      ["a"],
      { tests: ["a", "b"], quarantined: false },
      /^Flaky: "b" failed in attempt 1;/,
    ],
    ["both listed", [a, b], ["a", "b"], { tests: ["a", "b"], quarantined: true }, null],
    [
      "without names",
      [nameless],
      ["a"],
      { tests: [], quarantined: false },
      /the test step, without naming every test, failed in attempt 1/,
    ],
    [
      "one without names",
      [a, nameless],
      ["a"],
      { tests: ["a"], quarantined: false },
      /without naming every test/,
    ],
    ["an empty list of names", [{ ...a, tests: [] }], [], { tests: [], quarantined: false }, /the test step/],
  ])("%s", (_, failures, listed, flaky, message) => {
    const found = flakyOf(failures, new Set(listed), 2);
    expect(found.flaky).toEqual(flaky);
    if (message === null) expect(found.hold).toBeNull();
    else expect(found.hold).toMatchObject({ code: "flaky", message: expect.stringMatching(message) });
  });

  test("names no more than a few", () => {
    const many = { ...a, tests: Array.from({ length: 9 }, (_, nth) => `t${nth}`) };
    expect(flakyOf([many], new Set(), 2).hold?.message).toContain('"t4" and 4 more failed in attempt 1');
  });
});
