/** What a turn made: a plan, a commit, or a pull request that its vendor opened. */
import type { RunOutcome } from "../../../models/fact.ts";
import { answerOf, saidReader } from "../../../models/read-said.ts";
import { MOST_PLAN_CHARACTERS } from "../../../models/run.ts";
import type { Agent, Look } from "../../providers/agent/index.ts";
import { readPull } from "../../providers/github/index.ts";
import { redact } from "../redact.ts";
import { commitChange, takeChange } from "./change.ts";
import { putDiff } from "./turn-look.ts";
import { isLooking, type TurnWork } from "./turn-work.ts";
import { failed } from "./work.ts";
import { settle, statOf } from "./worktree.ts";

type End = Exclude<Look, { state: "working" }>;
/** Longest answer that is kept with a turn, in characters. */
const MOST_ANSWER = 20_000;

export async function conclude(work: TurnWork, end: End): Promise<RunOutcome> {
  const { turn, agent } = work;
  // Whatever it made is kept for people, also when it ended badly.
  if (turn.purpose !== "plan") await keepDiff(work);
  if (end.state !== "done") return { state: end.state, reason: end.reason };
  const answer = await answerIn(work, end.answer);
  turn.answer = answer === null ? null : answer.slice(0, MOST_ANSWER).toWellFormed();
  if (end.pull !== null && !agent.here) return pulled(work, end.pull.number);
  if (turn.purpose === "plan") return planned(agent, answer);
  return agent.here ? committed(work) : { state: "passed", reason: null, commit_sha: null };
}

/**
 * The last words: told apart by the vendor, or read from all that was said. Cleaned as they are read: what the log
 * holds of a secret in escapes and colours is plain only now.
 */
async function answerIn({ log, turn }: TurnWork, told: string | null): Promise<string | null> {
  const answer = told ?? answerOf(turn.format, saidReader(turn.format).read(await log.whole(), true));
  // A plan with a NUL in it could not be edited: what people send back must not hold one.
  return answer === null ? null : redact(log.forms, answer, true).clean.replaceAll("\0", "");
}

function planned(agent: Agent, answer: string | null): RunOutcome {
  const text = answer?.trim() ?? "";
  if (text === "") return failed("agent_failed", `${agent.name} answered without a plan`);
  return { state: "passed", reason: null, plan: text.slice(0, MOST_PLAN_CHARACTERS).toWellFormed() };
}

/** A vendor that pushes by itself: the pull request as GitHub shows it, not as the vendor tells it. */
async function pulled({ vars, repo, run, project, turn }: TurnWork, number: number): Promise<RunOutcome> {
  const live = await readPull(vars, repo, number);
  if (live === null)
    return failed("agent_failed", `GitHub knows no pull request ${number} of ${project.full_name}`);
  if (live.state === "closed" || live.head_repo_id !== live.base_repo_id)
    return failed("agent_failed", `#${number} is closed or comes from a fork`);
  if (run.pr_number !== null && run.pr_number !== number)
    return failed("agent_failed", `The agent opened #${number} instead of mending #${run.pr_number}`);
  // The very head that failed says that nothing was mended. Not the run's newest: a webhook was quicker than we.
  if (turn.purpose === "repair" && turn.start_sha === live.head_sha)
    return { state: "passed", reason: null, commit_sha: null };
  return { state: "passed", reason: null, pr_number: number, head_sha: live.head_sha };
}

async function committed(work: TurnWork): Promise<RunOutcome> {
  const { known, log, run, agent, vars, started_at } = work;
  if (known.since === null || known.start === null)
    return failed("agent_failed", "It is not known where it began");
  const taken = await takeChange(work, known.since, log.forms);
  if ("refused" in taken) return { state: "failed", reason: taken.refused };
  if (taken.files.length === 0) return { state: "passed", reason: null, commit_sha: null };
  const commit_sha = await commitChange(work, {
    run,
    parent: known.start.sha,
    tree: known.start.tree,
    files: taken.files,
    author: { agent: agent.name, by: run.by, host: new URL(vars.PUBLIC_URL).hostname },
    at: started_at,
  });
  return { state: "passed", reason: null, commit_sha };
}

/** Keeps the diff as it is when nothing changes it any more. */
export async function keepDiff(work: TurnWork): Promise<void> {
  const { known, sandbox } = work;
  if (known.since === null) return;
  // A look that began while the agent worked: no two of ours at once.
  if (isLooking(known)) await statOf(sandbox, `git.stat.${known.looks}`, known.since);
  await settle(sandbox, known.since);
  // The same keys in the next visit, if this one does not see the end.
  const stat = await statOf(sandbox, "git.stat.last", known.since);
  if (stat === null) return;
  known.stat = stat;
  await putDiff(work, "git.diff.last");
}
