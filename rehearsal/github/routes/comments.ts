/** Comments on issues and pull requests. */
import { addComment, announceComment, editComment } from "../acts/comments.ts";
import { actorOf } from "../auth.ts";
import { notFound, unprocessable } from "../problems.ts";
import { demand } from "../rights.ts";
import { commentShape } from "../shapes/issue.ts";
import { type Api, bodyOf, byOf, type Ctx, issueIn, numberIn, repositoryIn, required } from "./api.ts";
import { paged } from "./pages.ts";

const READ = { permission: ["issues", "pull_requests"] } as const;
const WRITE = { permission: ["issues", "pull_requests"], level: "write", role: "read" } as const;
/** GitHub's limit for one comment. */
const MAX_CHARACTERS = 65_536;

export function comments(api: Api): void {
  const list = "/repos/:owner/:repo/issues/:number/comments";
  const one = "/repos/:owner/:repo/issues/comments/:id";
  api.get("/repos/:owner/:repo/issues/comments", (c) => {
    const repository = repositoryIn(c, READ);
    const all = [...repository.issues.values()].flatMap((issue) =>
      issue.comments.map((comment) => commentShape(c.env.world, repository, issue, comment)),
    );
    return c.json(paged(c, all));
  });
  api.get(one, (c) => {
    const { repository, issue, comment } = commentIn(c, READ);
    return c.json(commentShape(c.env.world, repository, issue, comment));
  });
  api.patch(one, async (c) => {
    const { world } = c.env;
    const { repository, issue, comment } = ownCommentIn(c);
    const body = textIn(required(await bodyOf(c), "IssueComment", "body"));
    editComment(world, repository, issue, comment, body, actorOf(c.get("viewer")));
    return c.json(commentShape(world, repository, issue, comment));
  });
  api.delete(one, (c) => {
    const { repository, issue, comment } = ownCommentIn(c);
    issue.comments = issue.comments.filter((other) => other !== comment);
    announceComment(c.env.world, repository, issue, comment, "deleted", actorOf(c.get("viewer")));
    return c.body(null, 204);
  });
  api.get(list, (c) => {
    const repository = repositoryIn(c, READ);
    const issue = issueIn(c, repository);
    const since = Date.parse(c.req.query("since") ?? "");
    const found = issue.comments.filter((comment) => Number.isNaN(since) || comment.updatedAt >= since);
    return c.json(paged(c, found).map((comment) => commentShape(c.env.world, repository, issue, comment)));
  });
  api.post(list, async (c) => {
    const { world } = c.env;
    const repository = repositoryIn(c, WRITE);
    const issue = issueIn(c, repository);
    const body = textIn(required(await bodyOf(c), "IssueComment", "body"));
    const comment = addComment(world, repository, issue, body, byOf(c));
    return c.json(commentShape(world, repository, issue, comment), 201);
  });
}

function textIn(text: string): string {
  if (text.length > MAX_CHARACTERS)
    throw unprocessable(`Body is too long (maximum is ${MAX_CHARACTERS} characters)`);
  return text;
}

/** The comment a path names. */
export function commentIn(c: Ctx, need: Parameters<typeof repositoryIn>[1]) {
  const repository = repositoryIn(c, need);
  const id = numberIn(c, "id");
  for (const issue of repository.issues.values()) {
    const comment = issue.comments.find((one) => one.id === id);
    if (comment !== undefined) return { repository, issue, comment };
  }
  throw notFound();
}

/** The same for whoever may change it: its author, and those who may write. */
function ownCommentIn(c: Ctx) {
  const found = commentIn(c, WRITE);
  const viewer = c.get("viewer");
  const isOthers = found.comment.user !== actorOf(viewer);
  if (isOthers) demand(viewer, found.repository, { permission: WRITE.permission, level: "write" });
  return found;
}
