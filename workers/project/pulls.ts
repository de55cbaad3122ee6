/** Decisions about pull requests: which head is worth validating, and which validation is no longer. */
import type { EventBody } from "../../models/event.ts";
import type { Fact } from "../../models/fact.ts";
import type { Pull, PullSummary } from "../../models/pull.ts";
import { hasPassed, type Reason, type Validation } from "../../models/validation.ts";
import { chain, type Decision, nothing } from "./decision.ts";
import { finish } from "./ending.ts";
import { takeEarlyHold } from "./holds.ts";
import { ASKED_AGAIN, holdBack, resumeMerge, seekMerge } from "./merging.ts";
import { nextAttempt, startValidation } from "./start.ts";
import {
  isFork,
  isStopped,
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
  if (known !== undefined && isStale(known, fact.pull)) return nothing(state);
  const { state: rest, hold } =
    known === undefined ? takeEarlyHold(state, fact.pull) : { state, hold: known.hold ?? null };
  const pull: PullState = {
    ...fact.pull,
    attempts: known?.attempts ?? {},
    validation_id: known?.validation_id ?? null,
    blocked: blockOf(state, fact.pull) ?? keptWait(known, fact.pull),
    held_by: known?.held_by ?? null,
    hold,
    seen_at: known === undefined ? now : (known.seen_at ?? 0),
    ...(known?.mark !== undefined && { mark: known.mark }),
  };
  const seen = nothing(withPull(rest, pull));
  const moved = chain(seen, (next) => follow(projectId, next, pull, fact.delivery_id, now));
  const resumed = chain(moved, (next) => resume(next, known, pull, now));
  // The look that follows each answer of a merge says nothing new of what was refused.
  const own = fact.delivery_id === null && fact.id.includes(".observe.");
  const heard = known !== undefined && !own && known.updated_at !== pull.updated_at;
  const followed = heard ? chain(resumed, (next) => askAgain(next, pull.number, now)) : resumed;
  const after = followed.state.pulls[pull.number] ?? pull;
  if (sameSight(known, after)) return followed;
  const type = known === undefined ? "pr.created" : "pr.updated";
  const told: EventBody = { type, pull: summary(projectId, after) };
  return { ...followed, events: [told, ...followed.events] };
}

/** A read that began earlier, or whose answer GitHub made earlier: it answers from before a push for some seconds. */
function isStale(known: PullState, { read_at, updated_at }: Pull): boolean {
  if (known.read_at > read_at) return true;
  if (updated_at === null || known.updated_at == null) return false;
  // Of one second both may be true: a stale answer shows an earlier one, and what was read later counts.
  return updated_at < known.updated_at;
}

/** What its validation waits for is still so, as long as it is of the same head. */
function keptWait(known: PullState | undefined, { head_sha, state }: Pull): string | null {
  if (known === undefined || state !== "open" || known.head_sha !== head_sha) return null;
  return isStopped(known) ? null : known.blocked;
}

/** It is open and ready again: a merge that only this held back is wanted again. */
function resume(state: State, known: PullState | undefined, { number }: Pull, now: number): Decision {
  const pull = state.pulls[number];
  const was = known !== undefined && (known.state !== "open" || isStopped(known));
  if (!was || pull?.state !== "open" || isStopped(pull)) return nothing(state);
  const latest = latestOf(state, pull);
  return latest === null ? nothing(state) : resumeMerge(state, latest, now);
}

/** What GitHub may answer otherwise once somebody did something to the pull request: gave the review that was missing. */
const ANSWERED: ReadonlySet<string> = new Set(["not_mergeable", "conflicts"]);

/** So often one validation's merge is asked for because something happened, in all: our own comment is something too. */
const MOST_NUDGES = 20;

function askAgain(state: State, number: number, now: number): Decision {
  const pull = state.pulls[number];
  const latest = pull?.state === "open" ? latestOf(state, pull) : null;
  if (latest === null || !hasPassed(latest)) return nothing(state);
  const { merge_state, merge_again_at, merge_reasons, nudges } = latest;
  const still = merge_state === "blocked" && merge_again_at === null && nudges < MOST_NUDGES;
  const refused = still && merge_reasons.length > 0;
  const answered = merge_reasons.some(({ code }) => ANSWERED.has(code));
  return refused && answered && merge_reasons.every(({ code }) => ANSWERED.has(code) || ASKED_AGAIN.has(code))
    ? seekMerge(state, { ...latest, nudges: nudges + 1, wanted_at: now }, now)
    : nothing(state);
}

/** Settings changed: what they kept from its validation or its merge goes on, and what they forbid now ends. */
export function followSettings(projectId: string, before: State, state: State, now: number): Decision {
  const merges = before.settings?.auto_merge !== true && state.settings?.auto_merge === true;
  let decision = nothing(state);
  for (const { number } of Object.values(state.pulls)) {
    decision = chain(decision, (next) => reconsider(projectId, next, number, merges, now));
  }
  return decision;
}

function reconsider(projectId: string, state: State, number: number, merges: boolean, now: number): Decision {
  const known = state.pulls[number];
  if (known?.state !== "open") return nothing(state);
  const blocked = blockOf(state, known) ?? (isStopped(known) ? null : known.blocked);
  const pull = { ...known, blocked };
  const same = blocked === known.blocked;
  const followed = same
    ? nothing(state)
    : chain(nothing(withPull(state, pull)), (next) => followHead(projectId, next, pull, null, now));
  return chain(followed, (next) => {
    const latest = next.pulls[number] === undefined ? null : latestOf(next, next.pulls[number]);
    return latest !== null && (merges || !same) ? resumeMerge(next, latest, now) : nothing(next);
  });
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
  if (pull.draft) return "draft";
  return null;
}

/** It is of the live head, of the same repository, on the live base. */
function isOf({ head_sha, base_ref, from_fork }: Validation, pull: PullState): boolean {
  return head_sha === pull.head_sha && base_ref === pull.base_ref && (from_fork ?? false) === isFork(pull);
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
  const current = latest !== null && isOf(latest, pull);
  if (isStopped(pull))
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
  const reason: Reason = { code: "superseded", message: `Superseded: the ${whatMoved(old, pull)}` };
  return finish(state, { ...old, superseded_by: by }, "superseded", reason, now);
}

function whatMoved(old: Validation, { head_sha, base_ref }: PullState): string {
  if (old.head_sha !== head_sha) return `head moved to ${head_sha}`;
  return old.base_ref === base_ref ? "head is of another repository now" : `base changed to ${base_ref}`;
}

/**
 * GitHub says that something about a validated pull request changed: whatever held its merge back may be gone.
 * A look of our own says nothing: each merge that was put off is followed by one, and would be tried at once again.
 */
function followMerge(state: State, latest: Validation, deliveryId: string | null, now: number): Decision {
  const { merge_state, merge_again_at } = latest;
  const waiting = hasPassed(latest) && merge_state === "blocked" && merge_again_at !== null;
  if (waiting && deliveryId !== null) return seekMerge(state, latest, now);
  return isOver(latest) ? takeBack(state, latest, now) : nothing(state);
}

/** What the merge step saw of a pull request that is as it was by now: its head came back, or it was opened again. */
const FLICKERED: ReadonlySet<string> = new Set(["head_modified", "pull_closed", "pull_gone", "base_changed"]);
/** How long until its merge is asked for again, in ms. */
const FLICKER_MS = 5_000;

function isOver({ state, merge_state, merge_reasons, merge_again_at, nudges }: Validation): boolean {
  // What stood beside it is looked at again with the merge.
  const flickered = merge_reasons.some(({ code }) => FLICKERED.has(code));
  return (
    hasPassed({ state }) &&
    merge_state === "rejected" &&
    flickered &&
    merge_again_at === null &&
    nudges < MOST_NUDGES
  );
}

function takeBack(state: State, latest: Validation, now: number): Decision {
  const again = { ...latest, nudges: latest.nudges + 1, merge_again_at: now + FLICKER_MS };
  return nothing(withValidation(state, again));
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
  // What it waited for until now is no reason any more: when this one is over, it is wanted again.
  if (validation.merge_again_at !== null) return holdBack(state, validation, reason);
  return nothing(state);
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
  { attempts: _, hold: __, seen_at: ___, mark: ____, held_by = null, ...pull }: PullState,
): PullSummary {
  return { ...pull, held_by, project_id: projectId };
}

/** Who holds a pull request, and what keeps it from its validation, changes without a look at GitHub: it is heard too. */
export function tellPulls(projectId: string, before: State, { state, events }: Decision): Decision {
  const same = (pull: PullSummary) => JSON.stringify({ ...pull, read_at: 0, updated_at: 0 });
  const said = new Map(events.flatMap((event) => ("pull" in event ? [[event.pull.number, event.pull]] : [])));
  const news = Object.values(state.pulls).flatMap((pull): EventBody[] => {
    const known = before.pulls[pull.number];
    // What is seen for the first time is told by who saw it.
    if (known === undefined || known === pull) return [];
    const now = summary(projectId, pull);
    if (same(said.get(pull.number) ?? summary(projectId, known)) === same(now)) return [];
    return [{ type: "pr.updated", pull: now }];
  });
  return { state, steps: [], events: news };
}

/** Two sights are the same when nothing but their times differ: a comment, our own too, changes when it was changed. */
function sameSight(known: PullState | undefined, pull: PullState): boolean {
  if (known === undefined) return false;
  const sight = ({ mark: _, ...seen }: PullState) => JSON.stringify({ ...seen, read_at: 0, updated_at: 0 });
  return sight(known) === sight(pull);
}
