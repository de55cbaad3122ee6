/** The check run's words about a validation: the whole truth, and nothing that others wrote is markup. */
import { expect, test } from "vitest";
import type { StepRecord } from "../../models/step.ts";
import type { Reason, Validation } from "../../models/validation.ts";
import { merging } from "../project/decide.fixture.ts";
import { MOST_CHARACTERS } from "../providers/github/index.ts";
import { bounded, summaryOf, titleOf } from "./report.ts";

const EVIL = "[x](http://evil) | <img src=x> @team";
const HOLD: Reason = { code: "needs_human", message: "The agent stopped" };
const TWIN: Reason = { code: "twin_held", message: "#8 is the same commit" };

function validation(changes: Partial<Validation>): Validation {
  const { project, id } = merging();
  return { ...project.validation(id), merge_reasons: [], ...changes };
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
  const text = summaryOf(validation({ state: "failed", reason, base_ref: "a`@b" }), [step]);
  expect(text).toContain("| test | failed | 1.0 s | `[x](http://evil) \\| <img src=x> @team` |");
  expect(text).toContain(`- \`test_failed\` \`${EVIL}\``);
  expect(text).toContain("onto `` a`@b `` at");
});

test.each<[string, Reason[], number]>([
  ["alone", [], 1],
  ["beside another reason", [{ code: "behind", message: "It is behind" }], 1],
  ["once, where it is a reason already", [HOLD], 1],
])("that a person is asked is said %s", (_, merge_reasons, times) => {
  const text = summaryOf(validation({ state: "failed", hold: HOLD, merge_reasons }), []);
  expect(text.match(/`needs_human`/g)).toHaveLength(times);
});

test.each<[string, Partial<Validation>, number]>([
  ["passed", { state: "passed", hold: null, twin: TWIN }, 1],
  ["is held as well", { state: "passed", hold: HOLD, twin: TWIN }, 1],
  ["says so as a reason already", { state: "passed", hold: null, twin: TWIN, merge_reasons: [TWIN] }, 1],
  ["failed: it is not green anyway", { state: "failed", hold: null, twin: TWIN }, 0],
])("that the same commit is held elsewhere is said once when it %s", (_, changes, times) => {
  expect(summaryOf(validation(changes), []).match(/`twin_held`/g) ?? []).toHaveLength(times);
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
