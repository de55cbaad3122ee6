/** Sessions and used sign-in links, by the SHA-256 of their token: a stolen database signs nobody in. */
import { and, eq, gt, lt } from "drizzle-orm";
import { db } from "./db.ts";
import { sessions } from "./schema.ts";

export type SessionRow = typeof sessions.$inferSelect;

/** @returns false when this token was written before: a one-time link that was used */
export async function insertSession(d1: D1Database, row: SessionRow): Promise<boolean> {
  await db(d1).delete(sessions).where(lt(sessions.expires_at, Date.now()));
  const { meta } = await db(d1).insert(sessions).values(row).onConflictDoNothing().run();
  return meta.changes > 0;
}

export async function findSession(d1: D1Database, hash: string): Promise<SessionRow | null> {
  const live = and(
    eq(sessions.hash, hash),
    eq(sessions.kind, "session"),
    gt(sessions.expires_at, Date.now()),
  );
  return (await db(d1).select().from(sessions).where(live).get()) ?? null;
}

export async function deleteSession(d1: D1Database, hash: string): Promise<void> {
  await db(d1)
    .delete(sessions)
    .where(and(eq(sessions.hash, hash), eq(sessions.kind, "session")));
}
