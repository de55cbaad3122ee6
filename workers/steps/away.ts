/** What becomes of work for a project into whose repository GitHub does not let us: it ends, and nothing is asked. */
import type { RunOutcome } from "../../models/fact.ts";
import type { RunOrder } from "../../models/step.ts";
import type { Reason } from "../../models/validation.ts";
import { findLiveProject, type StoredProject } from "../store/projects.ts";
import { type Context, type Ended, end } from "./visit.ts";

/** How long until a merge that waits is tried again, in seconds. */
const AGAIN_S = 5 * 60;

/** How a step ends there; null when it may go on. What lies in a sandbox is let go all the same. */
export function endAway(context: Context): Ended | null {
  const reason = awayOf(context.project);
  if (reason === null || context.order.kind === "release") return null;
  if (context.order.kind !== "merge") return end(context, "errored", reason);
  if (isUnanswered(context)) return null;
  const merge = { state: "blocked" as const, reasons: [reason], commit_sha: null, again_s: AGAIN_S };
  return end(context, "passed", null, {}, { merge });
}

/** Of a request whose answer is not known it must be found out what it did, whatever became of the project. */
function isUnanswered({ memo }: Context): boolean {
  return typeof memo.tip === "string";
}

/** A merge of a project that was unpinned while it was under way: nobody wants it any more. Null for everything else. */
export async function endUnpinned(context: Context): Promise<Ended | null> {
  const { env, order, project } = context;
  if (order.kind !== "merge" || isUnanswered(context) || (await findLiveProject(env.DB, project.id)) !== null)
    return null;
  const reason = { code: "project_removed", message: "The project was unpinned" };
  const merge = { state: "blocked" as const, reasons: [reason], commit_sha: null, again_s: null };
  return end(context, "passed", null, {}, { merge });
}

/** The same for a step of a run; what an agent may still be doing is ended all the same. */
export function endRunAway(project: StoredProject, { kind }: RunOrder): RunOutcome | null {
  const reason = kind === "tidy" ? null : awayOf(project);
  return reason === null ? null : { state: "errored", reason };
}

function awayOf({ disconnected }: StoredProject): Reason | null {
  return disconnected === null ? null : { code: "disconnected", message: disconnected.message };
}
