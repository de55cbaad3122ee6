/** How far a credential may go: the pauses that GitHub asks for, and writes one after another, for all isolates. */
import { log, messageOf } from "../../log.ts";
import type { Vars } from "../../vars.ts";
import { type Answer, limitIn } from "./limits.ts";
import { GitHubCrowded, GitHubPaused, timeOf } from "./not-asked.ts";

/**
 * Longest that a write waits for its turn where it is, in ms; one that must wait longer comes again. Whoever wrote already
 * waits longer: it would begin anew, and write the same again.
 */
const PATIENCE_MS = { first: 2_000, more: 30_000 };
/**
 * GitHub counts from when a write arrived. That is not known here, but surely it had when its answer came: the next one
 * leaves a second after that. For one that is never answered nobody waits longer than `most_ms`.
 */
const ANSWER = { after_ms: 1_000, most_ms: 10_000, look_ms: 100 };
/** Where GitHub names no time: a minute at least, and twice as long each time it refuses again soon after. */
const BACKOFF = { first_ms: 60_000, most_ms: 60 * 60_000, forget_ms: 10 * 60_000 };
/** That nothing is paused is believed for so long, in ms: many requests follow one another. */
const BELIEVED_MS = 1_000;

export type Pace = { spacing_ms: number; patience_ms: number };
export type Backoff = typeof BACKOFF;

/** What all isolates know of the buckets. Times are milliseconds since 1970. */
export type Buckets = {
  /** Until when nothing may be asked; 0 when it never was paused. */
  pausedUntil(key: string): Promise<number>;
  /** Begins a pause or makes it longer. @returns its end */
  pause(key: string, until: number | null, backoff: Backoff, now: number): Promise<number>;
  /** The next turn to write, or when to come for one if too many wait. */
  claimWrite(key: string, pace: Pace, now: number): Promise<{ at: number } | { until: number }>;
};

let shared: Buckets | null = null;

/** Says where all isolates look. Null: pauses are this process's own, and writes are not spaced. */
export function shareBuckets(buckets: Buckets | null): void {
  shared = buckets;
}

/** Whose budget a request is of, and how far apart its writes lie; `name` for people. None of it holds a secret. */
export type Caller = { key: string; name: string; spacing_ms: number };

/** @param installationId null: the App itself, or the personal token that serves every repository */
export function callerOf(vars: Vars, installationId: number | null): Caller {
  const alone = vars.GITHUB_TOKEN === null ? "the App" : "the owner of our token";
  const isAlone = vars.GITHUB_TOKEN !== null || installationId === null;
  const name = isAlone ? alone : `installation ${installationId}`;
  return { key: `${vars.GITHUB_API_URL} ${name}`, name, spacing_ms: vars.GITHUB_WRITES_APART_MS };
}

/** `write_at`: before that nothing more is written from here. */
type Known = { until: number; looked_at: number; write_at: number };
const known = new Map<string, Known>();

function knownOf(key: string): Known {
  const one = known.get(key) ?? { until: 0, looked_at: 0, write_at: 0 };
  known.set(key, one);
  return one;
}

/** @throws GitHubPaused */
export async function mayAsk(caller: Caller): Promise<void> {
  const one = knownOf(caller.key);
  const now = Date.now();
  if (shared !== null && one.until <= now && one.looked_at + BELIEVED_MS <= now) {
    const until = await shared.pausedUntil(caller.key);
    one.until = Math.max(one.until, until);
    one.looked_at = Date.now();
  }
  refuseIfPaused(caller);
}

/**
 * Waits for a turn to write.
 *
 * @param nth the how manieth write this is of one piece of work
 * @throws GitHubPaused, GitHubCrowded when it is too far off to be waited for
 */
export async function turnToWrite(caller: Caller, nth: "first" | "more"): Promise<void> {
  const { spacing_ms } = caller;
  if (shared === null || spacing_ms === 0) return;
  const one = knownOf(caller.key);
  const pace = { spacing_ms, patience_ms: PATIENCE_MS[nth] };
  const claimed = await shared.claimWrite(caller.key, pace, Date.now());
  if ("until" in claimed) {
    // Perhaps for a pause that another isolate began within the last second.
    one.looked_at = 0;
    await mayAsk(caller);
    const what = `Many changes wait for their turn to be written to GitHub for ${caller.name}: this one waits`;
    throw new GitHubCrowded(what, claimed.until);
  }
  for (;;) {
    // What was refused meanwhile stops all that waited.
    refuseIfPaused(caller);
    const wait_ms = Math.max(claimed.at, one.write_at) - Date.now();
    if (wait_ms <= 0) break;
    await sleep(Math.min(wait_ms, ANSWER.look_ms));
  }
  one.write_at = Date.now() + ANSWER.most_ms;
}

/** A write was answered, or will not be: the next one may follow. */
export function wrote({ key, spacing_ms }: Caller): void {
  knownOf(key).write_at = Date.now() + Math.min(spacing_ms, ANSWER.after_ms);
}

/** Obeys what an answer says of limits. @throws GitHubPaused when the request was refused for one */
export async function heed(caller: Caller, answer: Answer): Promise<void> {
  const limit = limitIn(answer, Date.now());
  if (limit === null) return;
  await pause(caller, limit.until);
  if (limit.refused) refuseIfPaused(caller);
}

function refuseIfPaused({ key, name }: Caller): void {
  const { until } = knownOf(key);
  if (until > Date.now())
    throw new GitHubPaused(`GitHub's rate limit lets nothing be asked for ${name}`, until);
}

async function pause({ key, name }: Caller, until: number | null): Promise<void> {
  const one = knownOf(key);
  const now = Date.now();
  // Before anything is awaited: what is about to be sent must see it.
  one.until = Math.max(one.until, until ?? now + BACKOFF.first_ms);
  try {
    const kept = await shared?.pause(key, until, BACKOFF, now);
    one.until = Math.max(one.until, kept ?? 0);
  } catch (error) {
    // This isolate obeys all the same, and the others will be told by GitHub.
    log("github.pause_not_kept", { bucket: name, error: messageOf(error) });
  }
  log("github.paused", { bucket: name, until: timeOf(one.until) });
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
