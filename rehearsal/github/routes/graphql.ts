/** The two mutations that REST lacks; every other query is answered 501. */
import { announcePull } from "../acts/announce.ts";
import { actorOf } from "../auth.ts";
import type { Pull, Repository } from "../nouns.ts";
import { Unmodelled } from "../problems.ts";
import { demand } from "../rights.ts";
import { isPull } from "../shapes/issue.ts";
import { nodeId } from "../shapes/user.ts";
import type { World } from "../world.ts";
import { type Api, bodyOf, type Ctx, objectIn, stringIn } from "./api.ts";

const MUTATION = /\b(markPullRequestReadyForReview|convertPullRequestToDraft)\b/;
const INLINE_ID = /pullRequestId:\s*"([^"]+)"/;

export function graphql(api: Api): void {
  api.post("/graphql", async (c: Ctx) => {
    const body = await bodyOf(c);
    const query = stringIn(body, "query") ?? "";
    const mutation = MUTATION.exec(query)?.[1];
    if (mutation === undefined) throw new Unmodelled(`GraphQL "${query.slice(0, 80)}"`);
    const found = findPull(c.env.world, idIn(objectIn(body, "variables") ?? {}, query));
    if (found === null) {
      const message = "Could not resolve to a node with the given global id";
      return c.json({
        data: { [mutation]: null },
        errors: [{ type: "NOT_FOUND", path: [mutation], message }],
      });
    }
    const { repository, pull } = found;
    demand(c.get("viewer"), repository, { permission: "pull_requests", level: "write" });
    const draft = mutation === "convertPullRequestToDraft";
    if (pull.draft !== draft) {
      pull.draft = draft;
      pull.updatedAt = c.env.world.now();
      const action = draft ? "converted_to_draft" : "ready_for_review";
      await announcePull(c.env.world, repository, pull, action, actorOf(c.get("viewer")));
    }
    const pullRequest = {
      id: nodeId("PR", pull.id),
      number: pull.number,
      isDraft: pull.draft,
      state: "OPEN",
    };
    return c.json({ data: { [mutation]: { clientMutationId: null, pullRequest } } });
  });
}

/** The id, written into the query or given as a variable of any name. */
function idIn(variables: Record<string, unknown>, query: string): string {
  const { input } = variables;
  const nested = typeof input === "object" && input !== null ? Object.values(input) : [];
  const values = [...Object.values(variables), ...nested].filter((value) => typeof value === "string");
  return values.find((value) => value.startsWith("PR_")) ?? INLINE_ID.exec(query)?.[1] ?? "";
}

function findPull(world: World, id: string): { repository: Repository; pull: Pull } | null {
  for (const repository of world.repositories.values()) {
    const pull = [...repository.issues.values()].filter(isPull).find((one) => nodeId("PR", one.id) === id);
    if (pull !== undefined) return { repository, pull };
  }
  return null;
}
