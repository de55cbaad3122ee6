/** Decisions about merging: only a passed validation that is still the newest of its pull request's live head. */
import type { Fact, Outcome } from "../../models/fact.ts";
import type { Run } from "../../models/run.ts";
import type { StepOrder } from "../../models/step.ts";
import type { Reason, Validation } from "../../models/validation.ts";
import { type Decision, moved, nothing, notice, order } from "./decision.ts";
import { report } from "./ending.ts";
import { suspectOf } from "./run-state.ts";
import {
  isHeld,
  latestOf,
  MERGE_DEADLINE_MS,
  STEP_DEADLINE_MS,
  type State,
  validationOf,
  withValidation,
} from "./state.ts";
import { twinHold } from "./twins.ts";

type StepEnded = Extract<Fact, { type: "step.ended" }>;

/** A report was written. The newest one is written next; when it stands, a passed head is merged. */
export function endReport(state: State, before: Validation, fact: StepEnded, now: number): Decision {
  if (fact.try !== before.reporting) return nothing(state);
  const { check_run_id } = fact.outcome;
  const written = { ...before, reporting: null, ...(check_run_id !== undefined && { check_run_id }) };
  if (written.reports > fact.try) {
    const validation = { ...written, reporting: written.reports };
    const step = order(validation, "report", validation.reports);
    return { state: withValidation(state, validation), steps: [step], events: [] };
  }
  return mergeAfterReport(withValidation(state, written), written, fact.outcome, now);
}

/** Only when the check run says "passed" is the head merged: branch protection may be waiting for it. */
function mergeAfterReport(state: State, validation: Validation, outcome: Outcome, now: number): Decision {
  const wanted =
    validation.state === "passed" && validation.merge_state === "pending" && validation.merge_tries === 0;
  if (!wanted) return nothing(state);
  if (outcome.state === "passed") return orderMerge(state, validation, now);
  const reason = outcome.reason ?? { code: "report_failed", message: "The check run could not be written" };
  return holdBack(state, validation, reason);
}

/** Asks for the merge of exactly this validation's head, if nothing stands against it. */
export function orderMerge(state: State, before: Validation, now: number): Decision {
  const against = objection(state, before, now);
  if (against !== null) return holdBack(state, before, against);
  const suspect = before.approved_by === null ? suspectOf(state, before.pr_number) : null;
  if (suspect !== null) return putOff(state, before, suspect, now);
  const validation: Validation = {
    ...before,
    merge_state: "pending",
    merge_tries: before.merge_tries + 1,
    merge_again_at: null,
    deadline_at: now + STEP_DEADLINE_MS.merge,
  };
  return {
    state: withValidation(state, validation),
    steps: [order(validation, "merge", validation.merge_tries)],
    events: [moved(validation, "Merging")],
  };
}

/** Why this validation may not be merged by us, now or ever; null when it may. */
function objection(state: State, validation: Validation, now: number): Reason | null {
  const pull = state.pulls[validation.pr_number];
  if (validation.state !== "passed")
    return { code: "not_passed", message: `The validation is ${validation.state}` };
  if (pull?.state !== "open") return { code: "pull_closed", message: "The pull request is not open" };
  if (latestOf(state, pull)?.id !== validation.id || pull.head_sha !== validation.head_sha) {
    return { code: "superseded", message: `The live head is ${pull.head_sha}` };
  }
  if (pull.blocked !== null)
    return { code: pull.blocked, message: `The pull request is held back: ${pull.blocked}` };
  if (isHeld(validation) && validation.hold !== null) return validation.hold;
  const twin = twinHold(state, validation);
  if (twin !== null) return twin;
  if (state.settings?.auto_merge !== true)
    return { code: "auto_merge_disabled", message: "Auto-merge was turned off" };
  if (validation.finished_at !== null && now > validation.finished_at + MERGE_DEADLINE_MS) {
    return {
      code: "merge_deadline",
      message: "The merge was not allowed within a day: retry the validation",
    };
  }
  return null;
}

/** A merge that was waited for is not waited for any more, and everybody hears why. */
function holdBack(state: State, before: Validation, reason: Reason): Decision {
  const waiting = before.merge_state === "pending" || before.merge_state === "blocked";
  if (!waiting) return nothing(withValidation(state, { ...before, merge_again_at: null }));
  const validation: Validation = {
    ...before,
    merge_state: "blocked",
    merge_reasons: [reason],
    merge_again_at: null,
  };
  return {
    state: withValidation(state, validation),
    steps: [],
    events: [moved(validation, "Merge blocked"), mergeNotice(validation)],
  };
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
  };
  const again = before.merge_reasons[0]?.code === "agent_at_work";
  const events = again ? [] : [moved(validation, "Merge put off")];
  return { state: withValidation(state, validation), steps: [], events };
}

/** What GitHub answered. A refusal that may pass is tried again later; everything else waits for a person. */
export function endMerge(state: State, before: Validation, fact: StepEnded, now: number): Decision {
  if (before.merge_state !== "pending" || fact.try !== before.merge_tries) return nothing(state);
  const { merge, reason } = fact.outcome;
  const none = { code: "merge_unknown", message: "The merge step gave no answer" };
  return answered(state, before, merge ?? unknown(reason ?? none), now);
}

/** A merge that was put off is tried again; a report or an answer that never came is not waited for any more. */
export function passMergeTime(state: State, validation: Validation, now: number): Decision {
  const { merge_state, merge_again_at, merge_tries, deadline_at } = validation;
  if (merge_state !== "pending") {
    return merge_again_at !== null && merge_again_at <= now
      ? orderMerge(state, validation, now)
      : nothing(state);
  }
  if (deadline_at > now) return nothing(state);
  if (merge_tries === 0) {
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

function answered(state: State, before: Validation, answer: Answer, now: number): Decision {
  const settled: Validation = {
    ...before,
    merge_state: answer.state,
    merge_reasons: answer.reasons,
    merge_commit_sha: answer.commit_sha,
    merge_again_at: answer.again_s === null ? null : now + answer.again_s * 1000,
  };
  const reported = report(withValidation(state, settled), settled.id);
  const validation = validationOf(reported.state, settled.id);
  return {
    state: reported.state,
    steps: [...reported.steps, look(validation)],
    events: [moved(validation, `Merge ${answer.state}`), mergeNotice(validation)],
  };
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

function mergeNotice(validation: Validation) {
  const why = validation.merge_reasons.map((reason) => reason.message).join("; ");
  const message = `Merge of #${validation.pr_number} ${validation.merge_state}${why === "" ? "" : `: ${why}`}`;
  return notice(validation, validation.merge_state === "merged" ? "success" : "warning", message);
}
