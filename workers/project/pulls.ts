/** Decisions about pull requests: which head is worth validating, and which validation is no longer. */
import type { EventBody } from "../../models/event.ts";
import type { Fact } from "../../models/fact.ts";
import type { Pull, PullSummary } from "../../models/pull.ts";
import type { Reason, Validation } from "../../models/validation.ts";
import { chain, type Decision, nothing } from "./decision.ts";
import { finish } from "./ending.ts";
import { takeEarlyHold } from "./holds.ts";
import { orderMerge } from "./merging.ts";
import { nextAttempt, startValidation } from "./progress.ts";
import {
  isTerminal,
  latestOf,
  type PullState,
  type State,
  validationId,
  withPull,
  withValidation,
} from "./state.ts";

type Observed = Extract<Fact, { type: "pull.observed" }>;

/** A live read of a pull request: the only way its head, base and state become known. */
export function observePull(projectId: string, state: State, fact: Observed, now: number): Decision {
  const known = state.pulls[fact.pull.number];
  // Reads may arrive in another order than they were made; the one that began later saw more.
  if (known !== undefined && known.read_at > fact.pull.read_at) return nothing(state);
  const { state: rest, hold } =
    known === undefined ? takeEarlyHold(state, fact.pull) : { state, hold: known.hold ?? null };
  const pull: PullState = {
    ...fact.pull,
    attempts: known?.attempts ?? {},
    validation_id: known?.validation_id ?? null,
    blocked: blockOf(state, fact.pull),
    hold,
    seen_at: known === undefined ? now : (known.seen_at ?? 0),
  };
  const seen = nothing(withPull(rest, pull));
  const followed = chain(seen, (next) => follow(projectId, next, pull, fact.delivery_id, now));
  const after = followed.state.pulls[pull.number] ?? pull;
  if (sameSight(known, after)) return followed;
  const type = known === undefined ? "pr.created" : "pr.updated";
  const told: EventBody = { type, pull: summary(projectId, after) };
  return { ...followed, events: [told, ...followed.events] };
}

function follow(
  projectId: string,
  state: State,
  pull: PullState,
  deliveryId: string | null,
  now: number,
): Decision {
  if (pull.state === "open") return followHead(projectId, state, pull, deliveryId, now);
  const reason: Reason = pull.merged
    ? { code: "pull_merged", message: "The pull request was merged" }
    : { code: "pull_closed", message: "The pull request was closed" };
  return closePull(state, pull.number, reason, now);
}

/** Why an open pull request is not validated at all; null when it may be. */
function blockOf(state: State, pull: Pull): string | null {
  if (pull.state === "closed") return null;
  if (state.settings === null || state.settings.removed) return "project_removed";
  if (!state.settings.validation) return "validation_disabled";
  // A fork's code runs only after a person allowed this very commit.
  if (pull.head_repo_id !== pull.base_repo_id) return "fork_needs_approval";
  if (pull.draft) return "draft";
  return null;
}

/** Makes the newest validation be of the live head on the live base, and lets no other one run. */
function followHead(
  projectId: string,
  state: State,
  pull: PullState,
  deliveryId: string | null,
  now: number,
): Decision {
  const latest = latestOf(state, pull);
  const current = latest?.head_sha === pull.head_sha && latest.base_ref === pull.base_ref;
  if (pull.blocked !== null)
    return current || latest === null ? nothing(state) : supersede(state, latest, pull, null, now);
  if (latest === null) return startValidation(projectId, state, pull, deliveryId, now);
  if (current && !wantsAnother(latest)) return followMerge(state, latest, deliveryId, now);
  const by = validationId(projectId, pull.number, pull.head_sha, nextAttempt(pull));
  return chain(supersede(state, latest, pull, by, now), (next) =>
    startValidation(projectId, next, pull, deliveryId, now),
  );
}

/**
 * The head's validation was stopped by what is over now: a pull request that is open again, or whose head came
 * back while it was held back, wants a result for it again.
 */
function wantsAnother(validation: Validation): boolean {
  if (validation.state === "superseded") return true;
  return validation.state === "cancelled" && validation.reason?.code !== "cancelled";
}

/** The old head's validation ends before a new one begins, so that two are never active at once. */
function supersede(state: State, old: Validation, pull: PullState, by: string | null, now: number): Decision {
  // A result of an old head may be read for ever; its merge is no longer tried.
  if (isTerminal(old)) return nothing(withValidation(state, { ...old, merge_again_at: null }));
  const moved =
    old.head_sha === pull.head_sha ? `base changed to ${pull.base_ref}` : `head moved to ${pull.head_sha}`;
  const reason: Reason = { code: "superseded", message: `Superseded: the ${moved}` };
  return finish(state, { ...old, superseded_by: by }, "superseded", reason, now);
}

/**
 * GitHub says that something about a validated pull request changed: whatever held its merge back may be gone.
 * A look of our own says nothing: each merge that was put off is followed by one, and would be tried at once again.
 */
function followMerge(state: State, latest: Validation, deliveryId: string | null, now: number): Decision {
  const waiting =
    latest.state === "passed" && latest.merge_state === "blocked" && latest.merge_again_at !== null;
  return waiting && deliveryId !== null ? orderMerge(state, latest, now) : nothing(state);
}

/** A pull request that is over: nothing of it runs on. */
function closePull(state: State, number: number, reason: Reason, now: number): Decision {
  const pull = state.pulls[number];
  const latest = pull === undefined ? null : latestOf(state, pull);
  return latest === null ? nothing(state) : stopValidation(state, latest, reason, now);
}

/** Ends what runs, and lets a merge that was put off be. */
export function stopValidation(state: State, validation: Validation, reason: Reason, now: number): Decision {
  if (!isTerminal(validation)) return finish(state, validation, "cancelled", reason, now);
  return nothing(withValidation(state, { ...validation, merge_again_at: null }));
}

/** GitHub no longer knows the pull request. */
export function forgetPull(projectId: string, state: State, number: number, now: number): Decision {
  const known = state.pulls[number];
  if (known === undefined || known.state === "closed") return nothing(state);
  const pull: PullState = { ...known, state: "closed", blocked: null };
  const reason: Reason = { code: "pull_gone", message: "GitHub no longer knows this pull request" };
  const closed = closePull(withPull(state, pull), number, reason, now);
  return { ...closed, events: [{ type: "pr.updated", pull: summary(projectId, pull) }, ...closed.events] };
}

function summary(
  projectId: string,
  { attempts: _, hold: __, seen_at: ___, ...pull }: PullState,
): PullSummary {
  return { ...pull, project_id: projectId };
}

/** Two sights are the same when nothing but the time of the read differs. */
function sameSight(known: PullState | undefined, pull: PullState): boolean {
  if (known === undefined) return false;
  return JSON.stringify({ ...known, read_at: 0 }) === JSON.stringify({ ...pull, read_at: 0 });
}
