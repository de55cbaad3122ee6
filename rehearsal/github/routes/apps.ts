/** The App itself and its installations; called with the App's JWT. */
import { installationEvent, uninstall } from "../acts/installations.ts";
import { appCalling } from "../auth.ts";
import type { Installation } from "../nouns.ts";
import { notFound } from "../problems.ts";
import { appShape, installationShape } from "../shapes/app.ts";
import { findRepository, findUser, installationOf } from "../world.ts";
import { type Api, type Ctx, numberIn } from "./api.ts";
import { paged } from "./pages.ts";

export function apps(api: Api): void {
  api.get("/app", (c) => {
    const { world } = c.env;
    const app = appCalling(c.get("viewer"));
    const count = [...world.installations.values()].filter((one) => one.app === app).length;
    return c.json({ ...appShape(world, app), installations_count: count });
  });
  api.get("/apps/:slug", (c) => {
    const app = c.env.world.apps.find((one) => one.slug === c.req.param("slug"));
    if (app === undefined) throw notFound();
    return c.json(appShape(c.env.world, app));
  });
  api.get("/app/installations", (c) => {
    const { world } = c.env;
    const app = appCalling(c.get("viewer"));
    const all = [...world.installations.values()].filter((one) => one.app === app);
    return c.json(paged(c, all).map((one) => installationShape(world, one)));
  });
  api.get("/app/installations/:id", (c) => c.json(installationShape(c.env.world, installationIn(c))));
  api.delete("/app/installations/:id", (c) => {
    uninstall(c.env.world, installationIn(c));
    return c.body(null, 204);
  });
  api.put("/app/installations/:id/suspended", (c) => suspend(c, c.env.world.now()));
  api.delete("/app/installations/:id/suspended", (c) => suspend(c, null));
  installationsByPlace(api);
}

function suspend(c: Ctx, at: number | null): Response {
  const installation = installationIn(c);
  installation.suspendedAt = at;
  installationEvent(c.env.world, installation, at === null ? "unsuspend" : "suspend", installation.account);
  return c.body(null, 204);
}

/** The installation a path names, if it belongs to the calling App. */
export function installationIn(c: Ctx): Installation {
  const app = appCalling(c.get("viewer"));
  const installation = c.env.world.installations.get(numberIn(c, "id"));
  if (installation === undefined || installation.app !== app) throw notFound();
  return installation;
}

function installationsByPlace(api: Api): void {
  api.get("/repos/:owner/:repo/installation", (c) => {
    const { world } = c.env;
    const app = appCalling(c.get("viewer"));
    const repository = findRepository(world, c.req.param("owner"), c.req.param("repo"));
    const found = repository && installationOf(world, app, repository);
    if (found === undefined) throw notFound();
    return c.json(installationShape(world, found));
  });
  api.on("GET", ["/users/:login/installation", "/orgs/:login/installation"], (c) => {
    const { world } = c.env;
    const app = appCalling(c.get("viewer"));
    const account = findUser(world, c.req.param("login"));
    const found = [...world.installations.values()].find((one) => one.app === app && one.account === account);
    if (found === undefined) throw notFound();
    return c.json(installationShape(world, found));
  });
}
