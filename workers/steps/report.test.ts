/** The check run's words about a validation: the whole truth, and nothing that others wrote is markup. */
import { describe, expect, test } from "vitest";
import type { StepRecord } from "../../models/step.ts";
import { type Reason, VALIDATION_STATES, type Validation } from "../../models/validation.ts";
import { whyOf } from "../../models/why-of.ts";
import { pull } from "../../pages/nouns.fixture.ts";
import { merging } from "../project/decide.fixture.ts";
import { MOST_CHARACTERS } from "../providers/github/index.ts";
import { bounded, summaryOf, titleOf, verdictOf } from "./report.ts";

const EVIL = "[x](http://evil) | <img src=x> @team";
const HOLD: Reason = { code: "needs_human", message: "The agent stopped" };
const TWIN: Reason = { code: "twin_held", message: "#8 is the same commit" };

function validation(changes: Partial<Validation>): Validation {
  const { project, id } = merging();
  return { ...project.validation(id), merge_reasons: [], ...changes };
}

const PROJECT = {
  ...{ auto_merge_enabled: true, validation_enabled: true, paused_by: null, dry_run: false },
  disconnected: null,
};

/** The summary of the newest validation of its pull request. */
function newestSays(newest: Validation, steps: StepRecord[] = []): string {
  const { head_sha, base_ref, pr_number: number } = newest;
  const input = { pull: pull({ number, head_sha, base_ref }), newest, project: PROJECT };
  return summaryOf(newest, steps, whyOf({ ...input, queue: [], run: null, now: 5 }));
}

test("what others wrote is quoted as code, in cells and in lists", () => {
  const step = {
    kind: "test",
    state: "failed",
    reason: EVIL,
    started_at: 0,
    finished_at: 1000,
  } as StepRecord;
  const reason = { code: "test_failed", message: EVIL };
  const text = newestSays(validation({ state: "failed", reason, base_ref: "a`@b" }), [step]);
  expect(text).toContain("| test | failed | 1.0 s | `[x](http://evil) \\| <img src=x> @team` |");
  expect(text).toContain(`- \`test_failed\` \`${EVIL}\``);
  expect(text).toContain("onto `` a`@b `` at");
});

test.each<[string, Partial<Validation>, number]>([
  ["alone", { hold: HOLD }, 1],
  ["beside another reason", { hold: HOLD, merge_reasons: [{ code: "behind", message: "It is behind" }] }, 1],
  ["once, where it is a reason already", { hold: HOLD, merge_reasons: [HOLD] }, 1],
  ["until one answered", { hold: HOLD, approved_by: "mira" }, 0],
])("that a person is asked is said %s", (_, changes, times) => {
  const text = newestSays(validation({ state: "passed", merge_state: "blocked", ...changes }));
  expect(text.match(/^- `needs_human`/gm) ?? []).toHaveLength(times);
});

test.each<[string, Partial<Validation>, number]>([
  ["passed", { state: "passed", hold: null, twin: TWIN }, 1],
  ["is held as well", { state: "passed", hold: HOLD, twin: TWIN }, 1],
  [
    "says so as a reason already",
    { state: "passed", hold: null, twin: TWIN, merge_state: "blocked", merge_reasons: [TWIN] },
    1,
  ],
  ["failed: it is not green anyway", { state: "failed", hold: null, twin: TWIN }, 0],
])("that the same commit is held elsewhere is said once when it %s", (_, changes, times) => {
  expect(newestSays(validation(changes)).match(/`twin_held`/g) ?? []).toHaveLength(times);
});

test("an older validation speaks for itself alone", () => {
  const reason = { code: "superseded", message: "The head moved to b" };
  const text = summaryOf(validation({ state: "superseded", reason }), []);
  expect(text).toContain("- `superseded` `The head moved to b`\n");
  expect(text).not.toContain("merged:");
});

test("what was tested is said: the head alone, or its merge with the base as it was", () => {
  const alone = summaryOf(validation({ state: "passed" }), []);
  expect(alone).toMatch(/^Tested at its own head `a+`, not on the merge with the current `main`\.$/m);
  const merged = summaryOf(validation({ state: "passed", tested_base_sha: "b".repeat(40) }), []);
  expect(merged).toMatch(
    /^Tested on its merge into `main` at `b+`: it is merged only while that is the tip\.$/m,
  );
  expect(summaryOf(validation({}), [], null, "[Attestation](x)")).toContain("\n[Attestation](x)\n");
});

const FORK: Reason = { code: "fork_needs_approval", message: "It is of a fork" };

describe("verdictOf()", () => {
  const FLAKY: Partial<Validation> = { state: "passed_flaky", hold: null };
  test.each<[string, Partial<Validation>, object]>([
    ["a fork that may not run yet", { state: "queued", waits: FORK }, { conclusion: "action_required" }],
    [
      "a paused project's",
      { state: "queued", waits: { code: "paused", message: "x" } },
      { status: "queued", conclusion: null },
    ],
    ["one that runs", { state: "running" }, { status: "in_progress", conclusion: null }],
    ["what passed", { state: "passed", hold: null }, { status: "completed", conclusion: "success" }],
    ["what is held", { state: "passed", hold: HOLD }, { conclusion: "action_required" }],
    ["what a person approved", { state: "passed", hold: HOLD, approved_by: "m" }, { conclusion: "success" }],
    [
      "a twin of what is held",
      { state: "passed", hold: null, twin: TWIN },
      { conclusion: "action_required" },
    ],
    ["what is flaky", FLAKY, { conclusion: "action_required" }],
    ["what is flaky and held", { ...FLAKY, hold: HOLD }, { conclusion: "action_required" }],
    ["what is flaky, by a person's word", { ...FLAKY, approved_by: "m" }, { conclusion: "success" }],
    ["a failure where its agent stopped", { state: "failed", hold: HOLD }, { conclusion: "action_required" }],
    ["an error", { state: "errored" }, { conclusion: "failure" }],
  ])("%s", (_, changes, expected) => {
    expect(verdictOf(validation(changes))).toMatchObject(expected);
  });

  test("is a success of nothing but what passed, and never one that GitHub takes for good enough", () => {
    for (const state of VALIDATION_STATES) {
      const { status, conclusion } = verdictOf(validation({ state, hold: null, twin: null }));
      expect(conclusion === "success").toBe(state === "passed");
      expect(status === "completed").toBe(conclusion !== null);
      expect(["neutral", "skipped"]).not.toContain(conclusion);
    }
  });
});

test.each<[Partial<Validation>, string]>([
  [{ state: "queued", waits: FORK }, "waits to begin: It is of a fork"],
  [
    { state: "running", stalled: { code: "x", message: "GitHub is full", until: 5 } },
    "running, waits: GitHub is full",
  ],
  [{ state: "passed", merge_state: "rehearsed" }, "passed, not merged: this is a dry run"],
  [{ state: "passed", merge_state: "queued" }, "passed, merge queued"],
])("its title says what is waited for (%#)", (changes, title) => {
  expect(titleOf(validation(changes), [])).toBe(title);
});

test("a summary is cut between lines: half a piece of code would be markup", () => {
  expect(bounded(`Head\n\`${"@team ".repeat(MOST_CHARACTERS)}\``)).toMatch(/^Head\n\n\(cut: /);
});

const passedStep = (kind: StepRecord["kind"], evidence: object) =>
  ({ kind, state: "passed", reason: null, started_at: 0, finished_at: 1000, evidence }) as StepRecord;

test("a change that leaves the project alone is said to, with what proves it", () => {
  const compared = { start_sha: "1", head_sha: "2" };
  const step = passedStep("snapshot", { not_affected: { path: "apps/shop", files: ["a", "b"], compared } });
  const merged = validation({ state: "passed", merge_state: "merged" });
  expect(titleOf(merged, [step])).toBe("not affected, merge merged");
  expect(titleOf(merged, [])).toBe("passed, merge merged");
  expect(summaryOf(merged, [step])).toContain("not affected: none of 2 changed files concerns `apps/shop`");
});

test("what failed in a step before it passed is shown", () => {
  const go = (passed: boolean, failing_tests: string[]) => ({ passed, failing_tests });
  const attempts = [go(false, ["a", "b"]), go(false, ["b"]), go(true, [])];
  const step = passedStep("test", { tests_run: 3, tests_failed: 0, attempts });
  const flaky = validation({
    state: "passed_flaky",
    hold: { code: "flaky", message: "It failed" },
    merge_state: "none",
  });
  expect(summaryOf(flaky, [step])).toContain("3 tests, 0 failed, run 3 times, failed before: `a, b` |");
  expect(titleOf(flaky, [step])).toBe("passed flaky, waits for a person: It failed");
  expect(titleOf({ ...flaky, approved_by: "mira" }, [step])).toBe("passed flaky");
});
