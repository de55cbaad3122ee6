/** How a run goes on to its next step, stops for a person, or ends, and who hears of it. */
import type { EventBody } from "../../models/event.ts";
import type { Run } from "../../models/run.ts";
import type { RunOrder, RunStepKind } from "../../models/step.ts";
import type { TurnPurpose } from "../../models/turn.ts";
import type { Reason } from "../../models/validation.ts";
import { chain, type Decision, nothing } from "./decision.ts";
import { report } from "./ending.ts";
import {
  atRest,
  atWork,
  cardOf,
  GATE_DEADLINE_MS,
  holdOf,
  isHolding,
  LOOK_LOST_MS,
  limitReached,
  RUN_STEP_MS,
  ranFor,
  statusOf,
  TURN_GRACE_MS,
  TURN_MS,
  validationOfRun,
  withRun,
} from "./run-state.ts";
import { isTerminal, type State, withValidation } from "./state.ts";

const PHASE_OF = { plan: "planning", write: "executing", repair: "repairing" } as const;
const NOTHING_SPENT = { cost_usd: null, tokens: null, agent_ms: 0 };
/** What the machinery does wrong under a step is tried again after these pauses, in seconds. */
const AGAIN_S = [5, 30] as const;

/** Writes a run down, with the status that follows from all that is known. */
export function putRun(state: State, run: Run): { state: State; run: Run } {
  const put = { ...run, status: statusOf(run, validationOfRun(state, run)) };
  return { state: withRun(state, put), run: put };
}

/** A run that moved on: the dashboard hears it. */
export function moveRun(state: State, moved: Run, message: string): Decision {
  const put = putRun(state, moved);
  const card = cardOf(put.run, validationOfRun(state, put.run));
  const event: EventBody = { type: "project.status.updated", validation: null, run: card, message };
  return { state: put.state, steps: [], events: [event] };
}

function ordered(run: Run, kind: RunStepKind, nth: number, visit = 1, delay_s = 0): RunOrder {
  const id = kind === "turn" ? `${run.id}.turn.${nth}.${visit}` : `${run.id}.${kind}.${nth}`;
  return { kind, id, project_id: run.project_id, run_id: run.id, nth, visit, delay_s };
}

/** The agent is to work, unless a limit says that it may not. */
export function orderTurn(state: State, run: Run, purpose: TurnPurpose, now: number, errors = 0): Decision {
  const limit = limitReached(run, now);
  if (limit !== null) return askPerson(state, run, limit, now);
  const pause_s = errors === 0 ? 0 : (AGAIN_S[errors - 1] ?? 30);
  const left = run.limits.max_minutes * 60_000 - ranFor(run, now);
  const deadline_at = now + pause_s * 1000 + Math.min(TURN_MS, left) + TURN_GRACE_MS;
  const nth = run.turns + 1;
  const turn: Run = {
    ...atWork(run, now, TURN_MS + left + TURN_GRACE_MS),
    phase: PHASE_OF[purpose],
    reason: null,
    turns: nth,
    current: {
      ...{ kind: "turn", nth, purpose, visit: 1, began_at: now, deadline_at, errors },
      look_at: now + pause_s * 1000 + LOOK_LOST_MS,
      spent: NOTHING_SPENT,
    },
  };
  const moved = moveRun(state, turn, `The agent is to ${purpose}`);
  return { ...moved, steps: [ordered(turn, "turn", nth, 1, pause_s)] };
}

/** The turn under way is to be looked at now. */
export function orderLook(state: State, id: string, now: number): Decision {
  const run = state.runs[id];
  const { current } = run ?? {};
  if (run === undefined || current == null) return nothing(state);
  const visit = current.visit + 1;
  const looked = { ...run, current: { ...current, visit, look_at: now + LOOK_LOST_MS } };
  return {
    state: withRun(state, looked),
    steps: [ordered(looked, "turn", current.nth, visit)],
    events: [],
  };
}

/** A push or a diagnosis. */
export function orderRunStep(
  state: State,
  run: Run,
  kind: "push" | "diagnose",
  now: number,
  errors = 0,
): Decision {
  const pause_s = errors === 0 ? 0 : (AGAIN_S[errors - 1] ?? 30);
  const nth = run.steps + 1;
  const deadline_at = now + pause_s * 1000 + RUN_STEP_MS;
  const going: Run = {
    ...atWork(run, now, RUN_STEP_MS + 60_000 + pause_s * 1000),
    phase: kind === "push" ? "pushing" : "diagnosing",
    steps: nth,
    current: {
      ...{ kind, nth, purpose: null, visit: 1, began_at: now, look_at: deadline_at, deadline_at, errors },
      spent: NOTHING_SPENT,
    },
  };
  const moved = moveRun(state, going, kind === "push" ? "Pushing" : "Reading what failed");
  return { ...moved, steps: [ordered(going, kind, nth, 1, pause_s)] };
}

/** Whatever the agent may still be doing in a turn ends. */
export function tidy(run: Run): RunOrder[] {
  return run.current?.kind === "turn" ? [ordered(run, "tidy", run.current.nth)] : [];
}

/** The gate has the pull request now. */
export function atTheGate(state: State, run: Run, now: number, message: string): Decision {
  const going = { ...atWork(run, now, GATE_DEADLINE_MS), phase: "validating" as const, current: null };
  const { pr_number, project_id } = going;
  const moved = moveRun(state, { ...going, steps: run.steps + 1 }, message);
  if (pr_number === null) return moved;
  const id = `${run.id}.observe.${run.steps + 1}`;
  return { ...moved, steps: [{ kind: "observe", id, delivery_id: null, project_id, pr_number }] };
}

/** The run stops; a person decides how it goes on, and hears of it where the change is. */
export function askPerson(state: State, run: Run, reason: Reason, now: number): Decision {
  const ended = tidy(run);
  const asking: Run = { ...atRest(run, now), phase: "needs_human", reason, current: null };
  const told = summarize(state, asking, `A person is asked: ${reason.message}`);
  const { pr_number, id: run_id } = run;
  const notice: EventBody = {
    type: "notification.new",
    level: "warning",
    pr_number,
    validation_id: null,
    run_id,
    message: `A run waits for a person: ${reason.message}`,
  };
  const decision = { ...told, steps: [...ended, ...told.steps], events: [...told.events, notice] };
  return isHolding(asking) ? chain(decision, (next) => hold(next, asking)) : decision;
}

/** People on the pull request or the issue are told how the run stands. */
export function summarize(state: State, run: Run, message: string): Decision {
  const place = run.pr_number ?? run.issue;
  const counted = place === null ? run : { ...run, steps: run.steps + 1 };
  const moved = moveRun(state, counted, message);
  return place === null ? moved : { ...moved, steps: [ordered(counted, "summarize", counted.steps)] };
}

/** The check run of what failed asks for a person too. What passed is asked about when it passes. */
function hold(state: State, run: Run): Decision {
  const validation = validationOfRun(state, run);
  if (validation === null || !isTerminal(validation) || validation.hold !== null) return nothing(state);
  if (validation.state !== "failed" && validation.state !== "timed_out") return nothing(state);
  const held = { ...validation, hold: holdOf(state, validation) };
  return report(withValidation(state, held), held.id);
}

/** The run is over, and changes no more. */
export function endRun(
  state: State,
  run: Run,
  phase: "completed" | "failed" | "cancelled",
  reason: Reason | null,
  now: number,
): Decision {
  const ended = tidy(run);
  const over: Run = { ...atRest(run, now), phase, reason, current: null, completed_at: now };
  const told =
    phase === "completed"
      ? moveRun(state, over, "Merged")
      : summarize(state, over, reason?.message ?? `The run is ${phase}`);
  const put = told.state.runs[run.id] ?? over;
  const done: EventBody = { type: "agent.run.completed", run: cardOf(put, validationOfRun(state, put)) };
  return { ...told, steps: [...ended, ...told.steps], events: [...told.events, done] };
}
