/** Looks up what is kept, without reading it. */

const KEYS_AT_ONCE = 2_000;

/** Those of the keys under which facts are kept. */
export async function knownFacts(
  db: D1Database,
  tenant: string,
  keys: readonly string[],
): Promise<Set<string>> {
  const known = new Set<string>();
  for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
    const { results } = await db
      .prepare(
        "SELECT f.key FROM json_each(?1) AS wanted CROSS JOIN graph_facts AS f ON f.tenant = ?2 AND f.key = wanted.value",
      )
      .bind(JSON.stringify(keys.slice(from, from + KEYS_AT_ONCE)), tenant)
      .all<{ key: string }>();
    for (const { key } of results) known.add(key);
  }
  return known;
}

/** The blob hash of a file as a graph has it; null when the graph has no such file. */
export async function blobIn(
  db: D1Database,
  tenant: string,
  id: string,
  path: string,
): Promise<string | null> {
  const row = await db
    .prepare(
      "SELECT p.blob FROM graphs AS g CROSS JOIN graph_parts AS p ON p.repository = json_array(g.tenant, g.repository) " +
        "AND p.path = ?3 CROSS JOIN graph_members AS m ON m.edition = g.edition AND m.part = p.part " +
        "WHERE g.tenant = ?1 AND g.id = ?2",
    )
    .bind(tenant, id, path)
    .first<{ blob: string }>();
  return row?.blob ?? null;
}
