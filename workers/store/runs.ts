/** Runs, one row each, kept for ever. Their one writer is the project object. */
import { and, desc, eq, inArray, isNotNull, isNull, or, sql } from "drizzle-orm";
import type { Run } from "../../models/run.ts";
import { db } from "./db.ts";
import { runs } from "./schema.ts";

const AGENT = sql<string | null>`json_extract(${runs.data}, '$.agent')`;

/** Writes a run unless a newer state of it is already there. */
export async function saveRun(d1: D1Database, run: Run, revision: number): Promise<void> {
  const { id, project_id, issue, created_at, phase, pr_number } = run;
  const changing = { phase, pr_number, revision, data: run };
  await db(d1)
    .insert(runs)
    .values({ id, project_id, issue, created_at, ...changing })
    .onConflictDoUpdate({
      target: runs.id,
      set: changing,
      setWhere: sql`excluded.revision >= ${runs.revision}`,
    });
}

export async function findRun(d1: D1Database, id: string): Promise<Run | null> {
  const row = await db(d1).select({ data: runs.data }).from(runs).where(eq(runs.id, id)).get();
  return row?.data ?? null;
}

/** The newest run of a pull request, or one that was asked for on this issue. */
export async function findRunOf(d1: D1Database, projectId: string, number: number): Promise<Run | null> {
  const row = await db(d1)
    .select({ data: runs.data })
    .from(runs)
    .where(and(eq(runs.project_id, projectId), or(eq(runs.pr_number, number), eq(runs.issue, number))))
    .orderBy(desc(runs.created_at))
    .get();
  return row?.data ?? null;
}

/** Whether an agent was ever to write in this project. */
export async function hasAgentRun(d1: D1Database, projectId: string): Promise<boolean> {
  const written = and(eq(runs.project_id, projectId), isNotNull(AGENT));
  return (await db(d1).select({ id: runs.id }).from(runs).where(written).get()) !== undefined;
}

/** Whether a run is at work whose vendor may have opened a pull request that it was not asked about yet. */
export async function hasUnlinkedRun(d1: D1Database, projectId: string): Promise<boolean> {
  const unlinked = and(
    eq(runs.project_id, projectId),
    isNull(runs.pr_number),
    inArray(runs.phase, ["planning", "executing"]),
    eq(AGENT, "codegen"),
  );
  return (await db(d1).select({ id: runs.id }).from(runs).where(unlinked).get()) !== undefined;
}

/** The newest runs of a project, newest first. */
export async function listRuns(d1: D1Database, projectId: string, limit = 100): Promise<Run[]> {
  const rows = await db(d1)
    .select({ data: runs.data })
    .from(runs)
    .where(eq(runs.project_id, projectId))
    .orderBy(desc(runs.created_at))
    .limit(limit);
  return rows.map((row) => row.data);
}

/** How many runs are in each phase, for /metrics. */
export async function countByPhase(d1: D1Database): Promise<{ phase: string; count: number }[]> {
  return db(d1).select({ phase: runs.phase, count: sql<number>`count(*)` }).from(runs).groupBy(runs.phase);
}
