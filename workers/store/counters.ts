/** Counters for /metrics that survive a restart. */
import { sql } from "drizzle-orm";
import { db } from "./db.ts";
import { counters } from "./schema.ts";

export async function count(d1: D1Database, name: string, label = ""): Promise<void> {
  await db(d1)
    .insert(counters)
    .values({ name, label, value: 1 })
    .onConflictDoUpdate({
      target: [counters.name, counters.label],
      set: { value: sql`${counters.value} + 1` },
    });
}

export async function listCounters(
  d1: D1Database,
): Promise<{ name: string; label: string; value: number }[]> {
  return db(d1).select().from(counters);
}
