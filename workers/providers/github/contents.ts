/** Files of a repository at a commit. */
import { fromBase64 } from "../../base64.ts";
import type { Vars } from "../../vars.ts";
import { clientOf, type Repo } from "./client.ts";
import { send, senderOf } from "./send.ts";

/** What stands at a path where a file of text was looked for. */
export type FileAt = { text: string } | { not_a_file: "a symbolic link" | "a folder" | "a submodule" };

/**
 * A file of a commit, as it is committed; null when it is not there. GitHub's own answer for a path follows links: what
 * a change does to a link's target, of the file or of a folder above it, would not be seen as a change of the file.
 *
 * @param commit a commit, or a tree
 */
export async function readFileAt(
  vars: Vars,
  repo: Repo,
  path: string,
  commit: string,
): Promise<FileAt | null> {
  const [name = "", ...below] = path.split("/");
  const { entries, truncated } = await treeAt(vars, repo, commit, false);
  const entry = entries.find((one) => one.path === name);
  if (entry === undefined) {
    if (truncated) throw new Error(`Cannot look for "${name}": GitHub cut the list of one folder short`);
    return null;
  }
  if (entry.type === "commit") return { not_a_file: "a submodule" };
  if (entry.mode === "120000") return { not_a_file: "a symbolic link" };
  if (below.length > 0)
    return entry.type === "tree" ? readFileAt(vars, repo, below.join("/"), entry.sha) : null;
  if (entry.type === "tree") return { not_a_file: "a folder" };
  return { text: new TextDecoder().decode(fromBase64(await readBlob(vars, repo, entry.sha))) };
}

/** The content of a blob, as base64. */
export async function readBlob(vars: Vars, repo: Repo, sha: string): Promise<string> {
  const { octokit, at } = await clientOf(vars, repo);
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/git/blobs/{file_sha}", {
    ...at,
    file_sha: sha,
  });
  return data.encoding === "base64" ? data.content.replace(/\s/g, "") : btoa(data.content);
}

/** The git tree of a commit: what a checkout must be equal to. */
export async function treeOf(vars: Vars, repo: Repo, sha: string): Promise<string> {
  const { octokit, at } = await clientOf(vars, repo);
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", {
    ...at,
    commit_sha: sha,
  });
  return data.tree.sha;
}

export type TreeEntry = { path: string; mode: string; type: string; sha: string; size?: number };

/** Every entry of a tree, folders excluded. */
export async function listTree(vars: Vars, repo: Repo, treeSha: string): Promise<TreeEntry[]> {
  const whole = await treeAt(vars, repo, treeSha, true);
  if (!whole.truncated) return whole.entries.filter(({ type }) => type !== "tree");
  // GitHub cuts a list at 100,000 entries: then folder by folder.
  const top = await treeAt(vars, repo, treeSha, false);
  if (top.truncated) throw new Error(`Cannot list tree ${treeSha}: GitHub cut the list of one folder short`);
  const entries: TreeEntry[] = [];
  for (const entry of top.entries) {
    if (entry.type !== "tree") entries.push(entry);
    else
      for (const below of await listTree(vars, repo, entry.sha))
        entries.push({ ...below, path: `${entry.path}/${below.path}` });
  }
  return entries;
}

async function treeAt(
  vars: Vars,
  repo: Repo,
  treeSha: string,
  recursive: boolean,
): Promise<{ entries: TreeEntry[]; truncated: boolean }> {
  const { octokit, at } = await clientOf(vars, repo);
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/git/trees/{tree_sha}", {
    ...at,
    tree_sha: treeSha,
    ...(recursive && { recursive: "1" }),
  });
  const entries = data.tree.map(
    ({ path, mode, type, sha, size }) =>
      ({ path, mode, type, sha, ...(size !== undefined && { size }) }) as TreeEntry,
  );
  return { entries, truncated: data.truncated };
}

/**
 * The files of exactly one commit, as a .tar.gz stream with one folder at the top.
 *
 * @throws when GitHub does not answer with an archive
 */
export async function archiveOf(vars: Vars, repo: Repo, sha: string): Promise<ReadableStream<Uint8Array>> {
  const first = await send(
    senderOf(vars, repo.installation_id),
    `${vars.GITHUB_API_URL}/repos/${repo.full_name}/tarball/${sha}`,
    {
      headers: { accept: "application/vnd.github+json", "user-agent": "tidegate" },
      redirect: "manual",
    },
    60_000,
  );
  const location = first.headers.get("location");
  // The place it sends us to carries its own short-lived permission: our token must not travel there.
  const answer =
    location === null
      ? first
      : await fetch(new URL(location, vars.GITHUB_API_URL), { headers: { "user-agent": "tidegate" } });
  if (!answer.ok || answer.body === null)
    throw new Error(`Cannot get the archive of ${sha}: GitHub answered ${answer.status}`);
  return answer.body;
}
