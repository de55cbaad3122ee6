/** How far the log of deliveries at GitHub was read, and what of it is to be asked for again. */
import { asc, eq, lte, sql } from "drizzle-orm";
import { z } from "zod";
import { db } from "./db.ts";
import { redeliveries, scans } from "./schema.ts";

const NAME = "deliveries";

/**
 * The log is read from its newest end, a few pages at a time: `cursor` is where the next piece begins; null: the reading
 * is through. Everything up to `until` was read before; the reading under way began at `begun_at`.
 */
const Scan = z.object({
  cursor: z.string().nullable().default(null),
  until: z.number().default(0),
  begun_at: z.number().default(0),
});
export type Scan = z.infer<typeof Scan>;

export async function findScan(d1: D1Database): Promise<Scan> {
  const row = await db(d1).select().from(scans).where(eq(scans.name, NAME)).get();
  return Scan.parse(row?.data ?? {});
}

export async function saveScan(d1: D1Database, scan: Scan, now: number): Promise<void> {
  const row = { name: NAME, at: now, data: scan };
  await db(d1).insert(scans).values(row).onConflictDoUpdate({ target: scans.name, set: row });
}

export type Redelivery = typeof redeliveries.$inferSelect;

/** Writes down what is to be asked for again; what stands there stays as it is. */
export async function noteLost(
  d1: D1Database,
  lost: readonly Pick<Redelivery, "guid" | "delivery_id">[],
  now: number,
): Promise<void> {
  // As one value: D1 takes a hundred at most.
  await db(d1).run(sql`INSERT OR IGNORE INTO redeliveries (guid, delivery_id, times, due_at)
    SELECT value ->> 'guid', value ->> 'delivery_id', 0, ${now} FROM json_each(${JSON.stringify(lost)})`);
}

/** What is due to be asked for, the longest waiting first. */
export async function dueRedeliveries(d1: D1Database, now: number, limit: number): Promise<Redelivery[]> {
  return db(d1)
    .select()
    .from(redeliveries)
    .where(lte(redeliveries.due_at, now))
    .orderBy(asc(redeliveries.due_at))
    .limit(limit);
}

/** Counts one more asking. */
export async function noteAsked(d1: D1Database, guid: string, due_at: number): Promise<void> {
  await db(d1)
    .update(redeliveries)
    .set({ times: sql`${redeliveries.times} + 1`, due_at })
    .where(eq(redeliveries.guid, guid));
}

/** What was heard by now, or is given up, is asked for no more. */
export async function forgetRedelivery(d1: D1Database, guid: string): Promise<void> {
  await db(d1).delete(redeliveries).where(eq(redeliveries.guid, guid));
}
