/** Signed statements about validations that passed, and the public keys they were signed for. Neither ever changes. */
import { asc, eq } from "drizzle-orm";
import type { Envelope } from "../../models/attestation.ts";
import { db } from "./db.ts";
import { attestation_keys, attestations } from "./schema.ts";

type PublicKey = { id: string; public_key: string };
type Attestation = { validation_id: string; key_id: string; envelope: Envelope };

/** Keeps an attestation, and first the key that proves it; what is there already stays. */
export async function saveAttestation(
  d1: D1Database,
  attestation: Attestation,
  { id, public_key }: PublicKey,
  created_at: number,
): Promise<void> {
  const tables = db(d1);
  await tables.batch([
    tables.insert(attestation_keys).values({ id, public_key, created_at }).onConflictDoNothing(),
    tables
      .insert(attestations)
      .values({ ...attestation, created_at })
      .onConflictDoNothing(),
  ]);
}

export async function findAttestation(d1: D1Database, validationId: string): Promise<Attestation | null> {
  const row = await db(d1)
    .select()
    .from(attestations)
    .where(eq(attestations.validation_id, validationId))
    .get();
  return row ?? null;
}

/** Every key that ever signed, oldest first: what an old one signed must stay provable. */
export async function listAttestationKeys(d1: D1Database): Promise<PublicKey[]> {
  const { id, public_key, created_at } = attestation_keys;
  return db(d1).select({ id, public_key }).from(attestation_keys).orderBy(asc(created_at));
}
