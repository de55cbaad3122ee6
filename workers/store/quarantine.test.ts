/** The quarantine list and the reruns of a commit, in a real D1. */
import { expect, test } from "vitest";
import { MOST_DAYS, MOST_ENTRIES, wrongExpiry } from "../../models/quarantine.ts";
import { takeRerun } from "./attempts.ts";
import { useD1 } from "./d1.fixture.ts";
import {
  addQuarantine,
  listQuarantine,
  quarantinedTests,
  removeQuarantine,
  renewQuarantine,
} from "./quarantine.ts";

const stage = useD1();
const entry = (name: string, expires_at: number, created_at = 1) => ({
  ...{ test: name, owner: "mira", reason: "a race", expires_at, created_by: "owner", created_at },
});

test("an entry counts until its day, and for its own project alone", async () => {
  expect(await addQuarantine(stage.db, "one", entry("a", 100))).toBe("added");
  expect([...(await quarantinedTests(stage.db, "one", 99))]).toEqual(["a"]);
  expect([...(await quarantinedTests(stage.db, "one", 100))]).toEqual([]);
  expect([...(await quarantinedTests(stage.db, "two", 99))]).toEqual([]);
  expect(await listQuarantine(stage.db, "one", 100)).toEqual([{ ...entry("a", 100), expired: true }]);
});

test("an entry that counts is not replaced; one that expired is", async () => {
  await addQuarantine(stage.db, "three", entry("a", 100));
  expect(await addQuarantine(stage.db, "three", { ...entry("a", 900, 99), owner: "leo" })).toBe("there");
  expect(await addQuarantine(stage.db, "three", { ...entry("a", 900, 100), owner: "leo" })).toBe("added");
  expect(await listQuarantine(stage.db, "three", 100)).toMatchObject([{ owner: "leo", expired: false }]);
  expect(await removeQuarantine(stage.db, "three", "a")).toBe(true);
  expect(await removeQuarantine(stage.db, "three", "a")).toBe(false);
});

test("an entry is renewed in its place, expired or not, and keeps what is not said anew", async () => {
  await addQuarantine(stage.db, "four", entry("a", 100, 7));
  await addQuarantine(stage.db, "four", entry("b", 100, 7));
  const renewed = await renewQuarantine(stage.db, "four", { test: "a", expires_at: 900 });
  expect(renewed).toEqual({ before: entry("a", 100, 7), after: entry("a", 900, 7) });
  const said = { test: "a", expires_at: 950, owner: "leo", reason: "still a race" };
  expect((await renewQuarantine(stage.db, "four", said))?.after).toMatchObject(said);
  expect([...(await quarantinedTests(stage.db, "four", 800))]).toEqual(["a"]);
  expect(await renewQuarantine(stage.db, "four", { test: "c", expires_at: 900 })).toBeNull();
  expect(await renewQuarantine(stage.db, "five", { test: "a", expires_at: 900 })).toBeNull();
});

test("the list is bounded", async () => {
  const filled = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${MOST_ENTRIES})
    INSERT INTO quarantine SELECT 'full', 't' || i, 'o', 'r', 100, 'x', 1 FROM n`;
  await stage.db.prepare(filled).run();
  expect(await addQuarantine(stage.db, "full", entry("one more", 100))).toBe("full");
});

test("wrongExpiry() lets nothing stand longer than it may", () => {
  const most = MOST_DAYS * 86_400_000;
  expect([
    wrongExpiry(10, 10),
    wrongExpiry(11, 10),
    wrongExpiry(10 + most, 10),
    wrongExpiry(11 + most, 10),
  ]).toEqual(["must lie in the future", null, null, expect.stringContaining("within 90 days")]);
});

test("takeRerun() gives a commit no more than it may have, over all its steps, and the same one twice", async () => {
  const take = (step_id: string, nth: number, head_sha = "h") =>
    takeRerun(stage.db, { step_id, nth, failed: null }, { id: "v", project_id: "p", head_sha }, 2);
  expect(await take("a.test.1", 1)).toBe(true);
  expect(await take("a.test.1", 1)).toBe(true);
  expect(await take("b.test.1", 1)).toBe(true);
  expect(await take("a.test.1", 2)).toBe(false);
  expect(await take("b.test.1", 1)).toBe(true);
  expect(await take("c.test.1", 1, "other")).toBe(true);
});
