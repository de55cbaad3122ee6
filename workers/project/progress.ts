/** Decisions about validations: how one begins, goes from step to step, and is stopped when it is overdue. */
import type { Fact } from "../../models/fact.ts";
import { BESIDE, type StepKind } from "../../models/step.ts";
import type { Reason, Validation } from "../../models/validation.ts";
import { chain, type Decision, moved, nothing, notice, order } from "./decision.ts";
import { finish, orderStep, report } from "./ending.ts";
import { holdOf } from "./holds.ts";
import { endMerge, endReport, passMergeTime } from "./merging.ts";
import { runOf } from "./run-state.ts";
import {
  digitsOf,
  isTerminal,
  type PullState,
  RESTART_PAUSES_S,
  STEP_DEADLINE_MS,
  type State,
  VALIDATION_DEADLINE_MS,
  validationId,
  validationOf,
  withPull,
  withValidation,
} from "./state.ts";

type StepEnded = Extract<Fact, { type: "step.ended" }>;

/** A new validation of the pull request's live head, with its first step and its check run on order. */
export function startValidation(
  projectId: string,
  state: State,
  pull: PullState,
  deliveryId: string | null,
  now: number,
): Decision {
  const validation = newValidation(projectId, pull, deliveryId, runOf(state, pull)?.id ?? null, now);
  const attempts = { ...pull.attempts, [digitsOf(pull.head_sha)]: validation.attempt };
  const known = withPull(state, { ...pull, attempts, validation_id: validation.id });
  const begun = orderStep(withValidation(known, validation), validation, awaiting("snapshot", 1, now));
  const reported = chain(begun, (next) => report(next, validation.id));
  const started = validationOf(reported.state, validation.id);
  return { ...reported, events: [{ type: "validation.started", validation: started }] };
}

function newValidation(
  projectId: string,
  pull: PullState,
  deliveryId: string | null,
  runId: string | null,
  now: number,
): Validation {
  const attempt = nextAttempt(pull);
  return {
    id: validationId(projectId, pull.number, pull.head_sha, attempt),
    project_id: projectId,
    pr_number: pull.number,
    head_sha: pull.head_sha,
    base_ref: pull.base_ref,
    base_sha: pull.base_sha,
    attempt,
    state: "queued",
    reason: null,
    required: null,
    current: null,
    superseded_by: null,
    config_digest: null,
    merge_state: "none",
    merge_reasons: [],
    merge_commit_sha: null,
    hold: null,
    approved_by: null,
    twin: null,
    analyzing: null,
    risk: null,
    merge_tries: 0,
    merge_again_at: null,
    check_run_id: null,
    reports: 0,
    reporting: null,
    delivery_id: deliveryId,
    agent_run_id: runId,
    created_at: now,
    started_at: null,
    finished_at: null,
    deadline_at: now + VALIDATION_DEADLINE_MS,
  };
}

/** A head that comes back, or is asked for again, is a new attempt; old attempts stay readable. */
export function nextAttempt(pull: PullState): number {
  return (pull.attempts[digitsOf(pull.head_sha)] ?? 0) + 1;
}

function awaiting(kind: StepKind, nth: number, now: number, delay_s = 0): NonNullable<Validation["current"]> {
  return { kind, try: nth, ordered_at: now, deadline_at: now + delay_s * 1000 + STEP_DEADLINE_MS[kind] };
}

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
  const { required, config_digest } = fact.outcome;
  const validation: Validation = {
    ...before,
    // What must run is said once, by the step that read the trusted configuration; no other shortens it.
    ...(required && fact.kind === "snapshot" && { required }),
    ...(config_digest && { config_digest }),
  };
  if (fact.kind === "judge") return pass(state, validation, fact.outcome.hold ?? null, now);
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
    return spoken(report(known, validation.id), validation.id);
  }
  if (ended === "failed") return finish(known, validation, "failed", reason, now);
  return spoken(nothing(known), validation.id);
}

function spoken(decision: Decision, id: string): Decision {
  const event = moved(validationOf(decision.state, id), "Analysis ended");
  return { ...decision, events: [...decision.events, event] };
}

/** Every required step ran and passed. The check run says so first; the merge follows it, or a person's decision. */
function pass(state: State, before: Validation, judged: Reason | null, now: number): Decision {
  const wanted = state.settings?.auto_merge === true;
  const hold = judged ?? holdOf(state, before);
  const validation = { ...before, hold };
  if (hold !== null) {
    const held = { ...validation, ...(wanted && { merge_state: "blocked" as const, merge_reasons: [hold] }) };
    const finished = finish(state, held, "passed", null, now);
    const asked = notice(held, "warning", `#${held.pr_number} waits for a person: ${hold.message}`);
    return { ...finished, events: [...finished.events, asked] };
  }
  const merge: Pick<Validation, "merge_state" | "deadline_at"> = wanted
    ? { merge_state: "pending", deadline_at: now + STEP_DEADLINE_MS.report }
    : { merge_state: "none", deadline_at: validation.deadline_at };
  return finish(state, { ...validation, ...merge }, "passed", null, now);
}

/** Machinery failed, not the change: throw the sandbox away and begin again, a bounded number of times. */
function restart(
  state: State,
  validation: Validation,
  tried: number,
  reason: Reason | null,
  now: number,
): Decision {
  const pause = RESTART_PAUSES_S[tried - 1];
  if (pause === undefined) return finish(state, validation, "errored", reason, now);
  const anew = { ...validation, analyzing: null };
  const ordered = orderStep(state, anew, awaiting("snapshot", tried + 1, now, pause), pause);
  return { ...ordered, steps: [order(validation, "release", tried), ...ordered.steps] };
}

/** Nothing waits for ever: what is overdue ends, a merge that was put off is tried again or given up. */
export function passTime(state: State, now: number): Decision {
  let decision = nothing(state);
  for (const id of Object.keys(state.validations)) {
    decision = chain(decision, (next) => overdue(next, validationOf(next, id), now));
  }
  return decision;
}

function overdue(state: State, validation: Validation, now: number): Decision {
  if (isTerminal(validation)) return passMergeTime(state, validation, now);
  if (validation.deadline_at <= now) {
    const reason = { code: "deadline", message: "The validation's own deadline passed" };
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
