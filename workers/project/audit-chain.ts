/** The chain of a project's audit, on its own disk: where it ends is known here, whatever becomes of the rows in D1. */
import { createHash } from "node:crypto";
import { type AuditHead, type AuditRow, auditText, GENESIS } from "../../models/audit.ts";
import { canonical } from "../../models/canonical.ts";
import type { Audited } from "./audit.ts";

/** Synchronous, because the row belongs to the transaction of its fact. */
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hashOf = (standing: unknown): string | null => (standing == null ? null : sha256(canonical(standing)));

export function chainOf(sql: SqlStorage) {
  sql.exec(
    "CREATE TABLE IF NOT EXISTS audit (one INTEGER PRIMARY KEY, id INTEGER NOT NULL, hash TEXT NOT NULL)",
  );
  const end = (): Omit<AuditHead, "project_id"> =>
    sql.exec<{ id: number; hash: string }>("SELECT id, hash FROM audit").toArray()[0] ?? {
      id: 0,
      hash: GENESIS,
    };

  return {
    end,
    /** The next row. */
    add(projectId: string, { before, after, ...said }: Audited, at: number): AuditRow {
      const { id, hash: prev } = end();
      const hashes = { before_hash: hashOf(before), after_hash: hashOf(after) };
      const row: AuditRow = { project_id: projectId, id: id + 1, at, ...said, ...hashes, prev, hash: "" };
      const hash = sha256(auditText(row));
      sql.exec("INSERT OR REPLACE INTO audit VALUES (1, ?, ?)", row.id, hash);
      return { ...row, hash };
    },
  };
}
