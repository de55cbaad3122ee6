/** Removes graphs and what nobody uses any more, a bounded slice at a time. */
import { keysIn } from "./graph-part.ts";
import { fromHex, placeOf } from "./graph-pieces.ts";
import { unpackSkeleton } from "./graph-skeleton.ts";

export interface Retention {
  now: number;
  /** Newest graphs that stay, of each repository; pinned ones stay beside them. */
  keep: number;
  /** How long an unfinished graph may take before what it wrote counts as left over, in ms. */
  graceMs?: number;
  /** How long facts of no kept file stay after their last use, in ms. */
  factsMs?: number;
}

const HOUR_MS = 3_600_000;
const PARTS_AT_ONCE = 200;
const BYTES_AT_ONCE = 1 << 20;
const GRAPHS_AT_ONCE = 20;
const FACTS_AT_ONCE = 500;

/** Does one slice of the work. True when there may be more: ask again. */
export async function sweepGraphs(db: D1Database, retention: Retention): Promise<boolean> {
  const { now, keep, graceMs = HOUR_MS, factsMs = 30 * 24 * HOUR_MS } = retention;
  const dropped = await dropOld(db, keep);
  const left = await db
    .prepare(
      "SELECT e.edition FROM graph_editions AS e WHERE (e.doomed = 1 OR e.started_at <= ?) " +
        "AND NOT EXISTS (SELECT 1 FROM graphs AS g WHERE g.edition = e.edition) ORDER BY e.edition LIMIT 1",
    )
    .bind(now - graceMs)
    .first<{ edition: number }>();
  if (left !== null) {
    await doom(db, left.edition);
    await discardSlice(db, left.edition);
    return true;
  }
  const facts = await db
    .prepare(
      "DELETE FROM graph_facts WHERE rowid IN (SELECT f.rowid FROM graph_facts AS f WHERE f.used_at < ? AND NOT EXISTS " +
        "(SELECT 1 FROM graph_parts AS p WHERE p.blob = substr(f.key, 1, instr(f.key, ':') - 1)) LIMIT ?)",
    )
    .bind(now - factsMs, FACTS_AT_ONCE)
    .run();
  return dropped || facts.meta.changes === FACTS_AT_ONCE;
}

/** Graphs beyond the newest; those that never became ready are counted apart, so that failures drive out no graph. */
async function dropOld(db: D1Database, keep: number): Promise<boolean> {
  const [, gone] = await db.batch([
    db
      .prepare(
        `UPDATE graph_editions SET doomed = 1 WHERE edition IN (SELECT edition FROM graphs WHERE (tenant, id) IN (${OLD}))`,
      )
      .bind(keep, GRAPHS_AT_ONCE),
    db.prepare(`DELETE FROM graphs WHERE (tenant, id) IN (${OLD})`).bind(keep, GRAPHS_AT_ONCE),
  ]);
  return (gone?.meta.changes ?? 0) > 0;
}

const OLD =
  "SELECT tenant, id FROM (SELECT tenant, id, pinned, row_number() OVER (PARTITION BY tenant, repository, status = 'ready' " +
  "ORDER BY created_at DESC, id) AS age FROM graphs WHERE pinned = 0) WHERE age > ?1 ORDER BY age DESC, tenant, id LIMIT ?2";

/** Removes all that an edition wrote and nobody else uses. */
export async function discard(db: D1Database, edition: number): Promise<void> {
  await doom(db, edition);
  while (await discardSlice(db, edition));
}

/** From now on the edition cannot become a graph. */
async function doom(db: D1Database, edition: number): Promise<void> {
  await db.prepare("UPDATE graph_editions SET doomed = 1 WHERE edition = ?").bind(edition).run();
}

const ALONE = "NOT EXISTS (SELECT 1 FROM graph_members AS m WHERE m.part = ";

async function discardSlice(db: D1Database, edition: number): Promise<boolean> {
  const members = await nextMembers(db, edition);
  if (members.length === 0) {
    await db.prepare("DELETE FROM graph_editions WHERE edition = ?").bind(edition).run();
    return false;
  }
  const shared = JSON.stringify(members.filter((member) => member.shared === 1).map(({ part }) => part));
  const alone = members.filter((member) => member.shared === 0);
  const parts = JSON.stringify(alone.map(({ part }) => part));
  const keys = JSON.stringify(await keysOf(db, alone));
  await db.batch([
    // A part that meanwhile nobody shares any more must wait for the next slice, or it would stay for ever.
    db
      .prepare(
        "DELETE FROM graph_members WHERE edition = ?1 AND part IN (SELECT value FROM json_each(?2)) AND EXISTS " +
          "(SELECT 1 FROM graph_members AS o WHERE o.part = graph_members.part AND o.edition <> ?1)",
      )
      .bind(edition, shared),
    db
      .prepare("DELETE FROM graph_members WHERE edition = ? AND part IN (SELECT value FROM json_each(?))")
      .bind(edition, parts),
    db
      .prepare(
        "DELETE FROM graph_keys WHERE (key, part) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?)) " +
          `AND ${ALONE}graph_keys.part)`,
      )
      .bind(keys),
    db
      .prepare(
        "DELETE FROM graph_bytes WHERE place IN (SELECT b.place FROM json_each(?) AS gone CROSS JOIN graph_bytes AS b " +
          `ON b.place >= gone.value * 4096 AND b.place < gone.value * 4096 + 4096 WHERE ${ALONE}gone.value))`,
      )
      .bind(parts),
    db
      .prepare(
        `DELETE FROM graph_parts WHERE part IN (SELECT value FROM json_each(?)) AND ${ALONE}graph_parts.part)`,
      )
      .bind(parts),
  ]);
  return true;
}

interface Member {
  part: number;
  shared: 0 | 1;
  size: number;
  repository: string;
}

/** Parts of an edition, as many as may be taken at once. */
async function nextMembers(db: D1Database, edition: number): Promise<Member[]> {
  const { results } = await db
    .prepare(
      "SELECT m.part, p.size, p.repository, EXISTS (SELECT 1 FROM graph_members AS o WHERE o.part = m.part AND o.edition <> ?1) AS shared " +
        "FROM graph_members AS m CROSS JOIN graph_parts AS p ON p.part = m.part WHERE m.edition = ?1 ORDER BY m.part LIMIT ?2",
    )
    .bind(edition, PARTS_AT_ONCE)
    .all<Member>();
  let size = 0;
  const enough = results.findIndex((member) => {
    size += member.shared === 1 ? 0 : member.size;
    return size > BYTES_AT_ONCE;
  });
  return enough === -1 ? results : results.slice(0, Math.max(1, enough));
}

/** Under which keys these parts can be found. */
async function keysOf(db: D1Database, members: readonly Member[]): Promise<[number, number][]> {
  const { results } = await db
    .prepare(
      "SELECT b.place, hex(b.bytes) AS hex FROM json_each(?) AS wanted CROSS JOIN graph_bytes AS b " +
        "ON b.place >= wanted.value AND b.place < wanted.value + 1024 ORDER BY b.place",
    )
    .bind(JSON.stringify(members.map(({ part }) => placeOf(part, 0))))
    .all<{ place: number; hex: string }>();
  const skeletons = new Map<number, string>();
  for (const { place, hex } of results) {
    const part = Math.floor(place / 4096);
    skeletons.set(part, (skeletons.get(part) ?? "") + hex);
  }
  return members.flatMap(({ part, repository }) => {
    const skeleton = unpackSkeleton(fromHex(skeletons.get(part) ?? ""));
    return keysIn(skeleton, repository).map((key): [number, number] => [key, part]);
  });
}
