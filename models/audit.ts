/** The audit: what was changed, by whom and why, as a chain in which every row names the hash of the one before. */
import { z } from "zod";
import { canonical } from "./canonical.ts";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What one row says. */
export const AuditEntry = z.strictObject({
  /** The fact, or the request, that it comes from: one row each. */
  fact: z.string(),
  /** Who: a signed-in person, `github:<login>`, `agent:<name>`, `github` for a webhook, `tidegate` by itself. */
  actor: z.string(),
  action: z.string(),
  target: z.string(),
  /** In words; never a secret, never a payload. */
  detail: z.string(),
  /** Of what changed, as it stood before and after, in canonical JSON; null: it was not there. */
  before_hash: Sha256.nullable(),
  after_hash: Sha256.nullable(),
  request_id: z.string().nullable(),
  delivery_id: z.string().nullable(),
  /** The head that was validated; of a merge the one that was asked for. */
  validated_sha: z.string().nullable(),
  /** Of a merge: the head as GitHub last showed it. */
  observed_sha: z.string().nullable(),
  /** What judged, see models/attestation.ts. */
  policy_version: z.string().nullable(),
});
export type AuditEntry = z.infer<typeof AuditEntry>;

export const AuditRow = AuditEntry.extend({
  project_id: z.string(),
  /** Its place in the project's chain, from 1. */
  id: z.number().int().positive(),
  at: z.number().int(),
  prev: Sha256,
  hash: Sha256,
});
export type AuditRow = z.infer<typeof AuditRow>;

/** Who a row is by: people, agents, what GitHub told, and Tidegate by itself. */
export const ACTOR_KINDS = ["person", "agent", "webhook", "tidegate"] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

/** Actors that are nobody's name. */
export const ACTORS_OF = { webhook: ["github", "webhook"], tidegate: ["tidegate"] } as const;
export const AGENT_PREFIX = "agent:";

/** Rows that are asked for; what is absent leaves none out. */
export const AuditFilter = z.object({
  kind: z.enum(ACTOR_KINDS).optional(),
  /** One action, or all that begin with it, as `merge` or `merge.asked`. */
  action: z
    .string()
    .regex(/^[a-z_.]{1,60}$/, "must be an action, as merge or merge.asked")
    .optional(),
  /** Number of a pull request. */
  pull: z.coerce.number().int().positive().optional(),
});
export type AuditFilter = z.infer<typeof AuditFilter>;

/** The end of a chain, known to the project's object and signed when it is exported. */
export const AuditHead = z.strictObject({ project_id: z.string(), id: z.number().int(), hash: Sha256 });
export type AuditHead = z.infer<typeof AuditHead>;

export const HEAD_PAYLOAD = "application/vnd.tidegate.audit-head.v1+json";

/** What the first row names as the one before it. */
export const GENESIS = "0".repeat(64);

/** Chain of what belongs to no project; no project can be called so. */
export const NO_PROJECT = "-";

/** What a row's hash is taken over: all of it, the hash of the row before included. */
export function auditText({ hash: _, ...row }: AuditRow): string {
  return canonical(row);
}
