/** How a run stops for a person, or ends, and who hears of it. */
import type { EventBody } from "../../models/event.ts";
import type { Run } from "../../models/run.ts";
import type { RunOrder, RunStepKind, StepOrder } from "../../models/step.ts";
import { hasPassed, type Reason } from "../../models/validation.ts";
import { type Decision, nothing } from "./decision.ts";
import { held } from "./ending.ts";
import { holdOf, withHold } from "./holds.ts";
import { atRest, idle } from "./run-clock.ts";
import { cardOf, statusOf, validationOfRun, withRun } from "./run-state.ts";
import type { State } from "./state.ts";

/** A run that moved on, with the status that follows: the dashboard hears it. */
export function moveRun(state: State, moved: Run, message: string): Decision {
  const run = { ...moved, status: statusOf(moved) };
  const card = cardOf(run, validationOfRun(state, run));
  const event: EventBody = { type: "project.status.updated", validation: null, run: card, message };
  return { state: withRun(state, run), steps: [], events: [event] };
}

/** An order of a run. Its id follows from what it is for, so ordering twice is ordering once. */
export function orderOf(run: Run, kind: RunStepKind, nth: number, visit = 1, delay_s = 0): RunOrder {
  const id = kind === "turn" ? `${run.id}.turn.${nth}.${visit}` : `${run.id}.${kind}.${nth}`;
  return { kind, id, project_id: run.project_id, run_id: run.id, nth, visit, delay_s };
}

/** Its pull request is read from GitHub: the run's next step, with the order of it. */
export function orderSight(before: Run, pr_number: number): { run: Run; sight: StepOrder } {
  const run: Run = { ...before, pr_number, steps: before.steps + 1 };
  const { id: run_id, project_id, steps } = run;
  const id = `${run_id}.observe.${steps}`;
  return { run, sight: { kind: "observe", id, delivery_id: null, project_id, pr_number } };
}

/** Whatever the agent may still be doing in a turn ends. */
export function tidy(run: Run): RunOrder[] {
  return run.current?.kind === "turn" ? [orderOf(run, "tidy", run.current.nth)] : [];
}

/** People on the pull request or the issue are told how the run stands. */
export function summarize(state: State, run: Run, message: string): Decision {
  const place = run.pr_number ?? run.issue;
  if (place === null) return moveRun(state, run, message);
  const steps = run.steps + 1;
  return { ...moveRun(state, { ...run, steps }, message), steps: [orderOf(run, "summarize", steps)] };
}

/** A sentence about a run for the bell of the dashboard. */
export function runNotice(run: Run, level: "info" | "warning", message: string): EventBody {
  const { pr_number, id: run_id } = run;
  return { type: "notification.new", level, pr_number, validation_id: null, run_id, message };
}

/** The run stops; a person decides how it goes on, and hears of it where the change is. */
export function askPerson(state: State, run: Run, reason: Reason, now: number): Decision {
  const asking: Run = { ...atRest(idle(run), now), phase: "needs_human", reason };
  const told = summarize(state, asking, `A person is asked: ${reason.message}`);
  const notice = runNotice(run, "warning", `A run waits for a person: ${reason.message}`);
  const steps = [...tidy(run), ...told.steps];
  return { state: withHold(told.state, asking), steps, events: [...told.events, notice] };
}

/** The run is over, and changes no more. */
export function endRun(
  state: State,
  run: Run,
  phase: "completed" | "failed" | "cancelled",
  reason: Reason | null,
  now: number,
): Decision {
  const over: Run = { ...atRest(idle(run), now), phase, reason, completed_at: now };
  // Who looks at a merged pull request sees how it ended.
  const told = reason === null ? moveRun(state, over, "Merged") : summarize(state, over, reason.message);
  const put = told.state.runs[run.id] ?? over;
  const done: EventBody = { type: "agent.run.completed", run: cardOf(put, validationOfRun(state, put)) };
  const steps = [...tidy(run), ...told.steps];
  return { state: withHold(told.state, put), steps, events: [...told.events, done] };
}

/**
 * The newest validation of a run that stopped asks for a person: a failed one in its check run, a passed one before its
 * merge. What passes later asks by itself.
 */
export function hold(state: State, id: string, now: number): Decision {
  const run = state.runs[id];
  const validation = run === undefined ? null : validationOfRun(state, run);
  // What a person approved before the run stopped was not approved of a run that stopped.
  if (validation === null || (validation.hold !== null && validation.approved_by === null))
    return nothing(state);
  const reason = holdOf(state, validation);
  if (reason === null) return nothing(state);
  const failed = validation.state === "failed" || validation.state === "timed_out";
  const passed = hasPassed(validation) && validation.merge_state !== "merged";
  if (!passed && !(failed && run?.phase === "needs_human")) return nothing(state);
  return held(state, validation, reason, now);
}
