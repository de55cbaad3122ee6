/** Issues, comments and labels in GitHub's shape. */
import {
  type Issue,
  type IssueComment,
  type IssueEvent,
  type Label,
  type Pull,
  REACTIONS,
  type Reaction,
  type Repository,
  type User,
} from "../nouns.ts";
import { roleOf } from "../rights.ts";
import { fullName, type World } from "../world.ts";
import { appShape } from "./app.ts";
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
    reactions: reactionsShape(url, []),
  };
}

export function commentShape(
  world: World,
  repository: Repository,
  issue: Issue,
  comment: IssueComment,
): Json {
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
    reactions: reactionsShape(url, comment.reactions),
    performed_via_github_app: comment.app && appShape(world, comment.app),
  };
}

/** How many people reacted in which way. */
function reactionsShape(url: string, reactions: readonly Reaction[]): Json {
  const counts = REACTIONS.map((content) => [
    content,
    reactions.filter((reaction) => reaction.content === content).length,
  ]);
  return { url: `${url}/reactions`, total_count: reactions.length, ...Object.fromEntries(counts) };
}

export function reactionShape(world: World, reaction: Reaction): Json {
  return {
    id: reaction.id,
    node_id: nodeId("REA", reaction.id),
    user: userShape(world, reaction.user),
    content: reaction.content,
    created_at: iso(reaction.createdAt),
  };
}

export function issueEventShape(world: World, repository: Repository, happened: IssueEvent): Json {
  const api = repositoryUrl(world, repository);
  const { id, event, actor, app, label, commitId } = happened;
  return {
    id,
    node_id: nodeId("IE", id),
    url: `${api}/issues/events/${id}`,
    actor: userShape(world, actor),
    event,
    commit_id: commitId,
    commit_url: commitId && `${api}/commits/${commitId}`,
    created_at: iso(happened.createdAt),
    ...(label && { label: { name: label.name, color: label.color } }),
    performed_via_github_app: app && appShape(world, app),
  };
}
