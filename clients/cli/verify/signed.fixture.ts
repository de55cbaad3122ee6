/** Attestations and audits as a Tidegate makes them, with its own code, for tests of those who check them. */
import { generateKeyPairSync } from "node:crypto";
import { type Envelope, STATEMENT_PAYLOAD, type Statement } from "../../../models/attestation.ts";
import { type AuditEntry, type AuditRow, auditText, GENESIS, HEAD_PAYLOAD } from "../../../models/audit.ts";
import { canonical } from "../../../models/canonical.ts";
import type { Outcome } from "../../../models/fact.ts";
import type { StepRecord } from "../../../models/step.ts";
import { validation } from "../../../pages/nouns.fixture.ts";
import { type Signer, signerOf } from "../../../workers/sign.ts";
import { statementOf } from "../../../workers/steps/attest-statement.ts";
import { sha256 } from "./keys.ts";

export const HEAD = "a".repeat(40);
export const TREE = "c".repeat(40);

export async function signer(): Promise<Signer> {
  const { privateKey } = generateKeyPairSync("ed25519");
  const ATTESTATION_KEY = privateKey.export({ type: "pkcs8", format: "der" }).toString("base64");
  const made = await signerOf({ ATTESTATION_KEY });
  if (made === null) throw new Error("Cannot sign without a key");
  return made;
}

const step = (kind: StepRecord["kind"], changes: Partial<StepRecord> = {}): StepRecord => ({
  id: `shop.7.aaaaaaaaaaaa.1.${kind}.1`,
  validation_id: "shop.7.aaaaaaaaaaaa.1",
  kind,
  try: 1,
  state: "passed",
  reason: null,
  evidence: { duration_ms: 5 },
  log: null,
  started_at: 1_000,
  finished_at: 2_000,
  ...changes,
});

/** A validation's records: nothing to set up, three tests that ran. */
export const RECORDS: StepRecord[] = [
  step("snapshot", { evidence: { duration_ms: 5, head_sha: HEAD, tree_sha: TREE, container_id: "c1" } }),
  step("setup", { state: "not_required", evidence: null, reason: "it says: none" }),
  step("test", { evidence: { duration_ms: 9, tests_run: 3, tests_failed: 0 } }),
  step("judge", { started_at: 2_000, finished_at: 3_000 }),
];

export async function statement(
  changes: { records?: StepRecord[]; outcome?: Partial<Outcome> } = {},
): Promise<Statement> {
  const made = await statementOf({
    validation: validation({ project_id: "shop", head_sha: HEAD }),
    repository: { id: 5, full_name: "team/shop" },
    plan: { digest: "d".repeat(64), source: ".tidegate.yml of main" },
    records: changes.records ?? RECORDS,
    outcome: { state: "passed", reason: null, ...changes.outcome },
  });
  if (made === null) throw new Error("Cannot make the statement");
  return made;
}

export function enveloped(by: Signer, content: unknown, type = STATEMENT_PAYLOAD): Promise<Envelope> {
  return by.sign(type, canonical(content));
}

/** A chain of rows, each hashed over the one before. */
export function chain(...actions: string[]): AuditRow[] {
  const rows: AuditRow[] = [];
  for (const [nth, action] of actions.entries())
    rows.push(row(nth + 1, action, rows.at(-1)?.hash ?? GENESIS));
  return rows;
}

function row(id: number, action: string, prev: string): AuditRow {
  const entry: AuditEntry = {
    fact: `fact-${id}`,
    actor: "owner",
    action,
    target: "shop",
    detail: "",
    before_hash: null,
    after_hash: null,
    request_id: null,
    delivery_id: null,
    validated_sha: null,
    observed_sha: null,
    policy_version: null,
  };
  const open = { ...entry, project_id: "shop", id, at: 1_000 + id, prev, hash: "" };
  return { ...open, hash: sha256(auditText(open)) };
}

/** The export of a chain; without a signer its end is not signed. */
export async function exported(rows: AuditRow[], by: Signer | null, last = rows.at(-1)): Promise<string> {
  const head = { project_id: "shop", id: last?.id ?? 0, hash: last?.hash ?? GENESIS };
  const envelope = by === null ? null : await enveloped(by, head, HEAD_PAYLOAD);
  return `${[...rows, { head, envelope }].map((line) => JSON.stringify(line)).join("\n")}\n`;
}
