/**
 * Code graphs in D1. A graph is a set of parts, one per file; graphs of a repository share the parts that are equal, so
 * a commit writes what it changed. A part is a few packed bytes; `graph_keys` says which parts to look into.
 */
import type { GraphStore } from "../../graph/store.ts";
import type { GraphInfo } from "../../models/graph.ts";
import { fromHex, Pieces } from "./graph-pieces.ts";
import { D1Reader } from "./graph-reader.ts";
import { homeOf, saveGraph } from "./graph-save.ts";
import { discard } from "./graph-sweep.ts";

export { type Retention, sweepGraphs } from "./graph-sweep.ts";

export interface Options {
  /** Whose graphs: nobody sees those of another. */
  tenant?: string;
  now?: () => number;
}

/** Facts that are asked for or written at once. */
const FACTS_AT_ONCE = 50;
/** Longer facts are not kept: D1 takes no larger row, and the file is read anew instead. */
const LONGEST_FACTS = 1_900_000;
/** How exactly the last use of facts is known, in ms: writing it at each use would cost more than reading them. */
const USE_MS = 24 * 3_600_000;

/** Per database and isolate: what was read last. */
const pieces = new WeakMap<D1Database, Pieces>();

export function d1Graphs(db: D1Database, { tenant = "", now = Date.now }: Options = {}): GraphStore {
  return {
    async save(info, parts, base) {
      const home = { tenant, repository: homeOf(tenant, info.repository.path), now: now() };
      await saveGraph(db, home, info, parts, base);
    },
    async open(id) {
      const row = await db
        .prepare(
          "SELECT info, repository, edition FROM graphs WHERE tenant = ? AND id = ? AND status = 'ready' AND edition > 0",
        )
        .bind(tenant, id)
        .first<{ info: string; repository: string; edition: number }>();
      if (row === null) return undefined;
      const info = JSON.parse(row.info) as GraphInfo;
      const { edition, repository } = row;
      return new D1Reader(db, piecesOf(db), { info, edition, repository: homeOf(tenant, repository) });
    },
    list: (filter = {}) => listGraphs(db, tenant, filter),
    remove: (id) => removeGraph(db, tenant, id),
    facts: (keys) => readFacts(db, tenant, keys, now()),
    keepFacts: (facts) => keepFacts(db, tenant, facts, now()),
  };
}

/** Shows how far a graph is before it is there. What is ready already stays readable unless the status says otherwise. */
export async function updateInfo(db: D1Database, info: GraphInfo, tenant = ""): Promise<void> {
  await db
    .prepare(
      "INSERT INTO graphs (tenant, id, repository, sha, status, created_at, pinned, edition, info) " +
        "VALUES (?, ?, ?, ?, ?, ?, 0, NULL, ?) ON CONFLICT (tenant, id) DO UPDATE SET repository = excluded.repository, " +
        "sha = excluded.sha, status = excluded.status, created_at = excluded.created_at, info = excluded.info",
    )
    .bind(
      tenant,
      info.id,
      info.repository.path,
      info.sha ?? null,
      info.status,
      info.created_at,
      JSON.stringify(info),
    )
    .run();
}

/** A pinned graph stays however old it is. True if there is one. */
export async function pinGraph(db: D1Database, id: string, pinned: boolean, tenant = ""): Promise<boolean> {
  const { meta } = await db
    .prepare("UPDATE graphs SET pinned = ? WHERE tenant = ? AND id = ?")
    .bind(pinned ? 1 : 0, tenant, id)
    .run();
  return meta.changes > 0;
}

function piecesOf(db: D1Database): Pieces {
  const known = pieces.get(db) ?? new Pieces(db);
  pieces.set(db, known);
  return known;
}

async function listGraphs(
  db: D1Database,
  tenant: string,
  { repository, sha, limit }: { repository?: string; sha?: string; limit?: number },
): Promise<GraphInfo[]> {
  const { results } = await db
    .prepare(
      "SELECT info FROM graphs WHERE tenant = ?1 AND (?2 IS NULL OR repository = ?2) AND (?3 IS NULL OR sha = ?3) " +
        "ORDER BY created_at DESC, id LIMIT ?4",
    )
    .bind(tenant, repository ?? null, sha ?? null, limit ?? -1)
    .all<{ info: string }>();
  return results.map(({ info }) => JSON.parse(info) as GraphInfo);
}

async function removeGraph(db: D1Database, tenant: string, id: string): Promise<boolean> {
  const gone = await db
    .prepare("DELETE FROM graphs WHERE tenant = ? AND id = ? RETURNING edition")
    .bind(tenant, id)
    .first<{ edition: number | null }>();
  if (gone === null) return false;
  if (gone.edition !== null) await discard(db, gone.edition);
  return true;
}

async function readFacts(
  db: D1Database,
  tenant: string,
  keys: readonly string[],
  now: number,
): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  const stale: string[] = [];
  for (let from = 0; from < keys.length; from += FACTS_AT_ONCE) {
    const { results } = await db
      .prepare(
        "SELECT f.key, f.used_at, hex(f.bytes) AS hex FROM json_each(?1) AS wanted " +
          "CROSS JOIN graph_facts AS f ON f.tenant = ?2 AND f.key = wanted.value",
      )
      .bind(JSON.stringify(keys.slice(from, from + FACTS_AT_ONCE)), tenant)
      .all<{ key: string; used_at: number; hex: string }>();
    for (const { key, used_at, hex } of results) {
      found.set(key, fromHex(hex));
      if (used_at < now - USE_MS) stale.push(key);
    }
  }
  for (let from = 0; from < stale.length; from += 1000) {
    await db
      .prepare(
        "UPDATE graph_facts SET used_at = ? WHERE tenant = ? AND key IN (SELECT value FROM json_each(?))",
      )
      .bind(now, tenant, JSON.stringify(stale.slice(from, from + 1000)))
      .run();
  }
  return found;
}

async function keepFacts(
  db: D1Database,
  tenant: string,
  facts: ReadonlyMap<string, Uint8Array>,
  now: number,
): Promise<void> {
  const insert = db.prepare(
    "INSERT INTO graph_facts (tenant, key, bytes, used_at) VALUES (?, ?, ?, ?) " +
      "ON CONFLICT (tenant, key) DO UPDATE SET bytes = excluded.bytes, used_at = excluded.used_at",
  );
  const short = [...facts].filter(([, bytes]) => bytes.length <= LONGEST_FACTS);
  for (let from = 0; from < short.length; from += FACTS_AT_ONCE) {
    const some = short.slice(from, from + FACTS_AT_ONCE);
    await db.batch(some.map(([key, bytes]) => insert.bind(tenant, key, bytes, now)));
  }
}
