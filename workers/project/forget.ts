/** What a project object need not remember any more. */
import type { Validation } from "../../models/validation.ts";
import { isFinal } from "./run-state.ts";
import { isUnsettled, type State } from "./state.ts";

/** How long what is over stays in memory, in ms; D1 keeps it for ever. */
const REMEMBER_MS = 60 * 60_000;

/** Forgets validations and runs that nobody can act on any more, so that the state stays as small as the work in hand. */
export function forget(before: State, state: State, now: number): State {
  const old = ({ finished_at }: Validation) => finished_at !== null && finished_at < now - REMEMBER_MS;
  const kept = (validation: Validation): boolean => {
    const pull = state.pulls[validation.pr_number];
    // Of a closed one too, as long as its comment has its last word still to say.
    const shown = pull?.state === "open" || pull?.mark?.under_way === true;
    const newest = shown && pull?.validation_id === validation.id;
    // A report under way still has its answer to give, and may be followed by a newer one.
    const unsettled = isUnsettled(validation);
    // What changed just now must still be written down; the next decision may forget it.
    const changed = before.validations[validation.id] !== validation;
    return newest || unsettled || changed || !old(validation);
  };
  const entries = Object.entries(state.validations);
  const staying = entries.filter(([, validation]) => kept(validation));
  const runs = Object.entries(state.runs).filter(([id, run]) => {
    const over = isFinal(run) && (run.completed_at ?? now) < now - REMEMBER_MS;
    return !over || before.runs[id] !== run;
  });
  const all = staying.length === entries.length && runs.length === Object.keys(state.runs).length;
  return all ? state : { ...state, validations: Object.fromEntries(staying), runs: Object.fromEntries(runs) };
}
