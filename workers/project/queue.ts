/** Decisions about what people ask of the merge queue. */
import type { Fact, QueueAction } from "../../models/fact.ts";
import { hasPassed, type Validation } from "../../models/validation.ts";
import { type Decision, moved, nothing } from "./decision.ts";
import { REMOVED } from "./ending.ts";
import { laneOf } from "./lanes.ts";
import { holdBack, objection, seekMerge } from "./merging.ts";
import { isTerminal, latestOf, type PullState, type State, withPull, withValidation } from "./state.ts";

type Asked = Extract<Fact, { type: "queue.asked" }>;

/** Carries out what a person asks; refuses in words what makes no sense now. */
export function askQueue(state: State, { pr_number, action, by }: Asked, now: number): Decision {
  const pull = state.pulls[pr_number];
  const latest = pull === undefined ? null : latestOf(state, pull);
  if (pull?.state !== "open" || latest === null)
    return nothing(state, {
      code: "not_found",
      message: `Cannot ${action} #${pr_number}: it is not open here`,
    });
  const refuse = (why: string) =>
    nothing(state, { code: "conflict", message: `Cannot ${action} #${pr_number}: ${why}` });
  if (latest.merging !== null && action !== "release") return refuse("its merge is under way");
  return ACTIONS[action]({ state, pull, latest, by, now, refuse });
}

type Asking = {
  state: State;
  pull: PullState;
  latest: Validation;
  by: string;
  now: number;
  refuse: (why: string) => Decision;
};

const ACTIONS: Record<QueueAction, (asking: Asking) => Decision> = {
  jump({ state, latest, by, refuse }) {
    const first = laneOf(state, latest.base_ref)[0]?.queued_at ?? null;
    if (latest.queued_at === null || first === null) return refuse("it is not in the merge queue");
    return told(state, { ...latest, queued_at: first - 1 }, `${by} put it first in the queue`);
  },
  hold({ state, pull, latest, by, refuse }) {
    if (pull.held_by != null) return refuse(`${pull.held_by} holds it already`);
    return told(withPull(state, { ...pull, held_by: by }), latest, `${by} holds its merge`);
  },
  release({ state, pull, latest, by, refuse }) {
    if (pull.held_by == null) return refuse("nobody holds it");
    return told(withPull(state, { ...pull, held_by: null }), latest, `${by} holds its merge no more`);
  },
  remove({ state, latest, by, refuse }) {
    if (!isTerminal(latest)) return refuse("it is being validated: cancel that, or hold its merge");
    if (latest.queued_at === null && latest.merge_again_at === null && latest.merge_state !== "pending")
      return refuse("it is not in the merge queue");
    const message = `${by} took it out of the merge queue`;
    // Also what GitHub refused and is about to be asked for again.
    return holdBack(state, { ...latest, merge_state: "blocked" }, { code: REMOVED, message });
  },
  join({ state, latest, now, refuse }) {
    if (!hasPassed(latest)) return refuse(`its validation is ${latest.state.replace("_", " ")}`);
    if (latest.merge_state === "queued" || latest.merge_state === "pending")
      return refuse("it waits already");
    if (latest.merge_state === "merged") return refuse("it is merged");
    if (latest.merge_state === "unknown" || latest.merge_state === "rejected")
      return refuse(`its merge is ${latest.merge_state}: retry the validation`);
    const wanted = { ...latest, wanted_at: now, merge_again_at: null };
    const against = objection(state, wanted, now);
    if (against !== null) return refuse(against.message);
    return seekMerge(state, { ...wanted, merge_state: "blocked", merge_reasons: [] }, now);
  },
};

function told(state: State, validation: Validation, words: string): Decision {
  return { state: withValidation(state, validation), steps: [], events: [moved(validation, words)] };
}
