/** S19: what no webhook told is found within one comparison, and what GitHub sends again later changes nothing. */
import { expect, test } from "vitest";
import type { Pull } from "../models/pull.ts";
import { metric, tick } from "./clock.ts";
import {
  type App,
  asOwner,
  eventually,
  open,
  type Project,
  project,
  rows,
  running,
  sandboxes,
  settled,
  useApp,
  validationWhere,
} from "./machine.ts";

const stage = useApp();
const CONFIG = { ".tidegate.yml": "setup: none\ntest: sh test.sh\nanalyze: { enabled: false }\n" };
const SLOW = { ...CONFIG, "test.sh": "echo begun; sleep 600; echo '1 passed, 0 failed'\n" };
const QUICK = { "test.sh": "echo '1 passed, 0 failed'\n" };
/** GitHub is asked for one delivery a second. */
const PATIENCE_MS = 240_000;
const BY_HAND = { auto_merge_enabled: false };

type Shown = Pick<
  Pull,
  "number" | "state" | "merged" | "draft" | "title" | "head_sha" | "head_ref" | "head_repo_id" | "base_ref"
>;

/** The pull requests of a repository as they are. */
function live({ github }: App, repoId: number): Shown[] {
  const repository = github.world.repositories.get(repoId);
  const pulls = [...(repository?.issues.values() ?? [])].filter((issue) => "headSha" in issue);
  return pulls.map((pull) => ({
    ...{ number: pull.number, state: pull.state, merged: pull.mergedAt !== null, draft: pull.draft },
    ...{ title: pull.title, head_sha: pull.headSha, head_ref: pull.headRef },
    ...{ head_repo_id: pull.headRepositoryId, base_ref: pull.baseRef },
  }));
}

/** The same as they are stored. */
async function stored({ api }: App, { id }: Project): Promise<Shown[]> {
  const pulls = await api.pulls(id);
  return pulls.map(({ number, state, merged, draft, title, head_sha, head_ref, head_repo_id, base_ref }) => ({
    ...{ number, state, merged, draft, title, head_sha, head_ref, head_repo_id, base_ref },
  }));
}

const byNumber = (pulls: Shown[]) => pulls.sort((a, b) => a.number - b.number);
const one = {} as { shop: Project; wander: Project; repoId: number };
const pull = {} as Record<"merged" | "closed" | "deleted" | "pushed" | "forked" | "wandering", number>;

test("every webhook is lost for a while, and then one comparison finds it all", {
  timeout: 600_000,
}, async () => {
  const { app } = stage;
  const { github } = app;
  one.shop = await project(app, "shop", SLOW, BY_HAND);
  one.wander = await project(app, "wander", { ...CONFIG, ...QUICK }, BY_HAND);
  one.repoId = github.repository("acme/shop").id;
  for (const name of ["merged", "closed", "deleted"] as const) {
    pull[name] = (await open(app, one.shop, name)).number;
    await validationWhere(app, one.shop, pull[name], () => true);
  }
  await running(app, one.shop, pull.merged, "test");
  pull.pushed = (await open(app, one.shop, "pushed", undefined, { draft: true })).number;
  pull.wandering = (await open(app, one.wander, "wandering")).number;
  const before = await settled(app, one.wander, pull.wandering);
  github.createUser("mallory");
  await github.fork("acme/shop", "mallory");
  await github.pushCommit("mallory/shop", "gift", { "gift.txt": "x\n" }, "A gift");
  pull.forked = (await github.openPull("acme/shop", { head: "mallory:gift" })).number;
  await eventually("the pushed one", () => app.api.pull(one.shop.id, pull.pushed).catch(() => null));
  await eventually("the fork's", () => app.api.pull(one.shop.id, pull.forked).catch(() => null));
  await github.settled();

  github.faults.addHook({ act: "drop" });
  for (let nth = 1; nth <= 5; nth++) await open(app, one.shop, `new-${nth}`, QUICK, { draft: nth > 1 });
  const head = await github.pushCommit("acme/shop", "pushed", QUICK, "Faster");
  await github.pushCommit("acme/shop", "new-1", { "more.txt": "x\n" }, "More");
  const merge = await asOwner(app, "PUT", `/repos/acme/shop/pulls/${pull.merged}/merge`, {});
  expect(merge.status).toBe(200);
  await github.closePull("acme/shop", pull.closed);
  github.erasePull("acme/shop", pull.deleted);
  await github.deleteRepository("mallory/shop");
  await github.renameBranch("acme/shop", "main", "trunk");
  github.rename("acme/shop", "store");
  github.createOrganization("elsewhere");
  github.transfer("acme/wander", "elsewhere");
  const { id: installation_id } = github.install("elsewhere/wander");
  await github.settled();
  expect(byNumber(await stored(app, one.shop))).not.toEqual(byNumber(live(app, one.repoId)));
  github.faults.clear();

  // GitHub's log of what it failed to deliver is not read yet.
  const read = JSON.stringify({ begun_at: Date.now() + 3_600_000 });
  await rows(app, "INSERT INTO scans VALUES ('deliveries', 0, ?)", read);
  await tick(app);
  const gone = (of: Shown) => of.number !== pull.deleted;
  await eventually("what is stored to be what is", async () => {
    const all = byNumber((await stored(app, one.shop)).filter(gone));
    return JSON.stringify(all) === JSON.stringify(byNumber(live(app, one.repoId))) ? true : null;
  });
  const deleted = await app.api.pull(one.shop.id, pull.deleted);
  expect([deleted.state, deleted.merged]).toEqual(["closed", false]);
  expect(await app.api.project(one.shop.id)).toMatchObject({
    ...{ full_name: "acme/store", name: "acme/store", default_branch: "trunk", pinned_branch: "main" },
    ...{ repo_id: one.repoId, disconnected: null },
  });
  // The same repository elsewhere: its history stays, and its new installation speaks for it.
  expect(await app.api.project(one.wander.id)).toMatchObject({
    full_name: "elsewhere/wander",
    installation_id,
  });
  expect((await app.api.pull(one.wander.id, pull.wandering)).validations.map(({ id }) => id)).toEqual([
    before.id,
  ]);

  for (const number of [pull.merged, pull.closed, pull.deleted]) {
    expect((await settled(app, one.shop, number)).state).toBe("cancelled");
  }
  expect(await app.api.pull(one.shop.id, pull.pushed)).toMatchObject({ head_sha: head, blocked: "draft" });
  for (const { number, draft } of live(app, one.repoId).filter(({ title }) => title.includes("new-"))) {
    if (draft) expect((await app.api.pull(one.shop.id, number)).blocked).toBe("draft");
    else expect((await settled(app, one.shop, number)).state).toBe("passed");
  }
  await eventually("their sandboxes to go", async () => ((await sandboxes(app)).length === 0 ? true : null));
  // Five opened, two pushed, three that are over, one whose fork is gone; the branch that was renamed touches the same.
  expect(await metric(app, 'webhook_reconciled_total{of="pull"}')).toBeGreaterThanOrEqual(10);
  expect(await metric(app, 'webhook_reconciled_total{of="repository"}')).toBe(2);
});

test("what GitHub failed to deliver is asked for again, and ends as a duplicate", {
  timeout: 600_000,
}, async () => {
  const { app } = stage;
  const { github } = app;
  await github.settled();
  const validations = () => rows(app, "SELECT id FROM validations ORDER BY id");
  const before = await validations();
  const pinned = new Set([one.repoId, github.repository("elsewhere/wander").id]);
  const failed = github.deliveries.filter(
    ({ statusCode, repositoryId }) =>
      statusCode >= 400 && (repositoryId === null || pinned.has(repositoryId)),
  );
  const guids = new Set(failed.map(({ guid }) => guid));
  expect(guids.size).toBeGreaterThan(20);
  await rows(app, "DELETE FROM scans");
  await eventually(
    "all of them",
    async () => {
      await tick(app, 0);
      const came = new Set(
        github.deliveries.filter(({ statusCode }) => statusCode < 300).map(({ guid }) => guid),
      );
      return [...guids].every((guid) => came.has(guid)) ? true : null;
    },
    PATIENCE_MS,
  );
  type Row = { id: string; event: string; state: string; reason: string | null };
  const ended = await eventually("their ends", async () => {
    const all = await rows<Row>(app, "SELECT id, event, action, pr_number, state, reason FROM deliveries");
    const mine = all.filter(({ id, event }) => guids.has(id) && event === "pull_request");
    return mine.every(({ state }) => state === "done" || state === "ignored" || state === "dead")
      ? mine
      : null;
  });
  expect(ended.filter(({ reason }) => reason !== "duplicate_semantic")).toEqual([]);
  expect(await validations()).toEqual(before);
  // Heard of by now, they are forgotten at the next look.
  await eventually("the list to empty", async () => {
    await rows(app, "UPDATE redeliveries SET due_at = 0");
    await tick(app, 0);
    return (await rows(app, "SELECT * FROM redeliveries")).length === 0 ? true : null;
  });
  expect(await metric(app, 'webhook_reconciled_total{of="delivery"}')).toBe(guids.size);
  expect(await metric(app, "webhook_lag_seconds_count")).toBeGreaterThan(guids.size);
});

test("a delivery that fails again and again is asked for a few times only", async () => {
  const { app } = stage;
  const { github } = app;
  github.faults.addHook({ act: "drop" });
  const { number } = await open(app, { ...one.shop, full_name: "acme/store" }, "unheard", QUICK, {
    draft: true,
  });
  const opened = github.deliveries.find(
    ({ event, request }) => event === "pull_request" && request.payload.number === number,
  );
  const attempts = () => github.deliveries.filter(({ guid }) => guid === opened?.guid).length;
  // The log is read again when it is due.
  await rows(app, "DELETE FROM scans");
  await eventually("it to be given up", async () => {
    await rows(app, "UPDATE redeliveries SET due_at = 0 WHERE times <= 8");
    await tick(app, 0);
    const given = await rows(app, "SELECT * FROM redeliveries WHERE guid = ? AND times = 9", opened?.guid);
    return given.length === 1 ? true : null;
  });
  // The log, which shows its failures still, is read once more.
  await rows(app, "DELETE FROM scans");
  await tick(app, 0);
  await eventually("the reading", async () =>
    (await rows(app, "SELECT * FROM scans")).length > 0 ? true : null,
  );
  expect(attempts()).toBe(9);
  github.faults.clear();
  await tick(app, 20 * 60_000);
  const seen = await eventually("it", () => app.api.pull(one.shop.id, number).catch(() => null));
  expect(seen.draft).toBe(true);
});
