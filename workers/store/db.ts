/** D1 through drizzle. */
import { type DrizzleD1Database, drizzle } from "drizzle-orm/d1";

export function db(d1: D1Database): DrizzleD1Database {
  return drizzle(d1);
}
