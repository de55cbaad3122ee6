/** Secrets of projects: AES-GCM with a key that is not in the database; names are readable, values never again. */
import { and, asc, eq } from "drizzle-orm";
import type { SecretEntry, SecretUse } from "../../models/project.ts";
import { db } from "./db.ts";
import { secrets } from "./schema.ts";

const encoder = new TextEncoder();

async function keyOf(base64: string): Promise<CryptoKey> {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** Project and name are sealed in: a row that is copied to another project does not open there. */
function bound(projectId: string, name: string): Uint8Array {
  return encoder.encode(`${projectId}\n${name}`);
}

export async function saveSecret(
  d1: D1Database,
  key: string,
  projectId: string,
  name: string,
  value: string,
  use: SecretUse,
): Promise<void> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const algorithm = { name: "AES-GCM", iv, additionalData: bound(projectId, name) };
  const cipher = new Uint8Array(
    await crypto.subtle.encrypt(algorithm, await keyOf(key), encoder.encode(value)),
  );
  const sealed = btoa(String.fromCharCode(...iv, ...cipher));
  const row = { project_id: projectId, name, sealed, use, updated_at: Date.now() };
  await db(d1)
    .insert(secrets)
    .values(row)
    .onConflictDoUpdate({
      target: [secrets.project_id, secrets.name],
      set: { sealed, use, updated_at: row.updated_at },
    });
}

export async function removeSecret(d1: D1Database, projectId: string, name: string): Promise<void> {
  await db(d1)
    .delete(secrets)
    .where(and(eq(secrets.project_id, projectId), eq(secrets.name, name)));
}

/** Names and uses: a value is never listed. */
export async function listSecrets(d1: D1Database, projectId: string): Promise<SecretEntry[]> {
  return db(d1)
    .select({ name: secrets.name, use: secrets.use })
    .from(secrets)
    .where(eq(secrets.project_id, projectId))
    .orderBy(asc(secrets.name));
}

/**
 * Secrets of a project in the clear: for the environment of a sandbox and for redaction, nowhere else.
 *
 * @param use those of one kind of sandbox, for its environment; absent: all, for redaction
 */
export async function openSecrets(
  d1: D1Database,
  key: string,
  projectId: string,
  use?: SecretUse,
): Promise<Record<string, string>> {
  const mine = eq(secrets.project_id, projectId);
  const rows = await db(d1)
    .select()
    .from(secrets)
    .where(use === undefined ? mine : and(mine, eq(secrets.use, use)));
  const opened = await Promise.all(
    rows.map(async ({ name, sealed }) => {
      const bytes = Uint8Array.from(atob(sealed), (char) => char.charCodeAt(0));
      const algorithm = { name: "AES-GCM", iv: bytes.slice(0, 12), additionalData: bound(projectId, name) };
      const plain = await crypto.subtle.decrypt(algorithm, await keyOf(key), bytes.slice(12));
      return [name, new TextDecoder().decode(plain)] as const;
    }),
  );
  return Object.fromEntries(opened);
}
