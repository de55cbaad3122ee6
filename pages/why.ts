/** Why a pull request is not merged, as the dashboard shows it. */
import type { PullSummary } from "../models/pull.ts";
import type { Validation } from "../models/validation.ts";
import type { Unmet } from "../models/why.ts";
import { whyOf } from "../models/why-of.ts";
import { type Standing, standingOf, type WhyInput } from "../models/why-standing.ts";
import type { Tone } from "./words.ts";

export type Why = {
  tone: Tone;
  /** The answer in one line. */
  title: string;
  /** Every condition that stands against it: what it is, what to do, whose turn it is, and until when. */
  reasons: Unmet[];
  /** Whether a person is to look at the changed files. */
  files: boolean;
};

const TONES: Record<Standing, Tone> = {
  merged: "good",
  merged_elsewhere: "quiet",
  closed: "quiet",
  kept_out: "warn",
  not_validated: "quiet",
  outdated: "warn",
  waits: "warn",
  queued: "quiet",
  stalled: "warn",
  running: "busy",
  failed: "bad",
  errored: "warn",
  timed_out: "bad",
  cancelled: "quiet",
  anew: "quiet",
  unasked: "quiet",
  asks: "warn",
  twin: "warn",
  paused: "warn",
  pending: "busy",
  merging: "busy",
  in_queue: "busy",
  held_in_queue: "warn",
  rehearsed: "quiet",
  blocked: "warn",
  rejected: "bad",
  unknown: "warn",
};

/** Of a project that is not read yet nothing is said. */
const UNREAD: WhyInput["project"] = {
  auto_merge_enabled: true,
  validation_enabled: true,
  paused_by: null,
  dry_run: false,
  disconnected: null,
};

/**
 * Answers.
 *
 * @param newest the newest validation of the pull request; null when there is none
 * @param project how it wants to be treated now; absent while that is being read
 * @param run the run that it belongs to; null when it belongs to none
 * @param queue newest validations of the other pull requests, as far as they are known
 */
export function whyNotMerged(
  pull: PullSummary,
  newest: Validation | null,
  project: WhyInput["project"] = UNREAD,
  run: WhyInput["run"] = null,
  queue: WhyInput["queue"] = [],
  now = Date.now(),
): Why {
  const input = { pull, newest, project, run, queue, now };
  const standing = standingOf(input);
  const { summary, unmet } = whyOf(input);
  return {
    tone: TONES[standing],
    title: summary,
    reasons: unmet,
    files: standing === "asks" || (standing === "waits" && newest?.waits?.code !== "paused"),
  };
}
