/** Decisions about what people ask of runs: start one, answer its plan, try again, stop. */
import type { EventBody } from "../../models/event.ts";
import type { Fact } from "../../models/fact.ts";
import type { Plan, Run } from "../../models/run.ts";
import type { Reason } from "../../models/validation.ts";
import { approve, cancel, retry } from "./asked.ts";
import { chain, type Decision, nothing } from "./decision.ts";
import { report } from "./ending.ts";
import { atTheGate, endRun, moveRun, orderRunStep, orderTurn } from "./run-ending.ts";
import { cardOf, isFinal, runOf, validationOfRun, withHead } from "./run-state.ts";
import { isHeld, isTerminal, latestOf, type State, withValidation } from "./state.ts";

type Of<T extends Fact["type"]> = Extract<Fact, { type: T }>;

/** More versions of a plan than this are not kept: a person who is still not content starts another run. */
const MOST_PLANS = 20;

/** A goal was stated. */
export function askRun(state: State, { run }: Of<"run.asked">, now: number): Decision {
  if (state.settings === null || state.settings.removed) return refuse(state, "the project was removed");
  if (state.runs[run.id] !== undefined) return nothing(state);
  const { pr_number } = run;
  const rival = pr_number === null ? null : runOf(state, { number: pr_number, head_sha: "" });
  if (rival !== null) return refuse(state, `run "${rival.id}" is at work on #${pr_number}`);
  if (run.agent === null && pr_number === null) return refuse(state, "no agent is chosen");
  const begun = { ...run, active_since: now };
  const started: EventBody = { type: "agent.run.started", run: cardOf(begun, validationOfRun(state, begun)) };
  const pull = pr_number === null ? undefined : state.pulls[pr_number];
  const adopted = { ...begun, started_at: now, heads: pull === undefined ? [] : [pull.head_sha] };
  const first =
    pr_number === null
      ? orderTurn(state, begun, "plan", now)
      : atTheGate(state, adopted, now, `The run looks after #${pr_number}`);
  return { ...first, events: [started, ...first.events] };
}

function refuse(state: State, why: string): Decision {
  return nothing(state, { code: "conflict", message: `Cannot start the run: ${why}` });
}

/** A person answered the plan that they read. */
export function answerPlan(state: State, { run_id, by, answer }: Of<"plan.answered">, now: number): Decision {
  const run = state.runs[run_id];
  if (run === undefined) return nothing(state, unknown(run_id));
  const conflict = (why: string) =>
    nothing(state, { code: "conflict", message: `Cannot ${answer.answer} the plan: ${why}` });
  const newest = run.plans.at(-1)?.version ?? 0;
  // The second click of a double click: what it asks for is being done.
  if (answer.answer === "confirm" && run.plan_version === answer.version && !isFinal(run))
    return nothing(state);
  if (run.phase !== "awaiting_confirmation") return conflict(`the run is ${run.phase.replace("_", " ")}`);
  if (answer.version !== newest) return conflict(`version ${newest} is the newest, not ${answer.version}`);
  switch (answer.answer) {
    case "confirm":
      return confirmPlan(state, run, newest, now);
    case "edit":
      if (newest >= MOST_PLANS) return conflict(`it has ${MOST_PLANS} versions: start another run`);
      return moveRun(state, withPlan(run, answer.text, by, now), `Plan edited by ${by}`);
    case "again":
      if (newest >= MOST_PLANS) return conflict(`it has ${MOST_PLANS} versions: start another run`);
      return orderTurn(state, { ...run, feedback: answer.feedback }, "plan", now);
    case "reject": {
      const reason = { code: "plan_rejected", message: `The plan was rejected by ${by}` };
      return endRun(state, run, "cancelled", reason, now);
    }
  }
}

/** The next version of a plan. */
export function withPlan(run: Run, text: string, by: string, at: number): Run {
  const plan: Plan = { version: (run.plans.at(-1)?.version ?? 0) + 1, text, by, at };
  return { ...run, plans: [...run.plans, plan] };
}

export function confirmPlan(state: State, run: Run, version: number, now: number): Decision {
  return orderTurn(state, { ...run, plan_version: version }, "write", now);
}

/** Another go, by somebody who may ask for it: what was counted counts from zero. */
export function retryRun(
  projectId: string,
  state: State,
  { run_id, by }: Of<"run.retry.asked">,
  now: number,
): Decision {
  const before = state.runs[run_id];
  if (before === undefined) return nothing(state, unknown(run_id));
  const conflict = (why: string) =>
    nothing(state, { code: "conflict", message: `Cannot try "${run_id}" again: ${why}` });
  if (isFinal(before)) return conflict(`it is ${before.phase}: start another run`);
  if (before.phase !== "needs_human") return conflict(`it is ${before.phase.replace("_", " ")}`);
  const { pr_number } = before;
  const counted = { attempts: 0, fingerprints: [], ran_ms: 0, cost_from: before.spent.cost_usd ?? 0 };
  const run: Run = { ...before, ...counted, reason: null };
  if (pr_number === null) {
    if (run.heads.length > 0 && run.branch !== null) return orderRunStep(state, run, "push", now);
    return orderTurn(state, run, run.plan_version === null ? "plan" : "write", now);
  }
  const pull = state.pulls[pr_number];
  if (pull === undefined || pull.state === "closed") return conflict("its pull request is closed");
  const taken = withHead(run, pull.head_sha);
  return resume(projectId, atTheGate(state, taken, now, `Another go, asked for by ${by}`), taken, by, now);
}

/** Goes on from where the newest validation of the pull request stands. */
function resume(projectId: string, gone: Decision, run: Run, by: string, now: number): Decision {
  const pull = gone.state.pulls[run.pr_number ?? -1];
  const latest = pull === undefined ? null : latestOf(gone.state, pull);
  if (latest === null || !isTerminal(latest)) return gone;
  if (isHeld(latest) && latest.hold?.code === "needs_human")
    return chain(gone, (next) => approve(next, latest.id, by, now));
  if (latest.state === "failed" || latest.state === "timed_out") {
    const { hold } = latest;
    // What follows the validation begins the repair; its check run asks for nobody any more.
    return hold === null
      ? gone
      : chain(gone, (next) => report(withValidation(next, { ...latest, hold: null }), latest.id));
  }
  const wanted = latest.state === "errored" || latest.state === "cancelled";
  return wanted ? chain(gone, (next) => retry(projectId, next, latest.id, now)) : gone;
}

/** A person ends it. What the gate was doing for it ends too, so that nothing is merged behind their back. */
export function stopRun(state: State, { run_id, by }: Of<"run.stop.asked">, now: number): Decision {
  const run = state.runs[run_id];
  if (run === undefined) return nothing(state, unknown(run_id));
  if (isFinal(run))
    return nothing(state, { code: "conflict", message: `Cannot stop "${run_id}": it is ${run.phase}` });
  const reason: Reason = { code: "stopped", message: `Stopped by ${by}` };
  const ended = endRun(state, run, "cancelled", reason, now);
  const latest = validationOfRun(state, run);
  if (latest === null || isTerminal(latest)) return ended;
  return chain(ended, (next) => cancel(next, latest.id, now));
}

function unknown(id: string) {
  return { code: "not_found" as const, message: `Cannot find run "${id}"` };
}

/** A run that begins counts as begun when its first turn is heard of. */
export function begun(run: Run, now: number): Run {
  return run.started_at === null ? { ...run, started_at: now } : run;
}
