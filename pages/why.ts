/** The complete answer to one question: why is this pull request not merged? */
import type { PullSummary } from "../models/pull.ts";
import { FINAL_PHASES, type RunCard } from "../models/run.ts";
import { hasPassed, type Reason, type Validation } from "../models/validation.ts";
import { STEP_NAMES, short, type Tone } from "./words.ts";

export type Why = {
  tone: Tone;
  /** The answer in one line. */
  title: string;
  /** Every condition that stands against it, as the server says it. */
  reasons: Reason[];
  /** What to do, or what will happen by itself. */
  next: string | null;
  /** When the merge is tried again by itself. */
  again_at: number | null;
  /** Whether a person is to look at the changed files. */
  files: boolean;
};

const BLOCKS: Record<string, { message: string; next: string }> = {
  draft: {
    message: "The pull request is a draft",
    next: "Mark it ready for review on GitHub: validation begins by itself.",
  },
  fork_needs_approval: {
    message: "Its commit comes from a fork, whose code is not run unasked",
    next: "Read the change, then push the branch to this repository to have it validated.",
  },
  validation_disabled: {
    message: "Validation is turned off for this project",
    next: "Turn it on in the project's settings.",
  },
  project_removed: {
    message: "The project was unpinned",
    next: "Pin the repository again to have it validated.",
  },
};

/** What a person is to do about each reason for which they are asked. */
const HOLDS: Record<string, string> = {
  gate_changed:
    "Read what it does to these files, then approve the merge, or push a change that leaves them alone.",
  needs_human: "Read the change, then approve the merge, or push what is missing.",
  risk_asks: "Look at what it may break below, then approve the merge, or push a change that risks less.",
  risk_unknown: "Read the change: nothing else tells what it risks. Then approve the merge.",
  analysis_missing:
    "Read the change, then approve the merge, or validate it again to have its code analyzed.",
};

/** The sentence for a `blocked` code; a code that is not known here is shown as it is. */
export function blockText(code: string): string {
  return BLOCKS[code]?.message ?? code;
}

const why = (tone: Tone, title: string, rest: Partial<Why> = {}): Why => ({
  tone,
  title,
  reasons: [],
  next: null,
  again_at: null,
  files: false,
  ...rest,
});

/**
 * Answers.
 *
 * @param newest the newest validation of the pull request; null when there is none
 * @param autoMerge whether the project merges by itself now
 * @param run the run that it belongs to; null when it belongs to none
 */
export function whyNotMerged(
  pull: PullSummary,
  newest: Validation | null,
  autoMerge: boolean,
  run: Pick<RunCard, "phase" | "agent"> | null = null,
): Why {
  if (newest?.merge_state === "merged") {
    const commit = newest.merge_commit_sha === null ? "" : ` as ${short(newest.merge_commit_sha)}`;
    return why("good", `Merged by Tidegate${commit}: exactly the validated commit ${short(newest.head_sha)}`);
  }
  if (pull.merged) return why("quiet", "Merged on GitHub, not by Tidegate");
  if (pull.state === "closed") return why("quiet", "Not merged: the pull request was closed");
  if (pull.blocked !== null) {
    const message = blockText(pull.blocked);
    return why("warn", "Not merged: it may not be validated", {
      reasons: [{ code: pull.blocked, message }],
      next: BLOCKS[pull.blocked]?.next ?? null,
    });
  }
  if (newest === null) {
    return why("quiet", "Not merged: it was not validated yet", { next: "Validation begins by itself." });
  }
  if (newest.head_sha !== pull.head_sha) {
    return why("warn", `Not merged: the live head ${short(pull.head_sha)} was not validated yet`, {
      reasons: newest.reason === null ? [] : [newest.reason],
      next: `The newest validation is of ${short(newest.head_sha)}; one of the live head begins by itself.`,
    });
  }
  return hasPassed(newest) ? whyPassed(newest, autoMerge) : whyUnproven(newest, run);
}

/** The validation has not passed: its own reason is the answer. */
function whyUnproven(newest: Validation, run: Pick<RunCard, "phase" | "agent"> | null): Why {
  const reasons = newest.reason === null ? [] : [newest.reason];
  switch (newest.state) {
    case "queued":
      return newest.waits === null
        ? why("quiet", "Not merged yet: the validation waits for its first step", { reasons })
        : why("warn", "Not merged: the validation may not begin yet", { reasons: [newest.waits] });
    case "running": {
      const step = newest.current === null ? "" : `: ${STEP_NAMES[newest.current.kind].name.toLowerCase()}`;
      return why("busy", `Not merged yet: the validation is running${step}`, { reasons });
    }
    case "failed":
      return why("bad", "Not merged: the validation failed", {
        reasons,
        next: whoMends(run),
      });
    case "errored":
      return why("warn", "Not merged: the validation could not be carried out", {
        reasons,
        next: "This blames the machinery, not the change: retry the validation.",
      });
    case "timed_out":
      return why("bad", "Not merged: the validation ran out of time", {
        reasons,
        next: "Retry it, or allow more time in .tidegate.yml on the base branch.",
      });
    case "cancelled":
      return why("quiet", "Not merged: the validation was cancelled", { reasons, next: "Retry it." });
    case "superseded":
      return why("quiet", "Not merged: a newer commit or base replaced this validation", { reasons });
    case "passed":
    case "passed_flaky":
      return why("good", "Validated", { reasons });
  }
}

/** Who is to mend what failed. */
function whoMends(run: Pick<RunCard, "phase" | "agent"> | null): string {
  if (run?.phase === "needs_human") return "Its run waits for a person, who decides how it goes on.";
  if (run !== null && run.agent !== null && !FINAL_PHASES.has(run.phase))
    return "The agent of its run mends it.";
  return "Push a commit that fixes it; its validation begins by itself.";
}

/** The validation passed: the merge itself is the answer. */
function whyPassed(newest: Validation, autoMerge: boolean): Why {
  const reasons = newest.merge_reasons;
  const tried = newest.merge_tries > 1 ? ` (try ${newest.merge_tries})` : "";
  switch (newest.merge_state) {
    case "none":
      return why("quiet", "Validated, not merged: auto-merge was off when it passed", {
        reasons,
        next: autoMerge
          ? "Auto-merge is on now: retry the validation to have it merged, or merge on GitHub."
          : "Merge it on GitHub, or turn auto-merge on in the settings and retry the validation.",
      });
    case "pending":
      return why("busy", `Validated, not merged yet: the merge is under way${tried}`, { reasons });
    case "blocked":
      if (newest.hold != null && newest.approved_by == null) {
        return why("warn", "Validated, not merged: a person must decide", {
          reasons,
          next: HOLDS[newest.hold.code] ?? "Read the change, then approve the merge, or push another.",
          files: true,
        });
      }
      if (reasons.some(({ code }) => code === "twin_held")) {
        return why("warn", "Validated, not merged: its twin waits for a person", {
          reasons,
          next: "It goes on by itself once that one is decided.",
        });
      }
      return why("warn", `Validated, not merged: the merge is blocked${tried}`, {
        reasons,
        next: newest.merge_again_at === null ? "It is not tried again by itself." : null,
        again_at: newest.merge_again_at,
      });
    case "rejected":
      return why("bad", `Validated, not merged: GitHub rejected the merge${tried}`, {
        reasons,
        next: "It is not tried again by itself.",
      });
    case "unknown":
      return why("warn", `Validated; whether it was merged is not known${tried}`, {
        reasons,
        next: "GitHub's answer left it open: look at the pull request on GitHub.",
      });
    case "queued":
      return why("busy", "Validated, not merged yet: it waits for its turn in the merge queue", { reasons });
    case "rehearsed":
      return why("quiet", "Validated; it would be merged, were this no dry run", { reasons });
    case "merged":
      return why("good", "Merged by Tidegate", { reasons });
  }
}
