/** Pull requests as last read live. Their one writer is the project object. */
import { and, asc, desc, eq } from "drizzle-orm";
import { type PullSummary, PullSummary as Summary } from "../../models/pull.ts";
import { db } from "./db.ts";
import { pulls } from "./schema.ts";

/** Writes a pull request; unknown keys of the object's own memory are left out. */
export async function savePull(
  d1: D1Database,
  projectId: string,
  pull: Omit<PullSummary, "project_id">,
): Promise<void> {
  const data = Summary.parse({ ...pull, project_id: projectId });
  const row = { project_id: projectId, number: pull.number, state: pull.state, data };
  await db(d1)
    .insert(pulls)
    .values(row)
    .onConflictDoUpdate({ target: [pulls.project_id, pulls.number], set: { state: row.state, data } });
}

/** The newest pull requests, open ones first. */
export async function listPulls(d1: D1Database, projectId: string, limit = 100): Promise<PullSummary[]> {
  const rows = await db(d1)
    .select({ data: pulls.data })
    .from(pulls)
    .where(eq(pulls.project_id, projectId))
    .orderBy(desc(pulls.state), desc(pulls.number))
    .limit(limit);
  return rows.map((row) => row.data);
}

export async function findPull(
  d1: D1Database,
  projectId: string,
  number: number,
): Promise<PullSummary | null> {
  const row = await db(d1)
    .select({ data: pulls.data })
    .from(pulls)
    .where(and(eq(pulls.project_id, projectId), eq(pulls.number, number)))
    .get();
  return row?.data ?? null;
}

/** Numbers of the open pull requests of a project whose head is this commit. */
export async function openPullsAt(d1: D1Database, projectId: string, headSha: string): Promise<number[]> {
  const rows = await db(d1)
    .select({ data: pulls.data })
    .from(pulls)
    .where(and(eq(pulls.project_id, projectId), eq(pulls.state, "open")))
    .orderBy(asc(pulls.number));
  return rows.filter((row) => row.data.head_sha === headSha).map((row) => row.data.number);
}

export async function countOpenPulls(d1: D1Database, projectId: string): Promise<number> {
  return db(d1).$count(pulls, and(eq(pulls.project_id, projectId), eq(pulls.state, "open")));
}

/** The open pull requests of a project as they are stored: what GitHub shows is held against them. */
export async function storedOpenPulls(d1: D1Database, projectId: string): Promise<PullSummary[]> {
  const rows = await db(d1)
    .select({ data: pulls.data })
    .from(pulls)
    .where(and(eq(pulls.project_id, projectId), eq(pulls.state, "open")));
  return rows.map((row) => row.data);
}
