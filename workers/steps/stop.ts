/** Ends steps from outside: that nobody waits for any more, or of which nothing was heard. */
import type { StepState, ValidationOrder } from "../../models/step.ts";
import { projectOf } from "../project/index.ts";
import { endStep, type StepVisit } from "../store/steps.ts";
import { closeLog, loggedOf } from "./live-log.ts";

export type Stop = { state: StepState; reason: string };

export const STOPPED: Stop = { state: "cancelled", reason: "The validation ended before this step did" };

/** What it said so far is kept, and its last line says why there is no more of it. */
export async function stopStep(
  env: Env,
  order: ValidationOrder,
  visit: StepVisit,
  { state, reason }: Stop,
): Promise<void> {
  const log = await closeLog(env, loggedOf(order), reason);
  const end = { state, reason, evidence: null, log, memo: {} };
  // A newer visit still needs what is live of it.
  if (await endStep(env.DB, visit, end, Date.now())) await projectOf(env, order.project_id).dropLog(order.id);
}
