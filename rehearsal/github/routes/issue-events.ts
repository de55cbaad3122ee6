/** What happened to issues and pull requests: who labelled, closed and merged them. */
import { eventsOf } from "../acts/issue-events.ts";
import { notFound } from "../problems.ts";
import { issueEventShape, issueShape } from "../shapes/issue.ts";
import { type Api, issueIn, numberIn, repositoryIn } from "./api.ts";
import { paged } from "./pages.ts";

const READ = { permission: ["issues", "pull_requests"] } as const;

export function issueEvents(api: Api): void {
  const all = "/repos/:owner/:repo/issues/events";
  // Of a whole repository the newest come first, of one issue the oldest.
  api.get(all, (c) => {
    const { world } = c.env;
    const repository = repositoryIn(c, READ);
    const found = paged(c, eventsOf(repository.issues.values()).reverse());
    return c.json(
      found.map(({ issue, event }) => ({
        ...issueEventShape(world, repository, event),
        issue: issueShape(world, repository, issue),
      })),
    );
  });
  api.get(`${all}/:id`, (c) => {
    const repository = repositoryIn(c, READ);
    const id = numberIn(c, "id");
    const found = eventsOf(repository.issues.values()).find(({ event }) => event.id === id);
    if (found === undefined) throw notFound();
    return c.json({
      ...issueEventShape(c.env.world, repository, found.event),
      issue: issueShape(c.env.world, repository, found.issue),
    });
  });
  api.get("/repos/:owner/:repo/issues/:number/events", (c) => {
    const repository = repositoryIn(c, READ);
    const found = paged(c, issueIn(c, repository).events);
    return c.json(found.map((event) => issueEventShape(c.env.world, repository, event)));
  });
}
