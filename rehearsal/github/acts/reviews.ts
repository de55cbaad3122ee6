/** Telling the world of reviews and their comments. */
import type { Pull, Repository, Review, ReviewComment, User } from "../nouns.ts";
import { pullShape } from "../shapes/pull.ts";
import { reviewCommentShape, reviewShape } from "../shapes/review.ts";
import { emit } from "../webhooks.ts";
import type { World } from "../world.ts";

export function announceReview(
  world: World,
  repository: Repository,
  pull: Pull,
  review: Review,
  action: "submitted" | "edited" | "dismissed",
  actor: User,
): void {
  const shape = reviewShape(world, repository, pull, review);
  // Events write the state in lower case, the API in upper case.
  const payload = {
    action,
    review: { ...shape, state: review.state.toLowerCase() },
    pull_request: pullShape(world, repository, pull, pull.headSha),
  };
  emit(world, { event: "pull_request_review", actor, repository, payload });
}

export function announceReviewComment(
  world: World,
  repository: Repository,
  pull: Pull,
  comment: ReviewComment,
  action: "created" | "edited" | "deleted",
  actor: User,
): void {
  const payload = {
    action,
    comment: reviewCommentShape(world, repository, pull, comment),
    pull_request: pullShape(world, repository, pull, pull.headSha),
  };
  emit(world, { event: "pull_request_review_comment", actor, repository, payload });
}
