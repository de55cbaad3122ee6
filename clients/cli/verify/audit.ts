/** Whether an exported audit is whole: no row changed, none missing, none moved, and its end the one that was signed. */
import { z } from "zod";
import { Envelope } from "../../../models/attestation.ts";
import { AuditHead, AuditRow, auditText, GENESIS, HEAD_PAYLOAD } from "../../../models/audit.ts";
import { canonical } from "../../../models/canonical.ts";
import { type Check, checked, failed, hasFailed, ok, unchecked } from "./check.ts";
import { opened, type PublicKey, sha256 } from "./keys.ts";

const End = z.strictObject({ head: AuditHead, envelope: Envelope.nullable() });
type End = z.infer<typeof End>;

/** Checks an export line by line. */
export function verifyAudit(text: string, keys: readonly PublicKey[] | null): Check[] {
  const lines = text.split("\n").filter((line) => line !== "");
  const end = End.safeParse(jsonOf(lines.at(-1)));
  const rows: AuditRow[] = [];
  for (const [nth, line] of (end.success ? lines.slice(0, -1) : lines).entries()) {
    const row = AuditRow.safeParse(jsonOf(line));
    const wrong = row.success ? wrongIn(row.data, rows.at(-1)) : "is no row of an audit";
    if (wrong !== null) return [failed(`Line ${nth + 1} ${wrong}`)];
    if (row.success) rows.push(row.data);
  }
  if (!end.success) return [failed("The file has no end line, so rows may be missing at its end")];
  return [...rowChecks(rows), ...endChecks(end.data, rows.at(-1), keys)];
}

/** Why a row does not follow on the one before it; null when it does. */
export function wrongIn(row: AuditRow, before: AuditRow | undefined): string | null {
  if (sha256(auditText(row)) !== row.hash) return `(row ${row.id}) was changed: its hash is another`;
  if (before === undefined)
    return row.id === 1 && row.prev !== GENESIS ? "(row 1) names a row before it" : null;
  if (row.project_id !== before.project_id) return `is of "${row.project_id}", not of "${before.project_id}"`;
  if (row.id !== before.id + 1)
    return `is row ${row.id}, and row ${before.id + 1} is due: rows are missing or moved`;
  return row.prev === before.hash ? null : `(row ${row.id}) does not follow on row ${before.id} as it is`;
}

function rowChecks(rows: readonly AuditRow[]): Check[] {
  const [first] = rows;
  if (first === undefined) return [];
  const from = first.id === 1 ? [] : [unchecked(`Rows before ${first.id}: they are not in this file`)];
  const says = `${rows.length} rows of ${first.project_id}, ${first.id} to ${rows.at(-1)?.id}: each is as it was hashed and follows on the one before`;
  return [ok(says), ...from];
}

function endChecks(
  { head, envelope }: End,
  last: AuditRow | undefined,
  keys: readonly PublicKey[] | null,
): Check[] {
  const whole =
    last === undefined
      ? head.id === 0 && head.hash === GENESIS
      : head.id === last.id && head.hash === last.hash && head.project_id === last.project_id;
  const ends = checked(
    whole,
    `It ends with row ${head.id}, as the project itself says`,
    `The project says that it ends with row ${head.id}, and the file ends with ${last?.id ?? "none"}`,
  );
  if (envelope === null) {
    const says = "Its end is not signed: whoever can write the file can write all of it anew";
    return [ends, keys === null ? unchecked(says) : failed(says)];
  }
  if (keys === null) return [ends, unchecked("Who signed its end: name a key with --key")];
  const { bytes, checks } = opened(envelope, HEAD_PAYLOAD, keys);
  if (hasFailed(checks)) return [ends, ...checks];
  const same = bytes.toString("utf8") === canonical(head);
  return [ends, ...checks, checked(same, "The end that was signed is this one", "Another end was signed")];
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
