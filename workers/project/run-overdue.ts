/** What is due in a run although nothing happened: a look at a turn, a step that was lost, a person who never came. */
import type { Fact } from "../../models/fact.ts";
import type { Run } from "../../models/run.ts";
import { chain, type Decision, nothing } from "./decision.ts";
import type { Awaiting } from "./run-clock.ts";
import { askPerson, endRun } from "./run-ending.ts";
import { orderLook } from "./run-orders.ts";
import { isFinal, runsOf } from "./run-state.ts";
import { endRunStep } from "./run-turns.ts";
import type { State } from "./state.ts";

export function passRunTime(state: State, now: number): Decision {
  let decision = nothing(state);
  for (const run of runsOf(state)) {
    if (!isFinal(run)) decision = chain(decision, (next) => overdue(next, run, now));
  }
  return decision;
}

function overdue(state: State, run: Run, now: number): Decision {
  const { current } = run;
  if (current !== null && current.deadline_at <= now)
    return endRunStep(state, lost({ ...run, current }), now);
  if (current?.kind === "turn" && current.look_at <= now) return orderLook(state, { ...run, current }, now);
  return run.deadline_at <= now ? unheard(state, run, now) : nothing(state);
}

function lost({ id, current: { kind, nth } }: Awaiting): Extract<Fact, { type: "run.step.ended" }> {
  const message = `The ${kind} step was not heard of before its deadline`;
  const outcome = { state: "errored" as const, reason: { code: "step_lost", message } };
  return { type: "run.step.ended", id: "", run_id: id, kind, nth, outcome };
}

function unheard(state: State, run: Run, now: number): Decision {
  if (run.phase === "awaiting_confirmation") {
    const reason = { code: "plan_unanswered", message: "Nobody answered its plan" };
    return endRun(state, run, "cancelled", reason, now);
  }
  if (run.active_since === null) {
    const reason = run.reason ?? { code: "deadline", message: "Nobody decided about it" };
    return endRun(state, run, "failed", reason, now);
  }
  const reason = { code: "deadline", message: "Nothing was heard of it before its deadline" };
  return askPerson(state, run, reason, now);
}
