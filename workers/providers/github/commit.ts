/** Commits, branches and pull requests of ours, made through GitHub's API alone: no credential leaves the Worker. */
import type { Vars } from "../../vars.ts";
import { type Client, clientOf, orNull, type Repo, statusOf } from "./client.ts";
import { refusalOf, refusing } from "./refusal.ts";

/** GitHub asks not to be written to by many requests at once. */
const BLOBS_AT_ONCE = 4;
const WORKFLOWS = ".github/workflows/";

export type ChangedFile = {
  path: string;
  /** Of a symbolic link the content is where it leads. */
  mode: "100644" | "100755" | "120000";
  /** Null: it is deleted. */
  content: Uint8Array | null;
};

export type NewCommit = {
  parent_sha: string;
  /** The tree of the parent. */
  tree_sha: string;
  files: readonly ChangedFile[];
  message: string;
  /** `date` is an ISO time, and part of what makes the commit the same one when it is made again. */
  author: { name: string; email: string; date: string };
};

type Entry = { path: string; mode: ChangedFile["mode"]; type: "blob"; sha: string | null };

/**
 * Makes a commit that is on no branch yet. Made again of the same it is the very same commit.
 *
 * @throws GitHubRefusal when GitHub does not take it, as with workflows that we may not write
 */
export async function makeCommit(vars: Vars, repo: Repo, commit: NewCommit): Promise<string> {
  const { files, author, message, parent_sha } = commit;
  if (files.length === 0) throw new Error("Cannot make a commit: no file is changed");
  const client = await clientOf(vars, repo);
  let tree = commit.tree_sha;
  for (const part of inOrder(await writeBlobs(client, files))) tree = await writeTree(client, tree, part);
  const { octokit, at } = client;
  const made = octokit.request("POST /repos/{owner}/{repo}/git/commits", {
    ...{ ...at, message, tree, parents: [parent_sha] },
    // Without a committer GitHub names us and the time of the request: every repeat would be another commit.
    ...{ author, committer: author },
  });
  return (await refusing("make the commit", made)).data.sha;
}

async function writeBlobs(client: Client, files: readonly ChangedFile[]): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let from = 0; from < files.length; from += BLOBS_AT_ONCE) {
    const some = files.slice(from, from + BLOBS_AT_ONCE);
    entries.push(...(await Promise.all(some.map((file) => entryOf(client, file)))));
  }
  return entries;
}

async function entryOf({ octokit, at }: Client, { path, mode, content }: ChangedFile): Promise<Entry> {
  if (content === null) return { path, mode, type: "blob", sha: null };
  const written = octokit.request("POST /repos/{owner}/{repo}/git/blobs", {
    ...at,
    content: base64(content),
    encoding: "base64",
  });
  return { path, mode, type: "blob", sha: (await refusing(`write "${path}"`, written)).data.sha };
}

function base64(bytes: Uint8Array): string {
  let text = "";
  // All at once would be more arguments than a call may have.
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

/** Where a file becomes a folder, or a folder a file, what goes is gone before the other comes. */
function inOrder(entries: Entry[]): Entry[][] {
  const folders = new Set(entries.flatMap(({ path }) => foldersOf(path)));
  if (!entries.some(({ path }) => folders.has(path))) return [entries];
  return [entries.filter(({ sha }) => sha === null), entries.filter(({ sha }) => sha !== null)];
}

function foldersOf(path: string): string[] {
  const names = path.split("/").slice(0, -1);
  return names.map((_, nth) => names.slice(0, nth + 1).join("/"));
}

async function writeTree({ octokit, at }: Client, base_tree: string, tree: Entry[]): Promise<string> {
  const workflow = tree.find(({ path }) => path.startsWith(WORKFLOWS))?.path;
  // GitHub answers as if the repository were not there, and does not name the permission.
  const what =
    workflow === undefined
      ? "make the commit's tree"
      : `change "${workflow}", which takes the permission to write workflows`;
  const made = octokit.request("POST /repos/{owner}/{repo}/git/trees", { ...at, base_tree, tree });
  return (await refusing(what, made)).data.sha;
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
