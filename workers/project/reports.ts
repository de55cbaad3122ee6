/** Decisions about the check run: a report was written, or was lost. */
import type { Fact } from "../../models/fact.ts";
import { hasPassed, type Validation } from "../../models/validation.ts";
import { chain, type Decision, nothing } from "./decision.ts";
import { orderReport } from "./ending.ts";
import { holdBack, seekMerge } from "./merging.ts";
import { isHeld, reportDue, type State, validationOf, withValidation } from "./state.ts";

type StepEnded = Extract<Fact, { type: "step.ended" }>;

/** A report was written. The newest one is written next; when it stands, a passed head may be merged. */
export function endReport(state: State, before: Validation, fact: StepEnded, now: number): Decision {
  if (fact.try !== before.reporting) return nothing(state);
  const { check_run_id, state: ended } = fact.outcome;
  const written = {
    ...before,
    stalled: null,
    reporting: null,
    ...(check_run_id !== undefined && { check_run_id }),
  };
  // What was wanted meanwhile may say otherwise: green is what the newest report said.
  if (written.reports > fact.try) return orderReport(withValidation(state, written), written, now);
  const good = hasPassed(written) && !isHeld(written) && written.twin == null;
  const validation = { ...written, green: ended === "passed" ? good : written.green && good };
  return mergeAfterReport(withValidation(state, validation), validation, fact, now);
}

/** What a lost report held back goes on when a later one was written. */
const LOST: ReadonlySet<string> = new Set([
  ...["report_lost", "report_failed", "given_up", "auth_revoked", "disconnected"],
]);

function mergeAfterReport(state: State, validation: Validation, fact: StepEnded, now: number): Decision {
  const { merge_state, merging, merge_reasons, merge_again_at, green } = validation;
  const lost = merge_state === "blocked" && merge_again_at === null && LOST.has(merge_reasons[0]?.code ?? "");
  if (!(merge_state === "pending" && merging === null) && !lost) return nothing(state);
  if (green) return seekMerge(state, validation, now);
  if (lost) return nothing(state);
  const { outcome } = fact;
  if (outcome.state === "passed") return seekMerge(state, validation, now);
  const reason = outcome.reason ?? { code: "report_failed", message: "The check run could not be written" };
  return holdBack(state, validation, reason);
}

/** A report that was not heard of is written again: the check run would say what is over for ever. */
export function passReportTime(state: State, validation: Validation, now: number): Decision {
  const due = reportDue(validation);
  if (due === null || due > now) return nothing(state);
  const again = { ...validation, reports: validation.reports + 1, reporting: null };
  return chain(nothing(withValidation(state, again)), (next) =>
    orderReport(next, validationOf(next, again.id), now),
  );
}
