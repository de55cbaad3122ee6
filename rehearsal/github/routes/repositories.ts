/** Repositories: read, make, change, move, remove, fork. */
import {
  createRepository,
  deleteRepository,
  forkRepository,
  renameRepository,
  repositoryEvent,
  setDefaultBranch,
  transferRepository,
} from "../acts/repositories.ts";
import { actorOf, type Viewer } from "../auth.ts";
import type { Repository, User } from "../nouns.ts";
import { forbidden, invalid, notFound } from "../problems.ts";
import { fullRepositoryShape, repositoryShape } from "../shapes/repository.ts";
import { exclusive, findRepository, findUser, type World } from "../world.ts";
import { type Api, type Body, bodyOf, booleanIn, type Ctx, repositoryIn, required, stringIn } from "./api.ts";
import { paged } from "./pages.ts";
import { personIn } from "./users.ts";

const ADMIN = { permission: "administration", level: "write" } as const;

export function repositories(api: Api): void {
  api.get("/repos/:owner/:repo", (c) => {
    const repository = repositoryIn(c, { permission: "metadata" });
    return c.json(fullRepositoryShape(c.env.world, repository, c.get("viewer")));
  });
  api.patch("/repos/:owner/:repo", async (c) => {
    const repository = repositoryIn(c, ADMIN);
    await change(c.env.world, repository, await bodyOf(c), actorOf(c.get("viewer")));
    return c.json(fullRepositoryShape(c.env.world, repository, c.get("viewer")));
  });
  api.delete("/repos/:owner/:repo", async (c) => {
    const repository = repositoryIn(c, ADMIN);
    await exclusive(c.env.world, () => deleteRepository(c.env.world, repository, actorOf(c.get("viewer"))));
    return c.body(null, 204);
  });
  api.post("/repos/:owner/:repo/transfer", async (c) => {
    const repository = repositoryIn(c, ADMIN);
    const to = findUser(c.env.world, required(await bodyOf(c), "Repository", "new_owner"));
    if (to === undefined) throw invalid("Repository", "new_owner", "invalid");
    transferRepository(c.env.world, repository, to, actorOf(c.get("viewer")));
    return c.json(repositoryShape(c.env.world, repository), 202);
  });
  api.post("/user/repos", async (c) => c.json(await create(c, personIn(c), await bodyOf(c)), 201));
  api.post("/orgs/:org/repos", async (c) => {
    personIn(c);
    const owner = findUser(c.env.world, c.req.param("org"));
    if (owner?.type !== "Organization") throw notFound();
    return c.json(await create(c, owner, await bodyOf(c)), 201);
  });
  forks(api);
}

async function create(c: Ctx, owner: User, body: Body) {
  const { world } = c.env;
  const repository = await createRepository(world, owner, required(body, "Repository", "name"), {
    private: booleanIn(body, "private") ?? false,
    description: stringIn(body, "description"),
  });
  const viewer: Viewer = c.get("viewer");
  if (viewer.kind === "user" && viewer.user !== owner) {
    repository.collaborators.set(viewer.user.login.toLowerCase(), "admin");
  }
  repositoryEvent(world, repository, "created", actorOf(viewer));
  return fullRepositoryShape(world, repository, viewer);
}

async function change(world: World, repository: Repository, body: Body, actor: User): Promise<void> {
  const name = stringIn(body, "name");
  const branch = stringIn(body, "default_branch");
  if (branch !== null) await setDefaultBranch(world, repository, branch, actor);
  repository.description = stringIn(body, "description") ?? repository.description;
  repository.private = booleanIn(body, "private") ?? repository.private;
  repository.archived = booleanIn(body, "archived") ?? repository.archived;
  const { merge } = repository;
  merge.merge = booleanIn(body, "allow_merge_commit") ?? merge.merge;
  merge.squash = booleanIn(body, "allow_squash_merge") ?? merge.squash;
  merge.rebase = booleanIn(body, "allow_rebase_merge") ?? merge.rebase;
  merge.deleteBranch = booleanIn(body, "delete_branch_on_merge") ?? merge.deleteBranch;
  repository.updatedAt = world.now();
  if (name !== null && name !== repository.name) renameRepository(world, repository, name, actor);
}

function forks(api: Api): void {
  api.get("/repos/:owner/:repo/forks", (c) => {
    const { world } = c.env;
    const repository = repositoryIn(c, { permission: "metadata" });
    const all = [...world.repositories.values()].filter((one) => one.parentId === repository.id);
    return c.json(paged(c, all).map((one) => repositoryShape(world, one)));
  });
  api.post("/repos/:owner/:repo/forks", async (c) => {
    const { world } = c.env;
    const source = repositoryIn(c, { permission: "contents" });
    const owner = personIn(c);
    if (owner === source.owner) throw forbidden("Cannot fork a repository into its own account");
    const body = await bodyOf(c);
    const name = stringIn(body, "name") ?? source.name;
    const existing = findRepository(world, owner.login, name);
    const fork = existing ?? (await forkRepository(world, source, owner, name));
    return c.json(fullRepositoryShape(world, fork, c.get("viewer")), 202);
  });
}
