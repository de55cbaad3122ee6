/** Follows a run until it is over or a person has to do something. */
import { setTimeout as pause } from "node:timers/promises";
import { FINAL_PHASES, type RunDetail } from "../../../models/run.ts";
import type { Validation } from "../../../models/validation.ts";
import { type Api, ApiError } from "../../api.ts";
import type { Exit } from "../failure.ts";
import { type Screen, timelineOf } from "./timeline.ts";

const EVERY_MS = 700;
/** A server that is started anew is back by then. */
const PATIENCE_MS = 30_000;

/** What a person says to the plan that waits; false: nothing, it is left waiting. */
export type AnswerPlan = (run: RunDetail) => Promise<boolean>;

/** The run as it is when nothing more happens by itself. */
export async function follow(api: Api, id: string, screen: Screen, answer: AnswerPlan): Promise<RunDetail> {
  const tell = timelineOf(api, screen);
  // The next look may show a plan that was just answered: nobody is asked twice about one version.
  const answered = new Set<number>();
  for (;;) {
    const run = await patiently(async () => {
      const now = await api.run(id);
      await tell(now);
      return now;
    });
    if (isOver(run)) return run;
    const version = run.plans.at(-1)?.version ?? 0;
    if (run.phase === "awaiting_confirmation" && !answered.has(version)) {
      if (!(await answer(run))) return run;
      answered.add(version);
    }
    await pause(EVERY_MS);
  }
}

/** Whether nothing happens any more, unless a person does something. */
function isOver(run: RunDetail): boolean {
  if (FINAL_PHASES.has(run.phase) || run.phase === "needs_human") return true;
  const latest = latestOf(run);
  return (
    run.phase === "validating" &&
    latest?.state === "passed" &&
    latest.merge_state !== "pending" &&
    latest.merge_state !== "merged" &&
    latest.reporting === null
  );
}

/** Merged, or passed where nobody asked for a merge: it worked. Everything else waits for somebody. */
export function exitOf(run: RunDetail): Exit {
  if (run.phase === "completed") return "ok";
  const latest = latestOf(run);
  const passed = run.phase === "validating" && latest?.state === "passed" && latest.merge_state === "none";
  return passed && (latest.hold === null || latest.approved_by !== null) ? "ok" : "negative";
}

/** The newest validation of the newest head. */
export function latestOf({ validations }: RunDetail): Validation | undefined {
  return validations.toSorted((one, other) => other.created_at - one.created_at)[0];
}

/** Tries again while the server does not answer; a refusal is an answer. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const refused = error instanceof ApiError && error.problem.status < 500;
      const passing =
        error instanceof ApiError || (error instanceof TypeError && error.message === "fetch failed");
      if (refused || !passing || Date.now() > until) throw error;
      await pause(EVERY_MS);
    }
  }
}
