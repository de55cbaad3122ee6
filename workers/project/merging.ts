/** Decisions about merging: only a passed validation that is still the newest of its pull request's live head. */

import type { Fact } from "../../models/fact.ts";
import { FORK_WAITS } from "../../models/pull.ts";
import type { Run } from "../../models/run.ts";
import { hasPassed, mergeDeadlineOf, type Reason, type Validation } from "../../models/validation.ts";
import { type Decision, moved, nothing, notice } from "./decision.ts";
import { pendingUntil, report } from "./ending.ts";
import { suspectOf } from "./run-state.ts";
import {
  isFork,
  isHeld,
  isStopped,
  latestOf,
  STEP_DEADLINE_MS,
  type State,
  withValidation,
} from "./state.ts";
import { twinHold } from "./twins.ts";

/** Wants the merge of exactly this validation's head, if nothing stands against it: it gets its place in the queue. */
export function seekMerge(state: State, before: Validation, now: number): Decision {
  const against = objection(state, before, now);
  if (against !== null) return holdBack(state, before, against);
  const suspect = before.approved_by === null ? suspectOf(state, before.pr_number) : null;
  if (suspect !== null) return putOff(state, before, suspect, now);
  // Branch protection may be waiting for our check: it says "passed" first.
  if (!before.green) return reportFirst(state, before, now);
  const validation: Validation = {
    ...before,
    merge_state: "queued",
    merging: null,
    queued_at: before.queued_at ?? now,
    merge_again_at: null,
    // A moment after it the objection holds; at it nothing would happen, again and again.
    deadline_at: (mergeDeadlineOf(before) ?? now) + 1,
  };
  const known = nothing(withValidation(state, validation));
  // Whoever is held or waits for others stays here without another event: who looks at the queue must see it come.
  const news = before.merge_state === "queued" ? [] : [moved(validation, "In the merge queue")];
  return { ...known, events: news };
}

function reportFirst(state: State, before: Validation, now: number): Decision {
  const pending = { ...before, ...pendingUntil(now), merge_again_at: null };
  const known = withValidation(state, pending);
  return pending.reporting === null ? report(known, pending.id, now) : nothing(known);
}

/** Why this validation may not be merged by us, now or ever; null when it may. */
export function objection(state: State, validation: Validation, now: number): Reason | null {
  const pull = state.pulls[validation.pr_number];
  if (!hasPassed(validation)) return { code: "not_passed", message: `The validation is ${validation.state}` };
  if (pull?.state !== "open") return { code: "pull_closed", message: "The pull request is not open" };
  if (latestOf(state, pull)?.id !== validation.id || pull.head_sha !== validation.head_sha) {
    return { code: "superseded", message: `The live head is ${pull.head_sha}` };
  }
  if (pull.base_ref !== validation.base_ref)
    return { code: "superseded", message: `The live base is ${pull.base_ref}` };
  // What was validated as the repository's own got its secrets; what comes from a fork is another matter.
  if (isFork(pull) && !validation.from_fork)
    return { code: FORK_WAITS, message: "Its head is a fork's by now" };
  if (isStopped(pull))
    return { code: pull.blocked ?? "", message: `The pull request is held back: ${pull.blocked}` };
  if (isHeld(validation) && validation.hold !== null) return validation.hold;
  // Flaky without a hold is not known; it would be merged without a person.
  if (validation.state === "passed_flaky" && validation.approved_by === null)
    return { code: "flaky", message: "It failed before at this head" };
  const twin = twinHold(state, validation);
  if (twin !== null) return twin;
  if (state.settings?.auto_merge !== true)
    return { code: "auto_merge_disabled", message: "Auto-merge was turned off" };
  if (now > (mergeDeadlineOf(validation) ?? now)) {
    const last = validation.merge_reasons.map((reason) => reason.message).join("; ");
    const message = `The merge was not allowed within a day${last === "" ? "" : ` (${last})`}: retry the validation`;
    return { code: "merge_deadline", message };
  }
  return null;
}

/** A merge that was waited for is not waited for any more, and everybody hears why. */
export function holdBack(state: State, before: Validation, reason: Reason): Decision {
  const { merge_state } = before;
  const waiting = merge_state === "pending" || merge_state === "queued" || merge_state === "blocked";
  if (!waiting) return nothing(withValidation(state, { ...before, merge_again_at: null, queued_at: null }));
  const validation: Validation = {
    ...before,
    merge_state: "blocked",
    merge_reasons: [reason],
    merge_again_at: null,
    queued_at: null,
    merging: null,
  };
  return {
    state: withValidation(state, validation),
    steps: [],
    events: [moved(validation, "Merge blocked"), mergeNotice(validation)],
  };
}

/** What stood against a merge and may be over: its answer is worth asking for again when that changed. */
const PASSING: ReadonlySet<string> = new Set([
  "draft",
  "pull_closed",
  "auto_merge_disabled",
  "validation_disabled",
]);

/** What stands beside it, and is looked at again in any case. */
export const ASKED_AGAIN: ReadonlySet<string> = new Set([
  "missing_checks",
  "pending_checks",
  "failed_check",
  "untrusted_check_source",
]);

/**
 * Whether all that stood against a merge may be over. Conflicts beside it are looked at again with the merge; alone they
 * are not, or each look would ask for another.
 *
 * @param more what else may
 */
export function isPassing(reasons: readonly Reason[], more: (code: string) => boolean): boolean {
  const mayBe = ({ code }: Reason) => PASSING.has(code) || more(code);
  const some = reasons.some(({ code }) => PASSING.has(code));
  return reasons.every((reason) => mayBe(reason) || (some && reason.code === "conflicts"));
}

/** A condition that belongs to the pull request or the project is over: what it held back is wanted again. */
export function resumeMerge(state: State, latest: Validation, now: number): Decision {
  const { merge_state, merge_again_at, merge_reasons } = latest;
  const still = merge_state === "none" || (merge_state === "blocked" && merge_again_at === null);
  // A base that moved while nobody wanted the merge was not followed by another attempt: asked again, it is.
  const over = isPassing(merge_reasons, (code) => ASKED_AGAIN.has(code) || code === "base_moved");
  if (!hasPassed(latest) || !still || !over) return nothing(state);
  const wanted = { ...latest, wanted_at: now };
  const against = objection(state, wanted, now);
  // What stands against it now is said instead of what is over.
  if (against !== null) {
    const unwanted = merge_state === "none" && against.code === "auto_merge_disabled";
    return unwanted ? nothing(state) : holdBack(state, { ...latest, merge_state: "blocked" }, against);
  }
  return seekMerge(state, { ...wanted, merge_state: "blocked", merge_reasons: [] }, now);
}

/** How long until it is asked again whose a pull request is, in ms. */
const PUT_OFF_MS = 5_000;

/** A merge that waits for a moment: nobody needs to hear of it twice. */
function putOff(state: State, before: Validation, { id }: Run, now: number): Decision {
  const message = `It is not known yet whether the agent of run "${id}" opened this pull request`;
  const validation: Validation = {
    ...before,
    merge_state: "blocked",
    merge_reasons: [{ code: "agent_at_work", message }],
    merge_again_at: now + PUT_OFF_MS,
    merging: null,
  };
  const again = before.merge_reasons[0]?.code === "agent_at_work";
  const events = again ? [] : [moved(validation, "Merge put off")];
  return { state: withValidation(state, validation), steps: [], events };
}

/**
 * The merge step is about to ask GitHub: what it read is a moment old, and its order may have lain in a queue. Refused when
 * nobody waits for this try any more, or something stands against it by now.
 */
export function confirmMerge(
  state: State,
  fact: Extract<Fact, { type: "merge.asks" }>,
  now: number,
): Decision {
  const before = state.validations[fact.validation_id];
  const awaited = before?.merge_state === "pending" && before.merging === fact.try;
  const against = before === undefined || !awaited ? null : objection(state, before, now);
  if (before === undefined || !awaited || against !== null || state.settings?.paused === true) {
    const why = against?.message ?? "nobody waits for it any more";
    return nothing(state, { code: "conflict", message: `Cannot merge "${fact.validation_id}": ${why}` });
  }
  const deadline_at = Math.max(before.deadline_at, now + STEP_DEADLINE_MS.merge);
  return nothing(withValidation(state, { ...before, deadline_at }));
}

/** What people hear of where its merge is. */
export function mergeNotice(validation: Validation) {
  const why = validation.merge_reasons.map((reason) => reason.message).join("; ");
  const said = validation.merge_state === "rehearsed" ? "rehearsed only" : validation.merge_state;
  const message = `Merge of #${validation.pr_number} ${said}${why === "" ? "" : `: ${why}`}`;
  const good = validation.merge_state === "merged" && validation.merge_reasons.length === 0;
  return notice(validation, good ? "success" : "warning", message);
}
