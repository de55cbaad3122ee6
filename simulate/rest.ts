/** What must be true when everything was delivered, all time passed, and GitHub was looked at once more. */
import type { Pull } from "../models/pull.ts";
import { hasPassed, type Validation } from "../models/validation.ts";
import { isHeld, isTerminal, latestOf, type PullState } from "../workers/project/state.ts";
import { must } from "./must.ts";
import { standingOf } from "./outside.ts";
import type { World } from "./world.ts";

/** Reasons against a merge that are over once everything has settled, if what they speak of is. */
const OVER: Record<string, (world: World, pull: Pull, validation: Validation) => boolean> = {
  auto_merge_disabled: ({ wishes }) => wishes.auto_merge,
  draft: (_, pull) => !pull.draft,
  validation_disabled: ({ wishes }) => wishes.validation,
  pull_closed: (_, pull) => pull.state === "open",
  missing_checks: () => true,
  pending_checks: () => true,
  failed_check: () => true,
  lane_busy: () => true,
  agent_at_work: () => true,
  base_moved: (_, __, { requeues }) => requeues < 10,
};

export function checkRest(world: World): void {
  const { state, steps } = world;
  for (const validation of Object.values(state.validations)) {
    const { id, merge_state } = validation;
    must(isTerminal(validation), `${id} is stuck ${validation.state}`, "stuck validation");
    const stuck = merge_state === "pending" || merge_state === "queued";
    const held = state.pulls[validation.pr_number]?.held_by != null;
    must(
      !stuck || (merge_state === "queued" && held),
      `${id} is stuck, its merge ${merge_state}`,
      "stuck validation",
    );
    const said = steps.outside.checks.get(id);
    const unsaid = steps.outside.unwritten.has(id) || said === standingOf(validation);
    must(unsaid, `the check run of ${id} says ${said}, and it is ${standingOf(validation)}`, "lost event");
  }
  steps.outside.atRest();
  const { settings } = state;
  if (settings === null || settings.removed) return;
  for (const pull of world.github.there()) checkPull(world, pull, state.pulls[pull.number]);
}

function checkPull(world: World, pull: Pull, known: PullState | undefined): void {
  const { number } = pull;
  must(known !== undefined, `#${number} was never seen`, "lost event");
  for (const key of ["state", "merged", "draft", "head_sha", "base_ref"] as const)
    must(
      known[key] === pull[key],
      `#${number}: ${key} is ${pull[key]}, known is ${known[key]}`,
      "lost event",
    );
  if (pull.state === "closed" || pull.draft || !world.wishes.validation) return;
  const newest = latestOf(world.state, known);
  must(newest !== null, `#${number} is open and was never validated`, "lost event");
  must(
    newest.head_sha === pull.head_sha,
    `the newest validation of #${number} is of an old head`,
    "lost event",
  );
  must(
    newest.base_ref === pull.base_ref,
    `the newest validation of #${number} is of an old base`,
    "lost event",
  );
  const asked = newest.state !== "cancelled" || newest.reason?.code === "cancelled";
  must(newest.state !== "superseded" && asked, `#${number} is open and its head has no result`, "lost event");
  checkMerge(world, pull, newest);
}

/** What passed and is open still says why, and what it says is so. */
function checkMerge(world: World, pull: Pull, newest: Validation): void {
  if (!hasPassed(newest) || !world.wishes.auto_merge || world.wishes.paused) return;
  const { id, merge_state, merge_reasons } = newest;
  const wrong = "stuck validation";
  must(merge_state !== "none" || isHeld(newest), `${id} passed, and nobody asks for its merge`, wrong);
  must(merge_state !== "merged", `${id} says that it is merged, and #${pull.number} is open`);
  if (merge_state === "queued") return;
  must(merge_reasons.length > 0, `${id} is ${merge_state} and does not say why`, wrong);
  for (const { code } of merge_reasons) {
    const over = OVER[code]?.(world, pull, newest) === true;
    must(merge_state !== "blocked" || !over, `${id} is not merged because of ${code}, which is over`, wrong);
  }
  const held = merge_reasons.some(({ code }) => code === "twin_held");
  must(!held || newest.twin !== null, `${id} still waits for a twin that is held no more`, wrong);
}
