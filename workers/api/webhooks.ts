/**
 * GitHub's webhooks: verified over their raw bytes, written down, queued, answered. What is in them is only a
 * hint where to look; what happens next depends on a live read.
 */

import { z } from "@hono/zod-openapi";
import { verify } from "@octokit/webhooks-methods";
import { bodyLimit } from "hono/body-limit";
import { Problem } from "../../models/api.ts";
import { sha256 } from "../digest.ts";
import { AppError, type ErrorCode } from "../errors.ts";
import { log } from "../log.ts";
import { noteTo } from "../project/index.ts";
import { count } from "../store/counters.ts";
import { type DeliveryRow, findDelivery, insertDelivery, LEASE_MS } from "../store/deliveries.ts";
import { type Vars, varsOf } from "../vars.ts";
import { part } from "./app.ts";
import { type Hint, hintOf } from "./hint.ts";

/** GitHub sends 25 MB at most. */
const MOST_BYTES = 25 * 1024 * 1024;
const GUID = z.string().regex(/^[\w-]{8,100}$/);

export const webhooks = part();

webhooks.openAPIRegistry.registerPath({
  method: "post",
  path: "/api/v1/webhooks/github",
  summary: "Where GitHub delivers its webhooks, signed; no session",
  responses: {
    200: { description: "This delivery came before" },
    202: { description: "Written down, and worked on or ignored for the reason given" },
    default: { description: "Refused", content: { "application/problem+json": { schema: Problem } } },
  },
});

webhooks.use("/api/v1/webhooks/github", async (c, next) => {
  await next();
  if (c.error instanceof AppError) {
    const { code } = c.error;
    log("webhook.rejected", { request_id: c.var.request_id, reason: code });
    c.executionCtx.waitUntil(count(c.env.DB, "webhook_rejected_total", code));
  }
});

webhooks.post(
  "/api/v1/webhooks/github",
  async (c, next) => {
    // Configured wrongly is said first and never looks like success.
    if (varsOf(c.env).GITHUB_WEBHOOK_SECRET === null) {
      throw new AppError(
        "webhook_secret_not_configured",
        "Cannot take webhooks: GITHUB_WEBHOOK_SECRET is not set",
      );
    }
    const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
    if (type !== "application/json") {
      throw new AppError(
        "unsupported_media_type",
        `Cannot read "${type ?? ""}": set the webhook's content type to application/json`,
      );
    }
    return next();
  },
  bodyLimit({
    maxSize: MOST_BYTES,
    onError: () => {
      throw new AppError("too_large", `Cannot take the delivery: the limit is ${MOST_BYTES} bytes`);
    },
  }),
  async (c) => {
    const body = await c.req.arrayBuffer();
    await assertSigned(varsOf(c.env), body, c.req.header("x-hub-signature-256"));
    const id = GUID.safeParse(c.req.header("x-github-delivery"));
    if (!id.success)
      throw new AppError(
        "missing_delivery_id",
        "Cannot take the delivery: X-GitHub-Delivery is missing or malformed",
      );
    const event = c.req.header("x-github-event") ?? "";
    const { told_at, ...hint } = hintOf(event, decode(body) ?? "", varsOf(c.env).GITHUB_APP_ID);
    const row = await rowOf(id.data, event, body, hint);
    if (!(await insertDelivery(c.env.DB, row))) return repeated(c.env, row, c.var.request_id);
    // It is written down: a figure that cannot be must not make it look refused.
    c.executionCtx.waitUntil(count(c.env.DB, "webhook_received_total", row.event).catch(() => undefined));
    if (row.state === "ignored")
      return Response.json({ accepted: true, delivery_id: row.id, ignored: row.reason }, { status: 202 });
    await queue(c.env, row.id, told_at);
    return Response.json({ accepted: true, delivery_id: row.id }, { status: 202 });
  },
);

/** Throws unless GitHub signed exactly these bytes with the secret, or with the one before it in its last days. */
async function assertSigned(vars: Vars, body: ArrayBuffer, signature: string | undefined): Promise<void> {
  const refuse = (why: string): AppError =>
    new AppError("invalid_signature" satisfies ErrorCode, `Cannot trust the delivery: ${why}`);
  if (signature === undefined) throw refuse("X-Hub-Signature-256 is missing");
  if (!/^sha256=[0-9a-f]{64}$/i.test(signature)) throw refuse("X-Hub-Signature-256 is malformed");
  if (body.byteLength === 0) throw refuse("the body is empty");
  const text = decode(body);
  for (const secret of secretsOf(vars)) {
    if (text !== null && (await verify(secret, text, signature))) return;
  }
  throw refuse("the signature does not match");
}

/** The very text whose bytes were signed; null when they are no UTF-8. A byte order mark is part of it. */
function decode(body: ArrayBuffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return null;
  }
}

function secretsOf(vars: Vars): string[] {
  const {
    GITHUB_WEBHOOK_SECRET: now,
    GITHUB_WEBHOOK_SECRET_PREVIOUS: before,
    GITHUB_WEBHOOK_SECRET_PREVIOUS_UNTIL: until,
  } = vars;
  const inWindow = before !== null && until != null && Date.now() < Date.parse(until);
  return [...(now === null ? [] : [now]), ...(inWindow ? [before] : [])];
}

async function rowOf(
  id: string,
  event: string,
  body: ArrayBuffer,
  hint: Omit<Hint, "told_at">,
): Promise<DeliveryRow> {
  const now = Date.now();
  return {
    id,
    event,
    body_sha256: await sha256(body),
    validation_id: null,
    received_at: now,
    lease_until: now + LEASE_MS,
    ended_at: hint.reason === null ? null : now,
    ...hint,
    state: hint.reason === null ? "received" : "ignored",
  };
}

/** The same delivery again: said so, unless its body differs, which only a forger's would. */
async function repeated(env: Env, row: DeliveryRow, request_id: string): Promise<Response> {
  const known = await findDelivery(env.DB, row.id);
  if (known !== null && known.body_sha256 !== row.body_sha256) {
    const entry = {
      actor: "webhook",
      action: "delivery.conflict",
      target: row.id,
      detail: "same delivery id, other body",
    };
    await noteTo(env, null, { fact: `conflict.${request_id}`, ...entry, request_id, delivery_id: row.id });
    throw new AppError(
      "delivery_id_conflict",
      `Cannot take delivery "${row.id}": it came before with another body`,
    );
  }
  // Its first receiver may have died before it was queued; a lease that ran out says so.
  const stranded =
    known !== null &&
    (known.state === "received" || known.state === "processing") &&
    known.lease_until < Date.now();
  if (stranded) await queue(env, row.id);
  return Response.json({ duplicate: true, delivery_id: row.id, validation_id: known?.validation_id ?? null });
}

/** Hands a delivery to the queue. When that fails its lease runs out and the cron hands it over. */
export async function queue(env: Env, deliveryId: string, told_at: number | null = null): Promise<void> {
  const order = {
    kind: "observe",
    id: `delivery.${deliveryId}`,
    delivery_id: deliveryId,
    project_id: null,
    pr_number: null,
    ...(told_at !== null && { told_at }),
  };
  try {
    await env.HINTS.send(order);
  } catch (error) {
    log("webhook.not_queued", { delivery_id: deliveryId, error: String(error) });
  }
}
