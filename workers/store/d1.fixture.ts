/** A real D1 with all tables, for tests of the store. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, beforeAll, vi } from "vitest";
import { unstable_splitSqlQuery } from "wrangler";

const MIGRATIONS = join(import.meta.dirname, "..", "..", "migrations");

/** The database is there from the file's first test to its last. */
export function useD1(): { db: D1Database } {
  vi.setConfig({ testTimeout: 30_000 });
  const stage = {} as { db: D1Database };
  let miniflare: Miniflare;
  beforeAll(async () => {
    const worker = { name: "store", modules: true, script: "export default {}", d1Databases: ["DB"] };
    const workers = [{ ...worker, compatibilityDate: "2026-11-01" }];
    miniflare = new Miniflare(convertV4MiniflareOptions({ cf: false, workers } as never));
    stage.db = (await miniflare.getD1Database("DB", "store")) as unknown as D1Database;
    const files = readdirSync(MIGRATIONS).filter((name) => name.endsWith(".sql"));
    const text = files.map((name) => readFileSync(join(MIGRATIONS, name), "utf8")).join("\n");
    await stage.db.batch(unstable_splitSqlQuery(text).map((statement) => stage.db.prepare(statement)));
  }, 60_000);
  afterAll(() => miniflare.dispose());
  return stage;
}
