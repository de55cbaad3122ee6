/** Comments on lines of a pull request. */
import { announceReviewComment } from "../acts/reviews.ts";
import { actorOf } from "../auth.ts";
import type { ReviewComment } from "../nouns.ts";
import { notFound } from "../problems.ts";
import { isPull } from "../shapes/issue.ts";
import { reviewCommentShape } from "../shapes/review.ts";
import { nextId } from "../world.ts";
import {
  type Api,
  bodyOf,
  type Ctx,
  integerIn,
  numberIn,
  pullIn,
  repositoryIn,
  required,
  stringIn,
} from "./api.ts";
import { paged } from "./pages.ts";

const READ = { permission: "pull_requests" } as const;
const WRITE = { permission: "pull_requests", level: "write", role: "read" } as const;

export function reviewComments(api: Api): void {
  const list = "/repos/:owner/:repo/pulls/:number/comments";
  const one = "/repos/:owner/:repo/pulls/comments/:id";
  api.get(one, (c) => {
    const { repository, pull, comment } = commentIn(c, READ);
    return c.json(reviewCommentShape(c.env.world, repository, pull, comment));
  });
  api.patch(one, async (c) => {
    const { repository, pull, comment } = commentIn(c, WRITE);
    comment.body = required(await bodyOf(c), "PullRequestReviewComment", "body");
    comment.updatedAt = c.env.world.now();
    announceReviewComment(c.env.world, repository, pull, comment, "edited", actorOf(c.get("viewer")));
    return c.json(reviewCommentShape(c.env.world, repository, pull, comment));
  });
  api.delete(one, (c) => {
    const { repository, pull, comment } = commentIn(c, WRITE);
    pull.reviewComments = pull.reviewComments.filter((other) => other !== comment);
    announceReviewComment(c.env.world, repository, pull, comment, "deleted", actorOf(c.get("viewer")));
    return c.body(null, 204);
  });
  api.get(list, (c) => {
    const repository = repositoryIn(c, READ);
    const pull = pullIn(c, repository);
    const found = paged(c, pull.reviewComments);
    return c.json(found.map((comment) => reviewCommentShape(c.env.world, repository, pull, comment)));
  });
  api.post(list, create);
}

function commentIn(c: Ctx, need: Parameters<typeof repositoryIn>[1]) {
  const repository = repositoryIn(c, need);
  const id = numberIn(c, "id");
  for (const pull of [...repository.issues.values()].filter(isPull)) {
    const comment = pull.reviewComments.find((one) => one.id === id);
    if (comment !== undefined) return { repository, pull, comment };
  }
  throw notFound();
}

async function create(c: Ctx): Promise<Response> {
  const { world } = c.env;
  const repository = repositoryIn(c, WRITE);
  const pull = pullIn(c, repository);
  const body = await bodyOf(c);
  const user = actorOf(c.get("viewer"));
  const now = world.now();
  const commitId = required(body, "PullRequestReviewComment", "commit_id");
  const review = {
    id: nextId(world),
    user,
    body: "",
    state: "COMMENTED",
    commitId,
    submittedAt: now,
  } as const;
  const comment: ReviewComment = {
    id: nextId(world),
    user,
    body: required(body, "PullRequestReviewComment", "body"),
    createdAt: now,
    updatedAt: now,
    reviewId: review.id,
    commitId,
    path: required(body, "PullRequestReviewComment", "path"),
    line: integerIn(body, "line"),
    side: stringIn(body, "side") === "LEFT" ? "LEFT" : "RIGHT",
    inReplyTo: integerIn(body, "in_reply_to"),
  };
  pull.reviews.push({ ...review });
  pull.reviewComments.push(comment);
  announceReviewComment(world, repository, pull, comment, "created", user);
  return c.json(reviewCommentShape(world, repository, pull, comment), 201);
}
