/** Reviews, and who is asked for one. */
import { announcePull } from "../acts/announce.ts";
import { announceReview } from "../acts/reviews.ts";
import { actorOf } from "../auth.ts";
import type { Pull, Repository, Review, ReviewState } from "../nouns.ts";
import { notFound, unprocessable } from "../problems.ts";
import { pullShape } from "../shapes/pull.ts";
import { reviewCommentShape, reviewShape } from "../shapes/review.ts";
import { userShape } from "../shapes/user.ts";
import { findUser, nextId, type World } from "../world.ts";
import {
  type Api,
  type Body,
  bodyOf,
  type Ctx,
  choiceIn,
  integerIn,
  numberIn,
  objectsIn,
  pullIn,
  repositoryIn,
  required,
  stringIn,
  stringsIn,
} from "./api.ts";
import { paged } from "./pages.ts";

const READ = { permission: "pull_requests" } as const;
const COMMENT = { permission: "pull_requests", level: "write", role: "read" } as const;
const WRITE = { permission: "pull_requests", level: "write" } as const;
const EVENTS = ["APPROVE", "REQUEST_CHANGES", "COMMENT"] as const;
const STATES: Record<(typeof EVENTS)[number], ReviewState> = {
  APPROVE: "APPROVED",
  REQUEST_CHANGES: "CHANGES_REQUESTED",
  COMMENT: "COMMENTED",
};

export function reviews(api: Api): void {
  const base = "/repos/:owner/:repo/pulls/:number/reviews";
  api.get(base, (c) => {
    const repository = repositoryIn(c, READ);
    const pull = pullIn(c, repository);
    return c.json(paged(c, pull.reviews).map((review) => reviewShape(c.env.world, repository, pull, review)));
  });
  api.post(base, create);
  api.get(`${base}/:id`, (c) => {
    const { repository, pull, review } = reviewIn(c, READ);
    return c.json(reviewShape(c.env.world, repository, pull, review));
  });
  api.get(`${base}/:id/comments`, (c) => {
    const { repository, pull, review } = reviewIn(c, READ);
    const found = pull.reviewComments.filter((one) => one.reviewId === review.id);
    return c.json(paged(c, found).map((one) => reviewCommentShape(c.env.world, repository, pull, one)));
  });
  api.post(`${base}/:id/events`, async (c) => {
    const { repository, pull, review } = reviewIn(c, COMMENT);
    const body = await bodyOf(c);
    const event = choiceIn(body, "event", EVENTS);
    if (event === null) throw unprocessable(`Invalid request.\n\n"event" wasn't supplied.`);
    review.body = stringIn(body, "body") ?? review.body;
    submit(c.env.world, repository, pull, review, STATES[event]);
    return c.json(reviewShape(c.env.world, repository, pull, review));
  });
  api.put(`${base}/:id/dismissals`, async (c) => {
    const { repository, pull, review } = reviewIn(c, WRITE);
    required(await bodyOf(c), "PullRequestReview", "message");
    if (review.state === "COMMENTED" || review.state === "PENDING")
      throw unprocessable("Can not dismiss a commented pull request review");
    review.state = "DISMISSED";
    announceReview(c.env.world, repository, pull, review, "dismissed", actorOf(c.get("viewer")));
    return c.json(reviewShape(c.env.world, repository, pull, review));
  });
  requested(api);
}

function reviewIn(c: Ctx, need: Parameters<typeof repositoryIn>[1]) {
  const repository = repositoryIn(c, need);
  const pull = pullIn(c, repository);
  const review = pull.reviews.find((one) => one.id === numberIn(c, "id"));
  if (review === undefined) throw notFound();
  return { repository, pull, review };
}

async function create(c: Ctx): Promise<Response> {
  const { world } = c.env;
  const repository = repositoryIn(c, COMMENT);
  const pull = pullIn(c, repository);
  const user = actorOf(c.get("viewer"));
  const body = await bodyOf(c);
  const event = choiceIn(body, "event", EVENTS);
  refuse(pull, user.id, event, stringIn(body, "body"));
  const review: Review = {
    id: nextId(world),
    user,
    body: stringIn(body, "body") ?? "",
    state: "PENDING",
    commitId: stringIn(body, "commit_id") ?? pull.headSha,
    submittedAt: null,
  };
  pull.reviews.push(review);
  for (const comment of objectsIn(body, "comments") ?? []) addComment(world, pull, review, comment);
  if (event !== null) submit(world, repository, pull, review, STATES[event]);
  return c.json(reviewShape(world, repository, pull, review));
}

function refuse(pull: Pull, userId: number, event: string | null, body: string | null): void {
  if (event === "APPROVE" && pull.user.id === userId) {
    throw unprocessable("Review Can not approve your own pull request");
  }
  if (event === "REQUEST_CHANGES" && pull.user.id === userId) {
    throw unprocessable("Review Can not request changes on your own pull request");
  }
  if ((event === "REQUEST_CHANGES" || event === "COMMENT") && (body === null || body === "")) {
    throw unprocessable("Body cannot be blank");
  }
}

function addComment(world: World, pull: Pull, review: Review, comment: Body): void {
  const now = world.now();
  pull.reviewComments.push({
    id: nextId(world),
    user: review.user,
    body: required(comment, "PullRequestReviewComment", "body"),
    createdAt: now,
    updatedAt: now,
    reviewId: review.id,
    commitId: review.commitId,
    path: required(comment, "PullRequestReviewComment", "path"),
    line: integerIn(comment, "line") ?? integerIn(comment, "position"),
    side: stringIn(comment, "side") === "LEFT" ? "LEFT" : "RIGHT",
    inReplyTo: null,
  });
}

function submit(world: World, repository: Repository, pull: Pull, review: Review, state: ReviewState): void {
  review.state = state;
  review.submittedAt = world.now();
  pull.updatedAt = world.now();
  pull.requestedReviewers = pull.requestedReviewers.filter((one) => one !== review.user);
  announceReview(world, repository, pull, review, "submitted", review.user);
}

function requested(api: Api): void {
  const path = "/repos/:owner/:repo/pulls/:number/requested_reviewers";
  api.get(path, (c) => {
    const pull = pullIn(c, repositoryIn(c, READ));
    return c.json({ users: pull.requestedReviewers.map((user) => userShape(c.env.world, user)), teams: [] });
  });
  api.on(["POST", "DELETE"], path, async (c: Ctx) => {
    const { world } = c.env;
    const repository = repositoryIn(c, WRITE);
    const pull = pullIn(c, repository);
    const asks = c.req.method === "POST";
    for (const login of stringsIn(await bodyOf(c), "reviewers") ?? []) {
      const user = findUser(world, login);
      if (user === undefined || user === pull.user) {
        throw unprocessable(
          "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator.",
        );
      }
      pull.requestedReviewers = pull.requestedReviewers.filter((one) => one !== user);
      if (asks) pull.requestedReviewers.push(user);
      const action = asks ? "review_requested" : "review_request_removed";
      const extra = { requested_reviewer: userShape(world, user) };
      await announcePull(world, repository, pull, action, actorOf(c.get("viewer")), extra);
    }
    return c.json(pullShape(world, repository, pull), asks ? 201 : 200);
  });
}
