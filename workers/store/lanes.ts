/**
 * Whose merge into a branch is under way. Projects that share a repository know nothing of each other; the lane keeps two
 * of their merges from landing at once. It is a lease: who dies holding it is waited for a few minutes. The first writing
 * of a check run is guarded the same way, under a name that no branch can have.
 */
import { and, eq, sql } from "drizzle-orm";
import { db } from "./db.ts";
import { lanes } from "./schema.ts";

/** Longer than a visit of a merge with every request at its time limit, in ms. */
export const LANE_MS = 5 * 60_000;

export type Lane = { repo_id: number; base_ref: string };

/** Who holds it: the newest visit of a piece of work takes it over from the one before. */
export type Holder = { id: string; nth: number };

/**
 * Takes or renews the lane.
 *
 * @param ms how long it is believed that the holder lives
 * @returns false while another holds it
 */
export async function takeLane(
  d1: D1Database,
  lane: Lane,
  { id, nth }: Holder,
  now: number,
  ms = LANE_MS,
): Promise<boolean> {
  const taken = { holder: id, visit: nth, until: now + ms };
  const { meta } = await db(d1)
    .insert(lanes)
    .values({ ...lane, ...taken })
    .onConflictDoUpdate({
      target: [lanes.repo_id, lanes.base_ref],
      set: taken,
      setWhere: sql`(${lanes.holder} = ${id} AND ${lanes.visit} <= ${nth}) OR ${lanes.until} < ${now}`,
    })
    .run();
  return meta.changes > 0;
}

/** Gives it back, unless somebody else has it by now, or a newer visit. */
export async function freeLane(d1: D1Database, lane: Lane, { id, nth }: Holder): Promise<void> {
  const isIt = and(eq(lanes.repo_id, lane.repo_id), eq(lanes.base_ref, lane.base_ref));
  await db(d1)
    .delete(lanes)
    .where(and(isIt, eq(lanes.holder, id), eq(lanes.visit, nth)));
}
