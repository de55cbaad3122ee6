/** What was done or refused, by whom. Rows are only ever added. */
import { db } from "./db.ts";
import { audit } from "./schema.ts";

export type AuditEntry = {
  actor: string;
  action: string;
  target: string;
  /** Never a secret, never a payload. */
  detail: string;
  request_id: string;
};

export async function addAudit(d1: D1Database, entry: AuditEntry): Promise<void> {
  await db(d1)
    .insert(audit)
    .values({ at: Date.now(), ...entry });
}
