/** Turns of agents. Their one writer is the turn step. */
import { and, asc, eq, sql } from "drizzle-orm";
import type { Turn } from "../../models/turn.ts";
import { db } from "./db.ts";
import { runs, turns } from "./schema.ts";
import type { Memo } from "./steps.ts";

/** Begins a turn, or finds it: a turn that is looked at many times begins once. */
export async function beginTurn(d1: D1Database, turn: Turn): Promise<{ turn: Turn; memo: Memo }> {
  const { id, run_id, nth, state } = turn;
  await db(d1).insert(turns).values({ id, run_id, nth, state, data: turn, memo: {} }).onConflictDoNothing();
  const row = await db(d1).select().from(turns).where(eq(turns.id, id)).get();
  return { turn: row?.data ?? turn, memo: row?.memo ?? {} };
}

/** What is known of a turn by now. A turn that ended changes no more. */
export async function saveTurn(d1: D1Database, turn: Turn, memo: Memo): Promise<void> {
  await db(d1)
    .update(turns)
    .set({ state: turn.state, data: turn, memo })
    .where(and(eq(turns.id, turn.id), eq(turns.state, "running")));
}

export async function findTurn(d1: D1Database, id: string): Promise<Turn | null> {
  const row = await db(d1).select({ data: turns.data }).from(turns).where(eq(turns.id, id)).get();
  return row?.data ?? null;
}

/** Whether an agent of this project made one of these commits, on whichever pull request they stand by now. */
export async function madeOne(d1: D1Database, projectId: string, shas: readonly string[]): Promise<boolean> {
  const made = sql`json_extract(${turns.data}, '$.commit_sha')`;
  const row = await db(d1)
    .select({ id: turns.id })
    .from(runs)
    .innerJoin(turns, eq(turns.run_id, runs.id))
    // One value however many there are: D1 takes a hundred with a statement.
    .where(
      and(
        eq(runs.project_id, projectId),
        sql`${made} IN (SELECT value FROM json_each(${JSON.stringify(shas)}))`,
      ),
    )
    .get();
  return row !== undefined;
}

/** All turns of a run, in their order. */
export async function listTurns(d1: D1Database, runId: string): Promise<Turn[]> {
  const rows = await db(d1)
    .select({ data: turns.data })
    .from(turns)
    .where(eq(turns.run_id, runId))
    .orderBy(asc(turns.nth));
  return rows.map((row) => row.data);
}
