/** Webhooks: their settings, what they delivered, and delivering it again. */
import { pushPayload } from "../acts/push.ts";
import { actorOf, appCalling } from "../auth.ts";
import { branchTip } from "../git/refs.ts";
import type { Delivery, Hook, Repository } from "../nouns.ts";
import { invalid, notFound, unprocessable } from "../problems.ts";
import { configShape, deliveryShape, fullDeliveryShape, hookShape } from "../shapes/hook.ts";
import { emitTo, redeliver } from "../webhooks.ts";
import { nextId, type World } from "../world.ts";
import {
  type Api,
  type Body,
  bodyOf,
  booleanIn,
  type Ctx,
  numberIn,
  objectIn,
  repositoryIn,
  required,
  stringIn,
  stringsIn,
} from "./api.ts";

const READ = { permission: "repository_hooks" } as const;
const WRITE = { permission: "repository_hooks", level: "write" } as const;
const ONE = "/repos/:owner/:repo/hooks/:hook";

export function hooks(api: Api): void {
  deliveries(api, "/app/hook", (c) => appCalling(c.get("viewer")).hook);
  deliveries(api, ONE, (c) => hookIn(c, repositoryIn(c, READ)));
  appHook(api);
  api.get("/repos/:owner/:repo/hooks", (c) => {
    const repository = repositoryIn(c, READ);
    return c.json(repository.hooks.map((hook) => hookShape(c.env.world, repository, hook)));
  });
  api.post("/repos/:owner/:repo/hooks", create);
  api.get(ONE, (c) => {
    const repository = repositoryIn(c, READ);
    return c.json(hookShape(c.env.world, repository, hookIn(c, repository)));
  });
  api.patch(ONE, async (c) => {
    const repository = repositoryIn(c, WRITE);
    const hook = hookIn(c, repository);
    const body = await bodyOf(c);
    configure(hook, objectIn(body, "config") ?? {}, c.env.world);
    hook.active = booleanIn(body, "active") ?? hook.active;
    hook.events = stringsIn(body, "events") ?? hook.events;
    hook.events.push(...(stringsIn(body, "add_events") ?? []));
    const removed = stringsIn(body, "remove_events") ?? [];
    hook.events = hook.events.filter((event) => !removed.includes(event));
    return c.json(hookShape(c.env.world, repository, hook));
  });
  api.delete(ONE, (c) => {
    const repository = repositoryIn(c, WRITE);
    const hook = hookIn(c, repository);
    repository.hooks = repository.hooks.filter((other) => other !== hook);
    return c.body(null, 204);
  });
  api.post(`${ONE}/tests`, async (c) => {
    const repository = repositoryIn(c, READ);
    await testPush(c.env.world, repository, hookIn(c, repository));
    return c.body(null, 204);
  });
  api.post(`${ONE}/pings`, (c) => {
    const repository = repositoryIn(c, READ);
    ping(c, repository, hookIn(c, repository));
    return c.body(null, 204);
  });
}

function hookIn(c: Ctx, repository: Repository): Hook {
  const hook = repository.hooks.find((one) => one.id === numberIn(c, "hook"));
  if (hook === undefined) throw notFound();
  return hook;
}

/** GitHub pings a hook when it is made: the first thing a receiver ever hears. */
function ping(c: Ctx, repository: Repository, hook: Hook): void {
  const payload = {
    zen: "Approachable is better than simple.",
    hook_id: hook.id,
    hook: hookShape(c.env.world, repository, hook),
  };
  emitTo(c.env.world, hook, { event: "ping", actor: actorOf(c.get("viewer")), repository, payload });
}

/** The latest push once more, to this hook only. */
async function testPush(world: World, repository: Repository, hook: Hook): Promise<void> {
  const tip = await branchTip(repository.dir, repository.defaultBranch);
  if (tip === null) return;
  const ref = `refs/heads/${repository.defaultBranch}`;
  const payload = await pushPayload(world, repository, { ref, before: tip, after: tip }, repository.owner);
  emitTo(world, hook, { event: "push", actor: repository.owner, repository, payload });
}

async function create(c: Ctx): Promise<Response> {
  const { world } = c.env;
  const repository = repositoryIn(c, WRITE);
  const body = await bodyOf(c);
  const config = objectIn(body, "config");
  if (config === null) throw invalid("Hook", "config", "missing_field");
  const url = required(config, "Hook", "url");
  if (repository.hooks.some((hook) => hook.url === url)) {
    throw invalid("Hook", "url", "custom", "Hook already exists on this repository");
  }
  const hook: Hook = {
    id: nextId(world),
    type: "Repository",
    targetId: repository.id,
    url,
    secret: "",
    contentType: "form",
    events: stringsIn(body, "events") ?? ["push"],
    active: booleanIn(body, "active") ?? true,
    createdAt: world.now(),
    updatedAt: world.now(),
  };
  configure(hook, config, world);
  repository.hooks.push(hook);
  ping(c, repository, hook);
  return c.json(hookShape(world, repository, hook), 201);
}

function configure(hook: Hook, config: Body, world: World): void {
  const url = stringIn(config, "url") ?? hook.url;
  if (!URL.canParse(url)) throw unprocessable("url is missing a scheme");
  hook.url = url;
  hook.secret = stringIn(config, "secret") ?? hook.secret;
  const type = stringIn(config, "content_type");
  if (type !== null) hook.contentType = type === "json" ? "json" : "form";
  hook.updatedAt = world.now();
}

function appHook(api: Api): void {
  api.get("/app/hook/config", (c) => c.json(configShape(appCalling(c.get("viewer")).hook)));
  api.patch("/app/hook/config", async (c) => {
    const { hook } = appCalling(c.get("viewer"));
    configure(hook, await bodyOf(c), c.env.world);
    return c.json(configShape(hook));
  });
}

/** The delivery log of one hook: App hook and repository hooks have the same three routes. */
function deliveries(api: Api, base: string, hookOf: (c: Ctx) => Hook): void {
  const logOf = (c: Ctx) => {
    const hook = hookOf(c);
    return c.env.world.deliveries.filter((one) => one.hook === hook).reverse();
  };
  const deliveryIn = (c: Ctx): Delivery => {
    const delivery = logOf(c).find((one) => String(one.id) === c.req.param("delivery"));
    if (delivery === undefined) throw notFound();
    return delivery;
  };
  api.on("GET", `${base}/deliveries`, (c: Ctx) => c.json(afterCursor(c, logOf(c)).map(deliveryShape)));
  api.on("GET", `${base}/deliveries/:delivery`, (c: Ctx) => c.json(fullDeliveryShape(deliveryIn(c))));
  api.on("POST", `${base}/deliveries/:delivery/attempts`, (c: Ctx) => {
    redeliver(c.env.world, deliveryIn(c));
    return c.json({}, 202);
  });
}

const DEFAULT_SIZE = 30;

/** This list goes by cursor, not by page: new deliveries would shift pages under the reader. */
function afterCursor(c: Ctx, all: Delivery[]): Delivery[] {
  const size = Math.min(100, Number(c.req.query("per_page")) || DEFAULT_SIZE);
  const status = c.req.query("status");
  const cursor = /^\d+$/.exec(c.req.query("cursor") ?? "")?.[0];
  const older = all
    .filter((one) => cursor === undefined || one.id < BigInt(cursor))
    .filter((one) => status === undefined || (status === "success") === (one.status === "OK"));
  const page = older.slice(0, size);
  const last = page.at(-1);
  if (last !== undefined && older.length > size) {
    const url = new URL(c.req.url);
    url.searchParams.set("cursor", String(last.id));
    c.header("link", `<${c.env.world.apiUrl}${url.pathname}${url.search}>; rel="next"`);
  }
  return page;
}
