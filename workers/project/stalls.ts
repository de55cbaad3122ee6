/** A step that cannot go on for a while, through nobody's fault: its deadlines move, up to a day in all. */
import type { Fact } from "../../models/fact.ts";
import type { RunOrder, ValidationOrder } from "../../models/step.ts";
import { mergeDeadlineOf, type Stall, type Validation } from "../../models/validation.ts";
import { type Decision, moved, nothing } from "./decision.ts";
import { heldUp, LOOK_LOST_MS } from "./run-clock.ts";
import { moveRun } from "./run-ending.ts";
import {
  isTerminal,
  STALL_DEADLINE_MS,
  STEP_DEADLINE_MS,
  type State,
  VALIDATION_DEADLINE_MS,
  withValidation,
} from "./state.ts";

/** How a project hears that a step waits. */
export function waitOf(order: ValidationOrder | RunOrder, wait: { id: string; stall: Stall }): Fact {
  if ("run_id" in order) {
    const { run_id, kind, nth } = order;
    return { type: "run.step.waits", ...wait, run_id, kind, nth };
  }
  const { validation_id, kind, try: nth } = order;
  return { type: "step.waits", ...wait, validation_id, kind, try: nth };
}

type Waits = Extract<Fact, { type: "step.waits" }>;

export function stallStep(state: State, fact: Waits): Decision {
  const before = state.validations[fact.validation_id];
  if (before === undefined) return nothing(state);
  const moving = movedBy(before, fact);
  if (moving === null) return nothing(state);
  const validation: Validation = { ...before, ...moving, stalled: fact.stall };
  return {
    state: withValidation(state, validation),
    steps: [],
    events: [moved(validation, fact.stall.message)],
  };
}

/** The same of a step of a run, whose clock stands as long. Before anything was heard of it, it lay in a queue. */
export function stallRunStep(
  state: State,
  { run_id, kind, nth, stall }: Extract<Fact, { type: "run.step.waits" }>,
  now: number,
): Decision {
  const run = state.runs[run_id];
  const { current } = run ?? {};
  if (run === undefined || current?.kind !== kind || current.nth !== nth) return nothing(state);
  const { ordered_at = current.began_at, began_at, asked_at, look_at } = current;
  const until = Math.min(stall.until, ordered_at + STALL_DEADLINE_MS);
  const held = heldUp({ ...run, current }, asked_at === null ? began_at : now, until);
  const waiting = { ...held.current, stalled: stall, look_at: Math.max(look_at, until + LOOK_LOST_MS) };
  return moveRun(state, { ...held, current: waiting }, stall.message);
}

/** The deadlines that wait with the step; null when nobody waits for it. */
function movedBy(before: Validation, { kind, try: nth, stall }: Waits): Partial<Validation> | null {
  const { current, deadline_at, merge_state, merging, reporting, reported_at } = before;
  if (kind === "merge") {
    if (merge_state !== "pending" || merging !== nth) return null;
    const last = mergeDeadlineOf(before) ?? 0;
    return { deadline_at: later(deadline_at, stall.until + STEP_DEADLINE_MS.merge, last) };
  }
  if (kind === "report") {
    if (reporting !== nth) return null;
    const at = { reported_at: Math.max(reported_at ?? 0, stall.until) };
    const waits = merge_state === "pending" && merging === null;
    const last = mergeDeadlineOf(before) ?? 0;
    return waits
      ? { ...at, deadline_at: later(deadline_at, stall.until + STEP_DEADLINE_MS.report, last) }
      : at;
  }
  if (isTerminal(before) || current?.kind !== kind || current.try !== nth) return null;
  const last = before.created_at + STALL_DEADLINE_MS;
  return {
    deadline_at: later(deadline_at, stall.until + VALIDATION_DEADLINE_MS, last),
    current: {
      ...current,
      deadline_at: later(current.deadline_at, stall.until + STEP_DEADLINE_MS[kind], last),
    },
  };
}

/** The later of two, but not beyond the last; what was later already stays. */
function later(deadline: number, wanted: number, last: number): number {
  return Math.max(deadline, Math.min(wanted, last));
}
