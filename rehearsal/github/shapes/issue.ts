/** Issues, comments and labels in GitHub's shape. */
import type { Comment, Issue, Label, Pull, Repository, User } from "../nouns.ts";
import { roleOf } from "../rights.ts";
import { fullName, type World } from "../world.ts";
import { repositoryUrl } from "./repository.ts";
import { iso, isoOrNull, type Json, nodeId, userShape } from "./user.ts";

export function isPull(issue: Issue | Pull): issue is Pull {
  return issue.kind === "pull";
}

/** How GitHub describes a person's relation to a repository. No proof of rights: see the permission API. */
export function association(repository: Repository, user: User): string {
  if (repository.owner.id === user.id) return "OWNER";
  const role = repository.collaborators.get(user.login.toLowerCase());
  if (role !== undefined && role !== "none") return "COLLABORATOR";
  const authored = [...repository.issues.values()]
    .filter(isPull)
    .some((p) => p.user === user && p.mergedAt !== null);
  return authored && roleOf(repository, user) !== "none" ? "CONTRIBUTOR" : "NONE";
}

export function labelShape(world: World, repository: Repository, label: Label): Json {
  return {
    id: label.id,
    node_id: nodeId("LA", label.id),
    url: `${repositoryUrl(world, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    description: label.description,
    color: label.color,
    default: false,
  };
}

export function issueShape(world: World, repository: Repository, issue: Issue | Pull): Json {
  const api = repositoryUrl(world, repository);
  const url = `${api}/issues/${issue.number}`;
  const html = `${world.url}/${fullName(repository)}`;
  const pull = isPull(issue) ? issue : null;
  return {
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: `${html}/${pull ? "pull" : "issues"}/${issue.number}`,
    id: issue.id,
    node_id: nodeId(pull ? "PR" : "I", issue.id),
    number: issue.number,
    title: issue.title,
    user: userShape(world, issue.user),
    labels: issue.labels.map((label) => labelShape(world, repository, label)),
    state: issue.state,
    state_reason: issue.state === "closed" && !pull ? "completed" : null,
    locked: false,
    assignee: issue.assignees[0] ? userShape(world, issue.assignees[0]) : null,
    assignees: issue.assignees.map((user) => userShape(world, user)),
    milestone: null,
    comments: issue.comments.length,
    created_at: iso(issue.createdAt),
    updated_at: iso(issue.updatedAt),
    closed_at: isoOrNull(issue.closedAt),
    closed_by: issue.closedBy && userShape(world, issue.closedBy),
    author_association: association(repository, issue.user),
    active_lock_reason: null,
    ...(pull && {
      draft: pull.draft,
      pull_request: {
        url: `${api}/pulls/${issue.number}`,
        html_url: `${html}/pull/${issue.number}`,
        diff_url: `${html}/pull/${issue.number}.diff`,
        patch_url: `${html}/pull/${issue.number}.patch`,
        merged_at: isoOrNull(pull.mergedAt),
      },
    }),
    body: issue.body,
    reactions: { url: `${url}/reactions`, total_count: 0 },
  };
}

export function commentShape(world: World, repository: Repository, issue: Issue, comment: Comment): Json {
  const api = repositoryUrl(world, repository);
  const page = issue.kind === "pull" ? "pull" : "issues";
  const url = `${api}/issues/comments/${comment.id}`;
  return {
    url,
    html_url: `${world.url}/${fullName(repository)}/${page}/${issue.number}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${issue.number}`,
    id: comment.id,
    node_id: nodeId("IC", comment.id),
    user: userShape(world, comment.user),
    created_at: iso(comment.createdAt),
    updated_at: iso(comment.updatedAt),
    author_association: association(repository, comment.user),
    body: comment.body,
    reactions: { url: `${url}/reactions`, total_count: 0 },
    performed_via_github_app: null,
  };
}
