/** Hooks and deliveries in GitHub's shape. */
import type { Delivery, Hook, Repository } from "../nouns.ts";
import type { World } from "../world.ts";
import { repositoryUrl } from "./repository.ts";
import { iso, type Json } from "./user.ts";

/** A hook's settings; the secret is never read back. */
export function configShape(hook: Hook): Json {
  return {
    content_type: hook.contentType,
    insecure_ssl: "0",
    url: hook.url,
    ...(hook.secret !== "" && { secret: "********" }),
  };
}

export function hookShape(world: World, repository: Repository, hook: Hook): Json {
  const url = `${repositoryUrl(world, repository)}/hooks/${hook.id}`;
  return {
    type: "Repository",
    id: hook.id,
    name: "web",
    active: hook.active,
    events: hook.events,
    config: configShape(hook),
    updated_at: iso(hook.updatedAt),
    created_at: iso(hook.createdAt),
    url,
    test_url: `${url}/test`,
    ping_url: `${url}/pings`,
    deliveries_url: `${url}/deliveries`,
    last_response: { code: null, status: "unused", message: null },
  };
}

/** JSON has numbers of any length; only those who read them with less care round them. */
function exactly(id: bigint): unknown {
  // TypeScript's library does not know it yet.
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(String(id));
}

export function deliveryShape(delivery: Delivery): Json {
  return {
    id: exactly(delivery.id),
    guid: delivery.guid,
    delivered_at: new Date(delivery.deliveredAt).toISOString(),
    redelivery: delivery.redelivery,
    duration: delivery.durationMs / 1000,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}

export function fullDeliveryShape(delivery: Delivery): Json {
  const { request, response } = delivery;
  return {
    ...deliveryShape(delivery),
    url: delivery.hook.url,
    request: { headers: request.headers, payload: request.payload },
    response: { headers: response?.headers ?? {}, payload: response?.payload ?? "" },
  };
}
