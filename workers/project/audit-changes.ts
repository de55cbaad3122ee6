/**
 * What of a project's state the audit is about, and what changed of it between two states. How far a step is, when
 * something is looked at next, and which report is being written are bookkeeping, and left out.
 */
import { canonical } from "../../models/canonical.ts";
import type { Run } from "../../models/run.ts";
import { TERMINAL_STATES, type Validation } from "../../models/validation.ts";
import type { PullState, State } from "./state.ts";

/** One thing that changed; null on the side on which it was not there. */
export type Change = {
  name: string;
  action: string;
  before: Standing | null;
  after: Standing;
};
export type Standing = Record<string, unknown>;

/** Everything that changed, what matters most first. */
export function changesOf(projectId: string, before: State, after: State): Change[] {
  const changes = [
    ...changed(before.validations, after.validations, ofValidation, validationAction, (id) => id),
    ...changed(before.runs, after.runs, ofRun, runAction, (id) => id),
    ...changed(before.pulls, after.pulls, ofPull, pullAction, (number) => `#${number}`),
    ...changed(
      { settings: before.settings ?? undefined },
      { settings: after.settings ?? undefined },
      ({ at: _, ...settings }) => ({ ...settings, paused: settings.paused === true }),
      projectAction,
      () => projectId,
    ),
  ];
  return changes.sort((one, other) => rankOf(one) - rankOf(other));
}

function changed<T extends object>(
  before: Record<string, T | undefined>,
  after: Record<string, T | undefined>,
  standing: (thing: T) => Standing,
  action: (was: Standing | null, is: Standing) => string,
  name: (key: string) => string,
): Change[] {
  return Object.entries(after).flatMap(([key, thing]) => {
    const old = before[key];
    if (old === thing || thing === undefined) return [];
    const was = old === undefined ? null : standing(old);
    const is = standing(thing);
    if (was !== null && canonical(was) === canonical(is)) return [];
    return [{ name: name(key), action: action(was, is), before: was, after: is }];
  });
}

export function ofValidation(validation: Validation): Standing {
  const { state, reason, waits, allowed_by, from_fork, flaky, superseded_by, current } = validation;
  const { merge_state, merge_reasons, merge_commit_sha, merging, queued_at, requeues } = validation;
  const { hold, approved_by, twin, config_digest, policy_version } = validation;
  return {
    ...{ state, reason, waits, allowed_by, from_fork, flaky, superseded_by, try: current?.try ?? null },
    ...{ merge_state, merge_reasons, merge_commit_sha, merging, queued_at, requeues },
    ...{ hold, approved_by, twin, config_digest, policy_version },
  };
}

function ofPull(pull: PullState): Standing {
  const { state, merged, draft, head_sha, head_repo_id, base_ref, blocked, validation_id } = pull;
  const [hold, held_by] = [pull.hold ?? null, pull.held_by ?? null];
  return { state, merged, draft, head_sha, head_repo_id, base_ref, blocked, validation_id, hold, held_by };
}

function ofRun(run: Run): Standing {
  const { phase, reason, agent, branch, pr_number, heads, plan_version, attempts, limits } = run;
  const plans = run.plans.map(({ version, by }) => ({ version, by }));
  return { phase, reason, agent, branch, pr_number, heads, plan_version, plans, attempts, limits };
}

function validationAction(was: Standing | null, is: Standing): string {
  if (was === null) return (is.requeues as number) > 0 ? "validation.requeued" : "validation.started";
  const differs = (key: string) => canonical(was[key]) !== canonical(is[key]);
  if (is.merging !== null && differs("merging")) return "merge.asked";
  if (differs("state")) return `validation.${is.state}`;
  if (differs("merge_state")) return `merge.${is.merge_state}`;
  if (differs("approved_by")) return "validation.approved";
  if (differs("allowed_by")) return "validation.allowed";
  for (const held of ["hold", "twin"] as const)
    if (differs(held)) return is[held] === null ? "validation.let_go" : "validation.held";
  if (differs("waits")) return is.waits === null ? "validation.begun" : "validation.waits";
  if (differs("try")) return "validation.restarted";
  return differs("queued_at") ? "queue.moved" : "validation.changed";
}

function pullAction(was: Standing | null, is: Standing): string {
  if (was === null) return "pull.seen";
  const differs = (key: string) => canonical(was[key]) !== canonical(is[key]);
  if (differs("merged")) return "pull.merged";
  if (differs("state")) return is.state === "open" ? "pull.reopened" : "pull.closed";
  if (differs("head_sha")) return "pull.pushed";
  if (differs("base_ref")) return "pull.retargeted";
  if (differs("hold")) return is.hold === null ? "pull.let_go" : "pull.held";
  return "pull.changed";
}

function runAction(was: Standing | null, is: Standing): string {
  if (was === null) return "run.started";
  return was.phase === is.phase ? "run.changed" : `run.${is.phase}`;
}

function projectAction(was: Standing | null, is: Standing): string {
  if (is.paused === (was?.paused ?? false)) return "project.set";
  return is.paused ? "project.paused" : "project.resumed";
}

/** What landed before everything, the answer to a merge before the next that is asked for, a merge before an end, an end before a beginning, and all of these before what they are of. */
function rankOf({ action }: Change): number {
  const [what = "", how = ""] = action.split(".");
  if (what === "merge") return how === "merged" ? -2 : how === "asked" ? 0 : -1;
  if (what === "validation") return TERMINAL_STATES.has(how as Validation["state"]) ? 1 : 2;
  return ["queue", "run", "pull", "project"].indexOf(what) + 3;
}
