/** How a validation ends, and how the world hears of it. */

import type { StepKind } from "../../models/step.ts";
import { hasPassed, type Reason, type Validation, type ValidationState } from "../../models/validation.ts";
import { type Decision, moved, nothing, notice, order } from "./decision.ts";
import { STEP_DEADLINE_MS, type State, validationOf, withValidation } from "./state.ts";

/** Ends a validation: its state never changes again, its sandbox goes, its check run is concluded. */
export function finish(
  state: State,
  before: Validation,
  ended: ValidationState,
  reason: Reason | null,
  now: number,
): Decision {
  const tried = before.current?.try ?? 1;
  // What the code graph says of a change that is over interests nobody.
  const over = ended === "superseded" || ended === "cancelled";
  const analyzing = over ? null : before.analyzing;
  const validation: Validation = {
    ...before,
    state: ended,
    reason,
    current: null,
    waits: null,
    stalled: null,
    analyzing,
    // Who did not pass gives the place in the merge queue up.
    queued_at: hasPassed({ state: ended }) ? before.queued_at : null,
    finished_at: now,
  };
  const reported = report(withValidation(state, validation), validation.id, now);
  const done = validationOf(reported.state, validation.id);
  return {
    state: reported.state,
    steps: [order(validation, "release", tried), ...reported.steps],
    events: [{ type: "validation.completed", validation: done }, endNotice(done)],
  };
}

/**
 * Wants the check run to be written anew. One report is under way at a time, so that two can never make two
 * check runs, and what is wanted meanwhile is written once at the end.
 */
export function report(state: State, id: string, now: number, urgent = false): Decision {
  const before = validationOf(state, id);
  const validation = { ...before, reports: before.reports + 1 };
  const known = withValidation(state, validation);
  return before.reporting === null ? orderReport(known, validation, now, urgent) : nothing(known);
}

/** Two reports of one validation lie so far apart at least, in ms, unless its end or its merge is what the second says. */
const PACE_MS = 5_000;

/** Orders the newest report. */
export function orderReport(state: State, before: Validation, now: number, urgent = false): Decision {
  const { finished_at, reported_at, merge_state, merging, reports } = before;
  const ends = finished_at !== null && (reported_at ?? 0) <= finished_at;
  const awaited = ends || (merge_state === "pending" && merging === null);
  const pause_ms = urgent || awaited || reported_at == null ? 0 : Math.max(0, reported_at + PACE_MS - now);
  const delay_s = Math.ceil(pause_ms / 1000);
  const validation = { ...before, reporting: reports, reported_at: now + delay_s * 1000 };
  return {
    state: withValidation(state, validation),
    steps: [order(validation, "report", reports, delay_s)],
    events: [],
  };
}

/** It passed or failed, and a person is asked about it: what was approved before was not approved of this. */
export function held(state: State, before: Validation, hold: Reason, now: number): Decision {
  const validation = { ...before, hold, approved_by: null, green: false };
  return report(withValidation(state, validation), before.id, now);
}

/** Why nothing is asked of a merge that a person took out of the queue. */
export const REMOVED = "removed_from_queue";

/** What held the merge holds it no more: it follows the report, or is nobody's wish any longer. */
export function unheld(
  state: State,
  { merge_state, merge_reasons }: Validation,
  now: number,
): Partial<Validation> {
  // Who took it out of the queue said so beside whatever else was asked: only they put it in again.
  if (merge_reasons.some(({ code }) => code === REMOVED)) return {};
  // `none`: it passed while auto-merge was off, and is wanted if that is on by now.
  if (merge_state !== "blocked" && merge_state !== "none") return {};
  if (state.settings?.auto_merge !== true)
    return { merge_state: "none", merge_reasons: [], merge_again_at: null };
  return { ...pendingUntil(now), merge_reasons: [], merge_again_at: null };
}

/** A merge that waits until the check run says that it passed. */
export function pendingUntil(now: number): Pick<Validation, "merge_state" | "merging" | "deadline_at"> {
  return { merge_state: "pending", merging: null, deadline_at: now + STEP_DEADLINE_MS.report };
}

/** A step that is waited for from now on, as long as its kind may take. */
export function awaiting(
  kind: StepKind,
  nth: number,
  now: number,
  delay_s = 0,
): NonNullable<Validation["current"]> {
  return { kind, try: nth, ordered_at: now, deadline_at: now + delay_s * 1000 + STEP_DEADLINE_MS[kind] };
}

/** Orders a step of the gate and starts its deadline. */
export function orderStep(
  state: State,
  before: Validation,
  current: Validation["current"] & object,
  delay_s = 0,
): Decision {
  const { kind, try: nth, ordered_at } = current;
  if (kind === "observe")
    throw new Error("Cannot order observe for a validation: it belongs to a pull request");
  const first = kind === "snapshot" && nth === 1;
  const validation: Validation = {
    ...before,
    stalled: null,
    state: first ? "queued" : "running",
    started_at: before.started_at ?? (first ? null : ordered_at),
    current,
  };
  return {
    state: withValidation(state, validation),
    steps: [order(validation, kind, nth, delay_s)],
    events: [moved(validation, `${kind} ordered`)],
  };
}

const LEVEL: Partial<Record<ValidationState, "success" | "warning" | "info">> = {
  passed: "success",
  passed_flaky: "warning",
  superseded: "info",
};

function endNotice(validation: Validation) {
  const level = LEVEL[validation.state] ?? "error";
  const why = validation.reason === null ? "" : `: ${validation.reason.message}`;
  return notice(
    validation,
    level,
    `Validation of #${validation.pr_number} ${validation.state.replace("_", " ")}${why}`,
  );
}
