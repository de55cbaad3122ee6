/** Decisions about what people ask of a validation. */
import { FORK_WAITS } from "../../models/pull.ts";
import type { Validation } from "../../models/validation.ts";
import { type Decision, moved, nothing } from "./decision.ts";
import { finish, report, unheld } from "./ending.ts";
import { withoutHold } from "./holds.ts";
import { startValidation } from "./start.ts";
import { isHeld, isStopped, isTerminal, type State, validationOf, withValidation } from "./state.ts";

/** Another attempt at the same head. The old attempt stays as it was. */
export function retry(projectId: string, state: State, id: string, now: number): Decision {
  const validation = state.validations[id];
  const pull = validation && state.pulls[validation.pr_number];
  if (validation === undefined || pull === undefined) {
    return nothing(state, { code: "not_found", message: `Cannot find validation "${id}"` });
  }
  const conflict = (why: string) =>
    nothing(state, { code: "conflict", message: `Cannot retry "${id}": ${why}` });
  if (pull.validation_id !== id || pull.head_sha !== validation.head_sha) {
    const message = `Cannot retry "${id}": a newer one is "${pull.validation_id}"`;
    return nothing(state, { code: "superseded", message });
  }
  if (!isTerminal(validation)) return conflict("it still runs");
  if (pull.state === "closed") return conflict("the pull request is closed");
  // What the last look wrote down does not know of a removal since.
  const removed = state.settings?.removed !== false;
  if (removed || isStopped(pull)) return conflict(removed ? "project_removed" : (pull.blocked ?? ""));
  if (validation.merge_state === "merged" || validation.merge_state === "pending") {
    return conflict(`its merge is ${validation.merge_state}`);
  }
  const settled = withValidation(state, { ...validation, merge_again_at: null, queued_at: null });
  return startValidation(projectId, settled, pull, null, now);
}

/** Stops a running validation. */
export function cancel(state: State, id: string, now: number): Decision {
  const validation = state.validations[id];
  if (validation === undefined)
    return nothing(state, { code: "not_found", message: `Cannot find validation "${id}"` });
  if (isTerminal(validation)) {
    return nothing(state, {
      code: "conflict",
      message: `Cannot cancel "${id}": it is already ${validation.state}`,
    });
  }
  return finish(state, validation, "cancelled", { code: "cancelled", message: "Cancelled by a person" }, now);
}

/**
 * A person decides for the merge of what is held. The check run turns green first and the merge follows it; what
 * stands against the merge by then holds it as ever.
 */
export function approve(state: State, id: string, by: string, now: number): Decision {
  const before = state.validations[id];
  const pull = before && state.pulls[before.pr_number];
  if (before === undefined || pull === undefined)
    return nothing(state, { code: "not_found", message: `Cannot find validation "${id}"` });
  const conflict = (why: string) =>
    nothing(state, { code: "conflict", message: `Cannot approve "${id}": ${why}` });
  if (pull.validation_id !== id || pull.head_sha !== before.head_sha) {
    const message = `Cannot approve "${id}": a newer one is "${pull.validation_id}"`;
    return nothing(state, { code: "superseded", message });
  }
  if (pull.state === "closed") return conflict("the pull request is closed");
  if (before.waits?.code === FORK_WAITS && !isTerminal(before)) return allow(state, before, by);
  if (!isHeld(before)) return conflict("no decision of a person is waited for");
  const approved = {
    ...before,
    approved_by: by,
    wanted_at: now,
    green: false,
    ...unheld(state, before, now),
  };
  const reported = report(withValidation(withoutHold(state, pull), approved), id, now);
  return { ...reported, events: [moved(validationOf(reported.state, id), `Approved by ${by}`)] };
}

/** A person lets the code of a fork run, at this very head: what begins follows the decision. */
function allow(state: State, before: Validation, by: string): Decision {
  const validation = { ...before, allowed_by: by };
  return {
    state: withValidation(state, validation),
    steps: [],
    events: [moved(validation, `${by} let it run`)],
  };
}
