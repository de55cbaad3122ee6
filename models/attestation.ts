/** What is signed of a validation that passed: an in-toto statement in a DSSE envelope. */
import { z } from "zod";
import { STEP_KINDS } from "./step.ts";
import { Flaky, Reason } from "./validation.ts";

export const STATEMENT_PAYLOAD = "application/vnd.in-toto+json";
export const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
/** Of our predicate; a change that a reader of this version could misread gets the next number. */
export const PREDICATE_TYPE = "urn:tidegate:validation:v1";

const Hex = z.string().regex(/^[0-9a-f]+$/);
const Sha256 = Hex.length(64);
/** Strict base64: a reader that forgives would call two different files the same. */
const Base64 = z.base64();

/** https://github.com/secure-systems-lab/dsse, with exactly one signature. */
export const Envelope = z.strictObject({
  payloadType: z.string(),
  payload: Base64,
  signatures: z.array(z.strictObject({ keyid: Sha256, sig: Base64 })).length(1),
});
export type Envelope = z.infer<typeof Envelope>;

/** The bytes that a signature is over: DSSE's pre-authentication encoding. */
export function signedBytes(payloadType: string, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder();
  const type = text.encode(payloadType);
  const head = text.encode(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `);
  const bytes = new Uint8Array(head.length + payload.length);
  bytes.set(head);
  bytes.set(payload, head.length);
  return bytes;
}

/** What judged. Its version is the SHA-256 of all this in canonical JSON. */
export const Judging = z.strictObject({
  /** Of the plan that the base, or the project's settings, demanded. */
  config_sha256: Sha256,
  /** Whether the head was tested as it is, or the result of its merge with the base. */
  tested: z.enum(["head", "merge"]),
  judge: z.string(),
});
export type Judging = z.infer<typeof Judging>;

export const AttestedStep = z.strictObject({
  kind: z.enum(STEP_KINDS),
  state: z.enum(["passed", "failed", "errored", "timed_out", "cancelled", "not_required"]),
  /** Of the step's evidence in canonical JSON; null: it left none. */
  evidence_sha256: Sha256.nullable(),
});
export type AttestedStep = z.infer<typeof AttestedStep>;

export const Predicate = z.strictObject({
  /** The id stays through renames and transfers; the name is the one of that moment. */
  repository: z.strictObject({ id: z.number().int(), full_name: z.string() }),
  project_id: z.string(),
  pr_number: z.number().int(),
  validation_id: z.string(),
  attempt: z.number().int(),
  /** Which start of the attempt: an error of the machinery begins again, with a sandbox of its own. */
  try: z.number().int(),
  base_ref: z.string(),
  head_sha: Hex,
  base_sha: Hex,
  /** The tip of the base, and the commit of both, where the result of a merge was tested. */
  tested_base_sha: Hex.nullable(),
  merge_sha: Hex.nullable(),
  /** The git tree that was laid into the sandbox. */
  tree_sha: Hex,
  config: z.strictObject({ source: z.string(), sha256: Sha256 }),
  policy: z.strictObject({ version: Sha256, judging: Judging }),
  steps: z.array(AttestedStep),
  /** The change leaves the project's folder alone, compared with this start: nothing was run. Null: it was run. */
  not_affected: z.strictObject({ path: z.string(), start_sha: Hex, head_sha: Hex }).nullable(),
  flaky: Flaky.nullable(),
  /** Why a person had to decide about the merge. */
  hold: Reason.nullable(),
  judged_at: z.iso.datetime(),
});
export type Predicate = z.infer<typeof Predicate>;

export const Statement = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(z.strictObject({ name: z.string(), digest: z.record(z.string(), Hex) })).min(1),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: Predicate,
});
export type Statement = z.infer<typeof Statement>;

/** What a statement is about follows from its predicate: the tested commit, and its tree. */
export function subjectsOf({ head_sha, merge_sha, tree_sha }: Predicate): Statement["subject"] {
  return [
    { name: "head", digest: { gitCommit: head_sha } },
    ...(merge_sha === null ? [] : [{ name: "merge", digest: { gitCommit: merge_sha } }]),
    { name: "tree", digest: { gitTree: tree_sha } },
  ];
}

/** `id` is the SHA-256 of the public key; `public_key` its SPKI in base64. */
export const AttestationKey = z.object({ id: Sha256, public_key: Base64, current: z.boolean() });
export type AttestationKey = z.infer<typeof AttestationKey>;
