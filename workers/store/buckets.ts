/** How far each credential for GitHub may go, as all isolates see it. What a limit means is the provider's to say. */
import { eq, sql } from "drizzle-orm";
import { db } from "./db.ts";
import { github_buckets as buckets } from "./schema.ts";

/** `spacing_ms` between two writes; who would wait longer than `patience_ms` comes again. */
type Pace = { spacing_ms: number; patience_ms: number };
/** The first pause without a time, the longest, and how long after its end the next refusal makes it twice as long. */
type Backoff = { first_ms: number; most_ms: number; forget_ms: number };

/** The buckets of a database; each of these is one statement, so that no two isolates are told the same. */
export function bucketsIn(d1: D1Database) {
  return {
    /** Until when a bucket is paused, in ms; 0 when it never was. */
    async pausedUntil(bucket: string): Promise<number> {
      const row = await db(d1)
        .select({ until: buckets.paused_until })
        .from(buckets)
        .where(eq(buckets.bucket, bucket))
        .get();
      return row?.until ?? 0;
    },
    pause: (bucket: string, until: number | null, backoff: Backoff, now: number) =>
      pause(d1, bucket, { until, backoff, now }),
    claimWrite: (bucket: string, pace: Pace, now: number) => claimWrite(d1, bucket, pace, now),
  };
}

/** Begins a pause, or makes the one that is longer; never shorter. @returns its end */
async function pause(
  d1: D1Database,
  bucket: string,
  { until, backoff, now }: { until: number | null; backoff: Backoff; now: number },
): Promise<number> {
  const { first_ms, most_ms, forget_ms } = backoff;
  // Requests that were under way together are refused together: that counts once.
  const strikes = sql`CASE
    WHEN ${buckets.paused_until} > ${now} THEN max(${buckets.strikes}, 1)
    WHEN ${buckets.paused_until} + ${forget_ms} > ${now} THEN min(${buckets.strikes} + 1, 30)
    ELSE 1 END`;
  const growing = sql`${now} + min(${most_ms}, ${first_ms} * (1 << (${strikes} - 1)))`;
  const set =
    until === null
      ? { strikes, paused_until: sql`max(${buckets.paused_until}, ${growing})` }
      : { paused_until: sql`max(${buckets.paused_until}, ${until})` };
  const first = until === null ? { paused_until: now + first_ms, strikes: 1 } : { paused_until: until };
  const row = await db(d1)
    .insert(buckets)
    .values({ bucket, ...first })
    .onConflictDoUpdate({ target: buckets.bucket, set })
    .returning({ until: buckets.paused_until })
    .get();
  return row.until;
}

/** The next turn to write; who would wait too long for it is told when to come again, each another time. */
async function claimWrite(
  d1: D1Database,
  bucket: string,
  { spacing_ms, patience_ms }: Pace,
  now: number,
): Promise<{ at: number } | { until: number }> {
  const claimed = await db(d1)
    .insert(buckets)
    .values({ bucket, write_at: now + spacing_ms })
    .onConflictDoUpdate({
      target: buckets.bucket,
      set: { write_at: sql`max(${buckets.write_at}, ${now}) + ${spacing_ms}` },
      setWhere: sql`${buckets.paused_until} <= ${now} AND ${buckets.write_at} <= ${now + patience_ms}`,
    })
    .returning({ next: buckets.write_at })
    .get();
  if (claimed !== undefined) return { at: claimed.next - spacing_ms };
  // Sent back all for the same moment they would come together, and all but a few in vain.
  const back = await db(d1)
    .update(buckets)
    .set({
      return_at: sql`CASE WHEN ${buckets.paused_until} > ${now} THEN ${buckets.return_at}
        ELSE max(${buckets.return_at} + ${spacing_ms}, ${buckets.write_at}) END`,
    })
    .where(eq(buckets.bucket, bucket))
    .returning({ paused_until: buckets.paused_until, return_at: buckets.return_at })
    .get();
  const { paused_until = 0, return_at = now } = back ?? {};
  return { until: paused_until > now ? paused_until : return_at };
}
