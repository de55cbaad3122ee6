/**
 * Webhook deliveries. The intake writes a row before it answers; the observe step finishes it. A row carries
 * its state and a lease, never a bare "seen": a Worker that died in between loses nothing.
 */
import { and, desc, eq, inArray, lt, ne } from "drizzle-orm";
import type { Delivery } from "../../models/api.ts";
import { db } from "./db.ts";
import { deliveries } from "./schema.ts";

export type DeliveryRow = typeof deliveries.$inferSelect;

/** The label by which people start a run, and the action under which a delivery that says so is kept. */
export const RUN_LABEL = "tidegate";
export const LABELED = `labeled ${RUN_LABEL}`;

/** How long a delivery may be worked on before somebody else takes it up, in ms. */
export const LEASE_MS = 60_000;

/** @returns true for exactly one caller, however many write the same id at once */
export async function insertDelivery(d1: D1Database, row: DeliveryRow): Promise<boolean> {
  const { meta } = await db(d1).insert(deliveries).values(row).onConflictDoNothing().run();
  return meta.changes > 0;
}

export async function findDelivery(d1: D1Database, id: string): Promise<DeliveryRow | null> {
  return (await db(d1).select().from(deliveries).where(eq(deliveries.id, id)).get()) ?? null;
}

/** Whether what a comment asks for was done already, for a delivery of another id. */
export async function commentHeard(d1: D1Database, commentId: number, deliveryId: string): Promise<boolean> {
  const heard = and(
    eq(deliveries.comment_id, commentId),
    eq(deliveries.state, "done"),
    ne(deliveries.id, deliveryId),
  );
  return (await db(d1).$count(deliveries, heard)) > 0;
}

/** Marks a delivery as being worked on; a delivery that is over stays over. */
export async function claimDelivery(d1: D1Database, id: string, now: number): Promise<void> {
  await db(d1)
    .update(deliveries)
    .set({ state: "processing", lease_until: now + LEASE_MS })
    .where(and(eq(deliveries.id, id), inArray(deliveries.state, ["received", "processing"])));
}

export async function endDelivery(
  d1: D1Database,
  id: string,
  end: { state: "done" | "ignored" | "dead"; reason: string | null; validation_id?: string | null },
): Promise<void> {
  await db(d1)
    .update(deliveries)
    .set(end)
    .where(and(eq(deliveries.id, id), inArray(deliveries.state, ["received", "processing"])));
}

/** Deliveries whose lease ran out: written down, but nobody finished them. Takes a new lease on each. */
export async function reclaimDeliveries(d1: D1Database, now: number, limit = 50): Promise<string[]> {
  const lost = await db(d1)
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(and(inArray(deliveries.state, ["received", "processing"]), lt(deliveries.lease_until, now)))
    .limit(limit);
  const taken: string[] = [];
  for (const { id } of lost) {
    const { meta } = await db(d1)
      .update(deliveries)
      .set({ lease_until: now + LEASE_MS })
      .where(and(eq(deliveries.id, id), lt(deliveries.lease_until, now)))
      .run();
    if (meta.changes > 0) taken.push(id);
  }
  return taken;
}

export async function listDeliveries(d1: D1Database, repoId: number, limit = 100): Promise<Delivery[]> {
  const rows = await db(d1)
    .select()
    .from(deliveries)
    .where(eq(deliveries.repo_id, repoId))
    .orderBy(desc(deliveries.received_at))
    .limit(limit);
  return rows.map(({ id, event, action, state, reason, repo_id, pr_number, validation_id, received_at }) => ({
    id,
    event,
    action,
    state,
    reason,
    repo_id,
    // Of an issue it is no pull request's, and would lead to none.
    pr_number: event === "issues" ? null : pr_number,
    validation_id,
    received_at,
  }));
}
