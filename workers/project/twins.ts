/**
 * Twins: open pull requests of one head into one base. GitHub knows our check by its name on the commit, so what is green
 * for one of them is green for all: none is while a person is asked about another.
 */
import { hasPassed, type Reason, type Validation } from "../../models/validation.ts";
import { chain, type Decision, moved, nothing } from "./decision.ts";
import { report, unheld } from "./ending.ts";
import { holdOf } from "./holds.ts";
import { isTerminal, latestOf, type PullState, type State, validationOf, withValidation } from "./state.ts";

const CODE = "twin_held";

/** Why a twin waits for a person; null when none does. */
export function twinHold(state: State, { pr_number, head_sha, base_ref }: Validation): Reason | null {
  for (const pull of Object.values(state.pulls)) {
    const isTwin = pull.head_sha === head_sha && pull.base_ref === base_ref && pull.number !== pr_number;
    const hold = isTwin && pull.state === "open" ? askedOf(state, pull) : null;
    if (hold === null) continue;
    const message = `#${pull.number} is the same commit into ${base_ref} and waits for a person (${hold.message}): approve or close it`;
    return { code: CODE, message };
  }
  return null;
}

/** What a person is asked about a pull request's live head, whether it passed already or not. */
function askedOf(state: State, pull: PullState): Reason | null {
  const { number: pr_number, head_sha, base_ref } = pull;
  const latest = latestOf(state, pull);
  const live = latest?.head_sha === head_sha && latest.base_ref === base_ref ? latest : null;
  if (live?.approved_by != null) return null;
  return live?.hold ?? holdOf(state, { pr_number, head_sha });
}

/** Holds with its twin whatever is held, and lets it go with it. Doing it twice is doing it once. */
export function followTwins(state: State, now: number): Decision {
  let decision = nothing(state);
  for (const pull of Object.values(state.pulls)) {
    const latest = pull.state === "open" ? latestOf(state, pull) : null;
    if (latest !== null) decision = chain(decision, (next) => follow(next, latest, now));
  }
  return decision;
}

function follow(state: State, latest: Validation, now: number): Decision {
  if (isTerminal(latest) && !hasPassed(latest)) return nothing(state);
  const twin = twinHold(state, latest);
  if (twin?.message === latest.twin?.message) return nothing(state);
  const { merge_state, merge_reasons } = latest;
  const kept = merge_state === "none" || merge_reasons.some(({ code }) => code === CODE);
  // One that still runs asks for its merge when it passed.
  const waited = twin === null && hasPassed(latest) && kept;
  const validation = { ...latest, twin, green: false, ...(waited && unheld(state, latest, now)) };
  const known = withValidation(state, validation);
  if (!hasPassed(validation)) return nothing(known);
  const reported = report(known, validation.id, now);
  const words = twin === null ? "Held by no other pull request any more" : twin.message;
  return { ...reported, events: [moved(validationOf(reported.state, validation.id), words)] };
}
