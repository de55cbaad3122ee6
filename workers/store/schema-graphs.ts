/** The tables of the code graph, for drizzle. `graphs.ts` and its pieces speak SQL to them, since their rows travel as JSON. */
import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import { GRAPH_STATUSES, type GraphInfo } from "../../models/graph.ts";
import type { GraphOrder } from "../../models/graph-order.ts";

export const graphs = sqliteTable(
  "graphs",
  {
    tenant: text().notNull(),
    id: text().notNull(),
    repository: text().notNull(),
    sha: text(),
    status: text({ enum: GRAPH_STATUSES }).notNull(),
    created_at: text().notNull(),
    pinned: integer().notNull(),
    edition: integer(),
    info: text({ mode: "json" }).$type<GraphInfo>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.id] }),
    index("graphs_by_repository").on(table.tenant, table.repository, table.created_at),
    index("graphs_by_age").on(table.tenant, table.created_at),
    index("graphs_by_edition").on(table.edition),
  ],
);

export const graph_editions = sqliteTable("graph_editions", {
  edition: integer().primaryKey({ autoIncrement: true }),
  doomed: integer().notNull(),
  started_at: integer().notNull(),
});

export const graph_parts = sqliteTable(
  "graph_parts",
  {
    part: integer().primaryKey({ autoIncrement: true }),
    repository: text().notNull(),
    path: text().notNull(),
    hash: blob().notNull(),
    blob: text().notNull(),
    size: integer().notNull(),
    files: text().notNull(),
  },
  (table) => [
    uniqueIndex("graph_parts_by_hash").on(table.hash, table.repository),
    index("graph_parts_by_path").on(table.repository, table.path),
    index("graph_parts_by_blob").on(table.blob),
  ],
);

export const graph_members = sqliteTable(
  "graph_members",
  { edition: integer().notNull(), part: integer().notNull() },
  (table) => [
    primaryKey({ columns: [table.edition, table.part] }),
    index("graph_members_by_part").on(table.part),
  ],
);

export const graph_bytes = sqliteTable("graph_bytes", {
  place: integer().primaryKey(),
  bytes: blob().notNull(),
});

export const graph_keys = sqliteTable(
  "graph_keys",
  { key: integer().notNull(), part: integer().notNull() },
  (table) => [primaryKey({ columns: [table.key, table.part] })],
);

export const graph_facts = sqliteTable(
  "graph_facts",
  {
    tenant: text().notNull(),
    key: text().notNull(),
    bytes: blob().notNull(),
    used_at: integer().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.key] }),
    index("graph_facts_by_use").on(table.used_at),
  ],
);

export const graph_jobs = sqliteTable(
  "graph_jobs",
  {
    tenant: text().notNull(),
    id: text().notNull(),
    wanted: text({ mode: "json" }).$type<GraphOrder>().notNull(),
    attempts: integer().notNull(),
    lease_until: integer().notNull(),
    started_at: integer(),
    error: text(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.id] }),
    index("graph_jobs_by_lease").on(table.lease_until),
  ],
);
