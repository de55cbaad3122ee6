/**
 * The merge queue of each base. Merges of one base happen one after the other, so that no two land together that were
 * only tested apart; whoever passed first goes first, and what is validated anew on the moved base keeps its place.
 */
import { queueOf } from "../../models/queue.ts";
import type { Validation } from "../../models/validation.ts";
import { chain, type Decision, moved, nothing, order } from "./decision.ts";
import { holdBack, objection } from "./merging.ts";
import { STEP_DEADLINE_MS, type State, validationOf, withValidation } from "./state.ts";

/** Lets go what may no longer be merged, and orders the merge whose turn it is. Doing it twice is doing it once. */
export function followLanes(state: State, now: number): Decision {
  let decision = nothing(state);
  for (const { id } of queued(state)) {
    decision = chain(decision, (next) => leave(next, validationOf(next, id), now));
  }
  for (const base of new Set(queued(decision.state).map(({ base_ref }) => base_ref))) {
    decision = chain(decision, (next) => advance(next, base, now));
  }
  return decision;
}

function queued(state: State): Validation[] {
  return Object.values(state.validations).filter(({ merge_state }) => merge_state === "queued");
}

function leave(state: State, validation: Validation, now: number): Decision {
  const against = objection(state, validation, now);
  // Its day is the clock's.
  if (against?.code === "merge_deadline") return nothing(state);
  return against === null ? nothing(state) : holdBack(state, validation, against);
}

/** Everything of one base that has a place, in its order: what waits for its turn, is merged, or is validated anew. */
export function laneOf(state: State, base: string): Validation[] {
  return queueOf(Object.values(state.validations), base);
}

function advance(state: State, base: string, now: number): Decision {
  // A merge is asked for in one project's name at a time; other projects of the repository are kept out by the lane in D1.
  if (state.settings?.paused === true || isMerging(state, base)) return nothing(state);
  const first = laneOf(state, base).find(({ pr_number }) => state.pulls[pr_number]?.held_by == null);
  return first?.merge_state === "queued" ? orderMerge(state, first, now) : nothing(state);
}

/** Whether a merge into this base is under way, even of a pull request that is closed by now. */
export function isMerging(state: State, base: string): boolean {
  return Object.values(state.validations).some(
    ({ base_ref, merge_state, merging }) =>
      base_ref === base && merge_state === "pending" && merging !== null,
  );
}

function orderMerge(state: State, before: Validation, now: number): Decision {
  const nth = before.merge_tries + 1;
  const validation: Validation = {
    ...before,
    merge_state: "pending",
    merge_tries: nth,
    merging: nth,
    deadline_at: now + STEP_DEADLINE_MS.merge,
  };
  return {
    state: withValidation(state, validation),
    steps: [order(validation, "merge", nth)],
    events: [moved(validation, "Merging")],
  };
}
