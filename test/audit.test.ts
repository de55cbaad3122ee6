/** The audit: one row for every change, whoever made it, in a chain that shows whatever is done to it. */
import { describe, expect, test } from "vitest";
import { verifyAudit } from "../clients/cli/verify/audit.ts";
import { keysIn } from "../clients/cli/verify/keys.ts";
import { AuditRow } from "../models/audit.ts";
import {
  type App,
  ask,
  isSettled,
  open,
  type Project,
  project,
  rows,
  running,
  settled,
  stranger,
  useApp,
  validationWhere,
} from "./machine.ts";

const stage = useApp();

const SLOW = { "test.sh": "sleep 60\n" };

async function auditOf(app: App, id: string, after = 0): Promise<AuditRow[]> {
  const response = await ask(app, `/api/v1/projects/${id}/audit?after=${after}`);
  expect(response.status).toBe(200);
  return AuditRow.array().parse(await response.json());
}

const said = ({ actor, action }: AuditRow) => `${actor} ${action}`;

/** Exports a chain and checks it as the command does, with nothing but the file and the public key. */
async function wrongIn(app: App, id: string): Promise<string> {
  const keys = keysIn(JSON.stringify(await stranger(app).attestationKeys()), "keys");
  const checks = verifyAudit(await exported(app, id), keys);
  return checks.flatMap(({ state, says }) => (state === "ok" ? [] : [`${state} ${says}`])).join("; ");
}

async function exported(app: App, id: string): Promise<string> {
  const response = await ask(app, `/api/v1/projects/${id}/audit/export`);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
  return response.text();
}

test("from the pin to the merge: every step that counts, its head, its delivery, its policy", async () => {
  const { app } = stage;
  const one = await project(app, "story");
  const { number, head } = await open(app, one, "change");
  const done = await settled(app, one, number);
  expect(done.merge_state).toBe("merged");
  await validationWhere(app, one, number, isSettled);
  const all = await auditOf(app, one.id);
  expect(all.map(said).filter((words) => !words.startsWith("github pull"))).toEqual([
    "owner project.pin",
    "github validation.started",
    "tidegate validation.running",
    "tidegate validation.passed",
    "tidegate merge.asked",
    "tidegate merge.merged",
  ]);
  const [pin, started] = all;
  expect(pin).toMatchObject({
    target: one.id,
    before_hash: null,
    detail: expect.stringContaining(one.full_name),
  });
  expect(pin?.request_id).toMatch(/\w/);
  expect(started).toMatchObject({ target: done.id, validated_sha: head, delivery_id: done.delivery_id });
  const merge = all.filter(({ action }) => action.startsWith("merge."));
  const { predicate } = await statementOf(app, done.id);
  for (const row of merge)
    expect(row).toMatchObject({
      ...{ target: done.id, validated_sha: head, observed_sha: head },
      policy_version: predicate.policy.version,
    });
  expect(await wrongIn(app, one.id)).toBe("");
});

async function statementOf(app: App, id: string) {
  const { payload } = (await app.api.attestation(id)) as { payload: string };
  return JSON.parse(Buffer.from(payload, "base64").toString("utf8"));
}

test("what people do is one row each, and none for what was refused, repeated, or changes nothing", async () => {
  const { app } = stage;
  const one = await project(app, "people", SLOW);
  const { number } = await open(app, one, "change");
  const first = await running(app, one, number, "test");
  const { api } = app;
  const before = (await auditOf(app, one.id)).length;
  await api.saveProject(one.id, { auto_merge_enabled: false });
  await api.saveSecret(one.id, "API_KEY", "a-value-nobody-may-see");
  await api.removeSecret(one.id, "API_KEY");
  await api.inQueue(one.id, number, "hold");
  await api.inQueue(one.id, number, "release");
  await expect(api.inQueue(one.id, number, "release")).rejects.toThrow("nobody holds it");
  await api.pause(one.id);
  await api.pause(one.id);
  await api.resume(one.id);
  await api.cancel(first.id);
  await expect(api.cancel(first.id)).rejects.toThrow("already cancelled");
  await api.retry(first.id, "a-key");
  await api.retry(first.id, "a-key");
  const { id } = await validationWhere(app, one, number, ({ attempt }) => attempt === 2);
  await api.cancel(id);
  const people = (await auditOf(app, one.id, before)).filter(({ actor }) => actor === "owner");
  expect(people.map(({ action, target }) => `${action} ${target}`)).toEqual([
    `project.change ${one.id}`,
    `secret.write ${one.id}/API_KEY`,
    `secret.remove ${one.id}/API_KEY`,
    `queue.hold #${number}`,
    `queue.release #${number}`,
    `project.pause ${one.id}`,
    `project.resume ${one.id}`,
    `validation.cancel ${first.id}`,
    `validation.retry ${first.id}`,
    `validation.cancel ${id}`,
  ]);
  expect(new Set(people.map(({ request_id }) => request_id)).size).toBe(people.length);
  expect(JSON.stringify(people)).not.toContain("a-value-nobody-may-see");
  expect(people[0]?.before_hash).not.toBe(people[0]?.after_hash);
  expect(await wrongIn(app, one.id)).toBe("");
});

test("a push supersedes: one row, which names the new validation; the chain goes on after a restart", async () => {
  const { app } = stage;
  const one = await project(app, "pushed", SLOW);
  const { number } = await open(app, one, "change");
  const first = await running(app, one, number, "test");
  await app.restartWorker();
  const head = await app.github.pushCommit(
    one.full_name,
    "change",
    { "test.sh": 'echo "1 passed, 0 failed"\n' },
    "B",
  );
  const second = await settled(app, one, number, head);
  const superseded = (await auditOf(app, one.id)).filter(({ action }) => action === "validation.superseded");
  expect(superseded).toMatchObject([
    {
      actor: "github",
      target: first.id,
      detail: expect.stringContaining(`${second.id}: validation.started`),
    },
  ]);
  expect(await wrongIn(app, one.id)).toBe("");
});

test("what belongs to no project has a chain of its own; a project that is gone keeps its own; others are 404", async () => {
  const { app } = stage;
  const one = await project(app, "gone");
  await app.api.unpin(one.id);
  expect((await auditOf(app, one.id)).map(said)).toEqual(["owner project.pin", "owner project.unpin"]);
  expect((await ask(app, "/api/v1/projects/nobody/audit")).status).toBe(404);
  expect((await ask(app, "/api/v1/projects/nobody/audit/export")).status).toBe(404);
  expect(await wrongIn(app, "-")).toBe("");
});

describe("tampering", () => {
  test("D1 refuses to change, delete or replace a row", async () => {
    const { app } = stage;
    const one = await project(app, "refused");
    const before = await auditOf(app, one.id);
    await expect(rows(app, "UPDATE audit SET actor = 'nobody'")).rejects.toThrow("never changed");
    await expect(rows(app, "DELETE FROM audit")).rejects.toThrow("never deleted");
    await rows(
      app,
      "INSERT OR REPLACE INTO audit SELECT project_id, id, at, fact, 'nobody', action, target, detail, before_hash, after_hash, request_id, delivery_id, validated_sha, observed_sha, policy_version, prev, hash FROM audit WHERE project_id = ?",
      one.id,
    );
    expect(await auditOf(app, one.id)).toEqual(before);
  });

  /** Somebody who owns the database can drop the triggers; what they do then is seen. */
  async function forced(one: Project, ...statements: string[]): Promise<void> {
    const { app } = stage;
    const triggers = await rows<{ name: string; sql: string }>(
      app,
      "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'",
    );
    for (const { name } of triggers) await rows(app, `DROP TRIGGER ${name}`);
    for (const statement of statements) await rows(app, statement, one.id);
    for (const { sql } of triggers) await rows(app, sql);
  }
  const swap = (from: number, to: number) =>
    `UPDATE audit SET id = ${to} WHERE id = ${from} AND project_id = ?`;

  test.each<[string, string[], string]>([
    ["a changed row", ["UPDATE audit SET actor = 'nobody' WHERE id = 2 AND project_id = ?"], "was changed"],
    ["a deleted row", ["DELETE FROM audit WHERE id = 2 AND project_id = ?"], "rows are missing"],
    ["the last row deleted", ["DELETE FROM audit WHERE id = 3 AND project_id = ?"], "ends with row 3"],
    ["all rows deleted", ["DELETE FROM audit WHERE project_id = ?"], "ends with none"],
    ["two rows that changed places", [swap(2, 9), swap(3, 2), swap(9, 3)], "was changed"],
  ])("%s is seen in the export", async (name, statements, says) => {
    const { app } = stage;
    const one = await project(app, name.replaceAll(" ", "-"));
    await app.api.saveSecret(one.id, "A", "one-value");
    await app.api.saveSecret(one.id, "B", "other-value");
    expect(await wrongIn(app, one.id)).toBe("");
    const kept = await rows<AuditRow>(app, "SELECT * FROM audit WHERE project_id = ? ORDER BY id", one.id);
    await forced(one, ...statements);
    expect(await wrongIn(app, one.id)).toContain(says);
    // Put back, for what must hold after each file.
    await forced(one, "DELETE FROM audit WHERE project_id = ?");
    for (const row of kept)
      await rows(
        app,
        `INSERT INTO audit (${Object.keys(row).join(", ")}) VALUES (${Object.keys(row)
          .map(() => "?")
          .join(", ")})`,
        ...Object.values(row),
      );
    expect(await wrongIn(app, one.id)).toBe("");
  });
});
