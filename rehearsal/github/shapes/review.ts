/** Reviews and their comments in GitHub's shape. */
import type { Pull, Repository, Review, ReviewComment } from "../nouns.ts";
import { fullName, type World } from "../world.ts";
import { association } from "./issue.ts";
import { repositoryUrl } from "./repository.ts";
import { iso, isoOrNull, type Json, nodeId, userShape } from "./user.ts";

export function reviewShape(world: World, repository: Repository, pull: Pull, review: Review): Json {
  const url = `${repositoryUrl(world, repository)}/pulls/${pull.number}`;
  const html = `${world.url}/${fullName(repository)}/pull/${pull.number}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: nodeId("PRR", review.id),
    user: userShape(world, review.user),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: url,
    author_association: association(repository, review.user),
    _links: { html: { href: html }, pull_request: { href: url } },
    ...(review.submittedAt !== null && { submitted_at: isoOrNull(review.submittedAt) }),
    commit_id: review.commitId,
  };
}

export function reviewCommentShape(
  world: World,
  repository: Repository,
  pull: Pull,
  comment: ReviewComment,
): Json {
  const api = repositoryUrl(world, repository);
  const html = `${world.url}/${fullName(repository)}/pull/${pull.number}#discussion_r${comment.id}`;
  const url = `${api}/pulls/comments/${comment.id}`;
  return {
    url,
    pull_request_review_id: comment.reviewId,
    id: comment.id,
    node_id: nodeId("PRRC", comment.id),
    diff_hunk: "",
    path: comment.path,
    commit_id: comment.commitId,
    original_commit_id: comment.commitId,
    user: userShape(world, comment.user),
    body: comment.body,
    created_at: iso(comment.createdAt),
    updated_at: iso(comment.updatedAt),
    html_url: html,
    pull_request_url: `${api}/pulls/${pull.number}`,
    author_association: association(repository, comment.user),
    _links: { self: { href: url }, html: { href: html } },
    line: comment.line,
    original_line: comment.line,
    start_line: null,
    original_start_line: null,
    side: comment.side,
    start_side: null,
    subject_type: comment.line === null ? "file" : "line",
    ...(comment.inReplyTo !== null && { in_reply_to_id: comment.inReplyTo }),
  };
}
