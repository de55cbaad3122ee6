/** Decisions about what people ask of runs: start one, answer its plan, try again, stop. */
import type { EventBody } from "../../models/event.ts";
import type { Fact } from "../../models/fact.ts";
import type { Plan, PlanAnswer, Run } from "../../models/run.ts";
import type { Reason } from "../../models/validation.ts";
import { approve, cancel, retry } from "./asked.ts";
import { chain, type Decision, nothing } from "./decision.ts";
import { report } from "./ending.ts";
import { withoutHoldOf } from "./holds.ts";
import { endRun, hold, moveRun } from "./run-ending.ts";
import { atTheGate, orderRunStep, orderTurn } from "./run-orders.ts";
import { cardOf, isFinal, mergeStop, pullOfRun, rivalOf, runsOf, validationOfRun } from "./run-state.ts";
import { isHeld, isTerminal, type State, withValidation } from "./state.ts";

type Of<T extends Fact["type"]> = Extract<Fact, { type: T }>;

/** More versions of a plan than this are not kept: a person who is still not content starts another run. */
const MOST_PLANS = 20;

/** More agents of one project than this do not work at once: each has a sandbox, or a vendor's bill. */
export const MOST_AT_WORK = 20;

/** A goal was stated. */
export function askRun(state: State, fact: Of<"run.asked">, now: number): Decision {
  if (state.runs[fact.run.id] !== undefined) return nothing(state);
  const against = againstStart(state, fact.run);
  if (against !== null) return conflict(state, "start the run", against);
  const run: Run = { ...fact.run, active_since: now };
  const { pr_number } = run;
  const started: EventBody = { type: "agent.run.started", run: cardOf(run, validationOfRun(state, run)) };
  const first =
    pr_number === null
      ? orderTurn(state, run, "plan", now)
      : atTheGate(state, { ...run, started_at: now }, pr_number, now, `The run looks after #${pr_number}`);
  return { ...first, events: [started, ...first.events] };
}

/** Why a run may not begin; null when it may. */
function againstStart(state: State, run: Run): string | null {
  const { agent, pr_number } = run;
  if (state.settings === null || state.settings.removed) return "the project was removed";
  const atWork = runsOf(state).filter(
    (one) => one.agent !== null && one.active_since !== null && !isFinal(one),
  );
  if (agent !== null && atWork.length >= MOST_AT_WORK)
    return `${MOST_AT_WORK} runs of this project are at work: wait for one, or stop one`;
  const asked = run.source === "comment" || run.source === "label" ? askedHere(state, run) : null;
  if (asked !== null) return `run "${asked.id}" was asked for here already`;
  if (pr_number === null) return agent === null ? "no agent is chosen" : null;
  if (state.pulls[pr_number]?.state === "closed") return `#${pr_number} is closed`;
  const rival = rivalOf(state, run, pr_number);
  return rival === null ? null : `run "${rival.id}" is at work on #${pr_number}`;
}

/** Another run at work that was asked for on the same issue: two comments in a row mean one run. */
function askedHere(state: State, { issue }: Run): Run | null {
  return runsOf(state).find((one) => issue !== null && one.issue === issue && !isFinal(one)) ?? null;
}

const DOING: Record<PlanAnswer["answer"], string> = {
  confirm: "confirm the plan",
  edit: "edit the plan",
  again: "ask for another plan",
  reject: "reject the plan",
};

/** A person answered the plan that they read. */
export function answerPlan(state: State, { run_id, by, answer }: Of<"plan.answered">, now: number): Decision {
  const run = state.runs[run_id];
  if (run === undefined) return unknown(state, run_id);
  const against = (why: string) => conflict(state, DOING[answer.answer], why);
  const newest = run.plans.at(-1)?.version ?? 0;
  // The second click of a double click: what it asks for is being done.
  if (answer.answer === "confirm" && run.plan_version === answer.version && !isFinal(run))
    return nothing(state);
  if (run.phase !== "awaiting_confirmation") return against(`the run is ${inWords(run)}`);
  if (answer.version !== newest) return against(`version ${newest} is the newest, not ${answer.version}`);
  const another = answer.answer === "edit" || answer.answer === "again";
  if (another && newest >= MOST_PLANS) return against(`it has ${MOST_PLANS} versions: start another run`);
  switch (answer.answer) {
    case "confirm":
      return confirmPlan(state, run, now);
    case "edit":
      return moveRun(state, withPlan(run, answer.text, by, now), `Plan edited by ${by}`);
    case "again":
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

/** The newest version is carried out. */
export function confirmPlan(state: State, run: Run, now: number): Decision {
  return orderTurn(state, { ...run, plan_version: run.plans.at(-1)?.version ?? null }, "write", now);
}

/** Another go, by somebody who may ask for it: what was counted counts from zero. */
export function retryRun(
  projectId: string,
  seen: State,
  { run_id, by }: Of<"run.retry.asked">,
  now: number,
): Decision {
  const before = seen.runs[run_id];
  if (before === undefined) return unknown(seen, run_id);
  const against = (why: string) => conflict(seen, `try "${run_id}" again`, why);
  if (isFinal(before)) return against(`it is ${before.phase}: start another run`);
  if (before.phase === "awaiting_confirmation")
    return against("its plan waits to be confirmed, edited, rejected or made anew");
  if (before.phase !== "needs_human") return against(`it is ${inWords(before)}`);
  if (before.reason?.code === "merge_held") return against("its merge waits for who approves it");
  const { pr_number, plan_version } = before;
  const pull = pullOfRun(seen, before);
  if (pull?.state === "closed") return against("its pull request is closed");
  const state = withoutHoldOf(seen, before);
  const cost_from = before.spent.cost_usd ?? 0;
  const run: Run = { ...before, attempts: 0, fingerprints: [], ran_ms: 0, cost_from };
  if (isUnpushed(state, before)) return orderRunStep(state, run, "push", now);
  if (pr_number === null) return orderTurn(state, run, plan_version === null ? "plan" : "write", now);
  // Whatever stands on the branch by now is what it goes on from.
  const taken = { ...run, heads: [] };
  const gone = atTheGate(state, taken, pr_number, now, `Another go, asked for by ${by}`);
  return chain(gone, (next) => resume(projectId, next, taken, by, now));
}

/** Its newest commit never came onto its branch, and nobody else's did. */
function isUnpushed(state: State, { branch, heads, pr_number, reason }: Run): boolean {
  if (branch === null || heads.length === 0) return false;
  if (pr_number === null) return true;
  const live = state.pulls[pr_number]?.head_sha;
  return reason?.code !== "human_push" && live !== undefined && heads.slice(0, -1).includes(live);
}

/** Goes on from where the newest validation of the pull request stands: what failed is repaired once it was looked at. */
function resume(projectId: string, state: State, run: Run, by: string, now: number): Decision {
  const pull = pullOfRun(state, run);
  const latest = validationOfRun(state, run);
  switch (latest?.state) {
    case "passed":
      if (isHeld(latest))
        return latest.hold?.code === "needs_human" ? approve(state, latest.id, by, now) : nothing(state);
      return pull === null || mergeStop(pull, latest) === null
        ? nothing(state)
        : retry(projectId, state, latest.id, now);
    case "failed":
    case "timed_out":
      if (run.agent === null) return retry(projectId, state, latest.id, now);
      // Its check run asks for nobody any more.
      return latest.hold === null
        ? nothing(state)
        : report(withValidation(state, { ...latest, hold: null }), latest.id, now);
    case "errored":
    case "cancelled":
      return retry(projectId, state, latest.id, now);
    default:
      return nothing(state);
  }
}

/** A person ends it. What the gate was doing for it ends too, so that nothing is merged behind their back. */
export function stopRun(state: State, { run_id, by }: Of<"run.stop.asked">, now: number): Decision {
  const run = state.runs[run_id];
  if (run === undefined) return unknown(state, run_id);
  if (isFinal(run)) return conflict(state, `stop "${run_id}"`, `it is ${run.phase}`);
  const reason: Reason = { code: "stopped", message: `Stopped by ${by}` };
  const ended = endRun(state, run, "cancelled", reason, now);
  const latest = validationOfRun(state, run);
  if (latest === null) return ended;
  return chain(ended, (next) =>
    isTerminal(latest) ? hold(next, run_id, now) : cancel(next, latest.id, now),
  );
}

function inWords({ phase }: Run): string {
  return phase.replaceAll("_", " ");
}

function conflict(state: State, what: string, why: string): Decision {
  return nothing(state, { code: "conflict", message: `Cannot ${what}: ${why}` });
}

function unknown(state: State, id: string): Decision {
  return nothing(state, { code: "not_found", message: `Cannot find run "${id}"` });
}
