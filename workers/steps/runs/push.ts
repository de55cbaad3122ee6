/** Moves the run's branch to the commit that its agent made, and opens the pull request: never by force. */
import { GitHubRefusal, moveBranch, openPull, readPull } from "../../providers/github/index.ts";
import { findTurn } from "../../store/turns.ts";
import { titleOf } from "./change.ts";
import { pullText } from "./pull-text.ts";
import { failed, type RunStep, type RunWork, turnId } from "./work.ts";

export const push: RunStep = async (work) => {
  const { run, vars, repo } = work;
  const to = run.heads.at(-1);
  if (to === undefined || run.branch === null) return failed("push_refused", "There is no commit to push");
  // It was looked at when the run was asked for, but which branch is the default one may have changed since.
  if (run.branch === work.project.default_branch)
    return failed("push_refused", `No agent pushes to ${run.branch}: others build on it`);
  try {
    // Where the branch must stand: where this run left it, or nowhere.
    const from = run.heads.at(-2) ?? null;
    const moved = await moveBranch(vars, repo, { branch: run.branch, to, from });
    if (moved === "elsewhere") {
      const message = `The branch ${run.branch} is not where the agent began: somebody else pushed to it`;
      return failed("human_push", message);
    }
    const pr_number = run.pr_number ?? (await open(work, run.branch));
    return { state: "passed", reason: null, pr_number, head_sha: to };
  } catch (error) {
    if (error instanceof GitHubRefusal) return failed("push_refused", error.message);
    throw error;
  }
};

async function open(work: RunWork, branch: string): Promise<number> {
  const { run, project, repo, vars } = work;
  const turn = await findTurn(work.env.DB, turnId(run.id, run.turns));
  const issue = run.issue === null ? null : await closable(work, run.issue);
  return openPull(vars, repo, {
    head: branch,
    base: project.default_branch,
    title: titleOf(run.target_text),
    body: pullText(run, {
      answer: turn?.answer ?? null,
      agent: turn?.agent ?? "agent",
      issue,
      url: runUrl(work),
    }),
  });
}

/** An issue is closed by its change; a pull request on which somebody asked is not. */
async function closable({ vars, repo }: RunWork, issue: number): Promise<number | null> {
  return (await readPull(vars, repo, issue)) === null ? issue : null;
}

export function runUrl({ vars, project, run }: Pick<RunWork, "vars" | "project" | "run">): string {
  return `${vars.PUBLIC_URL}/projects/${project.id}/runs/${encodeURIComponent(run.id)}`;
}

/** Where its pull request's newest validation is shown, and its merge is approved. */
export function gateUrl({ vars, project, run }: Pick<RunWork, "vars" | "project" | "run">): string | null {
  return run.pr_number === null ? null : `${vars.PUBLIC_URL}/projects/${project.id}/pulls/${run.pr_number}`;
}
