/**
 * The whole workflow in one pure function: what happened, and what to do about it. Time comes in with the
 * call and ids follow from what they name, so the same history always gives the same decisions.
 */
import type { EventBody } from "../../models/event.ts";
import type { Fact } from "../../models/fact.ts";
import type { Reason } from "../../models/validation.ts";
import { approve, cancel, retry } from "./asked.ts";
import { chain, type Decision, nothing } from "./decision.ts";
import { finish } from "./ending.ts";
import { forget } from "./forget.ts";
import { followLanes } from "./lanes.ts";
import { endMark, followMarks } from "./marks.ts";
import { confirmMerge } from "./merging.ts";
import { endStep, passTime } from "./progress.ts";
import { followSettings, forgetPull, observePull, stopValidation, tellPulls } from "./pulls.ts";
import { askQueue } from "./queue.ts";
import { followRuns } from "./run-follow.ts";
import { passRunTime } from "./run-overdue.ts";
import { endRunStep, waitTurn } from "./run-turns.ts";
import { answerPlan, askRun, retryRun, stopRun } from "./runs.ts";
import { stallRunStep, stallStep } from "./stalls.ts";
import { isTerminal, type State } from "./state.ts";
import { followTwins } from "./twins.ts";
import { followWaits } from "./waiting.ts";

/**
 * Decides.
 *
 * @param projectId whose state this is
 * @param now milliseconds since 1970
 */
export function decide(projectId: string, state: State, fact: Fact, now: number): Decision {
  const answered = answer(projectId, state, fact, now);
  if (answered.refused !== undefined) return { ...answered, state };
  const followed = follow(answered, now);
  const told = chain(followed, () => tellPulls(projectId, state, followed));
  const decision = chain(told, (next) => followMarks(projectId, state, next, now));
  return { ...decision, state: forget(state, decision.state, now) };
}

/** Each follows the others at most so often; a circle among them would be a mistake of ours. */
const MOST_ROUNDS = 8;

/**
 * What follows for everything else, until nothing does: what is left over here would wait for the next fact, whatever it
 * is about. What a run leaves behind holds twins of its pull request; what is held leaves the merge queue; and what waits
 * no more, or is held or let go, is news to its own run.
 */
function follow(answered: Decision, now: number): Decision {
  let decision = answered;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { state } = decision;
    for (const next of [followWaits, followRuns, followTwins, followLanes])
      decision = chain(decision, (known) => next(known, now));
    if (decision.state === state) break;
  }
  return decision;
}

function answer(projectId: string, state: State, fact: Fact, now: number): Decision {
  switch (fact.type) {
    case "project.set": {
      const { auto_merge, validation, paused, at = now } = fact;
      if ((state.settings?.at ?? at) > at) return nothing(state);
      const set = { ...state, settings: { auto_merge, validation, paused, removed: false, at } };
      const saved = { state: set, steps: [], events: [projectChanged("Settings saved")] };
      return chain(saved, (next) => followSettings(projectId, state, next, now));
    }
    case "project.removed":
      return removeProject(state, now);
    case "project.disconnected":
      return disconnect(state, fact.reason, now);
    case "pull.observed":
      return observePull(projectId, state, fact, now);
    case "pull.gone":
      return forgetPull(projectId, state, fact.pr_number, now);
    case "step.ended":
      return endStep(state, fact, now);
    case "step.waits":
      return stallStep(state, fact);
    case "merge.asks":
      return confirmMerge(state, fact, now);
    case "mark.ended":
      return endMark(state, fact);
    case "queue.asked":
      return askQueue(state, fact, now);
    case "retry.asked":
      return retry(projectId, state, fact.validation_id, now);
    case "cancel.asked":
      return cancel(state, fact.validation_id, now);
    case "approve.asked":
      return approve(state, fact.validation_id, fact.by, now);
    case "run.asked":
      return askRun(state, fact, now);
    case "plan.answered":
      return answerPlan(state, fact, now);
    case "turn.waits":
      return waitTurn(state, fact, now);
    case "run.step.waits":
      return stallRunStep(state, fact, now);
    case "run.step.ended":
      return endRunStep(state, fact, now);
    case "run.retry.asked":
      return retryRun(projectId, state, fact, now);
    case "run.stop.asked":
      return stopRun(state, fact, now);
    case "time.passed":
      // A run hears what became of its gate before its own deadline counts: it would ask a person twice.
      return chain(follow(passTime(state, now), now), (next) => passRunTime(next, now));
  }
}

/** Ends everything that runs, so that no sandbox outlives the project that paid for it. */
function removeProject(state: State, now: number): Decision {
  const settings = { auto_merge: false, validation: false, removed: true };
  const reason = { code: "project_removed", message: "The project was removed" };
  let decision = nothing({ ...state, settings });
  // By validation, not by pull request: closed ones are not loaded, and a merge of theirs may still be put off.
  for (const validation of Object.values(state.validations)) {
    decision = chain(decision, (next) => stopValidation(next, validation, reason, now));
  }
  return { ...decision, events: [...decision.events, projectChanged("Project removed")] };
}

/** Nothing can be read or reported: what runs ends, and begins anew when its pull request is seen again. */
function disconnect(state: State, reason: Reason, now: number): Decision {
  let decision = nothing(state);
  for (const validation of Object.values(state.validations)) {
    if (isTerminal(validation)) continue;
    decision = chain(decision, (next) => finish(next, validation, "cancelled", reason, now));
  }
  const of = { pr_number: null, validation_id: null };
  const told: EventBody = { type: "notification.new", level: "error", ...of, message: reason.message };
  return { ...decision, events: [...decision.events, projectChanged(reason.message), told] };
}

function projectChanged(message: string): EventBody {
  return { type: "project.status.updated", validation: null, message };
}
