/** Public keys, and whether one of them signed an envelope. */
import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { z } from "zod";
import { AttestationKey, type Envelope, signedBytes } from "../../../models/attestation.ts";
import { Failure } from "../failure.ts";
import { type Check, checked, failed, ok } from "./check.ts";

export type PublicKey = { id: string; key: KeyObject };

export const sha256 = (content: string | Uint8Array): string =>
  createHash("sha256").update(content).digest("hex");

/** Keys in PEM, as SPKI in base64, or as `/api/v1/attestation-keys` lists them. */
export function keysIn(text: string, name: string): PublicKey[] {
  if (text.includes("PRIVATE KEY"))
    throw new Failure("usage", `Cannot use "${name}": it is a private key, and the public one is needed`);
  try {
    const keys = spkisIn(text.trim()).map(keyOf);
    if (keys.length > 0) return keys;
  } catch (error) {
    if (error instanceof Failure) throw error;
  }
  throw new Failure(
    "usage",
    `Cannot use "${name}": it must hold an Ed25519 public key in PEM or base64, or the JSON of /api/v1/attestation-keys`,
  );
}

function spkisIn(text: string): Buffer[] {
  if (text.startsWith("[") || text.startsWith("{")) {
    const listed = z.array(AttestationKey.pick({ public_key: true })).parse([JSON.parse(text)].flat());
    return listed.map(({ public_key }) => Buffer.from(public_key, "base64"));
  }
  return [createPublicKey(pemOf(text)).export({ type: "spki", format: "der" })];
}

function pemOf(text: string): string {
  return text.startsWith("-----") ? text : `-----BEGIN PUBLIC KEY-----\n${text}\n-----END PUBLIC KEY-----\n`;
}

function keyOf(spki: Buffer): PublicKey {
  const key = createPublicKey({ key: spki, type: "spki", format: "der" });
  if (key.asymmetricKeyType !== "ed25519") throw new Error("it is of another kind");
  return { id: sha256(spki), key };
}

/** The payload of an envelope of this type, and whether one of the keys signed exactly it. */
export function opened(
  { payloadType, payload, signatures: [signature] }: Envelope,
  type: string,
  keys: readonly PublicKey[],
): { bytes: Buffer; checks: Check[] } {
  const bytes = Buffer.from(payload, "base64");
  const sig = Buffer.from(signature?.sig ?? "", "base64");
  // Base64 has more than one way to write some bytes: only the plain one is what was served.
  const plain = bytes.toString("base64") === payload && sig.toString("base64") === signature?.sig;
  const key = keys.find(({ id }) => id === signature?.keyid);
  const id = `${signature?.keyid.slice(0, 16)}…`;
  const typed = checked(
    payloadType === type,
    `The payload is ${type}`,
    `The payload is "${payloadType}" instead of ${type}`,
  );
  if (key === undefined) {
    const given = keys.map((one) => `${one.id.slice(0, 16)}…`).join(", ");
    return { bytes, checks: [typed, failed(`It names key ${id}, and what was given is ${given || "none"}`)] };
  }
  const signed = plain && verify(null, signedBytes(payloadType, bytes), key.key, sig);
  const says = signed ? ok(`Key ${id} signed it (Ed25519)`) : failed(`Key ${id} did not sign it as it is`);
  return { bytes, checks: [typed, says] };
}
