/** On a real D1: what the clock finds. */
import { beforeEach, describe, expect, test } from "vitest";
import { ProjectSettings } from "../../models/project.ts";
import { raiseAlert } from "./alerts.ts";
import { useD1 } from "./d1.fixture.ts";
import { knownDeliveries } from "./deliveries.ts";
import { clearSilence, leftSandboxes, overdueProjects, pullsStoppedBy, silentProjects } from "./overdue.ts";
import {
  claimDueProjects,
  disconnectProject,
  findProject,
  insertProject,
  moveProject,
  projectsAtWork,
  projectsOfInstallation,
  updateProject,
} from "./projects.ts";
import { dueRedeliveries, noteAsked, noteLost } from "./scans.ts";

const stage = useD1();
const MINUTE = 60_000;
const NOW = 1_000_000 * MINUTE;
const TABLES = ["projects", "validations", "steps", "pulls", "deliveries", "alerts", "redeliveries"];

beforeEach(async () => {
  await stage.db.batch(TABLES.map((table) => stage.db.prepare(`DELETE FROM ${table}`)));
});

async function project(id: string, repo_id = 1, installation_id: number | null = 5): Promise<void> {
  const names = {
    name: `octo/${id}`,
    full_name: `octo/${id}`,
    default_branch: "main",
    github_url: "https://x",
  };
  const at = { created_at: 1, updated_at: 1 };
  await insertProject(stage.db, {
    id,
    repo_id,
    installation_id,
    ...names,
    ...at,
    ...ProjectSettings.parse({}),
  });
}

async function validation(id: string, project_id: string, state: string, data: object): Promise<void> {
  await run(
    "INSERT INTO validations (id, project_id, pr_number, head_sha, attempt, state, merge_state, created_at, revision, data) VALUES (?, ?, 1, 'a', 1, ?, 'none', 1, 1, ?)",
    ...[id, project_id, state, JSON.stringify(data)],
  );
}

async function step(
  validationId: string,
  kind: string,
  nth: number,
  state: string,
  started_at: number,
): Promise<void> {
  await run(
    "INSERT INTO steps (id, validation_id, kind, try, state, started_at) VALUES (?, ?, ?, ?, ?, ?)",
    ...[`${validationId}.${kind}.${nth}.${started_at}`, validationId, kind, nth, state, started_at],
  );
}

async function heard(id: string, repo_id: number, received_at: number): Promise<void> {
  await run(
    "INSERT INTO deliveries (id, event, body_sha256, state, repo_id, lease_until, received_at) VALUES (?, 'push', '', 'done', ?, 0, ?)",
    ...[id, repo_id, received_at],
  );
}

const run = (query: string, ...values: unknown[]) =>
  stage.db
    .prepare(query)
    .bind(...values)
    .run();

describe("projects that are due", () => {
  test("are given to one caller each, those that wait longest first", async () => {
    for (const [id, at] of [
      ["a", 3],
      ["b", 1],
      ["c", 2],
    ] as const) {
      await project(id);
      await run("UPDATE projects SET reconciled_at = ? WHERE id = ?", at, id);
    }
    const [one, other] = await Promise.all([
      claimDueProjects(stage.db, NOW, 2),
      claimDueProjects(stage.db, NOW, 2),
    ]);
    expect([...one, ...other].sort()).toEqual(["a", "b", "c"]);
    expect([...one].sort()).toEqual(["b", "c"]);
    expect(await claimDueProjects(stage.db, NOW + 4 * MINUTE, 9)).toEqual([]);
    expect(await claimDueProjects(stage.db, NOW + 5 * MINUTE, 9)).toHaveLength(3);
  });

  test("wait an hour when GitHub does not let us in, and for ever when they are removed", async () => {
    await project("away");
    await project("removed");
    await run("UPDATE projects SET removed_at = 1 WHERE id = 'removed'");
    await run("UPDATE projects SET reconciled_at = ?", NOW);
    await disconnectProject(stage.db, "away", { code: "x", message: "y", since: NOW });
    expect(await claimDueProjects(stage.db, NOW + 59 * MINUTE, 9)).toEqual([]);
    expect(await claimDueProjects(stage.db, NOW + 60 * MINUTE, 9)).toEqual(["away"]);
  });
});

describe("a project's place", () => {
  const place = { name: "octo/new", full_name: "octo/new", installation_id: 6, github_url: "https://y" };

  test("moves without its settings, and its settings change without its place", async () => {
    await project("shop");
    const before = await findProject(stage.db, "shop");
    if (before === null) throw new Error("not there");
    await moveProject(stage.db, "shop", { ...place, default_branch: "main" });
    await updateProject(stage.db, { ...before, auto_merge_enabled: true, updated_at: 7 });
    expect(await findProject(stage.db, "shop")).toMatchObject({
      ...{ ...place, default_branch: "main", pinned_branch: null },
      ...{ auto_merge_enabled: true, updated_at: 7 },
    });
  });

  test("remembers which branch was the default one at pinning", async () => {
    await project("shop");
    for (const default_branch of ["trunk", "next", "next"])
      await moveProject(stage.db, "shop", { ...place, default_branch });
    expect(await findProject(stage.db, "shop")).toMatchObject({
      default_branch: "next",
      pinned_branch: "main",
    });
  });

  test("is lost and found once each", async () => {
    await project("shop");
    const why = { code: "not_installed", message: "Gone", since: 3 };
    expect([
      await disconnectProject(stage.db, "shop", why),
      await disconnectProject(stage.db, "shop", { ...why, since: 4 }),
    ]).toEqual([true, false]);
    expect((await findProject(stage.db, "shop"))?.disconnected).toEqual(why);
    expect([
      await disconnectProject(stage.db, "shop", null),
      await disconnectProject(stage.db, "shop", null),
    ]).toEqual([true, false]);
  });
});

test("an installation's projects are its own and those that wait for one", async () => {
  await project("own");
  await project("other", 2, 6);
  await project("waiting", 3, 7);
  await disconnectProject(stage.db, "waiting", { code: "x", message: "y", since: 1 });
  expect((await projectsOfInstallation(stage.db, 5)).sort()).toEqual(["own", "waiting"]);
});

test("projects at work are those for which something runs by leave of an installation", async () => {
  await project("working");
  await project("resting", 2);
  await project("token", 3, null);
  await validation("v1", "working", "running", {});
  await validation("v2", "resting", "passed", {});
  await validation("v3", "token", "running", {});
  expect(await projectsAtWork(stage.db)).toEqual([{ id: "working", installation_id: 5 }]);
});

test("overdue are projects whose step or validation should have ended", async () => {
  await validation("v1", "step", "running", { deadline_at: NOW + 1, current: { deadline_at: NOW - 1 } });
  await validation("v2", "whole", "queued", { deadline_at: NOW - 1, current: null });
  await validation("v3", "in-time", "running", { deadline_at: NOW + 1, current: { deadline_at: NOW + 1 } });
  await validation("v4", "over", "passed", { deadline_at: NOW - 1 });
  expect((await overdueProjects(stage.db, NOW, 9)).sort()).toEqual(["step", "whole"]);
});

describe("sandboxes that were left", () => {
  const long_ago = NOW - 20 * MINUTE;

  test.each<[string, object, [string, number, string, number][], unknown[]]>([
    [
      "of a validation that ended, never released",
      { finished_at: long_ago },
      [],
      [{ try: 1, releases: 0, released_at: null }],
    ],
    [
      "whose release was given up",
      { finished_at: long_ago },
      [["release", 1, "errored", long_ago]],
      [{ try: 1, releases: 1, released_at: long_ago }],
    ],
    [
      "whose second release passed",
      { finished_at: long_ago },
      [
        ["release", 1, "errored", long_ago],
        ["release", 1, "passed", long_ago + 1],
      ],
      [],
    ],
    ["of a validation that ended a moment ago", { finished_at: NOW + 1 }, [], []],
    [
      "of a validation that runs in it",
      { finished_at: null, current: { try: 1, ordered_at: long_ago } },
      [],
      [],
    ],
    [
      "of an earlier try",
      { finished_at: null, current: { try: 2, ordered_at: long_ago } },
      [["snapshot", 2, "passed", long_ago]],
      [{ try: 1, releases: 0, released_at: null }],
    ],
  ])("%s", async (_, data, steps, left) => {
    await validation("v", "p", "failed", data);
    await step("v", "snapshot", 1, "passed", long_ago);
    for (const [kind, nth, state, at] of steps) await step("v", kind, nth, state, at);
    const found = await leftSandboxes(stage.db, NOW, 9);
    expect(found).toEqual(left.map((one) => ({ project_id: "p", validation_id: "v", ...(one as object) })));
  });
});

test("pull requests that were stopped by a reason are found while nothing newer is there", async () => {
  const pull = (number: number, state: string, validation_id: string) =>
    run(
      "INSERT INTO pulls (project_id, number, state, data) VALUES ('p', ?, ?, ?)",
      number,
      state,
      JSON.stringify({ validation_id }),
    );
  await validation("v1", "p", "cancelled", { reason: { code: "disconnected" } });
  await validation("v2", "p", "cancelled", { reason: { code: "cancelled" } });
  await pull(1, "open", "v1");
  await pull(2, "open", "v2");
  await pull(3, "closed", "v1");
  expect(await pullsStoppedBy(stage.db, "p", "disconnected")).toEqual([1]);
});

test("silent are projects with a past; an alert is raised once, and taken back when something is heard", async () => {
  await project("silent", 1);
  await project("heard", 2);
  await project("new", 3);
  await heard("d1", 1, NOW - 10);
  await heard("d2", 2, NOW);
  expect(await silentProjects(stage.db, NOW)).toEqual([{ id: "silent", repo_id: 1, last: NOW - 10 }]);
  const alert = { project_id: "silent", kind: "webhooks_silent", message: "x", since: NOW - 10 } as const;
  expect([await raiseAlert(stage.db, alert), await raiseAlert(stage.db, alert)]).toEqual([true, false]);
  expect(await silentProjects(stage.db, NOW)).toEqual([]);
  await clearSilence(stage.db);
  expect((await stage.db.prepare("SELECT * FROM alerts").all()).results).toHaveLength(1);
  await heard("d3", 1, NOW - 9);
  await clearSilence(stage.db);
  expect((await stage.db.prepare("SELECT * FROM alerts").all()).results).toEqual([]);
});

describe("more ids than D1 takes values at once", () => {
  const ids = Array.from({ length: 350 }, (_, nth) => `delivery-${nth}`);

  test("are looked up all the same", async () => {
    for (const id of ids.slice(0, 3)) await heard(id, 1, 1);
    expect([...(await knownDeliveries(stage.db, ids))].sort()).toEqual(ids.slice(0, 3));
    expect(await knownDeliveries(stage.db, [])).toEqual(new Set());
  });

  test("are noted all the same, each once", async () => {
    const lost = ids.map((guid, nth) => ({ guid, delivery_id: String(3804004623172239366n + BigInt(nth)) }));
    await noteLost(stage.db, lost, 1);
    await noteAsked(stage.db, "delivery-7", 9);
    await noteLost(stage.db, lost, 5);
    expect(await dueRedeliveries(stage.db, 8, 1_000)).toHaveLength(349);
    expect(await dueRedeliveries(stage.db, 9, 1_000)).toContainEqual({
      guid: "delivery-7",
      delivery_id: "3804004623172239373",
      times: 1,
      due_at: 9,
    });
  });
});
