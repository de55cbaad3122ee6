/** Comments on issues and pull requests. */
import type { Issue, IssueComment, Pull, Repository, User } from "../nouns.ts";
import { commentShape, issueShape } from "../shapes/issue.ts";
import type { Json } from "../shapes/user.ts";
import { emit } from "../webhooks.ts";
import { nextId, type World } from "../world.ts";
import type { By } from "./labels.ts";

/** Writes a comment, and tells of it. */
export function addComment(
  world: World,
  repository: Repository,
  issue: Issue | Pull,
  body: string,
  { actor, app }: By,
): IssueComment {
  const now = world.now();
  const comment: IssueComment = {
    id: nextId(world),
    user: actor,
    app,
    body,
    reactions: [],
    createdAt: now,
    updatedAt: now,
  };
  issue.comments.push(comment);
  issue.updatedAt = now;
  announceComment(world, repository, issue, comment, "created", actor);
  return comment;
}

/** Changes what a comment says, and tells what it said before. */
export function editComment(
  world: World,
  repository: Repository,
  issue: Issue | Pull,
  comment: IssueComment,
  body: string,
  actor: User,
): void {
  const from = comment.body;
  comment.body = body;
  comment.updatedAt = world.now();
  announceComment(world, repository, issue, comment, "edited", actor, { changes: { body: { from } } });
}

/** Emits `issue_comment`. */
export function announceComment(
  world: World,
  repository: Repository,
  issue: Issue | Pull,
  comment: IssueComment,
  action: "created" | "edited" | "deleted",
  actor: User,
  extra: Json = {},
): void {
  const payload = {
    action,
    issue: issueShape(world, repository, issue),
    comment: commentShape(world, repository, issue, comment),
    ...extra,
  };
  emit(world, { event: "issue_comment", actor, repository, payload });
}
