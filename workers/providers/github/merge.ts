/** The merge itself: always with the sha of the validated head, and never blindly twice. */
import type { MERGE_METHODS } from "../../../models/validation.ts";
import type { Vars } from "../../vars.ts";
import { clientOf, messageIn, type Repo, statusOf } from "./client.ts";

export type MergeRequest = {
  number: number;
  sha: string;
  method: (typeof MERGE_METHODS)[number];
};

/** What GitHub said: `status` null when there was no answer, and nobody knows whether it merged. */
export type MergeAnswer = { status: number | null; message: string; commit_sha: string | null };

/** Asks GitHub to merge a pull request if its head still is `sha`. Never throws on an answer. */
export async function requestMerge(
  vars: Vars,
  repo: Repo,
  request: MergeRequest,
  leave_by: number,
): Promise<MergeAnswer> {
  const { octokit, at } = await clientOf(vars, repo, leave_by);
  try {
    const { status, data } = await octokit.request("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", {
      ...at,
      pull_number: request.number,
      sha: request.sha,
      merge_method: request.method,
    });
    return { status, message: data.message, commit_sha: data.sha };
  } catch (error) {
    return { status: statusOf(error), message: messageIn(error), commit_sha: null };
  }
}

/** The tree and the parents of a commit: what it holds, and what it was made of. */
export async function commitAt(
  vars: Vars,
  repo: Repo,
  sha: string,
): Promise<{ tree: string; parents: string[] }> {
  const { octokit, at } = await clientOf(vars, repo);
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", {
    ...at,
    commit_sha: sha,
  });
  return { tree: data.tree.sha, parents: data.parents.map((parent) => parent.sha) };
}

/** Whether a branch already has a commit in its history. */
export async function containsCommit(vars: Vars, repo: Repo, branch: string, sha: string): Promise<boolean> {
  const { octokit, at } = await clientOf(vars, repo);
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/compare/{basehead}", {
    ...at,
    basehead: `${branch}...${sha}`,
  });
  return data.status === "behind" || data.status === "identical";
}
