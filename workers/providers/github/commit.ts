/** Commits, branches and pull requests of ours, made through GitHub's API alone: no credential leaves the Worker. */
import type { Vars } from "../../vars.ts";
import { type Client, clientOf, orNull, type Repo, statusOf } from "./client.ts";
import { refusalOf, refusing } from "./refusal.ts";
import { type ChangedFile, writeTrees } from "./trees.ts";

export type NewCommit = {
  parent_sha: string;
  /** The tree of the parent. */
  tree_sha: string;
  files: readonly ChangedFile[];
  message: string;
  /** `date` is an ISO time, and part of what makes the commit the same one when it is made again. */
  author: { name: string; email: string; date: string };
};

/**
 * Makes a commit that is on no branch yet. Made again of the same it is the very same commit.
 *
 * @throws GitHubRefusal when GitHub does not take it, as with workflows that we may not write
 */
export async function makeCommit(vars: Vars, repo: Repo, commit: NewCommit): Promise<string> {
  const { files, author, message, parent_sha } = commit;
  if (files.length === 0) throw new Error("Cannot make a commit: no file is changed");
  const client = await clientOf(vars, repo);
  const tree = await writeTrees(client, commit.tree_sha, files);
  const { octokit, at } = client;
  const made = octokit.request("POST /repos/{owner}/{repo}/git/commits", {
    ...{ ...at, message, tree, parents: [parent_sha] },
    // Without a committer GitHub names us and the time of the request: every repeat would be another commit.
    ...{ author, committer: author },
  });
  return (await refusing("make the commit", made)).data.sha;
}

/**
 * Moves a branch from where it was last seen, and never over somebody else's commits.
 *
 * @param from where it stands; null: it is made
 * @returns `there` when it is at `to` already, `elsewhere` when somebody else moved it
 */
export async function moveBranch(
  vars: Vars,
  repo: Repo,
  { branch, to, from }: { branch: string; to: string; from: string | null },
): Promise<"moved" | "there" | "elsewhere"> {
  const client = await clientOf(vars, repo);
  const before = await tipOf(client, branch);
  if (before === to) return "there";
  if (before !== from) return "elsewhere";
  try {
    await setBranch(client, branch, to, from === null);
    return "moved";
  } catch (error) {
    // It moved since it was read, perhaps by an earlier try of ours whose answer was lost.
    const after = statusOf(error) === 422 ? await tipOf(client, branch) : before;
    if (after === to) return "there";
    if (after !== before) return "elsewhere";
    throw refusalOf(`move the branch "${branch}" to ${to.slice(0, 12)}`, error);
  }
}

async function setBranch({ octokit, at }: Client, branch: string, sha: string, isNew: boolean) {
  if (isNew) {
    const ref = `refs/heads/${branch}`;
    return octokit.request("POST /repos/{owner}/{repo}/git/refs", { ...at, ref, sha });
  }
  const ref = `heads/${branch}`;
  return octokit.request("PATCH /repos/{owner}/{repo}/git/refs/{ref}", { ...at, ref, sha, force: false });
}

/** Where a branch stands now; null when there is none. A tag of the same name is not meant. */
export async function branchTip(vars: Vars, repo: Repo, branch: string): Promise<string | null> {
  return tipOf(await clientOf(vars, repo), branch);
}

async function tipOf({ octokit, at }: Client, branch: string): Promise<string | null> {
  const answer = await orNull(
    octokit.request("GET /repos/{owner}/{repo}/git/ref/{ref}", {
      ...at,
      ref: `heads/${branch}`,
      headers: { "cache-control": "no-cache" },
    }),
  );
  return answer?.data.object.sha ?? null;
}

/**
 * The pull request of a branch: the newest there is, whatever became of it, else a new one.
 *
 * @throws GitHubRefusal when GitHub opens none, as where the branch has no commit that the base has not
 */
export async function openPull(
  vars: Vars,
  repo: Repo,
  { head, base, title, body }: { head: string; base: string; title: string; body: string },
): Promise<number> {
  const client = await clientOf(vars, repo);
  const known = await pullFrom(client, head);
  if (known !== null) return known;
  const { octokit, at } = client;
  try {
    const wanted = { ...at, head, base, title, body };
    return (await octokit.request("POST /repos/{owner}/{repo}/pulls", wanted)).data.number;
  } catch (error) {
    // One that came into being meanwhile is the one that was wanted.
    const there = statusOf(error) === 422 ? await pullFrom(client, head) : null;
    if (there !== null) return there;
    throw refusalOf(`open a pull request from "${head}" into "${base}"`, error);
  }
}

async function pullFrom({ octokit, at }: Client, branch: string): Promise<number | null> {
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls", {
    ...at,
    head: `${at.owner}:${branch}`,
    state: "all",
    sort: "created",
    direction: "desc",
    per_page: 1,
  });
  return data[0]?.number ?? null;
}
