/** Orders of which nothing was heard for long: whoever carries their messages may have lost them. */
import { BESIDE, type StepOrder } from "../../models/step.ts";
import type { Validation } from "../../models/validation.ts";
import { order } from "./decision.ts";
import { markOf } from "./marks.ts";
import { isTerminal, STEP_DEADLINE_MS, type State } from "./state.ts";

/** An order of which nothing was heard for so long is sent again, in ms. */
export const UNHEARD_MS = 5 * 60_000;

/**
 * What is waited for and was ordered before a moment, to be sent again. Whatever arrives twice is done once, so this only
 * costs a visit; without it a lost message is found at its step's deadline. Turns of agents are looked at anyway.
 *
 * @param before milliseconds since 1970
 */
export function unheard(projectId: string, state: State, before: number): StepOrder[] {
  const marks = Object.values(state.pulls).flatMap(({ number, mark }) =>
    mark?.under_way === true && mark.at < before ? [markOf(projectId, number, mark.nth, 0)] : [],
  );
  return [...Object.values(state.validations).flatMap((one) => ofValidation(one, before)), ...marks];
}

function ofValidation(validation: Validation, before: number): StepOrder[] {
  const { current, analyzing, merge_state, merging, deadline_at, reporting, reported_at, stalled } =
    validation;
  // GitHub keeps it waiting, and its message with it.
  if (stalled !== null && stalled.until > before) return [];
  const steps: StepOrder[] = [];
  if (!isTerminal(validation) && current !== null && current.ordered_at < before) {
    if (current.kind !== "observe") steps.push(order(validation, current.kind, current.try));
    if (analyzing === current.try) steps.push(order(validation, BESIDE, analyzing));
  }
  const merge_at = deadline_at - STEP_DEADLINE_MS.merge;
  if (merge_state === "pending" && merging !== null && merge_at < before)
    steps.push(order(validation, "merge", merging));
  if (reporting !== null && (reported_at ?? 0) < before) steps.push(order(validation, "report", reporting));
  return steps;
}
