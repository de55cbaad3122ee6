/** The complete answer to one question: how does this run stand, and who does what next? */
import type { RunCard } from "../models/run.ts";
import { type Mark, PHASE_MARKS } from "./words.ts";

/** `next`: what happens by itself, or what a person may do; null when nothing does. */
export type Standing = { mark: Mark; title: string; next: string | null };

/** Answers. */
export function standing(run: RunCard): Standing {
  return { mark: markOf(run), ...words(run) };
}

/** A run's phase; one whose validation has passed no longer validates, and waits for the gate or for a person. */
export function markOf(run: RunCard): Mark {
  if (run.phase === "validating" && isValidated(run)) {
    return run.status === "waiting_for_input"
      ? { word: "Merge waits for you", tone: "warn", shape: "hand" }
      : { word: "Merge awaited", tone: "busy", shape: "clock" };
  }
  return PHASE_MARKS[run.phase];
}

const isValidated = ({ validation_status }: RunCard): boolean =>
  validation_status === "passed" || validation_status === "passed_flaky";

function words(run: RunCard): Omit<Standing, "mark"> {
  const say = (title: string, next: string | null = null) => ({ title, next });
  const pull = run.pr_number === null ? "the pull request" : `pull request #${run.pr_number}`;
  switch (run.phase) {
    case "planning":
      return say(
        "The agent writes a plan",
        run.auto_confirm
          ? "It is carried out as soon as it is there."
          : "Nothing is written before you confirm it.",
      );
    case "awaiting_confirmation":
      return say(
        "Its plan waits for you",
        "Read it below, then confirm it, edit it, ask for another, or reject it. Nothing is written before.",
      );
    case "executing":
      return say("The agent writes the change", "Its change becomes one commit on a branch of its own.");
    case "pushing":
      return run.pr_number === null
        ? say("The change goes to its branch, and a pull request is opened")
        : say(`The repair goes to the branch of ${pull}`);
    case "validating":
      return validating(run, pull);
    case "diagnosing":
      return say(`The validation of ${pull} failed`, "The failure is read into a report for the agent.");
    case "repairing":
      return say(
        "The agent mends what failed",
        `This is repair ${run.attempts} of ${run.limits.max_attempts}.`,
      );
    case "needs_human":
      return say(asked(run), decision(run));
    case "completed":
      return say(`Merged: ${pull}`);
    case "failed":
      return say("It ended without a merge", "Start another run; its goal can be copied from here.");
    case "cancelled":
      return say("It was stopped");
  }
}

function validating(run: RunCard, pull: string): Omit<Standing, "mark"> {
  if (isValidated(run)) {
    const next =
      run.status === "waiting_for_input"
        ? "Nothing merges it by itself: merge it on GitHub, and the run ends."
        : "The run ends when it is merged.";
    return { title: `${capital(pull)} is validated`, next };
  }
  return {
    title: `The gate validates ${pull}`,
    next: run.agent === null ? "Nobody repairs what fails: the run only follows it." : null,
  };
}

function asked({ reason }: RunCard): string {
  if (reason?.code === "merge_held") return "It passed, and its merge waits for a person";
  return reason?.code === "merge_blocked" ? "It passed, and nothing merges it" : "It waits for a person";
}

function decision(run: RunCard): string {
  // Another go would only come back to the same question.
  if (run.reason?.code === "merge_held") return "Look at the change, then approve its merge or stop the run.";
  if (run.reason?.code === "merge_blocked") {
    const branch = run.branch ?? "its branch";
    return `Try again once what keeps it is gone: that validates it anew. A conflict is mended by pushing to ${branch}.`;
  }
  if (run.agent === null) return "Push a commit that fixes it, try again, or stop the run.";
  const own = run.branch === null ? "" : ` Or push to ${run.branch} yourself.`;
  return `Try again: attempts, cost and time count from zero then.${own}`;
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
