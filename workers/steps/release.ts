/** Destroys the sandbox of one try; what is not there is released already. What ran in it has its end, heard of or not. */
import { BESIDE, GATE_KINDS, type StepKind, type StepRecord } from "../../models/step.ts";
import { TERMINAL_STATES, type Validation } from "../../models/validation.ts";
import { removePreviews } from "../store/previews.ts";
import { beginStep, listSteps } from "../store/steps.ts";
import { STOPPED, type Stop, stopStep } from "./stop.ts";
import { type Context, end, type Step } from "./visit.ts";

export const release: Step = async (context) => {
  await removePreviews(context.env.DB, context.sandbox.id);
  await context.sandbox.destroy();
  await stopRest(context);
  return end(context, "passed", null);
};

/** A step whose message or worker was lost would stay open for ever, and its log with it. */
async function stopRest({ env, order, validation }: Context): Promise<void> {
  for (const step of await listSteps(env.DB, validation.id)) {
    const { id, kind, finished_at } = step;
    if (step.try !== order.try || finished_at !== null || kind === "observe") continue;
    const stop = stopOf(validation, step);
    if (stop === null) continue;
    const its = { ...order, id, kind };
    // Whoever may still be at it writes nothing from here on.
    const { visit, ended } = await beginStep(env.DB, its, Date.now());
    if (!ended) await stopStep(env, its, visit, stop);
  }
}

/** How a step ends that was left open; null where it may go on without its sandbox. */
function stopOf({ state, reason, analyzing }: Validation, { kind, try: nth }: StepRecord): Stop | null {
  if (kind === BESIDE) return analyzing === nth ? null : STOPPED;
  if (!(GATE_KINDS as readonly StepKind[]).includes(kind)) return null;
  // It began anew although this one did not end.
  if (!TERMINAL_STATES.has(state))
    return { state: "errored", reason: `The ${kind} step was not heard of before its deadline` };
  if (reason?.code === "step_lost") return { state: "errored", reason: reason.message };
  return reason?.code === "deadline" ? { state: "timed_out", reason: reason.message } : STOPPED;
}
