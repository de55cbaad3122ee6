/** How a run goes on: to a turn of its agent, to a push or a diagnosis, or to the gate. */
import type { Run } from "../../models/run.ts";
import type { TurnPurpose } from "../../models/turn.ts";
import type { Decision } from "./decision.ts";
import {
  type Awaiting,
  atWork,
  idle,
  LOOK_LOST_MS,
  limitReached,
  NOTHING_SPENT,
  RUN_STEP_MS,
  SIGHT_MS,
  TURN_GRACE_MS,
  TURN_MS,
  timeLeft,
} from "./run-clock.ts";
import { askPerson, moveRun, orderOf, orderSight, tidy } from "./run-ending.ts";
import { withRun } from "./run-state.ts";
import type { State } from "./state.ts";

const PHASE_OF = { plan: "planning", write: "executing", repair: "repairing" } as const;
/** What the machinery does wrong under a step is tried again after these pauses, in seconds. */
const AGAIN_S = [5, 30];

function pauseAfter(errors: number): number {
  return errors === 0 ? 0 : (AGAIN_S[errors - 1] ?? 30);
}

/**
 * The agent is to work, unless a limit says that it may not.
 *
 * @param errors how often the machinery failed under this very turn
 */
export function orderTurn(state: State, run: Run, purpose: TurnPurpose, now: number, errors = 0): Decision {
  const limit = limitReached(run, now);
  if (limit !== null) return askPerson(state, run, limit, now);
  const pause_s = pauseAfter(errors);
  const began_at = now + pause_s * 1000;
  const deadline_at = began_at + Math.min(TURN_MS, timeLeft(run, now)) + TURN_GRACE_MS;
  const nth = run.turns + 1;
  const turn: Run = {
    ...atWork(run, now, deadline_at),
    phase: PHASE_OF[purpose],
    turns: nth,
    attempts: purpose === "repair" && errors === 0 ? run.attempts + 1 : run.attempts,
    current: {
      ...{ kind: "turn", nth, purpose, visit: 1, ordered_at: now, began_at, deadline_at, errors },
      asked_at: null,
      look_at: began_at + LOOK_LOST_MS,
      spent: NOTHING_SPENT,
    },
  };
  const moved = moveRun(state, turn, `The agent is to ${purpose}`);
  return { ...moved, steps: [orderOf(turn, "turn", nth, 1, pause_s)] };
}

/** The turn under way is to be looked at now. */
export function orderLook(state: State, run: Awaiting, now: number): Decision {
  const { nth, visit } = run.current;
  const looked = { ...run, current: { ...run.current, visit: visit + 1, look_at: now + LOOK_LOST_MS } };
  return { state: withRun(state, looked), steps: [orderOf(run, "turn", nth, visit + 1)], events: [] };
}

/** A push or a diagnosis. */
export function orderRunStep(
  state: State,
  run: Run,
  kind: "push" | "diagnose",
  now: number,
  errors = 0,
): Decision {
  const pause_s = pauseAfter(errors);
  const began_at = now + pause_s * 1000;
  const deadline_at = began_at + RUN_STEP_MS;
  const nth = run.steps + 1;
  const going: Run = {
    ...atWork(run, now, deadline_at),
    phase: kind === "push" ? "pushing" : "diagnosing",
    steps: nth,
    current: {
      ...{
        kind,
        nth,
        purpose: null,
        visit: 1,
        ordered_at: now,
        began_at,
        look_at: deadline_at,
        deadline_at,
        asked_at: null,
        errors,
      },
      spent: NOTHING_SPENT,
    },
  };
  const moved = moveRun(state, going, kind === "push" ? "Pushing" : "Reading what failed");
  return { ...moved, steps: [orderOf(going, kind, nth, 1, pause_s)] };
}

/** The gate has the pull request now: what its live head is, is read at once. */
export function atTheGate(
  state: State,
  before: Run,
  pr_number: number,
  now: number,
  message: string,
): Decision {
  const { run, sight } = orderSight(before, pr_number);
  const going: Run = { ...atWork(idle(run), now, now + SIGHT_MS), phase: "validating" };
  return { ...moveRun(state, going, message), steps: [...tidy(before), sight] };
}
