/** S3, S7: what GitHub tells again or shows too late changes nothing, and nothing is lost by it. */
import { randomUUID } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { MINUTE_MS, metric, tick } from "./clock.ts";
import { post } from "./deliveries.ts";
import {
  type App,
  ask,
  eventually,
  open,
  ourChecks,
  type Project,
  project,
  rows,
  settled,
  useApp,
  validationWhere,
} from "./machine.ts";

const stage = useApp();
afterEach(() => stage.app.github.faults.clear());

const CONFIG = { ".tidegate.yml": "setup: none\ntest: sh test.sh\nanalyze: { enabled: false }\n" };
const BY_HAND = { auto_merge_enabled: false };

type Row = { id: string; state: string; reason: string | null; validation_id: string | null };

/** Deliveries with these ids, once all have an end. */
function ended(app: App, ids: readonly string[]): Promise<Row[]> {
  return eventually("the deliveries to end", async () => {
    const all = await rows<Row>(app, "SELECT id, state, reason, validation_id FROM deliveries");
    const mine = all.filter(({ id, state }) => ids.includes(id) && ["done", "ignored"].includes(state));
    return mine.length === ids.length ? mine : null;
  });
}

/** What GitHub sent of a pull request, as it was signed. */
function captured({ github }: App, action: string, head: string): string {
  const sent = github.deliveries.find(
    (one) => one.event === "pull_request" && one.action === action && one.request.body.includes(head),
  );
  if (sent === undefined) throw new Error(`GitHub sent no ${action}`);
  return sent.request.body;
}

const replay = (app: App, body: string, times: number) =>
  Promise.all(
    Array.from({ length: times }, async () => {
      const guid = randomUUID();
      expect((await post(app, { guid, body })).status).toBe(202);
      return guid;
    }),
  );

test("a delivery that is sent again with new ids is a duplicate by what it means", async () => {
  const { app } = stage;
  const one = await project(app, "replayed", CONFIG, BY_HAND);
  const { number } = await open(app, one, "change");
  const head = await app.github.pushCommit(one.full_name, "change", { "b.txt": "b\n" }, "B");
  const validation = await settled(app, one, number, head);
  await app.github.settled();
  const body = captured(app, "synchronize", head);
  // The clock looks at the same moment.
  const [guids] = await Promise.all([replay(app, body, 10), tick(app)]);
  for (const row of await ended(app, guids)) {
    expect(row).toMatchObject({
      state: "ignored",
      reason: "duplicate_semantic",
      validation_id: validation.id,
    });
  }
  const { validations } = await app.api.pull(one.id, number);
  expect(validations.filter(({ head_sha }) => head_sha === head)).toHaveLength(1);
  expect(ourChecks(app, one, head)).toHaveLength(1);
  const late = await post(app, { guid: guids[0] ?? "", body });
  expect(late).toMatchObject({ status: 200, said: { duplicate: true, validation_id: validation.id } });
  expect(await metric(app, 'webhook_reconciled_total{of="pull"}')).toBe(0);
});

test("an old closing that is sent again closes nothing", async () => {
  const { app } = stage;
  const one = await project(app, "reopened", CONFIG, BY_HAND);
  const { number, head } = await open(app, one, "change", undefined, { draft: true });
  await eventually("it", () => app.api.pull(one.id, number).catch(() => null));
  await app.github.closePull(one.full_name, number);
  await eventually("its end", async () =>
    (await app.api.pull(one.id, number)).state === "closed" ? true : null,
  );
  await app.github.reopenPull(one.full_name, number);
  await eventually("its return", async () =>
    (await app.api.pull(one.id, number)).state === "open" ? true : null,
  );
  await app.github.settled();
  const [row] = await ended(app, await replay(app, captured(app, "closed", head), 1));
  expect(row).toMatchObject({ state: "ignored", reason: "duplicate_semantic" });
  expect((await app.api.pull(one.id, number)).state).toBe("open");
});

test("for seconds after a force push GitHub shows the old head: the new one is validated all the same", async () => {
  const { app } = stage;
  const { github } = app;
  const one = await project(app, "stale", CONFIG, BY_HAND);
  const main = await github.head(one.full_name, "main");
  const { number, head } = await open(app, one, "change");
  await settled(app, one, number, head);
  const next = await github.pushCommit(one.full_name, "aside", { "c.txt": "c\n" }, "C", { from: main });
  github.faults.staleHeadMs = 5_000;
  await github.setBranch(one.full_name, "change", next);
  const validation = await validationWhere(app, one, number, () => true, next);
  expect(validation.head_sha).toBe(next);
  const [row] = await eventually("the delivery's end", async () => {
    const found = await rows<Row & { head_sha: string }>(
      app,
      "SELECT * FROM deliveries WHERE event = 'pull_request' AND head_sha = ? AND state = 'done'",
      next,
    );
    return found.length > 0 ? found : null;
  });
  expect(row?.validation_id).toBe(validation.id);
  // One look at the old head at least, and one at the new.
  const reads = github.requests.filter(({ path }) => path === `/repos/${one.full_name}/pulls/${number}`);
  expect(reads.length).toBeGreaterThan(2);
  await settled(app, one, number, next);
});

/** Deliveries of a repository every ten minutes, the last one `ago` ms ago. */
async function history(app: App, { full_name }: Project, ago: number): Promise<void> {
  const { id } = app.github.repository(full_name);
  await rows(app, "DELETE FROM deliveries WHERE repo_id = ?", id);
  for (let nth = 0; nth < 12; nth++) {
    const at = Date.now() - ago - nth * 10 * MINUTE_MS;
    const written =
      "INSERT INTO deliveries (id, event, body_sha256, state, repo_id, lease_until, received_at) VALUES (?, 'push', '', 'done', ?, 0, ?)";
    await rows(app, written, randomUUID(), id, at);
  }
}

test("when nothing is heard for much longer than usual people are told, until something is", async () => {
  const { app } = stage;
  const one = await project(app, "hushed", CONFIG, BY_HAND);
  const alerts = async () => (await (await ask(app, "/api/v1/alerts")).json()) as { project_id: string }[];
  await app.github.settled();
  await history(app, one, 30 * MINUTE_MS);
  await tick(app, 0, true);
  expect(await alerts()).toEqual([]);
  await history(app, one, 62 * MINUTE_MS);
  await tick(app, 0, true);
  await tick(app, 0, true);
  expect(await alerts()).toEqual([
    {
      ...{ project_id: one.id, kind: "webhooks_silent", since: expect.any(Number) },
      message: expect.stringMatching(/^No webhook was heard for 1 hour/),
    },
  ]);
  expect(await metric(app, 'alerts_open{kind="webhooks_silent"}')).toBe(1);
  expect(await (await ask(app, "/metrics")).text()).not.toContain("hushed");
  await app.github.pushCommit(one.full_name, "main", { "d.txt": "d\n" }, "D");
  await app.github.settled();
  await tick(app, 0);
  expect(await alerts()).toEqual([]);
  expect(await metric(app, 'alerts_open{kind="webhooks_silent"}')).toBe(0);
});
