/** Git refs: the sharp tool, with GitHub's rules on force. */
import { observed } from "../acts/push.ts";
import { requirementsFor } from "../acts/requirements.ts";
import { actorOf } from "../auth.ts";
import { isAncestor, isRefName, moveRef, readRef, readRefs, ZERO } from "../git/refs.ts";
import { attempt, git } from "../git/run.ts";
import type { Repository } from "../nouns.ts";
import { notFound, unprocessable } from "../problems.ts";
import { repositoryUrl } from "../shapes/repository.ts";
import { type Json, nodeId } from "../shapes/user.ts";
import { exclusive, type World } from "../world.ts";
import { type Api, bodyOf, booleanIn, type Ctx, repositoryIn, required } from "./api.ts";
import { paged } from "./pages.ts";

const WRITE = { permission: "contents", level: "write" } as const;

export function refs(api: Api): void {
  api.get("/repos/:owner/:repo/git/ref/:ref{.+}", async (c) => {
    const repository = repositoryIn(c, { permission: "contents" });
    const ref = `refs/${c.req.param("ref")}`;
    const sha = await readRef(repository.dir, ref);
    if (sha === null) throw notFound();
    return c.json(await refShape(c.env.world, repository, ref, sha));
  });
  api.on(
    "GET",
    ["/repos/:owner/:repo/git/matching-refs/:ref{.+}", "/repos/:owner/:repo/git/refs"],
    async (c: Ctx) => {
      const repository = repositoryIn(c, { permission: "contents" });
      const prefix = `refs/${c.req.param("ref") ?? ""}`;
      const found = [...(await readRefs(repository.dir))].filter(([ref]) => ref.startsWith(prefix));
      const shapes = paged(c, found).map(([ref, sha]) => refShape(c.env.world, repository, ref, sha));
      return c.json(await Promise.all(shapes));
    },
  );
  create(api);
  update(api);
  api.delete("/repos/:owner/:repo/git/refs/:ref{.+}", async (c) => {
    const repository = repositoryIn(c, WRITE);
    const ref = `refs/${c.req.param("ref")}`;
    const sha = await readRef(repository.dir, ref);
    if (sha === null) throw unprocessable("Reference does not exist");
    if (requirements(repository, ref)?.allowDeletions === false)
      throw unprocessable("Cannot delete this protected branch");
    await change(c, repository, ref, sha, ZERO);
    return c.body(null, 204);
  });
}

function requirements(repository: Repository, ref: string) {
  return requirementsFor(repository, ref.replace(/^refs\/heads\//, ""));
}

async function change(
  c: Ctx,
  repository: Repository,
  ref: string,
  before: string,
  after: string,
): Promise<void> {
  const { world } = c.env;
  const actor = actorOf(c.get("viewer"));
  const move = () => moveRef(repository.dir, { ref, before, after });
  const moved = await exclusive(world, () => observed(world, repository, actor, move));
  if (!moved) throw unprocessable("Reference cannot be updated");
}

function create(api: Api): void {
  api.post("/repos/:owner/:repo/git/refs", async (c) => {
    const repository = repositoryIn(c, WRITE);
    const body = await bodyOf(c);
    const ref = required(body, "Reference", "ref");
    const sha = required(body, "Reference", "sha");
    if (!/^refs\/(heads|tags)\/./.test(ref) || !isRefName(ref)) {
      throw unprocessable(`${ref} is not a valid ref name.`);
    }
    if ((await readRef(repository.dir, ref)) !== null) throw unprocessable("Reference already exists");
    await demandObject(repository, sha);
    await change(c, repository, ref, ZERO, sha);
    return c.json(await refShape(c.env.world, repository, ref, sha), 201);
  });
}

function update(api: Api): void {
  api.patch("/repos/:owner/:repo/git/refs/:ref{.+}", async (c) => {
    const repository = repositoryIn(c, WRITE);
    const body = await bodyOf(c);
    const ref = `refs/${c.req.param("ref")}`;
    const sha = required(body, "Reference", "sha");
    const force = booleanIn(body, "force") ?? false;
    const before = await readRef(repository.dir, ref);
    if (before === null) throw unprocessable("Reference does not exist");
    await demandObject(repository, sha);
    const rules = requirements(repository, ref);
    if (rules !== null && (rules.throughPull || rules.checks.length > 0)) {
      throw unprocessable("Changes must be made through a pull request.");
    }
    const forward = await isAncestor(repository.dir, before, sha);
    if (!forward && !force) throw unprocessable("Update is not a fast forward");
    if (!forward && rules?.allowForcePushes === false)
      throw unprocessable("Cannot force-push to this branch");
    await change(c, repository, ref, before, sha);
    return c.json(await refShape(c.env.world, repository, ref, sha));
  });
}

async function demandObject(repository: Repository, sha: string): Promise<void> {
  const isHash = /^[0-9a-f]{40}$/.test(sha);
  if (!isHash || (await attempt(repository.dir, ["cat-file", "-e", sha])).code !== 0) {
    throw unprocessable("Object does not exist");
  }
}

async function refShape(world: World, repository: Repository, ref: string, sha: string): Promise<Json> {
  const url = `${repositoryUrl(world, repository)}/git`;
  const type = await git(repository.dir, ["cat-file", "-t", sha]);
  return {
    ref,
    node_id: nodeId("REF", repository.id),
    url: `${url}/${ref}`,
    object: { sha, type, url: `${url}/${type}s/${sha}` },
  };
}
