/** What is kept of GitHub's limits. */
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** How far each credential for GitHub may go: its pause, and the turns of its writes. Times are milliseconds since 1970. */
export const github_buckets = sqliteTable("github_buckets", {
  bucket: text().primaryKey(),
  paused_until: integer().notNull().default(0),
  /** How often in a row GitHub refused without a time. */
  strikes: integer().notNull().default(0),
  /** From when the next write may go. */
  write_at: integer().notNull().default(0),
  /** When the next of those comes again who found too many waiting. */
  return_at: integer().notNull().default(0),
});
