/** Tests that are known to be flaky. Their one writer is the route in `api/`. */
import { and, asc, eq, gt, sql } from "drizzle-orm";
import {
  MOST_ENTRIES,
  type NewQuarantine,
  type Quarantine,
  type RenewedQuarantine,
} from "../../models/quarantine.ts";
import { db } from "./db.ts";
import { quarantine } from "./schema.ts";

/** The list of a project, expired entries too. */
export async function listQuarantine(d1: D1Database, projectId: string, now: number): Promise<Quarantine[]> {
  const rows = await db(d1)
    .select()
    .from(quarantine)
    .where(eq(quarantine.project_id, projectId))
    .orderBy(asc(quarantine.test));
  return rows.map((row) => ({ ...entryOf(row), expired: row.expires_at <= now }));
}

function entryOf({ project_id: _, ...entry }: typeof quarantine.$inferSelect) {
  return entry;
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

/**
 * Keeps a test on the list, expired or not, as `renewed` says.
 *
 * @returns the entry as it was and as it is; null when it is not on the list
 */
export async function renewQuarantine(
  d1: D1Database,
  projectId: string,
  renewed: RenewedQuarantine,
): Promise<{
  before: NewQuarantine;
  after: NewQuarantine & { created_by: string; created_at: number };
} | null> {
  const mine = and(eq(quarantine.project_id, projectId), eq(quarantine.test, renewed.test));
  const before = await db(d1).select().from(quarantine).where(mine).get();
  if (before === undefined) return null;
  const set = Object.fromEntries(Object.entries(renewed).filter(([, value]) => value !== undefined));
  const after = await db(d1).update(quarantine).set(set).where(mine).returning().get();
  return after === undefined ? null : { before: entryOf(before), after: entryOf(after) };
}

/** @returns false when it is not on the list */
export async function removeQuarantine(d1: D1Database, projectId: string, test: string): Promise<boolean> {
  const { meta } = await db(d1)
    .delete(quarantine)
    .where(and(eq(quarantine.project_id, projectId), eq(quarantine.test, test)))
    .run();
  return meta.changes > 0;
}
