/** Validations, one row an attempt, kept for ever. Their one writer is the project object. */
import { and, desc, eq, inArray, sql } from "drizzle-orm";
import type { Validation } from "../../models/validation.ts";
import { db } from "./db.ts";
import { validations } from "./schema.ts";

/** Writes a validation unless a newer state of it is already there. */
export async function saveValidation(
  d1: D1Database,
  validation: Validation,
  revision: number,
): Promise<void> {
  const { state, merge_state } = validation;
  const changing = { state, merge_state, revision, data: validation };
  const { id, project_id, pr_number, head_sha, attempt, created_at } = validation;
  await db(d1)
    .insert(validations)
    .values({ id, project_id, pr_number, head_sha, attempt, created_at, ...changing })
    .onConflictDoUpdate({
      target: validations.id,
      set: changing,
      setWhere: sql`excluded.revision >= ${validations.revision}`,
    });
}

export async function findValidation(d1: D1Database, id: string): Promise<Validation | null> {
  const row = await db(d1)
    .select({ data: validations.data })
    .from(validations)
    .where(eq(validations.id, id))
    .get();
  return row?.data ?? null;
}

/** All attempts of a pull request, newest first. */
export async function listValidations(
  d1: D1Database,
  projectId: string,
  pull: number,
): Promise<Validation[]> {
  const rows = await db(d1)
    .select({ data: validations.data })
    .from(validations)
    .where(and(eq(validations.project_id, projectId), eq(validations.pr_number, pull)))
    .orderBy(desc(validations.created_at))
    .limit(100);
  return rows.map((row) => row.data);
}

/** The newest validations of a project, newest first. */
export async function recentValidations(
  d1: D1Database,
  projectId: string,
  limit: number,
): Promise<Validation[]> {
  const rows = await db(d1)
    .select({ data: validations.data })
    .from(validations)
    .where(eq(validations.project_id, projectId))
    .orderBy(desc(validations.created_at))
    .limit(limit);
  return rows.map((row) => row.data);
}

export async function countRunning(d1: D1Database, projectId: string): Promise<number> {
  const running = inArray(validations.state, ["queued", "running"]);
  return db(d1).$count(validations, and(eq(validations.project_id, projectId), running));
}

/** How many validations ended in each state, and how many merges in each, for /metrics. */
export async function countByState(
  d1: D1Database,
): Promise<{ state: string; merge_state: string; count: number }[]> {
  return db(d1)
    .select({ state: validations.state, merge_state: validations.merge_state, count: sql<number>`count(*)` })
    .from(validations)
    .groupBy(validations.state, validations.merge_state);
}

/** How many merges of ours there were, of what was flaky and of what was not, for /metrics. */
export async function countMerges(d1: D1Database): Promise<{ flaky: boolean; count: number }[]> {
  const flaky = sql<number>`json_extract(${validations.data}, '$.flaky') IS NOT NULL`;
  const rows = await db(d1)
    .select({ flaky, count: sql<number>`count(*)` })
    .from(validations)
    .where(eq(validations.merge_state, "merged"))
    .groupBy(flaky);
  return [true, false].map((wanted) => ({
    flaky: wanted,
    count: rows.find((row) => Boolean(row.flaky) === wanted)?.count ?? 0,
  }));
}
