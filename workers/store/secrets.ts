/** Secrets of projects: AES-GCM with a key that is not in the database; names are readable, values never again. */

import { and, asc, eq, lt, sql } from "drizzle-orm";
import type { SecretEntry, SecretUse } from "../../models/project.ts";
import { fromBase64, toBase64 } from "../base64.ts";
import { db } from "./db.ts";
import { retired_secrets, secrets } from "./schema.ts";

const encoder = new TextEncoder();
/** No sandbox of a validation or a turn lives longer, in ms: then nobody can say an old value any more. */
const RETIRED_MS = 2 * 86_400_000;

async function keyOf(base64: string): Promise<CryptoKey> {
  const bytes = fromBase64(base64);
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
  const sealed = toBase64(new Uint8Array([...iv, ...cipher]));
  const row = { project_id: projectId, name, sealed, use, updated_at: Date.now() };
  const save = db(d1)
    .insert(secrets)
    .values(row)
    .onConflictDoUpdate({
      target: [secrets.project_id, secrets.name],
      set: { sealed, use, updated_at: row.updated_at },
    });
  await db(d1).batch([...retire(d1, projectId, name), save]);
}

export async function removeSecret(d1: D1Database, projectId: string, name: string): Promise<void> {
  const remove = db(d1)
    .delete(secrets)
    .where(and(eq(secrets.project_id, projectId), eq(secrets.name, name)));
  await db(d1).batch([...retire(d1, projectId, name), remove]);
}

/** Puts the value that is about to go among the retired ones, and drops those that are old enough. */
function retire(d1: D1Database, projectId: string, name: string) {
  const now = Date.now();
  const { project_id, sealed } = secrets;
  const going = db(d1)
    .select({ project_id, name: secrets.name, sealed, retired_at: sql<number>`${now}`.as("retired_at") })
    .from(secrets)
    .where(and(eq(project_id, projectId), eq(secrets.name, name)));
  return [
    db(d1).insert(retired_secrets).select(going),
    db(d1)
      .delete(retired_secrets)
      .where(lt(retired_secrets.retired_at, now - RETIRED_MS)),
  ] as const;
}

/** Names and uses: a value is never listed. */
export async function listSecrets(d1: D1Database, projectId: string): Promise<SecretEntry[]> {
  return db(d1)
    .select({ name: secrets.name, use: secrets.use })
    .from(secrets)
    .where(eq(secrets.project_id, projectId))
    .orderBy(asc(secrets.name));
}

/** Secrets of a project in the clear, of one use: for the environment of a sandbox, nowhere else. */
export async function openSecrets(
  d1: D1Database,
  key: string,
  projectId: string,
  use: SecretUse,
): Promise<Record<string, string>> {
  const rows = await db(d1)
    .select()
    .from(secrets)
    .where(and(eq(secrets.project_id, projectId), eq(secrets.use, use)));
  return Object.fromEntries(
    await Promise.all(rows.map(async (row) => [row.name, await opened(key, row)] as const)),
  );
}

/** Every value that a sandbox of the project may know, also those that were replaced or removed: for redaction. */
export async function knownValues(d1: D1Database, key: string, projectId: string): Promise<string[]> {
  return (await knownSecrets(d1, key, projectId)).map(({ value }) => value);
}

/** The same values, each with the name that it has or had. */
export async function knownSecrets(
  d1: D1Database,
  key: string,
  projectId: string,
): Promise<{ name: string; value: string }[]> {
  const [present, retired] = await db(d1).batch([
    db(d1).select().from(secrets).where(eq(secrets.project_id, projectId)),
    db(d1).select().from(retired_secrets).where(eq(retired_secrets.project_id, projectId)),
  ]);
  const rows = [...present, ...retired];
  return Promise.all(rows.map(async (row) => ({ name: row.name, value: await opened(key, row) })));
}

type Sealed = { project_id: string; name: string; sealed: string };

async function opened(key: string, { project_id, name, sealed }: Sealed): Promise<string> {
  const bytes = fromBase64(sealed);
  const algorithm = { name: "AES-GCM", iv: bytes.slice(0, 12), additionalData: bound(project_id, name) };
  const plain = await crypto.subtle.decrypt(algorithm, await keyOf(key), bytes.slice(12));
  return new TextDecoder().decode(plain);
}
