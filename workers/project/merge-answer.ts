/** What became of a merge that was asked for: what GitHub answered, or that nobody was heard before the deadline. */
import type { Fact, Outcome } from "../../models/fact.ts";
import type { StepOrder } from "../../models/step.ts";
import { hasPassed, type Reason, type Validation } from "../../models/validation.ts";
import { chain, type Decision, moved, nothing } from "./decision.ts";
import { held, report } from "./ending.ts";
import { ASKED_AGAIN, holdBack, isPassing, mergeNotice, objection, seekMerge } from "./merging.ts";
import { requeue } from "./requeue.ts";
import { latestOf, type State, validationOf, withPull, withValidation } from "./state.ts";

type StepEnded = Extract<Fact, { type: "step.ended" }>;

/** What GitHub answered. A refusal that may pass is tried again later; everything else waits for a person. */
export function endMerge(state: State, before: Validation, fact: StepEnded, now: number): Decision {
  const awaited = before.merge_state === "pending" && before.merging === fact.try;
  if (!awaited) return nothing(state);
  const { merge, reason } = fact.outcome;
  const none = { code: "merge_unknown", message: "The merge step gave no answer" };
  return answered(state, { ...before, stalled: null }, merge ?? unknown(reason ?? none), now);
}

/** A merge that was put off is tried again; a report or an answer that never came is not waited for any more. */
export function passMergeTime(state: State, validation: Validation, now: number): Decision {
  const { merge_state, merge_again_at, merging, deadline_at } = validation;
  if (merge_state === "queued")
    return deadline_at <= now ? seekMerge(state, validation, now) : nothing(state);
  if (merge_state !== "pending") {
    return merge_again_at !== null && merge_again_at <= now
      ? seekMerge(state, validation, now)
      : nothing(state);
  }
  if (deadline_at > now) return nothing(state);
  if (merging === null) {
    const message = "It is not known whether the check run was written: retry the validation";
    return holdBack(state, validation, { code: "report_lost", message });
  }
  const message = "The merge step was not heard of before its deadline: a person must look";
  return answered(state, validation, unknown({ code: "merge_lost", message }), now);
}

type Answer = NonNullable<Outcome["merge"]>;

/** Nobody knows whether it merged. */
function unknown(reason: Reason): Answer {
  return { state: "unknown", reasons: [reason], commit_sha: null, again_s: null };
}

/** How soon a merge is asked for again whose refusal was over before it was heard, in ms. */
const OVERTAKEN_MS = 5_000;

/**
 * What the step read may be over when its answer is heard: somebody approved, a twin was decided, a setting was put back.
 * Nothing would follow from that any more, so it is asked again.
 */
function isOvertaken(state: State, before: Validation, { reasons }: Answer, now: number): boolean {
  const ours = (code: string) => ASKED_AGAIN.has(code) || code === before.hold?.code || code === "twin_held";
  const live = { ...before, merge_state: "blocked" as const };
  return reasons.length > 0 && isPassing(reasons, ours) && objection(state, live, now) === null;
}

/** What is not asked for again until somebody decides does not speak of what is over by then. */
function lasting(said: Answer): Answer {
  const reasons = said.reasons.filter(({ code }) => !ASKED_AGAIN.has(code));
  return said.again_s !== null || reasons.length === 0 ? said : { ...said, reasons };
}

function answered(state: State, before: Validation, said: Answer, now: number): Decision {
  const overtaken =
    said.state === "blocked" && said.again_s === null && isOvertaken(state, before, said, now);
  const answer = overtaken ? { ...said, again_s: OVERTAKEN_MS / 1000 } : lasting(said);
  const again = answer.again_s !== null;
  const settled: Validation = {
    ...before,
    merging: null,
    merge_state: answer.state,
    merge_reasons: answer.reasons,
    merge_commit_sha: answer.commit_sha,
    merge_again_at: answer.again_s === null ? null : now + answer.again_s * 1000,
    queued_at: again ? before.queued_at : null,
  };
  const known = withValidation(answer.state === "unknown" ? suspended(state, settled) : state, settled);
  // Asked for every minute and answered as before: the check run says it already.
  const same = JSON.stringify(before.merge_reasons) === JSON.stringify(settled.merge_reasons);
  const old = again && before.merge_tries > 1 && same;
  const reported = old ? nothing(known) : report(known, settled.id, now, true);
  const validation = validationOf(reported.state, settled.id);
  const told: Decision = {
    state: reported.state,
    steps: [...reported.steps, look(validation)],
    events: [moved(validation, `Merge ${answer.state}`), ...(old ? [] : [mergeNotice(validation)])],
  };
  if (answer.state === "unknown") return chain(told, (next) => holdNewest(next, settled, now));
  const stale = answer.reasons.some(({ code }) => code === "base_moved");
  return stale ? chain(told, (next) => requeue(next, before, now)) : told;
}

/** What passed meanwhile under the same pull request was not known to wait for a person when it did. */
function holdNewest(state: State, { id, pr_number, merge_reasons }: Validation, now: number): Decision {
  const pull = state.pulls[pr_number];
  const newest = pull === undefined ? null : latestOf(state, pull);
  const waits = newest !== null && newest.id !== id && hasPassed(newest) && newest.merge_state !== "merged";
  return waits ? held(state, newest, lostMerge(merge_reasons), now) : nothing(state);
}

function lostMerge(reasons: readonly Reason[]): Reason {
  const message = `What became of an earlier merge is not known: ${reasons[0]?.message ?? ""}`;
  return { code: "merge_unknown", message };
}

/** Nobody knows what became of a merge: nothing of this pull request is merged until a person looked. */
function suspended(state: State, { pr_number, merge_reasons }: Validation): State {
  const pull = state.pulls[pr_number];
  if (pull === undefined) return state;
  return withPull(state, { ...pull, hold: { reason: lostMerge(merge_reasons), heads: null } });
}

/** After any answer the truth is read again: a moved head wants its own validation, a merge wants to be seen. */
function look(validation: Validation): StepOrder {
  return {
    kind: "observe",
    id: `${validation.id}.observe.${validation.merge_tries}`,
    delivery_id: null,
    project_id: validation.project_id,
    pr_number: validation.pr_number,
  };
}
