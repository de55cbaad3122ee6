/** Runs: goals, and the pull requests that are to reach them. What became of a run is read from its validations. */
import { desc, eq } from "drizzle-orm";
import { db } from "./db.ts";
import { runs } from "./schema.ts";

export type RunRow = typeof runs.$inferSelect;

export async function insertRun(d1: D1Database, row: RunRow): Promise<void> {
  await db(d1).insert(runs).values(row);
}

export async function findRun(d1: D1Database, id: string): Promise<RunRow | null> {
  return (await db(d1).select().from(runs).where(eq(runs.id, id)).get()) ?? null;
}

export async function listRuns(d1: D1Database, projectId: string, limit = 100): Promise<RunRow[]> {
  return db(d1)
    .select()
    .from(runs)
    .where(eq(runs.project_id, projectId))
    .orderBy(desc(runs.created_at))
    .limit(limit);
}
