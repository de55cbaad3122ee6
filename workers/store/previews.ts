/** Where apps under validation are served: a label that cannot be guessed, and the sandbox behind it. */
import { eq } from "drizzle-orm";
import { db } from "./db.ts";
import { previews } from "./schema.ts";

export type Preview = typeof previews.$inferSelect;

export async function savePreview(d1: D1Database, preview: Preview): Promise<void> {
  await db(d1).insert(previews).values(preview).onConflictDoNothing();
}

export async function findPreview(d1: D1Database, label: string): Promise<Preview | null> {
  return (await db(d1).select().from(previews).where(eq(previews.label, label)).get()) ?? null;
}

export async function removePreviews(d1: D1Database, sandboxId: string): Promise<void> {
  await db(d1).delete(previews).where(eq(previews.sandbox_id, sandboxId));
}
