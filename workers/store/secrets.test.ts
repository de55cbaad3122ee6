/** Secrets in a real D1: who is given which value, and what stays known of values that went. */
import { Buffer } from "node:buffer";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { unstable_splitSqlQuery } from "wrangler";
import { knownValues, listSecrets, openSecrets, removeSecret, saveSecret } from "./secrets.ts";

const MIGRATIONS = join(import.meta.dirname, "..", "..", "migrations", "*.sql");
const KEY = Buffer.alloc(32, 7).toString("base64");
const DAY = 86_400_000;

let miniflare: Miniflare;
let db: D1Database;

beforeAll(async () => {
  const worker = { name: "store", modules: true, script: "export default {}", d1Databases: ["DB"] };
  miniflare = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      workers: [{ ...worker, compatibilityDate: "2026-11-01" }],
    } as never),
  );
  db = (await miniflare.getD1Database("DB", "store")) as unknown as D1Database;
  for (const path of globSync(MIGRATIONS).sort()) {
    const statements = unstable_splitSqlQuery(readFileSync(path, "utf8"));
    await db.batch(statements.map((statement) => db.prepare(statement)));
  }
}, 30_000);
afterAll(() => miniflare.dispose());
afterEach(() => vi.useRealTimers());

const known = async (project: string) => (await knownValues(db, KEY, project)).sort();

test("a value that was replaced or removed is still known, and given to nobody", async () => {
  await saveSecret(db, KEY, "one", "TOKEN", "first", "agent");
  await saveSecret(db, KEY, "one", "TOKEN", "second", "agent");
  await saveSecret(db, KEY, "one", "DEPLOY", "third", "validation");
  await saveSecret(db, KEY, "two", "TOKEN", "of another project", "agent");
  await removeSecret(db, "one", "DEPLOY");
  expect(await openSecrets(db, KEY, "one", "agent")).toEqual({ TOKEN: "second" });
  expect(await openSecrets(db, KEY, "one", "validation")).toEqual({});
  expect(await listSecrets(db, "one")).toEqual([{ name: "TOKEN", use: "agent" }]);
  expect(await known("one")).toEqual(["first", "second", "third"]);
  expect(await known("two")).toEqual(["of another project"]);
});

test("a value that went is forgotten when no sandbox can hold it any more", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  await saveSecret(db, KEY, "three", "TOKEN", "first", "agent");
  await removeSecret(db, "three", "TOKEN");
  await removeSecret(db, "three", "TOKEN");
  vi.setSystemTime(Date.now() + DAY);
  await saveSecret(db, KEY, "three", "TOKEN", "second", "agent");
  expect(await known("three")).toEqual(["first", "second"]);
  vi.setSystemTime(Date.now() + 2 * DAY);
  await saveSecret(db, KEY, "three", "TOKEN", "third", "agent");
  expect(await known("three")).toEqual(["second", "third"]);
});
