/** How a validation ends, and how the world hears of it. */
import type { Reason, Validation, ValidationState } from "../../models/validation.ts";
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
    analyzing,
    finished_at: now,
  };
  const reported = report(withValidation(state, validation), validation.id);
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
export function report(state: State, id: string): Decision {
  const before = validationOf(state, id);
  const reports = before.reports + 1;
  if (before.reporting !== null) return nothing(withValidation(state, { ...before, reports }));
  const validation = { ...before, reports, reporting: reports };
  return {
    state: withValidation(state, validation),
    steps: [order(validation, "report", reports)],
    events: [],
  };
}

/** What held the merge holds it no more: it follows the report, or is nobody's wish any longer. */
export function unheld(
  state: State,
  { merge_state, merge_tries }: Validation,
  now: number,
): Partial<Validation> {
  if (merge_state !== "blocked") return {};
  if (state.settings?.auto_merge !== true) return { merge_state: "none", merge_reasons: [] };
  // Only the first merge is begun by a report; one that was tried before is tried again when it is due.
  if (merge_tries > 0) return { merge_again_at: now };
  return { merge_state: "pending", merge_reasons: [], deadline_at: now + STEP_DEADLINE_MS.report };
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

function endNotice(validation: Validation) {
  const level =
    validation.state === "passed" ? "success" : validation.state === "superseded" ? "info" : "error";
  const why = validation.reason === null ? "" : `: ${validation.reason.message}`;
  return notice(
    validation,
    level,
    `Validation of #${validation.pr_number} ${validation.state.replace("_", " ")}${why}`,
  );
}
