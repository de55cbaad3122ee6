/** Issues; pull requests are issues too. */
import { openIssue, setIssueState } from "../acts/issues.ts";
import { setLabels } from "../acts/labels.ts";
import { closePull, reopenPull } from "../acts/pulls.ts";
import { actorOf } from "../auth.ts";
import type { Issue, Pull, Repository, User } from "../nouns.ts";
import { demand } from "../rights.ts";
import { isPull, issueShape } from "../shapes/issue.ts";
import { exclusive, findUser, type World } from "../world.ts";
import {
  type Api,
  bodyOf,
  byOf,
  type Ctx,
  choiceIn,
  issueIn,
  repositoryIn,
  required,
  stringIn,
  stringsIn,
} from "./api.ts";
import { paged } from "./pages.ts";

const READ = { permission: ["issues", "pull_requests"] } as const;
type State = "open" | "closed";
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
    const wanted = {
      title: required(body, "Issue", "title"),
      body: stringIn(body, "body"),
      labels: stringsIn(body, "labels") ?? [],
      assignees: people(world, stringsIn(body, "assignees") ?? []),
    };
    const issue = await openIssue(world, repository, wanted, byOf(c));
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
    if (issue.user !== actorOf(viewer)) demand(viewer, repository, { ...OPEN, role: "triage" });
    const body = await bodyOf(c);
    issue.title = stringIn(body, "title") ?? issue.title;
    issue.body = stringIn(body, "body") ?? issue.body;
    const labels = stringsIn(body, "labels");
    if (labels !== null) await setLabels(world, repository, issue, labels, byOf(c));
    const assignees = stringsIn(body, "assignees");
    if (assignees !== null) issue.assignees = people(world, assignees);
    issue.updatedAt = world.now();
    const state = choiceIn(body, "state", ["open", "closed"]);
    if (state !== null && state !== issue.state) await setState(c, repository, issue, state);
    return c.json(issueShape(world, repository, issue));
  });
}

function people(world: World, logins: readonly string[]): User[] {
  return logins.flatMap((login) => findUser(world, login) ?? []);
}

async function setState(c: Ctx, repository: Repository, issue: Issue | Pull, state: State): Promise<void> {
  const { world } = c.env;
  const by = byOf(c);
  if (!isPull(issue)) return setIssueState(world, repository, issue, state, by);
  const act = state === "closed" ? closePull : reopenPull;
  return exclusive(world, () => act(world, repository, issue, by.actor));
}
