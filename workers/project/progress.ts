/** Decisions about validations: how one begins, goes from step to step, and is stopped when it is overdue. */
import type { Fact, Outcome } from "../../models/fact.ts";
import { BESIDE, type StepKind } from "../../models/step.ts";
import type { Flaky, Reason, Validation } from "../../models/validation.ts";
import { chain, type Decision, moved, nothing, notice, order } from "./decision.ts";
import { awaiting, finish, orderStep, pendingUntil, report } from "./ending.ts";
import { holdOf } from "./holds.ts";
import { passMarkTime } from "./marks.ts";
import { endMerge, passMergeTime } from "./merge-answer.ts";
import { endReport, passReportTime } from "./reports.ts";
import { isTerminal, RESTART_PAUSES_S, type State, validationOf, withValidation } from "./state.ts";

type StepEnded = Extract<Fact, { type: "step.ended" }>;

/** A step told how it ended. What comes too late, twice, or for another try changes nothing. */
export function endStep(state: State, fact: StepEnded, now: number): Decision {
  const validation = state.validations[fact.validation_id];
  if (validation === undefined) return nothing(state);
  if (fact.kind === "report") return endReport(state, validation, fact, now);
  if (fact.kind === "merge") return endMerge(state, validation, fact, now);
  if (fact.kind === BESIDE) return endAnalysis(state, validation, fact, now);
  const awaited = validation.current?.kind === fact.kind && validation.current.try === fact.try;
  if (isTerminal(validation) || !awaited) return nothing(state);
  const { outcome } = fact;
  switch (outcome.state) {
    case "passed":
      return advance(state, validation, fact, now);
    case "errored":
      return restart(state, validation, fact.try, outcome.reason, now);
    case "failed":
    case "timed_out":
      return finish(state, validation, outcome.state, outcome.reason, now);
  }
}

/** The next required step; after the last, the judge; after the judge, a passed validation. */
function advance(state: State, before: Validation, fact: StepEnded, now: number): Decision {
  const { required, config_digest, tested_base_sha } = fact.outcome;
  const validation: Validation = {
    ...before,
    // What must run is said once, by the step that read the trusted configuration; no other shortens it.
    ...(required && fact.kind === "snapshot" && { required }),
    ...(config_digest && { config_digest }),
    ...(fact.kind === "snapshot" && { tested_base_sha: tested_base_sha ?? null }),
  };
  if (fact.kind === "judge") return pass(state, validation, fact.outcome, now);
  // Without the list of what must run nothing can be complete: a validation of unknown steps never passes.
  if (validation.required === null || validation.required.length === 0) {
    const reason = { code: "no_plan", message: "The snapshot step did not say which steps are required" };
    return finish(state, validation, "errored", reason, now);
  }
  const inRow: StepKind[] = validation.required.filter((kind) => kind !== BESIDE);
  const next = inRow[inRow.indexOf(fact.kind) + 1] ?? "judge";
  const beside = fact.kind === "snapshot" && fact.outcome.analyze === true;
  const going = beside ? { ...validation, analyzing: fact.try } : validation;
  const ordered = orderStep(withValidation(state, going), going, awaiting(next, fact.try, now));
  return beside ? { ...ordered, steps: [...ordered.steps, order(going, BESIDE, fact.try)] } : ordered;
}

/**
 * The code graph was read beside the other steps. What it found against the change ends it as any step would; that it
 * could not be read ends nothing: the judge knows whether the merge may go without it.
 */
function endAnalysis(state: State, before: Validation, fact: StepEnded, now: number): Decision {
  const { risk, reason, state: ended } = fact.outcome;
  if (before.analyzing !== fact.try) return nothing(state);
  const validation = { ...before, analyzing: null, ...(risk !== undefined && { risk }) };
  const known = withValidation(state, validation);
  if (isTerminal(validation)) {
    // The check run was written without it.
    return spoken(report(known, validation.id, now), validation.id);
  }
  if (ended === "failed") return finish(known, validation, "failed", reason, now);
  return spoken(nothing(known), validation.id);
}

function spoken(decision: Decision, id: string): Decision {
  const event = moved(validationOf(decision.state, id), "Analysis ended");
  return { ...decision, events: [...decision.events, event] };
}

/** Every required step ran and passed. The check run says so first; the merge follows it, or a person's decision. */
function pass(state: State, before: Validation, judged: Outcome, now: number): Decision {
  const wanted = state.settings?.auto_merge === true;
  const flaky = judged.flaky ?? null;
  const unsteady = flaky !== null && !flaky.quarantined;
  const left = holdOf(state, before);
  const hold = allOf([
    judged.hold ?? null,
    // That a run stopped is over with its next go; what the judge asks is not.
    left?.code === "needs_human" && judged.hold != null ? null : left,
    unsteady && judged.hold == null ? flakyHold(flaky) : null,
    before.from_fork ? FORK_HOLD : null,
  ]);
  const ended = unsteady ? "passed_flaky" : "passed";
  // What a person approved on an older base counts for exactly that: anything else is asked anew.
  const same = hold !== null && hold.code === before.hold?.code && hold.message === before.hold.message;
  const approved_by = same ? before.approved_by : null;
  const policy_version = judged.policy_version ?? null;
  const validation = { ...before, hold, flaky, approved_by, policy_version };
  if (hold !== null && approved_by === null) {
    const held = { ...validation, ...(wanted && { merge_state: "blocked" as const, merge_reasons: [hold] }) };
    const finished = finish(state, held, ended, null, now);
    const asked = notice(held, "warning", `#${held.pr_number} waits for a person: ${hold.message}`);
    return { ...finished, events: [...finished.events, asked] };
  }
  const merge = wanted ? pendingUntil(now) : { merge_state: "none" as const };
  return finish(state, { ...validation, ...merge }, ended, null, now);
}

/** One word of a person lets the merge go: it is asked for all that holds it. */
function allOf(reasons: readonly (Reason | null)[]): Reason | null {
  const [first, ...others] = reasons.filter((reason) => reason !== null);
  if (first === undefined) return null;
  return { code: first.code, message: [first, ...others].map(({ message }) => message).join(". Besides: ") };
}

/** The code of a fork is not merged by itself, whatever it passed. */
const FORK_HOLD: Reason = {
  code: "fork",
  message: "It comes from a fork: a person must decide about its merge",
};

function flakyHold({ tests }: Flaky): Reason {
  const names = tests.length === 0 ? "something" : tests.slice(0, 5).join(", ");
  return { code: "flaky", message: `It failed before at this very head (${names}): a person must decide` };
}

/** Machinery failed, not the change: throw the sandbox away and begin again, a bounded number of times. */
function restart(
  state: State,
  validation: Validation,
  tried: number,
  reason: Reason | null,
  now: number,
): Decision {
  // A credential that GitHub takes no more is mended by a person, not by another try.
  const pause = reason?.code === "auth_revoked" ? undefined : RESTART_PAUSES_S[tried - 1];
  if (pause === undefined) return finish(state, validation, "errored", reason, now);
  const anew = { ...validation, analyzing: null, tested_base_sha: null };
  const ordered = orderStep(state, anew, awaiting("snapshot", tried + 1, now, pause), pause);
  return { ...ordered, steps: [order(validation, "release", tried), ...ordered.steps] };
}

/** Nothing waits for ever: what is overdue ends, a merge that was put off is tried again or given up. */
export function passTime(state: State, now: number): Decision {
  let decision = nothing(state);
  for (const id of Object.keys(state.validations)) {
    decision = chain(decision, (next) => overdue(next, validationOf(next, id), now));
    decision = chain(decision, (next) => passReportTime(next, validationOf(next, id), now));
  }
  return chain(decision, (next) => passMarkTime(next, now));
}

function overdueReason({ waits }: Validation): Reason {
  if (waits == null) return { code: "deadline", message: "The validation's own deadline passed" };
  return { code: "never_begun", message: `It was not let begin in two weeks: ${waits.message}` };
}

function overdue(state: State, validation: Validation, now: number): Decision {
  if (isTerminal(validation)) return passMergeTime(state, validation, now);
  if (validation.deadline_at <= now) {
    const reason = overdueReason(validation);
    return finish(state, validation, "timed_out", reason, now);
  }
  const current = validation.current;
  if (current === null || current.deadline_at > now) return nothing(state);
  const reason = {
    code: "step_lost",
    message: `The ${current.kind} step was not heard of before its deadline`,
  };
  return restart(state, validation, current.try, reason, now);
}
