/** Writes a graph into D1 part by part, in bounded memory; nothing of it can be seen before the last statement. */
import { noBase, twice } from "../../graph/memory.ts";
import type { Base, Part } from "../../graph/store.ts";
import type { GraphInfo } from "../../models/graph.ts";
import { type PackedPart, packPart, type Section } from "./graph-part.ts";
import { placeOf, toHex } from "./graph-pieces.ts";
import { discard } from "./graph-sweep.ts";

/** What is gathered before it is written. */
const BATCH_BYTES = 256 << 10;
const BATCH_PARTS = 200;
/** Longest piece of a section: as digits in JSON it stays below a megabyte. */
const PIECE_BYTES = 384 << 10;
/** Longest JSON parameter. */
const PARAMETER = 900_000;

export interface Home {
  tenant: string;
  /** Tenant and repository in one text. */
  repository: string;
  now: number;
}

export function homeOf(tenant: string, repository: string): string {
  return JSON.stringify([tenant, repository]);
}

export async function saveGraph(
  db: D1Database,
  home: Home,
  info: GraphInfo,
  parts: AsyncIterable<Part> | Iterable<Part>,
  base?: Base,
): Promise<void> {
  const edition = await begin(db, home.now);
  try {
    await writeParts(db, home, edition, parts);
    if (base !== undefined) await addBase(db, home, edition, base);
    const before = await publish(db, home, edition, info);
    if (before !== null) await discard(db, before);
  } catch (error) {
    await discard(db, edition).catch(() => undefined);
    throw error;
  }
}

async function begin(db: D1Database, now: number): Promise<number> {
  const row = await db
    .prepare("INSERT INTO graph_editions (doomed, started_at) VALUES (0, ?) RETURNING edition")
    .bind(now)
    .first<{ edition: number }>();
  if (row === null) throw new Error("D1 did not number the new graph. Try again.");
  return row.edition;
}

async function writeParts(
  db: D1Database,
  home: Home,
  edition: number,
  parts: AsyncIterable<Part> | Iterable<Part>,
): Promise<void> {
  const seen = new Set<string>();
  let batch: PackedPart[] = [];
  let size = 0;
  for await (const part of parts) {
    if (seen.has(part.path)) throw twice(part.path);
    seen.add(part.path);
    const packed = await packPart(part, home.repository);
    batch.push(packed);
    size += packed.size;
    if (size < BATCH_BYTES && batch.length < BATCH_PARTS) continue;
    await writeBatch(db, home.repository, edition, batch);
    [batch, size] = [[], 0];
  }
  if (batch.length > 0) await writeBatch(db, home.repository, edition, batch);
}

/** Takes up the parts that are there already, then writes the others. */
async function writeBatch(
  db: D1Database,
  repository: string,
  edition: number,
  batch: readonly PackedPart[],
): Promise<void> {
  const hashes = JSON.stringify(batch.map(({ hash }) => hash));
  // Membership first: a part that belongs to a graph is not swept before we come to it.
  const { results } = await db
    .prepare(
      "INSERT INTO graph_members (edition, part) SELECT ?1, p.part FROM json_each(?2) AS wanted " +
        "CROSS JOIN graph_parts AS p ON p.hash = unhex(wanted.value) AND p.repository = ?3 " +
        "RETURNING (SELECT lower(hex(hash)) FROM graph_parts WHERE graph_parts.part = graph_members.part) AS hash",
    )
    .bind(edition, hashes, repository)
    .all<{ hash: string }>();
  const there = new Set(results.map(({ hash }) => hash));
  const fresh = batch.filter(({ hash }) => !there.has(hash));
  if (fresh.length > 0) await db.batch(writing(db, repository, edition, fresh));
}

/** One transaction: a part is there with all its content or not at all. */
function writing(
  db: D1Database,
  repository: string,
  edition: number,
  fresh: readonly PackedPart[],
): D1PreparedStatement[] {
  const rows = fresh.map(({ hash, path, blob, size, files }) =>
    JSON.stringify([hash, path, blob, size, files]),
  );
  const hashes = JSON.stringify(fresh.map(({ hash }) => hash));
  const insert = (into: string, select: string, join: string) =>
    `INSERT OR IGNORE INTO ${into} SELECT ${select} FROM json_each(?2) AS row CROSS JOIN graph_parts AS p ` +
    `ON p.hash = unhex(row.value ->> 0) AND p.repository = ?1${join}`;
  const member = insert("graph_members (edition, part)", "?3, p.part", "").replace(
    "row.value ->> 0",
    "row.value",
  );
  const bytes = insert(
    "graph_bytes (place, bytes)",
    "p.part * 4096 + (row.value ->> 1), unhex(row.value ->> 2)",
    "",
  );
  const keys = insert(
    "graph_keys (key, part)",
    "key.value, p.part",
    " CROSS JOIN json_each(row.value, '$[1]') AS key",
  );
  return [
    ...parametersOf(rows).map((json) =>
      db
        .prepare(
          "INSERT OR IGNORE INTO graph_parts (repository, path, hash, blob, size, files) " +
            "SELECT ?1, value ->> 1, unhex(value ->> 0), value ->> 2, value ->> 3, value ->> 4 FROM json_each(?2)",
        )
        .bind(repository, json),
    ),
    db.prepare(member).bind(repository, hashes, edition),
    ...parametersOf(fresh.flatMap(piecesOf)).map((json) => db.prepare(bytes).bind(repository, json)),
    ...parametersOf(fresh.flatMap(keyRowsOf)).map((json) => db.prepare(keys).bind(repository, json)),
  ];
}

/** JSON rows joined to arrays that are not too long for a parameter. */
function parametersOf(rows: readonly string[]): string[] {
  const parameters: string[] = [];
  let from = 0;
  let length = 0;
  rows.forEach((row, i) => {
    if (length > 0 && length + row.length > PARAMETER) {
      parameters.push(`[${rows.slice(from, i).join(",")}]`);
      [from, length] = [i, 0];
    }
    length += row.length + 1;
  });
  if (from < rows.length) parameters.push(`[${rows.slice(from).join(",")}]`);
  return parameters;
}

function piecesOf({ hash, sections }: PackedPart): string[] {
  return sections.flatMap((bytes, section) => {
    const rows: string[] = [];
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      const place = placeOf(0, section as Section, at / PIECE_BYTES);
      rows.push(`["${hash}",${place},"${toHex(bytes.subarray(at, at + PIECE_BYTES))}"]`);
    }
    return rows;
  });
}

const KEYS_PER_ROW = 20_000;

function keyRowsOf({ hash, keys }: PackedPart): string[] {
  const rows: string[] = [];
  for (let at = 0; at < keys.length; at += KEYS_PER_ROW) {
    rows.push(`["${hash}",[${keys.slice(at, at + KEYS_PER_ROW).join(",")}]]`);
  }
  return rows;
}

/** Parts of another graph that stand in this one too: all but those of paths written already. */
async function addBase(db: D1Database, home: Home, edition: number, base: Base): Promise<void> {
  const look = db
    .prepare(
      "SELECT edition, repository FROM graphs WHERE tenant = ? AND id = ? AND status = 'ready' AND edition > 0",
    )
    .bind(home.tenant, base.id);
  const found = await look.first<{ edition: number; repository: string }>();
  if (found === null || homeOf(home.tenant, found.repository) !== home.repository) throw noBase(base);
  const copy = db
    .prepare(
      "INSERT OR IGNORE INTO graph_members (edition, part) SELECT ?1, m.part FROM graph_members AS m " +
        "CROSS JOIN graph_parts AS p ON p.part = m.part WHERE m.edition = ?2 " +
        "AND p.path NOT IN (SELECT value FROM json_each(?3)) AND p.path NOT IN " +
        "(SELECT f.path FROM graph_members AS n CROSS JOIN graph_parts AS f ON f.part = n.part WHERE n.edition = ?1)",
    )
    .bind(edition, found.edition, JSON.stringify(base.without ?? []));
  // A base that was removed in between has lost some of its parts already.
  const [, still] = await db.batch<{ edition: number }>([copy, look]);
  if (still?.results[0]?.edition !== found.edition) throw noBase(base);
}

/** The last statement: from now on the graph can be opened. Gives the edition that it takes the place of. */
async function publish(db: D1Database, home: Home, edition: number, info: GraphInfo): Promise<number | null> {
  const ready: GraphInfo = { ...info, status: "ready" };
  const [before, written] = await db.batch<{ edition: number | null }>([
    db.prepare("SELECT edition FROM graphs WHERE tenant = ? AND id = ?").bind(home.tenant, info.id),
    db
      .prepare(
        "INSERT INTO graphs (tenant, id, repository, sha, status, created_at, pinned, edition, info) " +
          "SELECT ?1, ?2, ?3, ?4, 'ready', ?5, 0, ?6, ?7 FROM graph_editions WHERE edition = ?6 AND doomed = 0 " +
          "ON CONFLICT (tenant, id) DO UPDATE SET repository = excluded.repository, sha = excluded.sha, " +
          "status = excluded.status, created_at = excluded.created_at, edition = excluded.edition, info = excluded.info",
      )
      .bind(
        home.tenant,
        info.id,
        info.repository.path,
        info.sha ?? null,
        info.created_at,
        edition,
        JSON.stringify(ready),
      ),
  ]);
  if (written?.meta.changes !== 1) {
    throw new Error("Saving this graph took so long that its parts were swept. Save it again.");
  }
  return before?.results[0]?.edition ?? null;
}
