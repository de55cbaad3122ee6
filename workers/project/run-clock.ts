/** Time and money of a run: what was used, what may still be used, and until when something is waited for. */
import type { Run, Spent } from "../../models/run.ts";
import type { Reason } from "../../models/validation.ts";

/** Longest a plan or a question waits for a person, in ms. */
export const PERSON_DEADLINE_MS = 14 * 24 * 60 * 60_000;
/** Longest until what was pushed is seen on GitHub, in ms. */
export const SIGHT_MS = 20 * 60_000;
/** The gate has deadlines of its own; this much later they never fired, in ms. */
export const GATE_GRACE_MS = 10 * 60_000;
/** Longest a push or a diagnosis may take, in ms. */
export const RUN_STEP_MS = 20 * 60_000;
/** Longest one turn of an agent may take, in ms; the run's own time may be shorter. */
export const TURN_MS = 60 * 60_000;
/** The turn ends itself before; when it is not heard of for this much longer, it is lost. In ms. */
export const TURN_GRACE_MS = 5 * 60_000;
/** An ordered look that is not heard of for this long is ordered again, in ms. */
export const LOOK_LOST_MS = 90_000;

/** A run that waits for a step of its own. */
export type Awaiting = Run & { current: NonNullable<Run["current"]> };

export const NOTHING_SPENT: Spent = { cost_usd: null, tokens: null, agent_ms: 0 };

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

/** The run without the step that it waited for. What that turn used stays used. */
export function idle(run: Run): Run {
  return { ...run, spent: spentBy(run), current: null };
}

/** Wall time used while nobody was waited for, in ms. */
export function ranFor({ ran_ms, active_since }: Run, now: number): number {
  return ran_ms + (active_since === null ? 0 : Math.max(0, now - active_since));
}

/** What is left of the run's time, in ms. */
export function timeLeft(run: Run, now: number): number {
  return run.limits.max_minutes * 60_000 - ranFor(run, now);
}

/** Why no turn may begin or go on; null when one may. */
export function limitReached(run: Run, now: number): Reason | null {
  const { max_minutes, max_cost_usd } = run.limits;
  if (timeLeft(run, now) <= 0) {
    const time = max_minutes === 1 ? "one minute is" : `${max_minutes} minutes are`;
    return { code: "time_limit", message: `The run's ${time} used up` };
  }
  const cost = (spentBy(run).cost_usd ?? 0) - run.cost_from;
  if (max_cost_usd === null || cost < max_cost_usd) return null;
  return { code: "cost_limit", message: `The run's $${max_cost_usd} are used up ($${cost.toFixed(2)})` };
}

/** The clock runs: nobody is waited for, and what GitHub kept for a while goes on. */
export function atWork(run: Run, now: number, deadline_at: number): Run {
  return { ...run, reason: null, active_since: Math.min(run.active_since ?? now, now), deadline_at };
}

/** The clock stood, or stands, between these moments: none of the run's minutes went by. */
export function stoodStill(run: Run, from: number, until: number): Run {
  if (run.active_since === null || run.active_since >= until || until <= from) return run;
  return { ...run, ran_ms: ranFor(run, from), active_since: until };
}

/** The same of a step that did not go on meanwhile: whatever ends it is that much later. */
export function heldUp(run: Awaiting, from: number, until: number): Awaiting {
  const { began_at, deadline_at } = run.current;
  const ms = Math.max(0, until - from);
  const current = { ...run.current, began_at: began_at + ms, deadline_at: deadline_at + ms };
  return { ...stoodStill(run, from, until), deadline_at: run.deadline_at + ms, current };
}

/** The step under way was begun then: before that it lay in a queue. */
export function begunAt(run: Awaiting, at: number | undefined, now: number): Awaiting {
  return at === undefined ? run : heldUp(run, run.current.began_at, Math.min(at, now));
}

/** The clock stands: a person is waited for. */
export function atRest(run: Run, now: number): Run {
  if (run.active_since === null) return run;
  return { ...run, ran_ms: ranFor(run, now), active_since: null, deadline_at: now + PERSON_DEADLINE_MS };
}
