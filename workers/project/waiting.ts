/** Validations that wait for their start: the code of a fork for a person, everything while the project is paused. */
import type { Validation } from "../../models/validation.ts";
import { chain, type Decision, moved, nothing } from "./decision.ts";
import { awaiting, orderStep, report } from "./ending.ts";
import { waitOf } from "./start.ts";
import {
  isStopped,
  isTerminal,
  latestOf,
  type PullState,
  type State,
  VALIDATION_DEADLINE_MS,
  validationOf,
  withPull,
  withValidation,
} from "./state.ts";

/** Begins what waits no more. Doing it twice is doing it once. */
export function followWaits(state: State, now: number): Decision {
  let decision = nothing(state);
  for (const pull of Object.values(state.pulls)) {
    const latest = pull.state === "open" ? latestOf(state, pull) : null;
    // A draft begins no more than anything else that is not to be validated now.
    if (latest === null || latest.waits == null || isTerminal(latest) || isStopped(pull)) continue;
    decision = chain(decision, (next) => follow(next, pull, latest, now));
  }
  return decision;
}

function follow(state: State, pull: PullState, latest: Validation, now: number): Decision {
  const waits = waitOf(state, latest);
  const blocked = waits?.code ?? null;
  const known = pull.blocked === blocked ? state : withPull(state, { ...pull, blocked });
  if (blocked === latest.waits?.code) return nothing(known);
  if (waits !== null) {
    const reported = report(withValidation(known, { ...latest, waits }), latest.id, now);
    return { ...reported, events: [moved(validationOf(reported.state, latest.id), waits.message)] };
  }
  const going = { ...latest, waits, deadline_at: now + VALIDATION_DEADLINE_MS };
  const begun = orderStep(withValidation(known, going), going, awaiting("snapshot", 1, now));
  return chain(begun, (next) => report(next, latest.id, now));
}
