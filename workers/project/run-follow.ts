/** What the gate and the pull request mean for a run: looked at after every decision, whatever it was about. */
import type { Run } from "../../models/run.ts";
import { hasPassed, type Reason, type Validation } from "../../models/validation.ts";
import { keptOut } from "../../models/why-of.ts";
import { chain, type Decision, nothing } from "./decision.ts";
import { atRest, atWork, GATE_GRACE_MS, idle, limitReached, stoodStill } from "./run-clock.ts";
import { askPerson, endRun, hold, moveRun, tidy } from "./run-ending.ts";
import { orderRunStep } from "./run-orders.ts";
import { isFinal, isSoft, mergeStop, pullOfRun, runsOf, withRun } from "./run-state.ts";
import { isStopped, isTerminal, latestOf, type PullState, type State, withValidation } from "./state.ts";

/** The clock of who reads may be this much behind ours, in ms. */
const CLOCKS_MS = 1_000;

/** Moves every run on to where its pull request is. Doing it twice is doing it once. */
export function followRuns(state: State, now: number): Decision {
  let decision = nothing(state);
  for (const run of runsOf(state)) {
    if (isFinal(run)) continue;
    decision = chain(decision, (next) => follow(next, run, now));
    decision = chain(decision, (next) => hold(next, run.id, now));
  }
  return decision;
}

function follow(state: State, run: Run, now: number): Decision {
  if (state.settings?.removed === true) {
    const reason = { code: "project_removed", message: "The project was removed" };
    return endRun(state, run, "cancelled", reason, now);
  }
  const pull = pullOfRun(state, run);
  if (pull === null) return nothing(state);
  const latest = latestOf(state, pull);
  if (pull.merged || latest?.merge_state === "merged") return endRun(state, run, "completed", null, now);
  if (pull.state === "closed") {
    const reason = { code: "pull_closed", message: "Its pull request was closed" };
    return endRun(state, run, "cancelled", reason, now);
  }
  // A run that takes a pull request over begins with what is read after it was asked for.
  const { active_since, current } = run;
  // What GitHub keeps has its clock begin later than it was asked for.
  const asked_at = Math.min(active_since ?? 0, current?.ordered_at ?? Number.POSITIVE_INFINITY) - CLOCKS_MS;
  if (run.heads.length === 0 && pull.read_at < asked_at) return nothing(state);
  const adopted = adopt(run, pull);
  if (adopted === null) return takenOver(state, run, pull, now);
  const known = adopted === run ? state : withRun(state, adopted);
  return watchGate(known, adopted, pull, now);
}

/** The run with the live head as the first of its own; null when somebody else pushed it. */
function adopt(run: Run, { number: pr_number, head_sha }: PullState): Run | null {
  const at = run.heads.indexOf(head_sha);
  if (at === 0 && run.pr_number !== null) return run;
  // What stood there before is forgotten: if it comes back, somebody else put it there.
  if (at >= 0) return { ...run, pr_number, heads: run.heads.slice(at) };
  // Who only follows has no head of their own; a vendor that pushes by itself does so while it works.
  const pushes = run.agent === "codegen" && run.current?.kind === "turn" && run.current.purpose !== "plan";
  const own = run.agent === null || run.heads.length === 0 || pushes;
  return own ? { ...run, heads: [head_sha] } : null;
}

/** Somebody else pushed: the branch is theirs now, and whatever the agent was doing to it ends. */
function takenOver(state: State, run: Run, pull: PullState, now: number): Decision {
  if (run.phase === "needs_human") return nothing(state);
  const message = `Somebody else pushed ${pull.head_sha.slice(0, 12)}: they have it now`;
  return askPerson(state, run, { code: "human_push", message }, now);
}

function watchGate(before: State, run: Run, pull: PullState, now: number): Decision {
  const newest = latestOf(before, pull);
  const latest = newest?.head_sha === pull.head_sha ? newest : null;
  const state = latest === null ? before : claimed(before, run, latest);
  // What the run pushed last may not have been seen yet: what is said of an older head says nothing of it.
  if (run.heads.at(-1) !== pull.head_sha) return nothing(state);
  switch (run.phase) {
    case "validating":
      return atGate(state, run, pull, latest, now);
    case "diagnosing":
    case "repairing":
      return latest !== null && hasPassed(latest) ? spared(state, run, pull, latest, now) : nothing(state);
    case "needs_human":
      if (!isSoft(run) || latest === null || !goesOnAgain(pull, latest)) return nothing(state);
      return atGate(state, { ...run, phase: "validating" }, pull, latest, now);
    default:
      return nothing(state);
  }
}

/** The gate is at work again, or what it let pass is no longer kept from its merge. */
function goesOnAgain(pull: PullState, latest: Validation): boolean {
  return !isTerminal(latest) || (hasPassed(latest) && mergeStop(pull, latest) === null);
}

/** It passed after all, because somebody asked for another validation: there is nothing to repair. */
function spared(state: State, run: Run, pull: PullState, latest: Validation, now: number): Decision {
  const back = atGate(state, { ...idle(run), phase: "validating" }, pull, latest, now);
  return { ...back, steps: [...tidy(run), ...back.steps] };
}

/** A validation of a head that was not known to be the run's when it began. */
function claimed(state: State, { id }: Run, latest: Validation): State {
  return latest.agent_run_id === null ? withValidation(state, { ...latest, agent_run_id: id }) : state;
}

function atGate(state: State, run: Run, pull: PullState, latest: Validation | null, now: number): Decision {
  switch (latest?.state) {
    case "failed":
    case "timed_out":
      return failed(state, run, latest, now);
    case "errored": {
      const message = `The gate's machinery failed: ${latest.reason?.message ?? "it does not say how"}`;
      return askPerson(state, run, { code: "infrastructure", message }, now);
    }
    case "passed":
    case "passed_flaky":
      return atMerge(state, run, pull, latest, now);
    case "queued":
    case "running":
      // The clock of a run stands while the project is paused.
      return latest.waits == null ? goesOn(state, run, latest, now) : waits(state, run, latest.waits, now);
    case "cancelled":
      if (latest.reason?.code === "cancelled") {
        const message = "Its validation was cancelled by a person";
        return askPerson(state, run, { code: "validation_cancelled", message }, now);
      }
      return atStop(state, run, pull, now);
    case "superseded":
    case undefined:
      return atStop(state, run, pull, now);
  }
}

/** Nothing is validated as long as this lasts. */
function atStop(state: State, run: Run, pull: PullState, now: number): Decision {
  if (!isStopped(pull)) return nothing(state);
  const code = pull.blocked ?? "";
  return waits(state, run, { code, message: keptOut(code) }, now);
}

/** It passed: it is merged, or a person merges it, or somebody must hear why it is not. */
function atMerge(state: State, run: Run, pull: PullState, latest: Validation, now: number): Decision {
  const stop = mergeStop(pull, latest);
  if (stop !== null) return askPerson(state, run, stop, now);
  if (latest.merge_state === "pending") return goesOn(state, run, latest, now);
  const why = latest.merge_reasons[0] ?? UNASKED;
  return waits(state, run, latest.merge_state === "queued" ? QUEUED : why, now);
}

/** The gate is at work, within deadlines of its own. */
function goesOn(state: State, run: Run, latest: Validation, now: number): Decision {
  const going = atWork(run, now, latest.deadline_at + GATE_GRACE_MS);
  // The clock of a run stands while GitHub keeps its gate.
  return settled(state, latest.stalled == null ? going : stoodStill(going, now, latest.stalled.until));
}

const UNASKED: Reason = { code: "not_queued", message: "It passed, and nobody wants it merged by Tidegate" };
const QUEUED: Reason = { code: "in_queue", message: "It passed, and stands in the merge queue" };

/** A person merges it, or lets the gate have it; whoever looks at the run reads why it stands. */
function waits(state: State, run: Run, reason: Reason, now: number): Decision {
  return settled(state, { ...atRest(run, now), reason });
}

function settled(state: State, run: Run): Decision {
  const before = state.runs[run.id];
  const same = before?.phase === run.phase && before.deadline_at === run.deadline_at;
  const told = before?.reason?.message === run.reason?.message;
  return same && told && before.active_since === run.active_since
    ? nothing(state)
    : moveRun(state, run, "The gate moved on");
}

/** A failed validation is the agent's to mend, within its limits. */
function failed(state: State, run: Run, latest: Validation, now: number): Decision {
  const reason = reasonAgainst(run, latest) ?? limitReached(run, now);
  return reason === null ? orderRunStep(state, run, "diagnose", now) : askPerson(state, run, reason, now);
}

function reasonAgainst({ agent, attempts, limits }: Run, latest: Validation): Reason | null {
  const why = latest.reason?.message ?? `The validation ${latest.state.replace("_", " ")}`;
  if (agent === null) return { code: "validation_failed", message: why };
  if (attempts < limits.max_attempts) return null;
  const times = attempts === 1 ? "1 repair" : `${attempts} repairs`;
  return { code: "max_attempts", message: `It still fails after ${times}: ${why}` };
}
