/** What lies between two commits. */
import type { Vars } from "../../vars.ts";
import { clientOf, type Repo } from "./client.ts";

/** GitHub lists no more files than this. */
const MOST_FILES = 300;

export type Comparison = {
  /** Where the two parted. */
  start_sha: string;
  /** A unified diff of the files whose changed lines GitHub shows. */
  diff: string;
  /** Changed files whose lines it does not show: too long, or no text. */
  unseen: string[];
  /** Every changed file, by its names before and after. */
  paths: string[];
  /** There are more files than GitHub lists. */
  cut: boolean;
};

type ChangedFile = {
  filename: string;
  previous_filename?: string | undefined;
  status: string;
  patch?: string | undefined;
};

/** What `head` changes since it parted from `base`. */
export async function compareCommits(
  vars: Vars,
  repo: Repo,
  base: string,
  head: string,
): Promise<Comparison> {
  const { octokit, at } = await clientOf(vars, repo);
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/compare/{basehead}", {
    ...at,
    basehead: `${base}...${head}`,
    per_page: 1,
  });
  const files: ChangedFile[] = data.files ?? [];
  return {
    start_sha: data.merge_base_commit.sha,
    diff: files.map(diffOf).join(""),
    unseen: files.filter(isUnseen).map((file) => file.filename),
    paths: files.flatMap(({ filename, previous_filename }) => [filename, previous_filename ?? []].flat()),
    // Of a change too large to be compared it lists none.
    cut: data.files === undefined || files.length >= MOST_FILES,
  };
}

/** GitHub's own maximum of commits on a page, and how many pages are read. */
const PAGE = 100;
const PAGES = 10;

export type ListedCommit = { sha: string; author: { name: string; email: string } };

/** What `head` has and `base` has not, oldest first; `cut` says that there is more than was read. */
export async function commitsBetween(
  vars: Vars,
  repo: Repo,
  base: string,
  head: string,
): Promise<{ commits: ListedCommit[]; cut: boolean }> {
  const { octokit, at } = await clientOf(vars, repo);
  const commits: ListedCommit[] = [];
  for (let page = 1; page <= PAGES; page++) {
    const { data } = await octokit.request("GET /repos/{owner}/{repo}/compare/{basehead}", {
      ...at,
      ...{ basehead: `${base}...${head}`, per_page: PAGE, page },
    });
    for (const { sha, commit } of data.commits)
      commits.push({ sha, author: { name: commit.author?.name ?? "", email: commit.author?.email ?? "" } });
    if (commits.length >= data.total_commits || data.commits.length === 0) return { commits, cut: false };
  }
  return { commits, cut: true };
}

/** A file that is new, gone or only renamed is told by its header; of others the lines are needed. */
function isUnseen({ patch, status }: ChangedFile): boolean {
  return patch === undefined && (status === "modified" || status === "changed");
}

/** One file as git writes it. */
export function diffOf(file: ChangedFile): string {
  if (isUnseen(file)) return "";
  const { filename, previous_filename, status, patch } = file;
  const old = quoted(`a/${previous_filename ?? filename}`);
  const young = quoted(`b/${filename}`);
  const lines = [`diff --git ${old} ${young}`];
  if (status === "added") lines.push("new file mode 100644");
  if (status === "removed") lines.push("deleted file mode 100644");
  if (previous_filename !== undefined) {
    const how = status === "copied" ? "copy" : "rename";
    lines.push(`${how} from ${quoted(previous_filename)}`, `${how} to ${quoted(filename)}`);
  }
  if (patch !== undefined) {
    lines.push(`--- ${status === "added" ? "/dev/null" : old}`);
    lines.push(`+++ ${status === "removed" ? "/dev/null" : young}`, patch);
  }
  return `${lines.join("\n")}\n`;
}

/** As git quotes a path that holds what would end or break it. */
function quoted(path: string): string {
  return /["\\\n\t]/.test(path)
    ? `"${path.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\t", "\\t")}"`
    : path;
}
