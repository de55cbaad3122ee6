/** Rulesets: read here; set by their owner through the door's `addRuleset`. */
import { rulesetsFor } from "../acts/requirements.ts";
import type { Repository, Ruleset } from "../nouns.ts";
import { notFound } from "../problems.ts";
import { repositoryUrl } from "../shapes/repository.ts";
import { iso, type Json, nodeId } from "../shapes/user.ts";
import { fullName, type World } from "../world.ts";
import { type Api, numberIn, repositoryIn } from "./api.ts";
import { paged } from "./pages.ts";

const READ = { permission: "metadata" } as const;

export function rules(api: Api): void {
  api.get("/repos/:owner/:repo/rules/branches/:branch{.+}", (c) => {
    const repository = repositoryIn(c, READ);
    const found = rulesetsFor(repository, c.req.param("branch")).flatMap((ruleset) =>
      ruleset.rules.map((rule) => ({
        ...rule,
        ruleset_source_type: "Repository",
        ruleset_source: fullName(repository),
        ruleset_id: ruleset.id,
      })),
    );
    return c.json(paged(c, found));
  });
  api.get("/repos/:owner/:repo/rulesets", (c) => {
    const repository = repositoryIn(c, READ);
    return c.json(paged(c, repository.rulesets).map((one) => rulesetShape(c.env.world, repository, one)));
  });
  api.get("/repos/:owner/:repo/rulesets/:id", (c) => {
    const repository = repositoryIn(c, READ);
    const ruleset = repository.rulesets.find((one) => one.id === numberIn(c, "id"));
    if (ruleset === undefined) throw notFound();
    const conditions = { ref_name: { include: ruleset.include, exclude: [] } };
    return c.json({ ...rulesetShape(c.env.world, repository, ruleset), conditions, rules: ruleset.rules });
  });
}

function rulesetShape(world: World, repository: Repository, ruleset: Ruleset): Json {
  const at = iso(ruleset.createdAt);
  return {
    id: ruleset.id,
    node_id: nodeId("RRS", ruleset.id),
    name: ruleset.name,
    target: "branch",
    source_type: "Repository",
    source: fullName(repository),
    enforcement: ruleset.enforcement,
    _links: { self: { href: `${repositoryUrl(world, repository)}/rulesets/${ruleset.id}` } },
    created_at: at,
    updated_at: at,
  };
}
