/** Pull requests in GitHub's shape. */
import type { Pull, Repository } from "../nouns.ts";
import { fullName, type World } from "../world.ts";
import { association, labelShape } from "./issue.ts";
import { repositoryShape, repositoryUrl } from "./repository.ts";
import { iso, isoOrNull, type Json, nodeId, userShape } from "./user.ts";

/** What only git knows about a pull request. */
export type PullFacts = {
  mergeable: boolean | null;
  state: "clean" | "dirty" | "blocked" | "behind" | "unstable" | "draft" | "unknown";
  mergeCommit: string | null;
  commits: number;
  additions: number;
  deletions: number;
  changedFiles: number;
};

/** The head that reads report: for a while after a force push it may be the old one. */
export function reportedHead(world: World, pull: Pull): string {
  return pull.stale !== null && world.now() < pull.stale.until ? pull.stale.sha : pull.headSha;
}

function headShape(world: World, pull: Pull, sha: string): Json {
  const repository =
    pull.headRepositoryId === null ? undefined : world.repositories.get(pull.headRepositoryId);
  return {
    label: pull.headLabel,
    ref: pull.headRef,
    sha,
    user: repository ? userShape(world, repository.owner) : null,
    repo: repository ? repositoryShape(world, repository) : null,
  };
}

/** The shape of lists; `head` is what it claims to be at. */
export function pullShape(
  world: World,
  repository: Repository,
  pull: Pull,
  head = reportedHead(world, pull),
): Json {
  const api = repositoryUrl(world, repository);
  const url = `${api}/pulls/${pull.number}`;
  const html = `${world.url}/${fullName(repository)}/pull/${pull.number}`;
  return {
    url,
    id: pull.id,
    node_id: nodeId("PR", pull.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: `${api}/issues/${pull.number}`,
    number: pull.number,
    state: pull.state,
    locked: false,
    title: pull.title,
    user: userShape(world, pull.user),
    body: pull.body,
    created_at: iso(pull.createdAt),
    updated_at: iso(pull.updatedAt),
    closed_at: isoOrNull(pull.closedAt),
    merged_at: isoOrNull(pull.mergedAt),
    merge_commit_sha: pull.mergeCommitSha ?? pull.mergeability?.mergeCommit ?? null,
    assignee: pull.assignees[0] ? userShape(world, pull.assignees[0]) : null,
    assignees: pull.assignees.map((user) => userShape(world, user)),
    requested_reviewers: pull.requestedReviewers.map((user) => userShape(world, user)),
    requested_teams: [],
    labels: pull.labels.map((label) => labelShape(world, repository, label)),
    milestone: null,
    draft: pull.draft,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${api}/issues/${pull.number}/comments`,
    statuses_url: `${api}/statuses/${head}`,
    head: headShape(world, pull, head),
    base: {
      label: `${repository.owner.login}:${pull.baseRef}`,
      ref: pull.baseRef,
      sha: pull.baseSha,
      user: userShape(world, repository.owner),
      repo: repositoryShape(world, repository),
    },
    _links: linksShape(api, html, pull),
    author_association: association(repository, pull.user),
    auto_merge: null,
    active_lock_reason: null,
  };
}

function linksShape(api: string, html: string, pull: Pull): Json {
  const url = `${api}/pulls/${pull.number}`;
  const issue = `${api}/issues/${pull.number}`;
  return {
    self: { href: url },
    html: { href: html },
    issue: { href: issue },
    comments: { href: `${issue}/comments` },
    review_comments: { href: `${url}/comments` },
    review_comment: { href: `${api}/pulls/comments{/number}` },
    commits: { href: `${url}/commits` },
    statuses: { href: `${api}/statuses/${pull.headSha}` },
  };
}

/** The shape of one pull request and of webhooks. */
export function fullPullShape(
  world: World,
  repository: Repository,
  pull: Pull,
  facts: PullFacts,
  head = reportedHead(world, pull),
): Json {
  return {
    ...pullShape(world, repository, pull, head),
    merge_commit_sha: pull.mergeCommitSha ?? facts.mergeCommit,
    merged: pull.mergedAt !== null,
    mergeable: facts.mergeable,
    rebaseable: facts.mergeable,
    mergeable_state: facts.state,
    merged_by: pull.mergedBy && userShape(world, pull.mergedBy),
    comments: pull.comments.length,
    review_comments: pull.reviewComments.length,
    maintainer_can_modify: false,
    commits: facts.commits,
    additions: facts.additions,
    deletions: facts.deletions,
    changed_files: facts.changedFiles,
  };
}
