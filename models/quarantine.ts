/** Tests that are known to be flaky, each with somebody who mends it and a day by which it is mended. */
import { z } from "zod";

/** Longest that a test may stand on the list, in days: what nobody mends must not stay unwatched. */
export const MOST_DAYS = 90;
const DAY_MS = 24 * 60 * 60_000;
/** Entries of one project, expired ones too. */
export const MOST_ENTRIES = 500;

const word = (most: number) =>
  z
    .string()
    .trim()
    .min(1, "must not be empty")
    .max(most)
    .refine((text) => !/\p{Cc}/u.test(text), "must be one line without control characters");

/** What puts a test on the list. */
export const NewQuarantine = z.strictObject({
  /** Its name, exactly as a failing step lists it. */
  test: word(500),
  /** Who mends it. */
  owner: word(100),
  reason: word(500),
  /** Ms since 1970. */
  expires_at: z.number().int(),
});
export type NewQuarantine = z.infer<typeof NewQuarantine>;

/** What keeps a test on the list until another day; who mends it and why stay where they are not said anew. */
export const RenewedQuarantine = NewQuarantine.partial({ owner: true, reason: true });
export type RenewedQuarantine = z.infer<typeof RenewedQuarantine>;

export const Quarantine = NewQuarantine.extend({
  created_by: z.string(),
  created_at: z.number(),
  /** It counts no more. */
  expired: z.boolean(),
});
export type Quarantine = z.infer<typeof Quarantine>;

/** Why a test cannot stand on the list until then; null when it can. */
export function wrongExpiry(expires_at: number, now: number): string | null {
  if (expires_at <= now) return "must lie in the future";
  if (expires_at > now + MOST_DAYS * DAY_MS)
    return `must be within ${MOST_DAYS} days: mend the test by then, or look at it again`;
  return null;
}

/** So many days from now. */
export function inDays(days: number, now: number): number {
  return now + days * DAY_MS;
}
