/** Who hears of an event, and in which words. */
import { createHmac, randomUUID } from "node:crypto";
import { deliver } from "./deliveries.ts";
import type { App, Delivery, Hook, Installation, Repository, User } from "./nouns.ts";
import { installationShape } from "./shapes/app.ts";
import { repositoryShape } from "./shapes/repository.ts";
import { type Json, nodeId, userShape } from "./shapes/user.ts";
import { installationsOn, nextDeliveryId, type World } from "./world.ts";

export type Happening = {
  event: string;
  actor: User;
  /** The event's own fields, `action` first. */
  payload: Json;
  repository?: Repository;
  /** Set for events that concern an installation as a whole. */
  installation?: Installation;
  /** Set for events that only one App may hear, such as a request to run its check again. */
  only?: App;
};

type Listener = { hook: Hook; installation: Installation | null };

/** Tells all hooks that listen. Returns at once; deliveries run in the background. */
export function emit(world: World, happening: Happening): void {
  for (const listener of listeners(world, happening)) {
    const delivery = compose(world, listener, happening);
    deliver(world, delivery);
  }
}

/** Tells one hook, whatever it listens to; used for pings and tests. */
export function emitTo(world: World, hook: Hook, happening: Happening): Delivery {
  const delivery = compose(world, { hook, installation: null }, happening);
  deliver(world, delivery);
  return delivery;
}

function listeners(world: World, { event, repository, installation, only }: Happening): Listener[] {
  if (installation !== undefined) return heard([{ hook: installation.app.hook, installation }]);
  if (repository === undefined) return [];
  const apps = installationsOn(world, repository)
    .filter((one) => one.suspendedAt === null && (only === undefined || one.app === only))
    .map((one) => ({ hook: one.app.hook, installation: one }));
  const hooks = only === undefined ? repository.hooks.map((hook) => ({ hook, installation: null })) : [];
  return heard([...apps, ...hooks]).filter(
    ({ hook }) => hook.events.includes("*") || hook.events.includes(event),
  );
}

function heard(candidates: Listener[]): Listener[] {
  return candidates.filter(({ hook }) => hook.active && hook.url !== "");
}

function compose(world: World, { hook, installation }: Listener, happening: Happening): Delivery {
  const { event, repository, payload, actor } = happening;
  const whole: Json = {
    ...payload,
    ...(repository && { repository: repositoryShape(world, repository) }),
    sender: userShape(world, actor),
    ...(installation && { installation: reference(world, installation, event) }),
  };
  const json = JSON.stringify(whole);
  const body = hook.contentType === "form" ? new URLSearchParams({ payload: json }).toString() : json;
  const guid = randomUUID();
  return {
    id: nextDeliveryId(world),
    guid,
    hook,
    event,
    action: typeof payload.action === "string" ? payload.action : null,
    installationId: installation?.id ?? null,
    repositoryId: repository?.id ?? null,
    redelivery: false,
    deliveredAt: world.now(),
    status: "pending",
    statusCode: 0,
    durationMs: 0,
    request: { headers: headersFor(hook, event, guid, body), body, payload: whole },
    response: null,
  };
}

/** Installation events carry the whole installation, all others only its id. */
function reference(world: World, installation: Installation, event: string): Json {
  if (event.startsWith("installation")) return installationShape(world, installation);
  return { id: installation.id, node_id: nodeId("MDI", installation.id) };
}

/** The headers GitHub sends; the signatures cover the raw body and nothing else. */
export function headersFor(hook: Hook, event: string, guid: string, body: string): Record<string, string> {
  const target = hook.type === "App" ? "integration" : "repository";
  const sign = (hash: string) => `${hash}=${createHmac(hash, hook.secret).update(body).digest("hex")}`;
  return {
    accept: "*/*",
    "content-type": hook.contentType === "form" ? "application/x-www-form-urlencoded" : "application/json",
    "user-agent": "GitHub-Hookshot/rehearsal",
    "x-github-delivery": guid,
    "x-github-event": event,
    "x-github-hook-id": String(hook.id),
    "x-github-hook-installation-target-id": String(hook.targetId),
    "x-github-hook-installation-target-type": target,
    ...(hook.secret !== "" && { "x-hub-signature": sign("sha1"), "x-hub-signature-256": sign("sha256") }),
  };
}

/** Sends a recorded delivery once more: same GUID, same body, new delivery id. */
export function redeliver(world: World, original: Delivery): Delivery {
  const { hook, event, guid, request } = original;
  const again: Delivery = {
    ...original,
    id: nextDeliveryId(world),
    redelivery: true,
    deliveredAt: world.now(),
    status: "pending",
    statusCode: 0,
    durationMs: 0,
    request: { ...request, headers: headersFor(hook, event, guid, request.body) },
    response: null,
  };
  deliver(world, again);
  return again;
}
