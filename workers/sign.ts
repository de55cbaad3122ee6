/** The key of this Tidegate: what it signs, anybody can check offline. */
import { type Envelope, signedBytes } from "../models/attestation.ts";
import { fromBase64, toBase64 } from "./base64.ts";
import { sha256 } from "./digest.ts";
import type { Vars } from "./vars.ts";

export type Signer = {
  /** SHA-256 of the public key. */
  id: string;
  /** SPKI, base64. */
  public_key: string;
  sign(payloadType: string, text: string): Promise<Envelope>;
};

/** Before the 32 bytes of a public key as SPKI. */
const SPKI_HEAD = "MCowBQYDK2VwAyEA";

const known = new Map<string, Promise<Signer>>();

/** Who signs; null where no key is set. */
export async function signerOf({
  ATTESTATION_KEY: key,
}: Pick<Vars, "ATTESTATION_KEY">): Promise<Signer | null> {
  if (key === null) return null;
  const signer = known.get(key) ?? makeSigner(key);
  known.set(key, signer);
  return signer;
}

async function makeSigner(pkcs8: string): Promise<Signer> {
  const key = await crypto.subtle.importKey("pkcs8", fromBase64(pkcs8), { name: "Ed25519" }, true, ["sign"]);
  const { x = "" } = (await crypto.subtle.exportKey("jwk", key)) as { x?: string };
  // 12 bytes of head end where base64 does, so the two pieces can be put together as text.
  const public_key = `${SPKI_HEAD}${x.replaceAll("-", "+").replaceAll("_", "/")}=`;
  const id = await sha256(fromBase64(public_key).buffer);
  return {
    id,
    public_key,
    async sign(payloadType, text) {
      const payload = new TextEncoder().encode(text);
      const sig = await crypto.subtle.sign({ name: "Ed25519" }, key, signedBytes(payloadType, payload));
      const signatures = [{ keyid: id, sig: toBase64(new Uint8Array(sig)) }];
      return { payloadType, payload: toBase64(payload), signatures };
    },
  };
}
