/** Commit statuses: the older kind of check, which everybody with write access may set. */
import { actorOf } from "../auth.ts";
import { readCommit } from "../git/commits.ts";
import { resolveCommit } from "../git/refs.ts";
import { type CommitStatus, type Repository, STATUS_STATES } from "../nouns.ts";
import { invalid, unprocessable } from "../problems.ts";
import { statusShape } from "../shapes/check.ts";
import { commitShape } from "../shapes/commit.ts";
import { repositoryShape, repositoryUrl } from "../shapes/repository.ts";
import { iso } from "../shapes/user.ts";
import { emit } from "../webhooks.ts";
import { fullName, nextId, type World } from "../world.ts";
import { type Api, bodyOf, type Ctx, repositoryIn, stringIn } from "./api.ts";
import { paged } from "./pages.ts";

const READ = { permission: "statuses" } as const;

export function statuses(api: Api): void {
  api.post("/repos/:owner/:repo/statuses/:sha", create);
  api.on(
    "GET",
    ["/repos/:owner/:repo/commits/:ref/statuses", "/repos/:owner/:repo/statuses/:ref"],
    async (c: Ctx) => {
      const repository = repositoryIn(c, READ);
      const sha = await shaIn(c, repository);
      const found = repository.statuses.filter((status) => status.sha === sha).reverse();
      return c.json(paged(c, found).map((status) => statusShape(c.env.world, repository, status)));
    },
  );
  api.get("/repos/:owner/:repo/commits/:ref/status", async (c) => {
    const { world } = c.env;
    const repository = repositoryIn(c, READ);
    const sha = await shaIn(c, repository);
    const latest = latestOf(repository, sha);
    const url = repositoryUrl(world, repository);
    return c.json({
      state: combined(latest),
      statuses: paged(c, latest).map((status) => statusShape(world, repository, status)),
      sha,
      total_count: latest.length,
      repository: repositoryShape(world, repository),
      commit_url: `${url}/commits/${sha}`,
      url: `${url}/commits/${sha}/status`,
    });
  });
}

async function shaIn(c: Ctx, repository: Repository): Promise<string> {
  const ref = c.req.param("ref") ?? "";
  const sha = await resolveCommit(repository.dir, ref);
  if (sha === null) throw unprocessable(`No commit found for SHA: ${ref}`);
  return sha;
}

function latestOf(repository: Repository, sha: string): CommitStatus[] {
  const latest = new Map<string, CommitStatus>();
  for (const status of repository.statuses) if (status.sha === sha) latest.set(status.context, status);
  return [...latest.values()];
}

/** No statuses at all count as pending: a gate must not read that as good or bad. */
function combined(latest: readonly CommitStatus[]): string {
  if (latest.some(({ state }) => state === "error" || state === "failure")) return "failure";
  return latest.length === 0 || latest.some(({ state }) => state === "pending") ? "pending" : "success";
}

async function create(c: Ctx): Promise<Response> {
  const { world } = c.env;
  const repository = repositoryIn(c, { permission: "statuses", level: "write" });
  const sha = c.req.param("sha") ?? "";
  const known = /^[0-9a-f]{40}$/.test(sha) && (await resolveCommit(repository.dir, sha)) === sha;
  if (!known) throw unprocessable(`No commit found for SHA: ${sha}`);
  const viewer = c.get("viewer");
  const body = await bodyOf(c);
  const state = STATUS_STATES.find((one) => one === body.state);
  if (state === undefined) throw invalid("Status", "state", "custom", "state is not included in the list");
  const status: CommitStatus = {
    id: nextId(world),
    sha,
    context: stringIn(body, "context") ?? "default",
    state,
    description: stringIn(body, "description"),
    targetUrl: stringIn(body, "target_url"),
    creator: actorOf(viewer),
    appId: viewer.kind === "installation" ? viewer.app.id : null,
    createdAt: world.now(),
  };
  repository.statuses.push(status);
  await announce(world, repository, status);
  return c.json(statusShape(world, repository, status), 201);
}

async function announce(world: World, repository: Repository, status: CommitStatus): Promise<void> {
  const payload = {
    id: status.id,
    sha: status.sha,
    name: fullName(repository),
    target_url: status.targetUrl,
    context: status.context,
    description: status.description,
    state: status.state,
    commit: commitShape(world, repository, await readCommit(repository.dir, status.sha)),
    branches: [],
    created_at: iso(status.createdAt),
    updated_at: iso(status.createdAt),
  };
  emit(world, { event: "status", actor: status.creator, repository, payload });
}
