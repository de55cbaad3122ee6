/** D1 through drizzle. */
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";

export function db(d1: D1Database): DrizzleD1Database {
  return drizzle(d1);
}

/** What D1 says when it did not do what was asked, and may in a moment. */
const BUSY =
  /\bD1[ _].*(is overloaded|too many requests queued|queued for too long|caused object to be reset|reset because|transient issue|Network connection lost)/is;

/** Whether an error says that D1 has too much to do: nothing was written, and asking again later helps. */
export function isBusy(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (BUSY.test(cause.message)) return true;
  }
  return false;
}
