/** What each unmet condition asks for, and of whom. */
import type { Reason } from "./validation.ts";
import type { Owner } from "./why.ts";

type Ask = { owner: Owner; todo: string };

const ask = (owner: Owner, todo: string): Ask => ({ owner, todo });
const RETRY = "Validate it again.";
const READ = "Read the change, then approve its merge, or push another.";
const LOOK =
  "Look at it on GitHub: if it is not merged there, validate it again, and approve its merge then.";
const JOIN = "Once that is settled, put it into the merge queue again, or merge it on GitHub.";

/** By the code of a reason. `todo` is ours alone: it quotes nobody. */
const ASKS: Record<string, Ask> = {
  // What keeps a pull request from its validation.
  draft: ask("author", "Mark it ready for review on GitHub: it goes on by itself."),
  fork_needs_approval: ask(
    "maintainer",
    "Read the change, then let exactly this commit run on its page of the dashboard: another push asks anew.",
  ),
  validation_disabled: ask("maintainer", "Turn validation on in the project's settings."),
  project_removed: ask("maintainer", "Pin the repository again to have it validated."),
  disconnected: ask("maintainer", "Install the GitHub App on the repository again, or end its suspension."),
  auth_revoked: ask("maintainer", "Install the GitHub App on the repository again, or end its suspension."),
  paused: ask("maintainer", "Resume the project: nothing begins and nothing is merged before."),
  pull_closed: ask("author", "Reopen it to have it validated and merged."),
  pull_gone: ask("author", "Open a pull request anew: GitHub knows this one no more."),
  not_validated: ask("tidegate", "Its validation begins by itself."),
  // How a validation goes, and how it ended.
  queued: ask("tidegate", "It goes on by itself."),
  running: ask("tidegate", "It goes on by itself."),
  github_rate_limited: ask("github", "It goes on by itself when GitHub takes requests again."),
  errored: ask("maintainer", `This blames the machinery, not the change. ${RETRY}`),
  timed_out: ask("author", "Push a quicker change, validate it again, or allow more time in .tidegate.yml."),
  failed: ask("author", "Push a commit that mends it: its validation begins by itself."),
  cancelled: ask("maintainer", RETRY),
  never_begun: ask("maintainer", RETRY),
  // What a person is asked about.
  gate_changed: ask(
    "maintainer",
    "Read what it does to these files, then approve its merge, or push a change that leaves them alone.",
  ),
  needs_human: ask("maintainer", "Read the change, then approve its merge, or push what is missing."),
  risk_asks: ask(
    "maintainer",
    "Look at what it may break, then approve its merge, or push a change that risks less.",
  ),
  risk_unknown: ask(
    "maintainer",
    "Read the change: nothing else tells what it risks. Then approve its merge.",
  ),
  analysis_missing: ask(
    "maintainer",
    "Read the change, then approve its merge, or validate it again to have its code analyzed.",
  ),
  flaky: ask(
    "maintainer",
    "Mend the tests or put them on the quarantine list, then validate it again; or approve its merge as it is.",
  ),
  fork: ask("maintainer", READ),
  needs_person: ask("maintainer", READ),
  twin_held: ask("maintainer", "It goes on by itself once that one is decided."),
  // The run of its agent.
  plan_waits: ask("maintainer", "Confirm its plan, edit it, ask for another or reject it."),
  mended: ask("agent", "The agent of its run mends it."),
  run_asks: ask("maintainer", "Give its run another go, end it, or push what is missing."),
  agent_works: ask("agent", "It goes on by itself."),
  agent_at_work: ask("tidegate", "It is asked again by itself."),
  // How its merge goes.
  reporting: ask("tidegate", "Its merge follows by itself."),
  merging: ask("tidegate", "It goes on by itself."),
  in_queue: ask("tidegate", "It is merged by itself when it is its turn."),
  held_in_queue: ask("maintainer", "Release it in the merge queue."),
  removed_from_queue: ask("maintainer", "Put it into the merge queue again, or merge it on GitHub."),
  auto_merge_never: ask("maintainer", "Merge it on GitHub, or change merge.auto on the base branch."),
  auto_merge_disabled: ask("maintainer", "Merge it on GitHub, or turn auto-merge on."),
  not_queued: ask("maintainer", "Put it into the merge queue, or merge it on GitHub."),
  rehearsed: ask("maintainer", "Put it into the merge queue to have it merged."),
  dry_run: ask("maintainer", "Turn the dry run off in the project's settings to have it merged."),
  rules_unmet: ask(
    "maintainer",
    "Give it the review that the branch's protection asks for, or bring it up to date.",
  ),
  missing_checks: ask("github", "It is looked for again by itself."),
  pending_checks: ask("github", "It is looked at again by itself."),
  failed_check: ask("author", "Mend what it found, or have it run again on GitHub."),
  untrusted_check_source: ask("maintainer", "Let the App that the rule names report it, or change the rule."),
  conflicts: ask("author", "Bring the base into the branch, mend the conflicts and push."),
  base_moved: ask("tidegate", "It is validated anew with the base as it is now."),
  base_changed: ask("tidegate", "It is validated for its new base by itself."),
  head_modified: ask("tidegate", "Its new head is validated by itself."),
  superseded: ask("tidegate", "Its new head is validated by itself."),
  not_wanted: ask("tidegate", "It is tried again by itself."),
  other_repository: ask("tidegate", "It is looked at again by itself."),
  base_missing: ask("github", "It is looked for again by itself."),
  lane_busy: ask("tidegate", "It is tried again by itself."),
  not_passed: ask("maintainer", RETRY),
  not_mergeable: ask("maintainer", `These are GitHub's own words. ${JOIN}`),
  refused_by_github: ask("maintainer", `These are GitHub's own words. ${JOIN}`),
  merge_blocked: ask("maintainer", JOIN),
  merge_rejected: ask("maintainer", RETRY),
  merge_again: ask("tidegate", "It is tried again by itself."),
  report_failed: ask("maintainer", RETRY),
  report_lost: ask("maintainer", RETRY),
  merge_deadline: ask("maintainer", RETRY),
  merge_lost: ask("maintainer", LOOK),
  merge_unknown: ask("maintainer", "Look at it on GitHub: if it is not merged there, approve its merge."),
  ambiguous_merge: ask("maintainer", LOOK),
};

/** What a condition of this code asks for; a code that is not known here asks for what `otherwise` does. */
export function askOf(code: string, otherwise: string): Ask {
  return ASKS[code] ?? ASKS[otherwise] ?? ask("maintainer", READ);
}

/** What is said when nobody tries again what GitHub, or another App there, must allow. */
export const NOT_AGAIN: Ask = ask("maintainer", JOIN);

/** The longest first: one may end like another. */
const TODOS = [...new Set([NOT_AGAIN, ...Object.values(ASKS)].map(({ todo }) => todo))].sort(
  (one, other) => other.length - one.length,
);

/** The reason as it was given, which may quote others, and behind it what is to be done. */
export function withTodo({ code, message }: Reason, todo: string): Reason {
  const words = message.trim();
  return { code, message: `${words}${/[.!?]$/.test(words) ? "" : "."} ${todo}` };
}

/** A message taken apart again: words that may quote others, and what we say of it ourselves. */
export function wordsAndTodo(message: string): { words: string; todo: string } {
  const todo = TODOS.find((one) => message.endsWith(` ${one}`)) ?? "";
  return { words: message.slice(0, message.length - todo.length).trim(), todo };
}
