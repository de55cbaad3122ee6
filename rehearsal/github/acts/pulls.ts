/** The life of a pull request, except its merge. */

import { branchTip, isAncestor, setRef } from "../git/refs.ts";
import { attempt, git } from "../git/run.ts";
import type { Pull, Repository, User } from "../nouns.ts";
import { invalid, unprocessable } from "../problems.ts";
import { isPull } from "../shapes/issue.ts";
import { fullName, nextId, type World } from "../world.ts";
import { announcePull } from "./announce.ts";
import { record } from "./issue-events.ts";

export type NewPull = {
  title: string;
  body: string | null;
  draft: boolean;
  head: { repository: Repository; branch: string };
  base: string;
  user: User;
};

/** The next number of the sequence that issues and pull requests share. */
export function nextNumber(repository: Repository): number {
  return Math.max(repository.lastNumber, ...repository.issues.keys()) + 1;
}

/** Brings a head's commits into the base repository, as refs/pull/N/head. */
export async function fetchHead(
  base: Repository,
  number: number,
  head: Repository,
  sha: string,
): Promise<void> {
  if (head.id !== base.id) {
    await git(base.dir, ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", head.dir, sha]);
  }
  await setRef(base.dir, `refs/pull/${number}/head`, sha);
}

/** Opens a pull request, with GitHub's refusals. */
export async function openPull(world: World, repository: Repository, request: NewPull): Promise<Pull> {
  const { head } = request;
  const headSha = await branchTip(head.repository.dir, head.branch);
  if (headSha === null) throw invalid("PullRequest", "head", "invalid");
  const baseSha = await branchTip(repository.dir, request.base);
  if (baseSha === null) throw invalid("PullRequest", "base", "invalid");
  const headLabel = `${head.repository.owner.login}:${head.branch}`;
  refuseTwin(repository, request, headLabel);
  const number = nextNumber(repository);
  await fetchHead(repository, number, head.repository, headSha);
  if (await isAncestor(repository.dir, headSha, baseSha)) {
    await setRef(repository.dir, `refs/pull/${number}/head`, null);
    const message = `No commits between ${request.base} and ${head.branch}`;
    throw invalid("PullRequest", "base", "custom", message);
  }
  const pull = newPull(world, request, { number, headSha, baseSha, headLabel });
  repository.issues.set(number, pull);
  await announcePull(world, repository, pull, "opened", request.user);
  return pull;
}

function refuseTwin(repository: Repository, { base }: NewPull, headLabel: string): void {
  const twin = [...repository.issues.values()]
    .filter(isPull)
    .some((pull) => pull.state === "open" && pull.headLabel === headLabel && pull.baseRef === base);
  if (!twin) return;
  const message = `A pull request already exists for ${headLabel}.`;
  throw invalid("PullRequest", "head", "custom", message);
}

type Where = { number: number; headSha: string; baseSha: string; headLabel: string };

function newPull(world: World, request: NewPull, where: Where): Pull {
  const now = world.now();
  return {
    kind: "pull",
    id: nextId(world),
    ...where,
    title: request.title,
    body: request.body,
    user: request.user,
    state: "open",
    draft: request.draft,
    labels: [],
    assignees: [],
    comments: [],
    events: [],
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedBy: null,
    headRepositoryId: request.head.repository.id,
    headRef: request.head.branch,
    baseRef: request.base,
    reviews: [],
    reviewComments: [],
    requestedReviewers: [],
    mergeability: null,
    mergedAt: null,
    mergedBy: null,
    mergeCommitSha: null,
    stale: null,
  };
}

/** Closes without merging. */
export async function closePull(
  world: World,
  repository: Repository,
  pull: Pull,
  actor: User,
): Promise<void> {
  endPull(world, pull, actor);
  record(world, pull, { event: "closed", actor });
  await dropMergeRef(repository, pull);
  await announcePull(world, repository, pull, "closed", actor);
}

/** Opens a closed pull request again; its head may have moved meanwhile. */
export async function reopenPull(
  world: World,
  repository: Repository,
  pull: Pull,
  actor: User,
): Promise<void> {
  const head = pull.headRepositoryId === null ? undefined : world.repositories.get(pull.headRepositoryId);
  const tip = head === undefined ? null : await branchTip(head.dir, pull.headRef);
  if (pull.mergedAt !== null)
    throw unprocessable("Validation Failed: a merged pull request cannot be reopened");
  if (head === undefined || tip === null) {
    throw invalid(
      "PullRequest",
      "state",
      "custom",
      `state cannot be changed. The ${pull.headRef} branch was deleted.`,
    );
  }
  pull.state = "open";
  pull.closedAt = null;
  pull.closedBy = null;
  pull.updatedAt = world.now();
  pull.headSha = tip;
  pull.mergeability = null;
  await fetchHead(repository, pull.number, head, tip);
  record(world, pull, { event: "reopened", actor });
  await announcePull(world, repository, pull, "reopened", actor);
}

export type Merged = { sha: string; actor: User };

/** Records a merge that happened, by the merge button or by a push that contains the head. */
export async function markMerged(
  world: World,
  repository: Repository,
  pull: Pull,
  { sha, actor }: Merged,
): Promise<void> {
  endPull(world, pull, actor);
  pull.mergedAt = world.now();
  pull.mergedBy = actor;
  pull.mergeCommitSha = sha;
  record(world, pull, { event: "merged", actor, commitId: sha });
  record(world, pull, { event: "closed", actor });
  await dropMergeRef(repository, pull);
  await announcePull(world, repository, pull, "closed", actor);
  world.log(`rehearsal github: ${fullName(repository)}#${pull.number} merged as ${sha}`);
}

function endPull(world: World, pull: Pull, actor: User): void {
  pull.state = "closed";
  pull.closedAt = world.now();
  pull.closedBy = actor;
  pull.updatedAt = world.now();
}

async function dropMergeRef(repository: Repository, pull: Pull): Promise<void> {
  await attempt(repository.dir, ["update-ref", "-d", `refs/pull/${pull.number}/merge`]);
}
