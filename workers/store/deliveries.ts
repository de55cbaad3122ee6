/**
 * Webhook deliveries. The intake writes a row before it answers; the observe step finishes it. A row carries
 * its state and a lease, never a bare "seen": a Worker that died in between loses nothing.
 */
import { and, asc, desc, eq, gt, gte, inArray, lt, ne, sql } from "drizzle-orm";
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

export type DeliveryEnd = {
  state: "done" | "ignored" | "dead";
  reason: string | null;
  validation_id?: string | null;
};

export async function endDelivery(d1: D1Database, id: string, end: DeliveryEnd): Promise<void> {
  await db(d1)
    .update(deliveries)
    .set({ ...end, ended_at: Date.now() })
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

/** Whether a delivery that was heard after this one names this head of the same pull request. */
export async function namedLater(
  d1: D1Database,
  { repo_id, pr_number, received_at }: DeliveryRow,
  headSha: string,
): Promise<boolean> {
  if (repo_id === null || pr_number === null) return false;
  const of = and(eq(deliveries.repo_id, repo_id), eq(deliveries.pr_number, pr_number));
  const later = and(of, gt(deliveries.received_at, received_at), eq(deliveries.head_sha, headSha));
  return (await db(d1).$count(deliveries, later)) > 0;
}

/** Which of these deliveries were written down here. */
export async function knownDeliveries(d1: D1Database, ids: readonly string[]): Promise<Set<string>> {
  // As one value: D1 takes a hundred at most.
  const rows = await db(d1)
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(sql`${deliveries.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`);
  return new Set(rows.map(({ id }) => id));
}

/** When deliveries of a repository were heard: the newest, and all within `span_ms` before it, oldest first. */
export async function heardTimes(d1: D1Database, repoId: number, span_ms: number): Promise<number[]> {
  const of = eq(deliveries.repo_id, repoId);
  const at = deliveries.received_at;
  const newest = await db(d1).select({ at }).from(deliveries).where(of).orderBy(desc(at)).limit(1).get();
  if (newest === undefined) return [];
  const rows = await db(d1)
    .select({ at })
    .from(deliveries)
    .where(and(of, gte(at, newest.at - span_ms)))
    .orderBy(desc(at))
    .limit(MOST_TIMES);
  return rows.map((row) => row.at).reverse();
}

/** So many deliveries say enough about how often there is one. */
const MOST_TIMES = 2_000;

/** How long deliveries took that ended after `since`, shortest first, and how long the oldest unfinished one waits, in ms. */
export async function deliveryLags(
  d1: D1Database,
  since: number,
  now: number,
): Promise<{ ended: number[]; waiting_ms: number }> {
  const { received_at, ended_at, state } = deliveries;
  const [ended, waiting] = await Promise.all([
    db(d1)
      .select({ received_at, ended_at })
      .from(deliveries)
      .where(gt(ended_at, since))
      .orderBy(desc(ended_at))
      .limit(MOST_TIMES),
    db(d1)
      .select({ received_at })
      .from(deliveries)
      .where(inArray(state, ["received", "processing"]))
      .orderBy(asc(received_at))
      .limit(1)
      .get(),
  ]);
  const lags = ended.map((row) => (row.ended_at ?? now) - row.received_at);
  return {
    ended: lags.sort((a, b) => a - b),
    waiting_ms: waiting === undefined ? 0 : now - waiting.received_at,
  };
}
