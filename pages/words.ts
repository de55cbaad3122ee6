/**
 * One word, tone and shape for every state there is. A word never claims more than the model says: only the
 * state `passed` is called passed, and a passed validation says what became of its merge.
 */
import type { Delivery } from "../models/api.ts";
import type { PullSummary } from "../models/pull.ts";
import type { RunPhase } from "../models/run.ts";
import { BESIDE, GATE_KINDS, type StepKind, type StepState } from "../models/step.ts";
import type { Turn, TurnPurpose } from "../models/turn.ts";
import { hasPassed, type MergeState, type Validation, type ValidationState } from "../models/validation.ts";

export type Tone = "good" | "bad" | "warn" | "busy" | "quiet";
export type Shape =
  | "check"
  | "cross"
  | "alert"
  | "clock"
  | "spin"
  | "slash"
  | "skip"
  | "dash"
  | "merge"
  | "open"
  | "closed"
  | "question"
  | "hand";
export type Mark = { word: string; tone: Tone; shape: Shape };

const mark = (word: string, tone: Tone, shape: Shape): Mark => ({ word, tone, shape });

export const VALIDATION_MARKS: Record<ValidationState, Mark> = {
  queued: mark("Queued", "quiet", "clock"),
  running: mark("Running", "busy", "spin"),
  passed: mark("Passed", "good", "check"),
  passed_flaky: mark("Flaky", "warn", "alert"),
  failed: mark("Failed", "bad", "cross"),
  errored: mark("Errored", "warn", "alert"),
  timed_out: mark("Timed out", "bad", "clock"),
  superseded: mark("Superseded", "quiet", "skip"),
  cancelled: mark("Cancelled", "quiet", "slash"),
};

export const MERGE_MARKS: Record<MergeState, Mark> = {
  none: mark("Not merged", "quiet", "dash"),
  pending: mark("Merge pending", "busy", "clock"),
  queued: mark("In the merge queue", "busy", "clock"),
  merged: mark("Merged", "good", "merge"),
  rehearsed: mark("Would be merged", "quiet", "merge"),
  blocked: mark("Merge blocked", "warn", "hand"),
  rejected: mark("Merge rejected", "bad", "cross"),
  unknown: mark("Merge unknown", "warn", "question"),
};

/** A row of the timeline: a step's own state, or what is to be said of a step that has no record. */
export type RowState = StepState | "waiting" | "not_run" | "undecided";

export const STEP_MARKS: Record<RowState, Mark> = {
  queued: mark("Queued", "quiet", "clock"),
  running: mark("Running", "busy", "spin"),
  passed: mark("Passed", "good", "check"),
  failed: mark("Failed", "bad", "cross"),
  errored: mark("Errored", "warn", "alert"),
  timed_out: mark("Timed out", "bad", "clock"),
  cancelled: mark("Cancelled", "quiet", "slash"),
  not_required: mark("Not required", "quiet", "dash"),
  waiting: mark("Waiting", "quiet", "clock"),
  not_run: mark("Not run", "quiet", "slash"),
  undecided: mark("Not decided yet", "quiet", "question"),
};

/** A step of the gate passes; the others are only done, whatever came of the validation. */
export function stepMark(kind: StepKind, state: RowState): Mark {
  const gate = kind === BESIDE || GATE_KINDS.some((one) => one === kind);
  return state === "passed" && !gate ? mark("Done", "quiet", "check") : STEP_MARKS[state];
}

export const STEP_NAMES: Record<StepKind, { name: string; does: string }> = {
  observe: { name: "Observe", does: "reads the pull request live" },
  snapshot: { name: "Snapshot", does: "lays exactly the head commit into a sandbox" },
  setup: { name: "Set up", does: "runs the set-up commands" },
  test: { name: "Test", does: "runs the tests and counts them" },
  browse: { name: "Browse", does: "walks the user flows in a real browser" },
  analyze: { name: "Analyze", does: "says what the change may break" },
  judge: { name: "Judge", does: "reads the evidence of every required step" },
  report: { name: "Report", does: "writes the check run on GitHub" },
  merge: { name: "Merge", does: "merges exactly the validated commit" },
  release: { name: "Release", does: "destroys the sandbox" },
};

export const DELIVERY_MARKS: Record<Delivery["state"], Mark> = {
  received: mark("Received", "quiet", "clock"),
  processing: mark("Processing", "busy", "spin"),
  done: mark("Done", "good", "check"),
  ignored: mark("Ignored", "quiet", "dash"),
  dead: mark("Given up", "bad", "cross"),
};

const DELIVERY_REASONS: Record<string, string> = {
  self: "It tells what Tidegate itself or another bot did",
  event_not_used: "This kind of event changes nothing here",
  action_not_used: "This kind of event changes nothing here",
  no_command: "Nothing is asked of Tidegate in it",
  not_allowed: "Whoever asked may not write to the repository",
  duplicate_comment: "What its comment asks for was done already",
  comment_gone: "Its comment was deleted before it was read",
  label_gone: "The label was taken off again before it was read",
  not_json: "Its body is not JSON",
  unexpected_payload: "Its body is not what GitHub documents",
  no_project: "Its repository is not pinned",
  installation_mismatch: "It came from another installation than the project's",
  no_pull_request: "No open pull request has this commit",
  given_up_after_retries: "It was tried several times and given up: redeliver it from GitHub",
};

/** The sentence for a delivery's reason; one that is not known here is shown as it is. */
export function deliveryReason(code: string): string {
  return DELIVERY_REASONS[code] ?? code;
}

export const PHASE_MARKS: Record<RunPhase, Mark> = {
  planning: mark("Planning", "busy", "spin"),
  awaiting_confirmation: mark("Plan waits for you", "warn", "hand"),
  executing: mark("Writing", "busy", "spin"),
  pushing: mark("Pushing", "busy", "spin"),
  validating: mark("Validating", "busy", "spin"),
  diagnosing: mark("Reading the failure", "busy", "spin"),
  repairing: mark("Repairing", "busy", "spin"),
  needs_human: mark("Waits for a person", "warn", "hand"),
  completed: mark("Merged", "good", "merge"),
  failed: mark("Failed", "bad", "cross"),
  cancelled: mark("Cancelled", "quiet", "slash"),
};

/** That an agent's turn is over proves nothing: only the gate passes a change. */
export const TURN_MARKS: Record<Turn["state"], Mark> = {
  running: mark("Working", "busy", "spin"),
  passed: mark("Done", "quiet", "check"),
  failed: mark("Failed", "bad", "cross"),
  errored: mark("Errored", "warn", "alert"),
  timed_out: mark("Timed out", "bad", "clock"),
  cancelled: mark("Stopped", "quiet", "slash"),
};

export const TURN_NAMES: Record<TurnPurpose, { name: string; does: string }> = {
  plan: { name: "Plan", does: "writes a plan" },
  write: { name: "Write", does: "writes the change" },
  repair: { name: "Repair", does: "mends what failed" },
};

/** The mark of a run's validation, which the API gives as text; null when it has none. */
export function validationMark(state: string | null): Mark | null {
  if (state === null) return null;
  const known = Object.entries(VALIDATION_MARKS).find(([name]) => name === state);
  return known?.[1] ?? mark(state, "quiet", "question");
}

/** What GitHub says the pull request is. */
export function pullMark(pull: PullSummary): Mark {
  if (pull.merged) return mark("Merged", "good", "merge");
  if (pull.state === "closed") return mark("Closed", "quiet", "closed");
  return pull.draft ? mark("Draft", "quiet", "open") : mark("Open", "good", "open");
}

/** A validation with its merge, honestly: a passed one that is not merged says so. */
export function verdict(validation: Validation): Mark {
  const own = waitingMark(validation) ?? VALIDATION_MARKS[validation.state];
  if (!hasPassed(validation)) return own;
  const merge = MERGE_MARKS[validation.merge_state];
  const flaky = validation.state === "passed_flaky";
  switch (validation.merge_state) {
    case "merged":
      return mark(flaky ? "Flaky, merged by approval" : "Validated and merged", "good", "merge");
    case "none":
      return flaky ? own : mark("Validated, not merged", "good", "check");
    case "pending":
    case "queued":
    case "rehearsed":
    case "blocked":
    case "rejected":
    case "unknown":
      return { ...merge, word: `${flaky ? "Flaky" : "Validated"}, ${merge.word.toLowerCase()}` };
  }
}

/** What did not begin because a person is waited for, or the project is paused, does not look as if it began soon. */
function waitingMark({ state, waits }: Validation): Mark | null {
  if (state !== "queued" || waits === null) return null;
  return waits.code === "paused"
    ? mark("Paused", "warn", "clock")
    : mark("Waits for approval", "warn", "hand");
}

/** The same; one that runs says at which step it is. */
export function atStep(validation: Validation): Mark {
  const { state, current } = validation;
  const own = verdict(validation);
  if (state !== "running" || current === null) return own;
  return { ...own, word: `${own.word}: ${STEP_NAMES[current.kind].name.toLowerCase()}` };
}

/** The first digits of a commit, as GitHub shortens it. */
export function short(sha: string): string {
  return sha.slice(0, 7);
}

/** `1 test`, `2 tests`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
