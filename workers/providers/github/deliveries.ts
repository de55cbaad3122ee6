/** GitHub's own log of what it delivered to us. It keeps three days, and sends nothing a second time by itself. */
import { z } from "zod";
import type { Vars } from "../../vars.ts";
import { octokitOf, orNull } from "./client.ts";

const Logged = z.object({
  /** As text: it is larger than a number holds exactly, and a rounded one names another delivery, or none. */
  id: z.union([z.number(), z.bigint()]).transform(String),
  /** Of the event: every attempt at it has the same. */
  guid: z.string(),
  delivered_at: z.string().transform((text) => Date.parse(text)),
  status_code: z.number(),
  event: z.string(),
  repository_id: z.number().int().nullish(),
});

/** One attempt at a delivery. */
export type LoggedDelivery = z.infer<typeof Logged>;

/** A page of the log, the newest first; `next` is where the older ones begin, null at the end. */
export async function loggedDeliveries(
  vars: Vars,
  cursor: string | null,
): Promise<{ deliveries: LoggedDelivery[]; next: string | null }> {
  const { data, headers } = await octokitOf(vars, null).request("GET /app/hook/deliveries", {
    per_page: 100,
    ...(cursor !== null && { cursor }),
  });
  const link = /<([^>]+)>;\s*rel="next"/.exec(headers.link ?? "")?.[1];
  const next = link === undefined ? null : new URL(link).searchParams.get("cursor");
  return { deliveries: z.array(Logged).parse(data), next };
}

/** Asks for a delivery to be sent once more: with the same GUID, the same body, and today's signature. */
export async function askAgain(vars: Vars, deliveryId: string): Promise<void> {
  // It may have left the log meanwhile.
  const path = `POST /app/hook/deliveries/${encodeURIComponent(deliveryId)}/attempts`;
  await orNull(octokitOf(vars, null).request(path));
}
