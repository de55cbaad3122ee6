/** Carries out the steps of runs: a turn is looked at, everything else is done in one go. */
import type { RunOutcome } from "../../../models/fact.ts";
import type { RunOrder, RunStepKind } from "../../../models/step.ts";
import { log } from "../../log.ts";
import { projectOf } from "../../project/index.ts";
import { findProject } from "../../store/projects.ts";
import { findRun } from "../../store/runs.ts";
import { endRunAway } from "../away.ts";
import { givenUp } from "../complaint.ts";
import { endOver } from "../thrown.ts";
import { diagnose } from "./diagnose.ts";
import { push } from "./push.ts";
import { summarize } from "./summarize.ts";
import { tellRunEnd } from "./tell.ts";
import { tidy } from "./tidy.ts";
import { turn } from "./turn.ts";
import { type RunStep, type RunWork, workFor } from "./work.ts";

const STEPS: Record<Exclude<RunStepKind, "turn">, RunStep> = { push, diagnose, summarize, tidy };

/** Repeating it repeats no effect. */
export async function carryOutRun(env: Env, order: RunOrder): Promise<void> {
  const [run, project] = await Promise.all([
    findRun(env.DB, order.run_id),
    findProject(env.DB, order.project_id),
  ]);
  if (run === null || project === null) return log("step.orphan", { step_id: order.id });
  const { kind, nth } = order;
  const awaited = run.current?.kind === kind && run.current.nth === nth;
  // The run went another way meanwhile: nobody waits for this.
  if ((kind === "turn" || kind === "push" || kind === "diagnose") && !awaited) return;
  const away = endRunAway(project, order);
  if (away !== null) return tellRunEnd(env, order, away);
  const work = workFor(env, order, run, project);
  if (kind === "turn") return turn(work);
  const outcome = await outcomeOf(work, STEPS[kind]);
  log("step.ended", { step_id: order.id, kind, state: outcome?.state, reason: outcome?.reason?.message });
  if (outcome !== null) await tellRunEnd(env, order, { begun_at: work.started_at, ...outcome });
}

async function outcomeOf(work: RunWork, step: RunStep): Promise<RunOutcome | null> {
  try {
    return await step(work);
  } catch (error) {
    const outcome = endOver(error);
    if (outcome === null) throw error;
    return outcome;
  }
}

/** What the queue gave up on ends as the machinery's failure. */
export async function buryRun(env: Env, order: RunOrder, complaint: string | null): Promise<void> {
  const message = givenUp(order.kind, complaint);
  const { run_id, kind, nth, project_id } = order;
  await projectOf(env, project_id).tell(project_id, {
    ...{ type: "run.step.ended", id: `${order.id}.dead`, run_id, kind, nth },
    outcome: { state: "errored", reason: { code: "given_up", message } },
  });
}
