/** Tests that are known to be flaky. Their one writer is the route in `api/`. */
import { and, asc, eq, gt, sql } from "drizzle-orm";
import { MOST_ENTRIES, type NewQuarantine, type Quarantine } from "../../models/quarantine.ts";
import { db } from "./db.ts";
import { quarantine } from "./schema.ts";

/** The list of a project, expired entries too. */
export async function listQuarantine(d1: D1Database, projectId: string, now: number): Promise<Quarantine[]> {
  const rows = await db(d1)
    .select()
    .from(quarantine)
    .where(eq(quarantine.project_id, projectId))
    .orderBy(asc(quarantine.test));
  return rows.map(({ project_id: _, ...row }) => ({ ...row, expired: row.expires_at <= now }));
}

/** The tests that count as known now. */
export async function quarantinedTests(d1: D1Database, projectId: string, now: number): Promise<Set<string>> {
  const rows = await db(d1)
    .select({ test: quarantine.test })
    .from(quarantine)
    .where(and(eq(quarantine.project_id, projectId), gt(quarantine.expires_at, now)));
  return new Set(rows.map(({ test }) => test));
}

/**
 * Puts a test on the list, in place of an entry of it that expired.
 *
 * @returns `there`: an entry of it still counts; `full`: the list takes no more
 */
export async function addQuarantine(
  d1: D1Database,
  projectId: string,
  entry: NewQuarantine & { created_by: string; created_at: number },
): Promise<"added" | "there" | "full"> {
  const { created_at: now } = entry;
  const mine = eq(quarantine.project_id, projectId);
  if ((await db(d1).$count(quarantine, mine)) >= MOST_ENTRIES) return "full";
  const { meta } = await db(d1)
    .insert(quarantine)
    .values({ project_id: projectId, ...entry })
    .onConflictDoUpdate({
      target: [quarantine.project_id, quarantine.test],
      set: entry,
      setWhere: sql`${quarantine.expires_at} <= ${now}`,
    })
    .run();
  return meta.changes > 0 ? "added" : "there";
}

/** @returns false when it is not on the list */
export async function removeQuarantine(d1: D1Database, projectId: string, test: string): Promise<boolean> {
  const { meta } = await db(d1)
    .delete(quarantine)
    .where(and(eq(quarantine.project_id, projectId), eq(quarantine.test, test)))
    .run();
  return meta.changes > 0;
}
