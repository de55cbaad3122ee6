/** Secrets of projects: AES-GCM with a key that is not in the database; names are readable, values never again. */
import { and, asc, eq } from "drizzle-orm";
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
): Promise<void> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const algorithm = { name: "AES-GCM", iv, additionalData: bound(projectId, name) };
  const cipher = new Uint8Array(
    await crypto.subtle.encrypt(algorithm, await keyOf(key), encoder.encode(value)),
  );
  const sealed = btoa(String.fromCharCode(...iv, ...cipher));
  const row = { project_id: projectId, name, sealed, updated_at: Date.now() };
  await db(d1)
    .insert(secrets)
    .values(row)
    .onConflictDoUpdate({
      target: [secrets.project_id, secrets.name],
      set: { sealed, updated_at: row.updated_at },
    });
}

export async function removeSecret(d1: D1Database, projectId: string, name: string): Promise<void> {
  await db(d1)
    .delete(secrets)
    .where(and(eq(secrets.project_id, projectId), eq(secrets.name, name)));
}

export async function listSecretNames(d1: D1Database, projectId: string): Promise<string[]> {
  const rows = await db(d1)
    .select({ name: secrets.name })
    .from(secrets)
    .where(eq(secrets.project_id, projectId))
    .orderBy(asc(secrets.name));
  return rows.map((row) => row.name);
}

/** All secrets of a project in the clear: for the environment of its sandbox and for redaction, nowhere else. */
export async function openSecrets(
  d1: D1Database,
  key: string,
  projectId: string,
): Promise<Record<string, string>> {
  const rows = await db(d1).select().from(secrets).where(eq(secrets.project_id, projectId));
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
