/** What a project knows of its runs, and the small questions that are asked of them. */
import {
  FINAL_PHASES,
  type Run,
  type RunCard,
  type RunPhase,
  type RunStatus,
  type Spent,
} from "../../models/run.ts";
import type { Reason, Validation } from "../../models/validation.ts";
import { latestOf, type PullState, type State } from "./state.ts";

/** Longest a plan or a question waits for a person, in ms. */
export const PERSON_DEADLINE_MS = 14 * 24 * 60 * 60_000;
/** The gate has deadlines of its own; this one only means that they never fired, in ms. */
export const GATE_DEADLINE_MS = 30 * 60 * 60_000;
/** Longest a push or a diagnosis may take, in ms. */
export const RUN_STEP_MS = 20 * 60_000;
/** Longest one turn of an agent may take, in ms; the run's own time may be shorter. */
export const TURN_MS = 60 * 60_000;
/** The turn ends itself before; when it is not heard of for this much longer, it is lost. In ms. */
export const TURN_GRACE_MS = 5 * 60_000;
/** An ordered look that is not heard of for this long is ordered again, in ms. */
export const LOOK_LOST_MS = 3 * 60_000;

/** Stops after which what the run made is merged only by a person's decision. */
const HOLDING: ReadonlySet<string> = new Set([
  "max_attempts",
  "cost_limit",
  "time_limit",
  "same_failure",
  "no_diff",
  "agent_failed",
  "turn_timeout",
  "workflow_changed",
]);
/** Stops that are over as soon as the gate is at work again. */
const SOFT: ReadonlySet<string> = new Set([
  "infrastructure",
  "validation_failed",
  "validation_cancelled",
  "deadline",
]);

export function isFinal(run: Run): boolean {
  return FINAL_PHASES.has(run.phase);
}

/** A person is asked, and what passes meanwhile is not merged without one. */
export function isHolding(run: Run): boolean {
  return run.phase === "needs_human" && run.reason !== null && HOLDING.has(run.reason.code);
}

export function isSoft(run: Run): boolean {
  return run.phase === "needs_human" && run.reason !== null && SOFT.has(run.reason.code);
}

export function runsOf(state: State): Run[] {
  return Object.values(state.runs);
}

/** The run at work on a pull request; null when nobody is. */
export function runOf(state: State, pull: Pick<PullState, "number" | "head_sha">): Run | null {
  const mine = ({ pr_number, heads }: Run) =>
    pr_number === pull.number || (pr_number === null && heads.includes(pull.head_sha));
  return runsOf(state).find((run) => !isFinal(run) && mine(run)) ?? null;
}

/** Why what passed is not merged without a person, as far as a run says so. */
export function holdOf(state: State, validation: Validation): Reason | null {
  const pull = state.pulls[validation.pr_number];
  const run = pull === undefined ? null : runOf(state, pull);
  if (run === null || !isHolding(run) || run.reason === null) return null;
  return { code: "needs_human", message: `The agent's run stopped: ${run.reason.message}` };
}

/** The run with this head as the newest that is its own. */
export function withHead(run: Run, sha: string): Run {
  return run.heads.at(-1) === sha
    ? run
    : { ...run, heads: [...run.heads.filter((head) => head !== sha), sha] };
}

export function withRun(state: State, run: Run): State {
  return { ...state, runs: { ...state.runs, [run.id]: run } };
}

/** The newest validation of a run's pull request, of whatever head. */
export function validationOfRun(state: State, run: Run): Validation | null {
  const pull = run.pr_number === null ? undefined : state.pulls[run.pr_number];
  return pull === undefined ? null : latestOf(state, pull);
}

const STATUS: Record<RunPhase, RunStatus> = {
  planning: "running",
  awaiting_confirmation: "waiting_for_input",
  executing: "running",
  pushing: "running",
  validating: "running",
  diagnosing: "running",
  repairing: "running",
  needs_human: "waiting_for_input",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
};

/** The seeds' status: a change that passed and is not on its way into the base waits for somebody. */
export function statusOf(run: Run, latest: Validation | null): RunStatus {
  if (run.phase === "validating" && latest?.state === "passed" && latest.merge_state !== "pending")
    return "waiting_for_input";
  return run.started_at === null && !isFinal(run) ? "pending" : STATUS[run.phase];
}

/** A run as lists and events show it. */
export function cardOf(run: Run, latest: Pick<Validation, "id" | "state"> | null): RunCard {
  const { plans, feedback: _, ...card } = run;
  return {
    ...card,
    spent: spentBy(run),
    plan_generated: plans.length > 0,
    pr_created: run.pr_number !== null,
    validation_id: latest?.id ?? null,
    validation_status: latest?.state ?? null,
  };
}

/** Everything that was used, the turn under way included. */
export function spentBy({ spent, current }: Run): Spent {
  return current === null ? spent : added(spent, current.spent);
}

export function added(one: Spent, other: Spent): Spent {
  return {
    cost_usd: sum(one.cost_usd, other.cost_usd),
    tokens: sum(one.tokens, other.tokens),
    agent_ms: one.agent_ms + other.agent_ms,
  };
}

function sum(one: number | null, other: number | null): number | null {
  return one === null ? other : other === null ? one : one + other;
}

/** Wall time used while nobody was waited for, in ms. */
export function ranFor({ ran_ms, active_since }: Run, now: number): number {
  return ran_ms + (active_since === null ? 0 : Math.max(0, now - active_since));
}

/** Why no further turn may begin; null when one may. */
export function limitReached(run: Run, now: number): Reason | null {
  const { max_minutes, max_cost_usd } = run.limits;
  if (ranFor(run, now) >= max_minutes * 60_000)
    return { code: "time_limit", message: `The run's ${max_minutes} minutes are used up` };
  const cost = (spentBy(run).cost_usd ?? 0) - run.cost_from;
  if (max_cost_usd !== null && cost >= max_cost_usd) {
    return { code: "cost_limit", message: `The run's $${max_cost_usd} are used up ($${cost.toFixed(2)})` };
  }
  return null;
}

/** The clock runs: nobody is waited for. */
export function atWork(run: Run, now: number, deadline_ms: number): Run {
  return { ...run, active_since: run.active_since ?? now, deadline_at: now + deadline_ms };
}

/** The clock stands: a person is waited for. */
export function atRest(run: Run, now: number): Run {
  if (run.active_since === null) return run;
  return { ...run, ran_ms: ranFor(run, now), active_since: null, deadline_at: now + PERSON_DEADLINE_MS };
}
