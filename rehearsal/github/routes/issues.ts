/** Issues; pull requests are issues too. */
import { announceIssue } from "../acts/announce.ts";
import { closePull, nextNumber, reopenPull } from "../acts/pulls.ts";
import { actorOf } from "../auth.ts";
import type { Issue, Pull, Repository, User } from "../nouns.ts";
import { demand } from "../rights.ts";
import { isPull, issueShape } from "../shapes/issue.ts";
import { exclusive, findUser, nextId, type World } from "../world.ts";
import { type Api, bodyOf, choiceIn, issueIn, repositoryIn, required, stringIn, stringsIn } from "./api.ts";
import { ensureLabels } from "./labels.ts";
import { paged } from "./pages.ts";

const READ = { permission: ["issues", "pull_requests"] } as const;
const OPEN = { permission: ["issues", "pull_requests"], level: "write", role: "read" } as const;

export function issues(api: Api): void {
  api.get("/repos/:owner/:repo/issues", (c) => {
    const repository = repositoryIn(c, READ);
    const { state = "open", labels, creator } = c.req.query();
    const wanted = labels?.split(",") ?? [];
    const found = [...repository.issues.values()]
      .filter((issue) => state === "all" || issue.state === state)
      .filter((issue) => wanted.every((name) => issue.labels.some((label) => label.name === name)))
      .filter((issue) => creator === undefined || issue.user.login === creator)
      .sort((a, b) => b.number - a.number);
    return c.json(paged(c, found).map((issue) => issueShape(c.env.world, repository, issue)));
  });
  api.post("/repos/:owner/:repo/issues", async (c) => {
    const { world } = c.env;
    const repository = repositoryIn(c, OPEN);
    const body = await bodyOf(c);
    const issue = newIssue(world, repository, actorOf(c.get("viewer")), required(body, "Issue", "title"));
    issue.body = stringIn(body, "body");
    issue.labels = ensureLabels(world, repository, stringsIn(body, "labels") ?? []);
    issue.assignees = people(world, stringsIn(body, "assignees") ?? []);
    repository.issues.set(issue.number, issue);
    announceIssue(world, repository, issue, "opened", issue.user);
    return c.json(issueShape(world, repository, issue), 201);
  });
  api.get("/repos/:owner/:repo/issues/:number", (c) => {
    const repository = repositoryIn(c, READ);
    return c.json(issueShape(c.env.world, repository, issueIn(c, repository)));
  });
  api.patch("/repos/:owner/:repo/issues/:number", async (c) => {
    const { world } = c.env;
    const repository = repositoryIn(c, OPEN);
    const issue = issueIn(c, repository);
    const viewer = c.get("viewer");
    const actor = actorOf(viewer);
    if (issue.user !== actor) demand(viewer, repository, { ...OPEN, role: "triage" });
    const body = await bodyOf(c);
    issue.title = stringIn(body, "title") ?? issue.title;
    issue.body = stringIn(body, "body") ?? issue.body;
    const labels = stringsIn(body, "labels");
    if (labels !== null) issue.labels = ensureLabels(world, repository, labels);
    const assignees = stringsIn(body, "assignees");
    if (assignees !== null) issue.assignees = people(world, assignees);
    issue.updatedAt = world.now();
    const state = choiceIn(body, "state", ["open", "closed"]);
    if (state !== null && state !== issue.state) await setState(world, repository, issue, state, actor);
    return c.json(issueShape(world, repository, issue));
  });
}

function people(world: World, logins: readonly string[]): User[] {
  return logins.flatMap((login) => findUser(world, login) ?? []);
}

function newIssue(world: World, repository: Repository, user: User, title: string): Issue {
  const now = world.now();
  return {
    kind: "issue",
    id: nextId(world),
    number: nextNumber(repository),
    title,
    body: null,
    user,
    state: "open",
    labels: [],
    assignees: [],
    comments: [],
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedBy: null,
  };
}

async function setState(
  world: World,
  repository: Repository,
  issue: Issue | Pull,
  state: "open" | "closed",
  actor: User,
): Promise<void> {
  if (isPull(issue)) {
    const act = state === "closed" ? closePull : reopenPull;
    return exclusive(world, () => act(world, repository, issue, actor));
  }
  issue.state = state;
  issue.closedAt = state === "closed" ? world.now() : null;
  issue.closedBy = state === "closed" ? actor : null;
  announceIssue(world, repository, issue, state === "closed" ? "closed" : "reopened", actor);
}
