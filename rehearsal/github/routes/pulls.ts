/** Pull requests: open, read, list, edit, close, reopen. */
import { announcePull } from "../acts/announce.ts";
import { pullFiles, readFacts } from "../acts/mergeability.ts";
import { closePull, openPull, reopenPull } from "../acts/pulls.ts";
import { actorOf } from "../auth.ts";
import { log } from "../git/commits.ts";
import { branchTip } from "../git/refs.ts";
import { gitBytes } from "../git/run.ts";
import type { Pull, Repository, User } from "../nouns.ts";
import { invalid, unprocessable } from "../problems.ts";
import { canSee, demand } from "../rights.ts";
import { commitShape, fileShape } from "../shapes/commit.ts";
import { isPull } from "../shapes/issue.ts";
import { fullPullShape, pullShape } from "../shapes/pull.ts";
import type { Json } from "../shapes/user.ts";
import { exclusive, type World } from "../world.ts";
import {
  type Api,
  type Body,
  bodyOf,
  booleanIn,
  type Ctx,
  choiceIn,
  pullIn,
  repositoryIn,
  required,
  stringIn,
} from "./api.ts";
import { paged } from "./pages.ts";

const READ = { permission: "pull_requests" } as const;
/** Opening needs no more of a person than to see the repository. */
const OPEN = { permission: "pull_requests", level: "write", role: "read" } as const;

export function pulls(api: Api): void {
  api.get("/repos/:owner/:repo/pulls", (c) => {
    const repository = repositoryIn(c, READ);
    const found = sorted(
      c,
      [...repository.issues.values()].filter(isPull).filter((pull) => fits(c, pull)),
    );
    return c.json(paged(c, found).map((pull) => pullShape(c.env.world, repository, pull)));
  });
  api.post("/repos/:owner/:repo/pulls", open);
  api.get("/repos/:owner/:repo/pulls/:number", async (c) => {
    const repository = repositoryIn(c, READ);
    const pull = pullIn(c, repository);
    const accept = c.req.header("accept") ?? "";
    if (/vnd\.github\.(v3\.)?diff/.test(accept)) {
      const range = `${pull.baseSha}...${pull.headSha}`;
      return c.body((await gitBytes(repository.dir, ["diff", range])).toString());
    }
    return c.json(await read(c.env.world, repository, pull));
  });
  api.patch("/repos/:owner/:repo/pulls/:number", edit);
  api.get("/repos/:owner/:repo/pulls/:number/files", async (c) => {
    const repository = repositoryIn(c, READ);
    const pull = pullIn(c, repository);
    const files = paged(c, await pullFiles(repository.dir, pull));
    return c.json(files.map((file) => fileShape(c.env.world, repository, file, pull.headSha)));
  });
  api.get("/repos/:owner/:repo/pulls/:number/commits", async (c) => {
    const repository = repositoryIn(c, READ);
    const pull = pullIn(c, repository);
    const found = await log(repository.dir, `${pull.baseSha}..${pull.headSha}`, ["--reverse"]);
    return c.json(paged(c, found).map((commit) => commitShape(c.env.world, repository, commit)));
  });
}

async function read(world: World, repository: Repository, pull: Pull): Promise<Json> {
  return fullPullShape(world, repository, pull, await readFacts(world, repository, pull));
}

function fits(c: Ctx, pull: Pull): boolean {
  const { state = "open", head, base } = c.req.query();
  if (state !== "all" && pull.state !== state) return false;
  if (head !== undefined && pull.headLabel.toLowerCase() !== head.toLowerCase()) return false;
  return base === undefined || pull.baseRef === base;
}

function sorted(c: Ctx, found: Pull[]): Pull[] {
  const { sort = "created", direction } = c.req.query();
  const key = (pull: Pull) => (sort === "updated" ? pull.updatedAt : pull.createdAt);
  const order = (direction ?? (sort === "created" ? "desc" : "asc")) === "desc" ? -1 : 1;
  return found.sort((a, b) => order * (key(a) - key(b) || a.number - b.number));
}

async function open(c: Ctx): Promise<Response> {
  const { world } = c.env;
  const repository = repositoryIn(c, OPEN);
  const viewer = c.get("viewer");
  const body = await bodyOf(c);
  const head = headIn(c, world, repository, body);
  if (head.repository === repository && viewer.kind === "user") {
    demand(viewer, repository, { permission: "pull_requests", level: "write" });
  }
  const request = {
    title: required(body, "PullRequest", "title"),
    body: stringIn(body, "body"),
    draft: booleanIn(body, "draft") ?? false,
    head,
    base: required(body, "PullRequest", "base"),
    user: actorOf(viewer),
  };
  const pull = await exclusive(world, () => openPull(world, repository, request));
  return c.json(fullPullShape(world, repository, pull, NOT_YET), 201);
}

/** A new pull request has not been looked at yet. */
const NOT_YET = {
  mergeable: null,
  state: "unknown",
  mergeCommit: null,
  commits: 1,
  additions: 0,
  deletions: 0,
  changedFiles: 0,
} as const;

/** `branch`, or `owner:branch` for a fork. */
function headIn(c: Ctx, world: World, repository: Repository, body: Body) {
  const head = required(body, "PullRequest", "head");
  const [first = "", second] = head.split(":", 2);
  if (second === undefined) return { repository, branch: first };
  if (first.toLowerCase() === repository.owner.login.toLowerCase()) return { repository, branch: second };
  const wanted = stringIn(body, "head_repo");
  const fork = [...world.repositories.values()].find(
    (one) =>
      one.owner.login.toLowerCase() === first.toLowerCase() &&
      (one.parentId === repository.id || repository.parentId === one.id) &&
      (wanted === null || one.name === wanted),
  );
  if (fork === undefined || !canSee(c.get("viewer"), fork)) throw invalid("PullRequest", "head", "invalid");
  return { repository: fork, branch: second };
}

async function edit(c: Ctx): Promise<Response> {
  const { world } = c.env;
  const repository = repositoryIn(c, OPEN);
  const pull = pullIn(c, repository);
  const viewer = c.get("viewer");
  const actor = actorOf(viewer);
  if (actor !== pull.user) demand(viewer, repository, { permission: "pull_requests", level: "write" });
  const body = await bodyOf(c);
  await exclusive(world, async () => {
    await editWords(world, repository, pull, body, actor);
    const state = choiceIn(body, "state", ["open", "closed"]);
    if (state === "closed" && pull.state === "open") await closePull(world, repository, pull, actor);
    if (state === "open" && pull.state === "closed") await reopenPull(world, repository, pull, actor);
  });
  return c.json(await read(world, repository, pull));
}

async function editWords(
  world: World,
  repository: Repository,
  pull: Pull,
  body: Body,
  actor: User,
): Promise<void> {
  const changes: Json = {};
  const title = stringIn(body, "title");
  const text = stringIn(body, "body");
  const base = stringIn(body, "base");
  if (title !== null && title !== pull.title) changes.title = { from: pull.title };
  if (text !== null && text !== pull.body) changes.body = { from: pull.body };
  if (base !== null && base !== pull.baseRef) {
    changes.base = { ref: { from: pull.baseRef }, sha: { from: pull.baseSha } };
    await moveBase(repository, pull, base);
  }
  pull.title = title ?? pull.title;
  pull.body = text ?? pull.body;
  if (Object.keys(changes).length === 0) return;
  pull.updatedAt = world.now();
  await announcePull(world, repository, pull, "edited", actor, { changes });
}

async function moveBase(repository: Repository, pull: Pull, base: string): Promise<void> {
  const tip = await branchTip(repository.dir, base);
  if (tip === null) throw invalid("PullRequest", "base", "invalid");
  if (pull.state === "closed") throw unprocessable("Cannot change the base branch of a closed pull request.");
  pull.baseRef = base;
  pull.baseSha = tip;
  pull.mergeability = null;
}
