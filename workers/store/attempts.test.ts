/** What went before at a commit, and how long steps took, in a real D1. */
import { expect, test } from "vitest";
import type { Plan } from "../../models/config.ts";
import type { StepKind, StepState } from "../../models/step.ts";
import type { Validation } from "../../models/validation.ts";
import { earlierFailures, passedBefore, rerunsOf, takeRerun } from "./attempts.ts";
import { useD1 } from "./d1.fixture.ts";
import { beginStep, endStep, savePlan } from "./steps.ts";
import { countMerges, saveValidation } from "./validations.ts";

const stage = useD1();
const PLAN = { test: { run: ["npm test"] } } as unknown as Plan;

async function gate(id: string, changes: Partial<Validation> = {}): Promise<Validation> {
  const validation = {
    ...{ id, project_id: "shop", pr_number: 7, head_sha: "a", attempt: 1, created_at: 1, base_ref: "main" },
    ...{ state: "failed", merge_state: "none", config_digest: "d", tested_base_sha: null, flaky: null },
    ...changes,
  } as Validation;
  await saveValidation(stage.db, validation, 1);
  return validation;
}

async function step(validation_id: string, kind: StepKind, state: StepState, duration_ms = 1): Promise<void> {
  const id = `${validation_id}.${kind}.1`;
  const { visit } = await beginStep(
    stage.db,
    { id, validation_id, kind: kind as "test", try: 1, project_id: "shop", delay_s: 0 },
    1,
  );
  await endStep(stage.db, visit, { state, reason: null, evidence: { duration_ms }, log: null, memo: {} }, 2);
}

test("failures of the same head are found in order, and nobody else's", async () => {
  for (const [id, changes, state] of [
    ["second", { attempt: 2, created_at: 20 }, "timed_out"],
    ["first", { attempt: 1, created_at: 10, pr_number: 8 }, "failed"],
    ["lost", { attempt: 3, created_at: 30 }, "errored"],
    ["good", { attempt: 4, created_at: 40 }, "passed"],
    ["stopped", { attempt: 5, created_at: 50 }, "cancelled"],
    ["of another head", { head_sha: "b" }, "failed"],
    ["of another project", { project_id: "other" }, "failed"],
    ["itself", { attempt: 6, created_at: 60 }, "failed"],
  ] as [string, Partial<Validation>, StepState][]) {
    await gate(id, changes);
    await step(id, "test", state);
    await step(id, "setup", "failed");
  }
  await savePlan(stage.db, "first", { digest: "d", source: "s", plan: PLAN });
  const itself = { id: "itself", project_id: "shop", head_sha: "a" };
  const found = await earlierFailures(stage.db, itself, ["test", "browse"]);
  expect(found.map(({ validation, kind, state, plan }) => [validation.id, kind, state, plan])).toEqual([
    ["first", "test", "failed", PLAN],
    ["second", "test", "timed_out", null],
  ]);
});

test("what was run again is found for its head, with what failed", async () => {
  const one = await gate("rerun one", { head_sha: "r", attempt: 1 });
  const two = await gate("rerun two", { head_sha: "r", attempt: 2 });
  await savePlan(stage.db, two.id, { digest: "d", source: "s", plan: PLAN });
  await takeRerun(stage.db, { step_id: "1.test.1", nth: 1, failed: ["a", "b'c"] }, one, 2);
  await takeRerun(stage.db, { step_id: "2.test.1", nth: 1, failed: null }, two, 2);
  const found = await rerunsOf(stage.db, { project_id: "shop", head_sha: "r" });
  expect(found.map(({ failed, plan, validation }) => [validation.attempt, failed, plan])).toEqual([
    [1, ["a", "b'c"], null],
    [2, null, PLAN],
  ]);
  expect(await rerunsOf(stage.db, { project_id: "other", head_sha: "r" })).toEqual([]);
});

test("how long a step took is asked of the newest that passed under the same configuration", async () => {
  for (let nth = 1; nth <= 25; nth++) {
    await gate(`h${nth}`, { project_id: "quick", created_at: nth });
    await step(`h${nth}`, "test", nth === 24 ? "failed" : "passed", nth);
  }
  await gate("other rules", { project_id: "quick", created_at: 99, config_digest: "e" });
  await step("other rules", "test", "passed", 1_000);
  const found = await passedBefore(stage.db, { id: "h25", project_id: "quick" }, "d", "test");
  const wanted = [23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4];
  expect(found.map(({ duration_ms }) => duration_ms)).toEqual(wanted);
  expect(await passedBefore(stage.db, { id: "x", project_id: "quick" }, "d", "setup")).toEqual([]);
});

test("merges are counted by whether what was merged is flaky", async () => {
  const flaky = { tests: ["a"], quarantined: true };
  await gate("m1", { state: "passed", merge_state: "merged" });
  await gate("m2", { state: "passed", merge_state: "merged", flaky });
  await gate("m3", { state: "passed_flaky", merge_state: "merged", flaky });
  await gate("m4", { state: "passed", merge_state: "rejected", flaky });
  expect(await countMerges(stage.db)).toEqual([
    { flaky: true, count: 2 },
    { flaky: false, count: 1 },
  ]);
});
