/** Who is waited for, on a real D1. */
import { expect, test } from "vitest";
import type { PullSummary } from "../../models/pull.ts";
import { RUN_PHASES, type Run, type RunPhase } from "../../models/run.ts";
import type { Validation } from "../../models/validation.ts";
import { useD1 } from "./d1.fixture.ts";
import { savePull } from "./pulls.ts";
import { saveRun } from "./runs.ts";
import { saveValidation } from "./validations.ts";
import { countWaiting } from "./waiting.ts";

const HOLD = { code: "gate_changed", message: "An agent changed the gate" };

const stage = useD1();
let nth = 0;

const run = (project_id: string, phase: RunPhase, pr_number: number | null = null) =>
  saveRun(
    stage.db,
    { id: `run ${++nth}`, project_id, issue: null, created_at: 1, phase, pr_number } as Run,
    1,
  );

const pull = (project_id: string, state: "open" | "closed", head_sha: string) =>
  savePull(stage.db, project_id, {
    ...{ number: 7, title: "", author: "", html_url: "", state, merged: false, draft: false, head_ref: "x" },
    ...{ head_sha, head_repo_id: 1, base_ref: "main", base_sha: "b", base_repo_id: 1, read_at: 1 },
    ...{ validation_id: null, blocked: null, updated_at: null, held_by: null },
  } satisfies Omit<PullSummary, "project_id">);

const gate = (project_id: string, changes: Partial<Validation> = {}) =>
  saveValidation(
    stage.db,
    {
      ...{ id: `gate ${++nth}`, project_id, pr_number: 7, head_sha: "a", attempt: 1, created_at: 1 },
      ...{ state: "passed", merge_state: "blocked", hold: HOLD, approved_by: null },
      ...changes,
    } as Validation,
    1,
  );

test("runs whose plan or whose end a person decides about are counted, of this project alone", async () => {
  for (const phase of RUN_PHASES) await run("phases", phase);
  expect(await countWaiting(stage.db, "phases")).toEqual({ runs: 2, merges: 0 });
  expect(await countWaiting(stage.db, "nobody's")).toEqual({ runs: 0, merges: 0 });
});

test("a held merge is counted once: with its run where that waits, else by itself", async () => {
  await pull("held", "open", "a");
  await gate("held");
  expect(await countWaiting(stage.db, "held")).toEqual({ runs: 0, merges: 1 });
  await run("held", "cancelled", 7);
  expect(await countWaiting(stage.db, "held")).toEqual({ runs: 0, merges: 1 });
  await run("held", "needs_human", 7);
  expect(await countWaiting(stage.db, "held")).toEqual({ runs: 1, merges: 0 });
});

test.each<[string, "open" | "closed", string, Partial<Validation>[]]>([
  ["nothing holds", "open", "a", [{ hold: null }]],
  ["somebody approved", "open", "a", [{ approved_by: "ada" }]],
  ["failed", "open", "a", [{ state: "failed" }]],
  ["was closed", "closed", "a", [{}]],
  ["has another head by now", "open", "c", [{}]],
  ["is validated again", "open", "a", [{}, { attempt: 2, state: "running", hold: null }]],
])("nobody is asked about what %s", async (name, state, head, gates) => {
  await pull(name, state, head);
  for (const changes of gates) await gate(name, changes);
  expect(await countWaiting(stage.db, name)).toEqual({ runs: 0, merges: 0 });
});
