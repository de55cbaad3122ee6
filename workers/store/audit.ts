/** The audit. Its one writer is the project object; rows are only ever added. */
import { and, asc, eq, gt } from "drizzle-orm";
import type { AuditRow } from "../../models/audit.ts";
import { db } from "./db.ts";
import { audit } from "./schema.ts";

/** Adds a row; one that is there already stays as it is. */
export async function addAudit(d1: D1Database, row: AuditRow): Promise<void> {
  await db(d1).insert(audit).values(row).onConflictDoNothing();
}

/** Rows of a chain from behind row `after`, oldest first. */
export async function listAudit(
  d1: D1Database,
  projectId: string,
  after: number,
  limit: number,
): Promise<AuditRow[]> {
  return db(d1)
    .select()
    .from(audit)
    .where(and(eq(audit.project_id, projectId), gt(audit.id, after)))
    .orderBy(asc(audit.id))
    .limit(limit);
}
