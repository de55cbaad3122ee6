/** Pull requests, read live: the only truth about a head. */
import type { Pull } from "../../../models/pull.ts";
import type { Vars } from "../../vars.ts";
import { clientOf, orNull, type Repo } from "./client.ts";

/** A pull request and what GitHub thinks of merging it. */
export type LivePull = Pull & {
  mergeable: boolean | null;
  merge_commit_sha: string | null;
  /** True: it lacks what the base's protection asks for, and whoever our token is of might merge it all the same. */
  rules_unmet?: boolean;
};

/** What GitHub calls a pull request that lacks a review or a check, or the newest of its base where that is asked for. */
const UNMET: ReadonlySet<string> = new Set(["blocked", "behind"]);

/** Reads a pull request; null when GitHub knows none. */
export async function readPull(vars: Vars, repo: Repo, number: number): Promise<LivePull | null> {
  const read_at = Date.now();
  const { octokit, at } = await clientOf(vars, repo);
  const answer = await orNull(
    octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", {
      ...at,
      pull_number: number,
      // A cached answer could show a head that is no longer there.
      headers: { "cache-control": "no-cache" },
    }),
  );
  if (answer === null) return null;
  const { data } = answer;
  return {
    number: data.number,
    title: data.title,
    author: data.user?.login ?? "ghost",
    html_url: data.html_url,
    state: data.state === "open" ? "open" : "closed",
    merged: data.merged,
    draft: data.draft ?? false,
    head_ref: data.head.ref,
    head_sha: data.head.sha,
    head_repo_id: data.head.repo ? Number(data.head.repo.id) : null,
    base_ref: data.base.ref,
    base_sha: data.base.sha,
    base_repo_id: Number(data.base.repo.id),
    read_at,
    updated_at: timeIn(data.updated_at),
    mergeable: data.mergeable,
    merge_commit_sha: data.merge_commit_sha,
    // Of an App GitHub asks it itself, and says in its own words what is missing.
    ...(vars.GITHUB_TOKEN !== null && UNMET.has(data.mergeable_state) && { rules_unmet: true }),
  };
}

/** What a list shows of a pull request. */
export type ListedPull = Pick<
  Pull,
  | "number"
  | "title"
  | "html_url"
  | "draft"
  | "head_ref"
  | "head_sha"
  | "head_repo_id"
  | "base_ref"
  | "updated_at"
>;

/** A time in an answer; null where none is, or one that cannot be read. */
function timeIn(text: string | null | undefined): number | null {
  const at = Date.parse(text ?? "");
  return Number.isNaN(at) ? null : at;
}

/** Longest list that is read whole, in pages of a hundred. */
const MOST_PAGES = 20;

/**
 * All open pull requests of a repository.
 *
 * @returns `whole` is false when there are more than are read: who is not listed may be open all the same
 */
export async function listOpenPulls(
  vars: Vars,
  repo: Repo,
): Promise<{ pulls: ListedPull[]; whole: boolean }> {
  const pulls: ListedPull[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const listed = await pageOfPulls(vars, repo, page);
    pulls.push(...listed);
    if (listed.length < 100) return { pulls, whole: true };
  }
  return { pulls, whole: false };
}

/** Numbers of the open pull requests of a repository, the newest hundred: for a project that was just pinned. */
export async function openPulls(vars: Vars, repo: Repo): Promise<number[]> {
  return (await pageOfPulls(vars, repo, 1)).map(({ number }) => number);
}

async function pageOfPulls(vars: Vars, repo: Repo, page: number): Promise<ListedPull[]> {
  const { octokit, at } = await clientOf(vars, repo);
  const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls", {
    ...at,
    state: "open",
    per_page: 100,
    page,
    headers: { "cache-control": "no-cache" },
  });
  return data.map((pull) => ({
    number: pull.number,
    title: pull.title,
    html_url: pull.html_url,
    draft: pull.draft ?? false,
    head_ref: pull.head.ref,
    head_sha: pull.head.sha,
    // GitHub says null for a fork that is gone, whatever its own types say.
    head_repo_id: (pull.head.repo as { id: number } | null)?.id ?? null,
    base_ref: pull.base.ref,
    updated_at: timeIn(pull.updated_at),
  }));
}
