/** How a pull request stands, as one of few words, and the sentence that says so. */
import type { Project } from "./project.ts";
import { onlyWaits, type PullSummary } from "./pull.ts";
import { type Queued, queueOf } from "./queue.ts";
import type { RunCard } from "./run.ts";
import { hasPassed, type Validation } from "./validation.ts";
import type { Why } from "./why.ts";

export type WhyInput = {
  pull: PullSummary;
  /** Its newest validation; null before the first. */
  newest: Validation | null;
  project: Pick<
    Project,
    "auto_merge_enabled" | "validation_enabled" | "paused_by" | "dry_run" | "disconnected"
  >;
  /** Newest validations of open pull requests, as far as they are known: those in a merge queue are told apart here. */
  queue: readonly Queued[];
  /** The run that is at work on it; null when none is. */
  run: Pick<RunCard, "phase" | "agent" | "reason" | "current" | "deadline_at"> | null;
  now: number;
};

/** Every standing there is; those from `unasked` on are of what has passed. */
export type Standing =
  | "merged"
  | "merged_elsewhere"
  | "closed"
  | "kept_out"
  | "not_validated"
  | "outdated"
  | "waits"
  | "queued"
  | "stalled"
  | "running"
  | "failed"
  | "errored"
  | "timed_out"
  | "cancelled"
  | "anew"
  | "unasked"
  | "asks"
  | "twin"
  | "paused"
  | "pending"
  | "merging"
  | "in_queue"
  | "held_in_queue"
  | "rehearsed"
  | "blocked"
  | "rejected"
  | "unknown";

/** Whether the newest validation is of the pull request as it is now. */
export function isLive(pull: PullSummary, { head_sha, base_ref }: Validation): boolean {
  return head_sha === pull.head_sha && base_ref === pull.base_ref;
}

/** Who stopped it must say when it goes on: it does not begin anew by itself. */
const STAYS_STOPPED: ReadonlySet<string> = new Set(["cancelled", "project_removed"]);

/** It was stopped by what is over now: an open pull request gets another by itself. */
export function beginsAnew({ state, reason }: Validation): boolean {
  return (
    state === "superseded" || (state === "cancelled" && reason !== null && !STAYS_STOPPED.has(reason.code))
  );
}

/** Why it is not validated at all; null when it is, if not at once. */
export function stopOf(pull: PullSummary, newest: Validation | null): string | null {
  const begins = newest !== null && isLive(pull, newest) && onlyWaits(pull);
  return begins ? null : pull.blocked;
}

/** A person is asked about it, and did not answer yet. */
export function asksPerson(validation: Validation): boolean {
  const asked = validation.hold !== null || validation.state === "passed_flaky";
  return hasPassed(validation) && asked && validation.approved_by === null;
}

/** The one word. */
export function standingOf({ pull, newest, project, now }: WhyInput): Standing {
  if (newest?.merge_state === "merged") return "merged";
  const byOther = newest?.merge_reasons.some(({ code }) => code === "merged_by_other") === true;
  if (pull.merged || byOther) return "merged_elsewhere";
  if (pull.state === "closed") return "closed";
  if (project.disconnected !== null || stopOf(pull, newest) !== null) return "kept_out";
  if (newest === null) return "not_validated";
  if (!isLive(pull, newest)) return "outdated";
  if (beginsAnew(newest)) return "anew";
  const { state } = newest;
  if (state === "queued" || state === "running") return goingOn(newest, now);
  if (state !== "passed" && state !== "passed_flaky") return state === "superseded" ? "anew" : state;
  return passed(newest, pull, project);
}

function goingOn({ state, stalled, current, waits }: Validation, now: number): Standing {
  if (waits !== null) return "waits";
  if (stalled !== null && stalled.until > now) return "stalled";
  return state === "queued" || current === null ? "queued" : "running";
}

function passed(newest: Validation, pull: PullSummary, project: WhyInput["project"]): Standing {
  const { merge_state, merging } = newest;
  if (asksPerson(newest)) return "asks";
  if (merge_state === "unknown" || merge_state === "rejected") return merge_state;
  if (newest.twin !== null) return "twin";
  switch (merge_state) {
    case "pending":
    case "queued":
      if (merging !== null) return "merging";
      if (project.paused_by !== null) return "paused";
      if (pull.held_by !== null) return "held_in_queue";
      return merge_state === "queued" ? "in_queue" : "pending";
    case "none":
      return "unasked";
    case "merged":
    case "rehearsed":
    case "blocked":
      return merge_state;
  }
}

/** Its place in the merge queue of its base, 1 first; null when it stands in none. */
export function placeOf({ pull, queue }: Pick<WhyInput, "pull" | "queue">): Why["queue"] {
  const line = queueOf(queue, pull.base_ref);
  const at = line.findIndex(({ pr_number }) => pr_number === pull.number);
  return at === -1 ? null : { base_ref: pull.base_ref, place: at + 1, of: line.length };
}

/** One sentence, which quotes nobody. */
export function summaryOf(input: WhyInput): string {
  const { newest, pull } = input;
  const tries = newest !== null && newest.merge_tries > 1 ? ` (try ${newest.merge_tries})` : "";
  const standing = standingOf(input);
  switch (standing) {
    case "merged": {
      const commit = newest?.merge_commit_sha == null ? "" : ` as ${short(newest.merge_commit_sha)}`;
      return `Merged by Tidegate${commit}: exactly the validated commit ${short(newest?.head_sha ?? "")}`;
    }
    case "outdated":
      return newest?.head_sha === pull.head_sha
        ? "Not merged: it was not validated for its new base yet"
        : `Not merged: the live head ${short(pull.head_sha)} was not validated yet`;
    case "running":
      return `Not merged yet: the validation is running: ${newest?.current?.kind ?? ""}`;
    case "in_queue": {
      const place = placeOf(input);
      const at = place === null ? "" : `: ${place.place} of ${place.of}`;
      return `Validated, not merged yet: it stands in the merge queue of its base${at}`;
    }
    case "merging":
    case "blocked":
    case "rejected":
    case "unknown":
      return `${SENTENCES[standing]}${tries}`;
    default:
      return SENTENCES[standing];
  }
}

const SENTENCES: Record<Exclude<Standing, "merged" | "outdated" | "running" | "in_queue">, string> = {
  merged_elsewhere: "Merged on GitHub, not by Tidegate",
  closed: "Not merged: the pull request was closed",
  kept_out: "Not merged: it may not be validated",
  not_validated: "Not merged: it was not validated yet",
  waits: "Not merged: its validation waits to be let begin",
  queued: "Not merged yet: the validation waits for its first step",
  stalled: "Not merged yet: the validation waits for GitHub",
  failed: "Not merged: the validation failed",
  errored: "Not merged: the validation could not be carried out",
  timed_out: "Not merged: the validation ran out of time",
  cancelled: "Not merged: the validation was cancelled",
  anew: "Not merged: a newer commit or base replaced this validation",
  unasked: "Validated, not merged: nobody asked Tidegate to merge it",
  asks: "Validated, not merged: a person must decide",
  twin: "Validated, not merged: its twin waits for a person",
  paused: "Validated, not merged: the project is paused",
  pending: "Validated, not merged yet: its check run is written first",
  merging: "Validated, not merged yet: the merge is under way",
  held_in_queue: "Validated, not merged: a person holds it in the merge queue",
  rehearsed: "Validated, not merged: it passed in a dry run, and otherwise it would be",
  blocked: "Validated, not merged: the merge is blocked",
  rejected: "Validated, not merged: GitHub rejected the merge",
  unknown: "Validated; whether it was merged is not known",
};

/** The first digits of a commit, as GitHub shortens it. */
function short(sha: string): string {
  return sha.slice(0, 7);
}
