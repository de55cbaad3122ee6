/** Branches and tags by name. */

import { renameBranch } from "../acts/branches.ts";
import { requirementsFor } from "../acts/requirements.ts";
import { actorOf } from "../auth.ts";
import { readCommit } from "../git/commits.ts";
import { branchTip, isRefName, readRefs } from "../git/refs.ts";
import type { Repository } from "../nouns.ts";
import { notFound, unprocessable } from "../problems.ts";
import { commitShape } from "../shapes/commit.ts";
import { repositoryUrl } from "../shapes/repository.ts";
import type { Json } from "../shapes/user.ts";
import { exclusive, type World } from "../world.ts";
import { type Api, bodyOf, repositoryIn, required } from "./api.ts";
import { paged } from "./pages.ts";

const READ = { permission: "contents" } as const;

export function branches(api: Api): void {
  api.get("/repos/:owner/:repo/branches", async (c) => {
    const repository = repositoryIn(c, READ);
    const onlyProtected = c.req.query("protected");
    const all = [...(await readRefs(repository.dir, "refs/heads/"))]
      .map(([ref, sha]) => ({ name: ref.slice("refs/heads/".length), sha }))
      .filter(
        ({ name }) => onlyProtected === undefined || String(isProtected(repository, name)) === onlyProtected,
      );
    return c.json(paged(c, all).map(({ name, sha }) => shortShape(c.env.world, repository, name, sha)));
  });
  api.get("/repos/:owner/:repo/tags", async (c) => {
    const repository = repositoryIn(c, READ);
    const url = repositoryUrl(c.env.world, repository);
    const tags = [...(await readRefs(repository.dir, "refs/tags/"))].reverse();
    return c.json(
      paged(c, tags).map(([ref, sha]) => ({
        name: ref.slice("refs/tags/".length),
        commit: { sha, url: `${url}/commits/${sha}` },
        zipball_url: `${url}/zipball/${ref}`,
        tarball_url: `${url}/tarball/${ref}`,
      })),
    );
  });
  rename(api);
  api.get("/repos/:owner/:repo/branches/:branch{.+}", async (c) => {
    const { world } = c.env;
    const repository = repositoryIn(c, READ);
    const name = c.req.param("branch");
    const sha = await branchTip(repository.dir, name);
    if (sha === null) throw notFound();
    const url = `${repositoryUrl(world, repository)}/branches/${name}`;
    return c.json({
      ...shortShape(world, repository, name, sha),
      commit: commitShape(world, repository, await readCommit(repository.dir, sha)),
      _links: { self: url, html: url },
      protection_url: `${url}/protection`,
    });
  });
}

function isProtected(repository: Repository, branch: string): boolean {
  return requirementsFor(repository, branch) !== null;
}

function shortShape(world: World, repository: Repository, name: string, sha: string): Json {
  const requirements = requirementsFor(repository, name);
  const checks = requirements?.checks ?? [];
  return {
    name,
    commit: { sha, url: `${repositoryUrl(world, repository)}/commits/${sha}` },
    protected: requirements !== null,
    protection: {
      enabled: requirements !== null,
      required_status_checks: {
        enforcement_level: checks.length === 0 ? "off" : requirements?.adminsPass ? "non_admins" : "everyone",
        contexts: checks.map((check) => check.context),
        checks: checks.map((check) => ({ context: check.context, app_id: check.appId })),
      },
    },
  };
}

function rename(api: Api): void {
  api.post("/repos/:owner/:repo/branches/:branch/rename", async (c) => {
    const { world } = c.env;
    const repository = repositoryIn(c, { permission: "contents", level: "write" });
    const from = c.req.param("branch");
    const to = required(await bodyOf(c), "Branch", "new_name");
    const sha = await branchTip(repository.dir, from);
    if (sha === null) throw notFound();
    if (!isRefName(to) || (await branchTip(repository.dir, to)) !== null)
      throw unprocessable("Branch name is invalid");
    await exclusive(world, () => renameBranch(world, repository, from, to, actorOf(c.get("viewer"))));
    return c.json({ ...shortShape(world, repository, to, sha) }, 201);
  });
}
