/** How a validation begins, or waits for its beginning. */
import { FORK_WAITS } from "../../models/pull.ts";
import type { Reason, Validation } from "../../models/validation.ts";
import { chain, type Decision, nothing } from "./decision.ts";
import { awaiting, orderStep, report } from "./ending.ts";
import { runOf } from "./run-state.ts";
import {
  digitsOf,
  isFork,
  latestOf,
  type PullState,
  type State,
  VALIDATION_DEADLINE_MS,
  validationId,
  validationOf,
  WAIT_DEADLINE_MS,
  withPull,
  withValidation,
} from "./state.ts";

/** Why it may not begin; null when it may. */
export function waitOf(
  state: State,
  { from_fork, allowed_by, head_sha }: Pick<Validation, "from_fork" | "allowed_by" | "head_sha">,
): Reason | null {
  if (from_fork && allowed_by === null) {
    const message = `The commit ${head_sha} comes from a fork: somebody with write permission must let it run`;
    return { code: FORK_WAITS, message };
  }
  if (state.settings?.paused === true) return { code: "paused", message: "The project is paused" };
  return null;
}

/** A new validation of the pull request's live head, with its first step and its check run on order. */
export function startValidation(
  projectId: string,
  state: State,
  pull: PullState,
  deliveryId: string | null,
  now: number,
  kept: Kept = {},
): Decision {
  const made = {
    ...newValidation(projectId, pull, deliveryId, runOf(state, pull)?.id ?? null, now),
    allowed_by: allowedBy(state, pull),
    ...kept,
  };
  const waits = waitOf(state, made);
  const deadline_at = now + (waits === null ? VALIDATION_DEADLINE_MS : WAIT_DEADLINE_MS);
  const validation: Validation = { ...made, waits, deadline_at };
  const attempts = { ...pull.attempts, [digitsOf(pull.head_sha)]: validation.attempt };
  const blocked = waits?.code ?? null;
  const pulled = withPull(state, { ...pull, attempts, blocked, validation_id: validation.id });
  const known = withValidation(pulled, validation);
  const begun = waits === null ? orderStep(known, validation, awaiting("snapshot", 1, now)) : nothing(known);
  const reported = chain(begun, (next) => report(next, validation.id, now));
  const started = validationOf(reported.state, validation.id);
  return { ...reported, events: [{ type: "validation.started", validation: started }] };
}

/** What a validation on a moved base keeps of the one before it. */
type Kept = Partial<Pick<Validation, "queued_at" | "requeues" | "hold" | "approved_by">>;

/** Who let this very head of a fork run before: another attempt at it needs no other word. */
function allowedBy(state: State, pull: PullState): string | null {
  const latest = latestOf(state, pull);
  return latest?.head_sha === pull.head_sha ? (latest.allowed_by ?? null) : null;
}

function newValidation(
  projectId: string,
  pull: PullState,
  deliveryId: string | null,
  runId: string | null,
  now: number,
): Validation {
  const attempt = nextAttempt(pull);
  return {
    id: validationId(projectId, pull.number, pull.head_sha, attempt),
    project_id: projectId,
    pr_number: pull.number,
    head_sha: pull.head_sha,
    base_ref: pull.base_ref,
    base_sha: pull.base_sha,
    attempt,
    state: "queued",
    reason: null,
    required: null,
    current: null,
    waits: null,
    stalled: null,
    from_fork: isFork(pull),
    allowed_by: null,
    tested_base_sha: null,
    flaky: null,
    superseded_by: null,
    config_digest: null,
    policy_version: null,
    merge_state: "none",
    merge_reasons: [],
    merge_commit_sha: null,
    hold: null,
    approved_by: null,
    twin: null,
    analyzing: null,
    risk: null,
    queued_at: null,
    merging: null,
    requeues: 0,
    nudges: 0,
    wanted_at: null,
    merge_tries: 0,
    merge_again_at: null,
    check_run_id: null,
    reports: 0,
    reporting: null,
    reported_at: null,
    green: false,
    delivery_id: deliveryId,
    agent_run_id: runId,
    created_at: now,
    started_at: null,
    finished_at: null,
    deadline_at: now + VALIDATION_DEADLINE_MS,
  };
}

/** A head that comes back, or is asked for again, is a new attempt; old attempts stay readable. */
export function nextAttempt(pull: PullState): number {
  return (pull.attempts[digitsOf(pull.head_sha)] ?? 0) + 1;
}
