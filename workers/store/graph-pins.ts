/** Which graphs stay however old they are, and what is kept for those that went. */

/** Pins the graphs of the heads and bases that validations under way speak of, and lets go of all others. */
export async function pinOpenGraphs(db: D1Database, terminal: readonly string[]): Promise<void> {
  const open =
    "SELECT 1 FROM validations AS v WHERE v.state NOT IN (SELECT value FROM json_each(?1)) " +
    "AND (v.head_sha = graphs.sha OR v.data ->> 'base_sha' = graphs.sha)";
  await db
    .prepare(
      `UPDATE graphs SET pinned = EXISTS (${open}) WHERE sha IS NOT NULL AND pinned <> EXISTS (${open})`,
    )
    .bind(JSON.stringify(terminal))
    .run();
}

/** Those of the uploads that no graph is made of. */
export async function unusedUploads(
  db: D1Database,
  uploads: readonly { tenant: string; digest: string }[],
): Promise<{ tenant: string; digest: string }[]> {
  if (uploads.length === 0) return [];
  const { results } = await db
    .prepare(
      "SELECT value ->> 'tenant' AS tenant, value ->> 'digest' AS digest FROM json_each(?) AS wanted WHERE NOT EXISTS " +
        "(SELECT 1 FROM graphs AS g WHERE g.tenant = wanted.value ->> 'tenant' AND g.info ->> 'x-archive' = wanted.value ->> 'digest')",
    )
    .bind(JSON.stringify(uploads))
    .all<{ tenant: string; digest: string }>();
  return results;
}
