/** What becomes of work for a project into whose repository GitHub does not let us: it ends, and nothing is asked. */
import type { RunOutcome } from "../../models/fact.ts";
import type { RunOrder } from "../../models/step.ts";
import type { Reason } from "../../models/validation.ts";
import type { StoredProject } from "../store/projects.ts";
import { type Context, type Ended, end } from "./visit.ts";

/** How long until a merge that waits is tried again, in seconds. */
const AGAIN_S = 5 * 60;

/** How a step ends there; null when it may go on. What lies in a sandbox is let go all the same. */
export function endAway(context: Context): Ended | null {
  const reason = awayOf(context.project);
  if (reason === null || context.order.kind === "release") return null;
  if (context.order.kind !== "merge") return end(context, "errored", reason);
  const merge = { state: "blocked" as const, reasons: [reason], commit_sha: null, again_s: AGAIN_S };
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
