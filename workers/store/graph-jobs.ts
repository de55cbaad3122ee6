/** Graphs that are being made: what is wanted, who works on it, and until when that is believed. */
import { and, eq, lte, sql } from "drizzle-orm";
import { GraphInfo } from "../../models/graph.ts";
import { type GraphMessage, GraphOrder } from "../../models/graph-order.ts";
import { db } from "./db.ts";
import { graph_jobs, graphs } from "./schema.ts";

/** How long a visit is believed to work when nothing is heard of it, in ms. */
export const GRAPH_LEASE_MS = 120_000;

export type GraphJob = { order: GraphOrder; attempts: number; started_at: number; error: string | null };
/** How long a job may wait for its next visit before its message counts as lost, in ms. */
const WAIT_MS = 30_000;

type Name = Pick<GraphMessage, "tenant" | "id">;

const named = ({ tenant, id }: Name) => and(eq(graph_jobs.tenant, tenant), eq(graph_jobs.id, id));

/** @returns false when it is being made already */
export async function insertGraphJob(d1: D1Database, order: GraphOrder, now: number): Promise<boolean> {
  const { tenant, id } = order;
  const row = { tenant, id, wanted: order, attempts: 0, lease_until: now, started_at: null, error: null };
  const { meta } = await db(d1).insert(graph_jobs).values(row).onConflictDoNothing().run();
  return meta.changes > 0;
}

/** Takes a job that nobody works on; null when somebody does, or when it is done. */
export async function claimGraphJob(d1: D1Database, name: Name, now: number): Promise<GraphJob | null> {
  const [row] = await db(d1)
    .update(graph_jobs)
    .set({
      lease_until: now + GRAPH_LEASE_MS,
      attempts: sql`${graph_jobs.attempts} + 1`,
      started_at: sql`coalesce(${graph_jobs.started_at}, ${now})`,
    })
    .where(and(named(name), lte(graph_jobs.lease_until, now)))
    .returning();
  if (row === undefined) return null;
  const { wanted, attempts, started_at, error } = row;
  return { order: GraphOrder.parse(wanted), attempts, started_at: started_at ?? now, error };
}

/** Still at work. @returns false when nobody wants the graph any more */
export async function holdGraphJob(d1: D1Database, name: Name, now: number): Promise<boolean> {
  const { meta } = await db(d1)
    .update(graph_jobs)
    .set({ lease_until: now + GRAPH_LEASE_MS })
    .where(named(name))
    .run();
  return meta.changes > 0;
}

/** Ends a visit: in order (the attempts begin anew), or with an error. The next visit may begin at once. */
export async function releaseGraphJob(
  d1: D1Database,
  name: Name,
  now: number,
  error: string | null,
): Promise<void> {
  const attempts = error === null ? { attempts: 0 } : {};
  await db(d1)
    .update(graph_jobs)
    .set({ lease_until: now, error, ...attempts })
    .where(named(name));
}

export async function deleteGraphJob(d1: D1Database, name: Name): Promise<void> {
  await db(d1).delete(graph_jobs).where(named(name));
}

/** Jobs whose visit died, or whose message was lost. Each is given out once a lease. */
export async function strandedGraphJobs(d1: D1Database, now: number): Promise<Name[]> {
  const lost = await db(d1)
    .select({ tenant: graph_jobs.tenant, id: graph_jobs.id, lease_until: graph_jobs.lease_until })
    .from(graph_jobs)
    .where(lte(graph_jobs.lease_until, now - WAIT_MS))
    .limit(20);
  for (const { lease_until, ...name } of lost) {
    await db(d1)
      .update(graph_jobs)
      .set({ lease_until: now })
      .where(and(named(name), eq(graph_jobs.lease_until, lease_until)));
  }
  return lost.map(({ tenant, id }) => ({ tenant, id }));
}

/** What is known of a graph, ready or not. */
export async function findGraphInfo(d1: D1Database, { tenant, id }: Name): Promise<GraphInfo | null> {
  const row = await db(d1)
    .select({ info: graphs.info })
    .from(graphs)
    .where(and(eq(graphs.tenant, tenant), eq(graphs.id, id)))
    .get();
  return row === undefined ? null : GraphInfo.parse(row.info);
}
