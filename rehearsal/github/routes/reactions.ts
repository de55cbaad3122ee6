/** Reactions to comments on issues and pull requests. */
import { actorOf } from "../auth.ts";
import { REACTIONS, type Reaction } from "../nouns.ts";
import { notFound, unprocessable } from "../problems.ts";
import { reactionShape } from "../shapes/issue.ts";
import { nextId } from "../world.ts";
import { type Api, bodyOf, numberIn, stringIn } from "./api.ts";
import { commentIn } from "./comments.ts";
import { paged } from "./pages.ts";

const READ = { permission: ["issues", "pull_requests"] } as const;
const REACT = { permission: ["issues", "pull_requests"], level: "write", role: "read" } as const;

export function reactions(api: Api): void {
  const path = "/repos/:owner/:repo/issues/comments/:id/reactions";
  api.get(path, (c) => {
    const { comment } = commentIn(c, READ);
    return c.json(paged(c, comment.reactions).map((one) => reactionShape(c.env.world, one)));
  });
  api.post(path, async (c) => {
    const { world } = c.env;
    const { comment } = commentIn(c, REACT);
    const user = actorOf(c.get("viewer"));
    const said = stringIn(await bodyOf(c), "content");
    const content = REACTIONS.find((one) => one === said);
    if (content === undefined)
      throw unprocessable(`content: "${said}" is not one of ${REACTIONS.join(", ")}`);
    const known = comment.reactions.find((one) => one.user === user && one.content === content);
    // The same reaction of the same person is there already, and no error.
    if (known !== undefined) return c.json(reactionShape(world, known), 200);
    const reaction: Reaction = { id: nextId(world), user, content, createdAt: world.now() };
    comment.reactions.push(reaction);
    return c.json(reactionShape(world, reaction), 201);
  });
  api.delete(`${path}/:reaction`, (c) => {
    const { comment } = commentIn(c, REACT);
    const id = numberIn(c, "reaction");
    const own = comment.reactions.find((one) => one.id === id && one.user === actorOf(c.get("viewer")));
    if (own === undefined) throw notFound();
    comment.reactions = comment.reactions.filter((one) => one !== own);
    return c.body(null, 204);
  });
}
