/** What the gate and the pull request mean for a run: looked at after every decision, whatever it was about. */
import type { Run } from "../../models/run.ts";
import type { Reason, Validation } from "../../models/validation.ts";
import { chain, type Decision, nothing } from "./decision.ts";
import { askPerson, endRun, moveRun, orderLook, orderRunStep } from "./run-ending.ts";
import {
  atRest,
  atWork,
  GATE_DEADLINE_MS,
  isFinal,
  isSoft,
  limitReached,
  runsOf,
  statusOf,
  withHead,
  withRun,
} from "./run-state.ts";
import { endRunStep } from "./run-turns.ts";
import { isTerminal, latestOf, type PullState, type State } from "./state.ts";

/** Moves every run on to where its pull request is. Doing it twice is doing it once. */
export function followRuns(state: State, now: number): Decision {
  let decision = nothing(state);
  for (const { id } of runsOf(state)) decision = chain(decision, (next) => follow(next, id, now));
  return decision;
}

function follow(state: State, id: string, now: number): Decision {
  const run = state.runs[id];
  if (run === undefined || isFinal(run)) return nothing(state);
  if (state.settings?.removed === true) {
    return endRun(
      state,
      run,
      "cancelled",
      { code: "project_removed", message: "The project was removed" },
      now,
    );
  }
  const pull = run.pr_number === null ? undefined : state.pulls[run.pr_number];
  if (pull === undefined) return nothing(state);
  const latest = latestOf(state, pull);
  if (pull.merged || latest?.merge_state === "merged") return endRun(state, run, "completed", null, now);
  if (pull.state === "closed") {
    const reason = { code: "pull_closed", message: "Its pull request was closed" };
    return endRun(state, run, "cancelled", reason, now);
  }
  const adopted = adopt(run, pull);
  if (adopted === null) return takenOver(state, run, pull, now);
  return watchGate(withRun(state, adopted), adopted, pull, now);
}

/** The run with the live head among its own; null when somebody else pushed it. */
function adopt(run: Run, { head_sha }: PullState): Run | null {
  // Who only follows has no head of their own; a vendor that pushes by itself does so while it works.
  const pushes = run.agent === "codegen" && run.current?.kind === "turn" && run.current.purpose !== "plan";
  const own = run.agent === null || run.heads.length === 0 || pushes;
  if (own) return withHead(run, head_sha);
  return run.heads.includes(head_sha) ? run : null;
}

/** Somebody else pushed: the branch is theirs now, and whatever the agent was doing to it ends. */
function takenOver(state: State, run: Run, pull: PullState, now: number): Decision {
  if (run.phase === "needs_human") return nothing(state);
  const message = `Somebody else pushed ${pull.head_sha.slice(0, 12)}: they have it now`;
  return askPerson(state, run, { code: "human_push", message }, now);
}

function watchGate(state: State, run: Run, pull: PullState, now: number): Decision {
  const latest = latestOf(state, pull);
  // What the run pushed last may not have been seen yet: a result of an older head says nothing of it.
  const newest = run.heads.at(-1) === pull.head_sha || run.phase === "needs_human";
  if (latest === null || latest.head_sha !== pull.head_sha || !newest) return nothing(state);
  if (isSoft(run) && !isTerminal(latest)) {
    const going = { ...atWork(run, now, GATE_DEADLINE_MS), phase: "validating" as const, reason: null };
    return moveRun(state, going, "The gate is at work again");
  }
  if (run.phase !== "validating") return nothing(state);
  switch (latest.state) {
    case "failed":
    case "timed_out":
      return failed(state, run, latest, now);
    case "errored":
      return asked(
        state,
        run,
        "infrastructure",
        `The gate's machinery failed: ${latest.reason?.message ?? ""}`,
        now,
      );
    case "cancelled":
      return latest.reason?.code === "cancelled"
        ? asked(state, run, "validation_cancelled", "Its validation was cancelled by a person", now)
        : nothing(state);
    case "passed":
      return settled(
        state,
        latest.merge_state === "pending" ? atWork(run, now, GATE_DEADLINE_MS) : atRest(run, now),
        run,
        latest,
      );
    case "queued":
    case "running":
    case "superseded":
      return settled(
        state,
        run.active_since === null ? atWork(run, now, GATE_DEADLINE_MS) : run,
        run,
        latest,
      );
  }
}

/** The status follows from the gate although the run itself stands still. */
function settled(state: State, run: Run, before: Run, latest: Validation): Decision {
  const changed = statusOf(run, latest) !== before.status;
  // A clock that was already running is only set further by a decision of its own.
  const clock = (run.active_since === null) !== (before.active_since === null);
  if (!changed && !clock) return nothing(state);
  return moveRun(state, run, "The gate moved on");
}

/** A failed validation is the agent's to mend, within its limits. */
function failed(state: State, run: Run, latest: Validation, now: number): Decision {
  const why = latest.reason?.message ?? `The validation ${latest.state.replace("_", " ")}`;
  if (run.agent === null) return asked(state, run, "validation_failed", why, now);
  const { max_attempts } = run.limits;
  if (run.attempts >= max_attempts) {
    const times = max_attempts === 1 ? "1 repair" : `${max_attempts} repairs`;
    return asked(state, run, "max_attempts", `It still fails after ${times}: ${why}`, now);
  }
  const limit = limitReached(run, now);
  return limit === null ? orderRunStep(state, run, "diagnose", now) : askPerson(state, run, limit, now);
}

function asked(state: State, run: Run, code: string, message: string, now: number): Decision {
  const reason: Reason = { code, message };
  return askPerson(state, run, reason, now);
}

/** What is due in a run although nothing happened: a look at a turn, a step that was lost, a person who never came. */
export function passRunTime(state: State, now: number): Decision {
  let decision = nothing(state);
  for (const { id } of runsOf(state)) decision = chain(decision, (next) => overdue(next, id, now));
  return decision;
}

function overdue(state: State, id: string, now: number): Decision {
  const run = state.runs[id];
  if (run === undefined || isFinal(run)) return nothing(state);
  const { current } = run;
  if (current !== null && current.deadline_at <= now) {
    const message = `The ${current.kind} step was not heard of before its deadline`;
    const outcome = { state: "errored" as const, reason: { code: "step_lost", message } };
    const lost = {
      type: "run.step.ended" as const,
      id: "",
      run_id: id,
      kind: current.kind,
      nth: current.nth,
      outcome,
    };
    return endRunStep(state, lost, now);
  }
  if (current?.kind === "turn" && current.look_at <= now) return orderLook(state, id, now);
  if (run.deadline_at > now) return nothing(state);
  if (run.phase === "awaiting_confirmation") {
    const reason = { code: "plan_unanswered", message: "Nobody answered its plan" };
    return endRun(state, run, "cancelled", reason, now);
  }
  if (run.phase === "needs_human" || run.active_since === null)
    return endRun(
      state,
      run,
      "failed",
      run.reason ?? { code: "deadline", message: "Nobody decided about it" },
      now,
    );
  const reason = { code: "deadline", message: "Nothing was heard of it before its deadline" };
  return askPerson(state, run, reason, now);
}
