/** A base that moved before the merge: what was tested is not what would land, so it is tested anew in its old place. */
import type { Validation } from "../../models/validation.ts";
import { type Decision, nothing } from "./decision.ts";
import { startValidation } from "./start.ts";
import { isStopped, latestOf, type State } from "./state.ts";

/** So often a base may move under one head before a person must retry. */
export const MOST_REQUEUES = 10;

/** @param tried the validation as it was when its merge was asked for, with its place in the queue */
export function requeue(state: State, tried: Validation, now: number): Decision {
  const pull = state.pulls[tried.pr_number];
  const live =
    pull?.state === "open" &&
    !isStopped(pull) &&
    latestOf(state, pull)?.id === tried.id &&
    pull.head_sha === tried.head_sha &&
    pull.base_ref === tried.base_ref;
  if (!live || tried.requeues >= MOST_REQUEUES || state.settings?.auto_merge !== true) return nothing(state);
  // The same head on a newer base: a person who approved it need not say so again, unless something else asks.
  const { queued_at, requeues, hold, approved_by } = tried;
  const kept = { queued_at, requeues: requeues + 1, hold, approved_by };
  return startValidation(tried.project_id, state, pull, null, now, kept);
}
