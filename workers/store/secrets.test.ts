/** Secrets in a real D1: who is given which value, and what stays known of values that went. */
import { Buffer } from "node:buffer";
import { afterEach, expect, test, vi } from "vitest";
import { useD1 } from "./d1.fixture.ts";
import { knownValues, listSecrets, openSecrets, removeSecret, saveSecret } from "./secrets.ts";

const KEY = Buffer.alloc(32, 7).toString("base64");
const DAY = 86_400_000;

const stage = useD1();
afterEach(() => vi.useRealTimers());

const known = async (project: string) => (await knownValues(stage.db, KEY, project)).sort();

test("a value that was replaced or removed is still known, and given to nobody", async () => {
  await saveSecret(stage.db, KEY, "one", "TOKEN", "first", "agent");
  await saveSecret(stage.db, KEY, "one", "TOKEN", "second", "agent");
  await saveSecret(stage.db, KEY, "one", "DEPLOY", "third", "validation");
  await saveSecret(stage.db, KEY, "two", "TOKEN", "of another project", "agent");
  await removeSecret(stage.db, "one", "DEPLOY");
  expect(await openSecrets(stage.db, KEY, "one", "agent")).toEqual({ TOKEN: "second" });
  expect(await openSecrets(stage.db, KEY, "one", "validation")).toEqual({});
  expect(await listSecrets(stage.db, "one")).toEqual([{ name: "TOKEN", use: "agent" }]);
  expect(await known("one")).toEqual(["first", "second", "third"]);
  expect(await known("two")).toEqual(["of another project"]);
});

test("a value that went is forgotten when no sandbox can hold it any more", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  await saveSecret(stage.db, KEY, "three", "TOKEN", "first", "agent");
  await removeSecret(stage.db, "three", "TOKEN");
  await removeSecret(stage.db, "three", "TOKEN");
  vi.setSystemTime(Date.now() + DAY);
  await saveSecret(stage.db, KEY, "three", "TOKEN", "second", "agent");
  expect(await known("three")).toEqual(["first", "second"]);
  vi.setSystemTime(Date.now() + 2 * DAY);
  await saveSecret(stage.db, KEY, "three", "TOKEN", "third", "agent");
  expect(await known("three")).toEqual(["second", "third"]);
});
