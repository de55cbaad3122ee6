/** The tables of what GitHub delivers, of what it failed to, and of its silence. */
import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { ALERT_KINDS, DELIVERY_STATES } from "../../models/api.ts";

export const deliveries = sqliteTable(
  "deliveries",
  {
    id: text().primaryKey(),
    event: text().notNull(),
    action: text(),
    body_sha256: text().notNull(),
    state: text({ enum: DELIVERY_STATES }).notNull(),
    reason: text(),
    repo_id: integer(),
    /** Of a pull request; of an issue when an issue was labelled. */
    pr_number: integer(),
    head_sha: text(),
    installation_id: integer(),
    validation_id: text(),
    lease_until: integer().notNull(),
    received_at: integer().notNull(),
    /** A comment that may hold a command. */
    comment_id: integer(),
    ended_at: integer(),
  },
  (table) => [
    index("deliveries_by_lease").on(table.state, table.lease_until),
    index("deliveries_by_repo").on(table.repo_id, table.received_at),
    index("deliveries_by_comment").on(table.comment_id),
    index("deliveries_by_end").on(table.ended_at),
  ],
);

/** How far something was read that has no end. */
export const scans = sqliteTable("scans", {
  name: text().primaryKey(),
  at: integer().notNull(),
  data: text({ mode: "json" }).$type<unknown>().notNull(),
});

/** Deliveries that failed at GitHub and were never heard. */
export const redeliveries = sqliteTable(
  "redeliveries",
  {
    guid: text().primaryKey(),
    /** Larger than a number holds exactly. */
    delivery_id: text().notNull(),
    times: integer().notNull(),
    due_at: integer().notNull(),
  },
  (table) => [index("redeliveries_by_time").on(table.due_at)],
);

export const alerts = sqliteTable(
  "alerts",
  {
    project_id: text().notNull(),
    kind: text({ enum: ALERT_KINDS }).notNull(),
    message: text().notNull(),
    since: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.project_id, table.kind] })],
);
