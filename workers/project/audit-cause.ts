/** Who is behind a fact, and what it is called where a person asked for it. */
import type { AuditEntry } from "../../models/audit.ts";
import type { Fact } from "../../models/fact.ts";
import type { Run } from "../../models/run.ts";

/** What comes with a fact: the request or delivery it came with, and what it changed that the object does not keep. */
export type Cause = Partial<
  Pick<AuditEntry, "actor" | "action" | "detail" | "request_id" | "delivery_id">
> & {
  before?: unknown;
  after?: unknown;
};

/** A change that is no fact of the project's: secrets, lists, what belongs to no project. */
export type Note = Pick<AuditEntry, "fact" | "actor" | "action" | "target"> & Omit<Cause, "actor" | "action">;

/** What was asked for, or is said of a project as a whole; null for what follows from something else. */
export function askedAction(fact: Fact): string | null {
  switch (fact.type) {
    case "project.removed":
      return "project.unpin";
    case "project.disconnected":
      return "project.disconnect";
    case "retry.asked":
      return "validation.retry";
    case "cancel.asked":
      return "validation.cancel";
    case "approve.asked":
      return "validation.approve";
    case "queue.asked":
      return `queue.${fact.action}`;
    case "run.asked":
      return "run.start";
    case "plan.answered":
      return `plan.${fact.answer.answer}`;
    case "run.retry.asked":
      return "run.retry";
    case "run.stop.asked":
      return "run.stop";
    case "project.set":
    case "pull.observed":
    case "pull.gone":
    case "step.ended":
    case "step.waits":
    case "merge.asks":
    case "mark.ended":
    case "turn.waits":
    case "run.step.waits":
    case "run.step.ended":
    case "time.passed":
      return null;
  }
}

/** Who did it, as far as the fact tells. */
export function actorOf(fact: Fact, run: Run | null): string {
  switch (fact.type) {
    case "project.set":
    case "retry.asked":
    case "cancel.asked":
    case "approve.asked":
    case "queue.asked":
    case "plan.answered":
    case "run.retry.asked":
    case "run.stop.asked":
      return fact.by ?? "unknown";
    case "run.asked": {
      const { by, source } = fact.run;
      return source === "comment" || source === "label" ? `github:${by}` : by;
    }
    case "pull.observed":
      // A webhook led to it; without one it was our own look.
      return fact.delivery_id === null ? "tidegate" : "github";
    case "turn.waits":
    case "run.step.ended":
      return actsAs(fact, run);
    case "project.removed":
    case "project.disconnected":
    case "pull.gone":
    case "step.ended":
    case "step.waits":
    case "run.step.waits":
    case "merge.asks":
    case "mark.ended":
    case "time.passed":
      return "tidegate";
  }
}

/** Of a run's steps only the turns are its agent's own doing. */
function actsAs(fact: Extract<Fact, { run_id: string }>, run: Run | null): string {
  const turn = fact.type === "turn.waits" || (fact.type === "run.step.ended" && fact.kind === "turn");
  return turn && run?.agent ? `agent:${run.agent}` : "tidegate";
}
