/** S12: GitHub lets us in no more, and does again: nothing runs on meanwhile, nothing is asked, nothing is lost. */
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { tick } from "./clock.ts";
import {
  type App,
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
afterEach(() => stage.app.github.faults.clear());

const FILES = {
  ".tidegate.yml": "setup: none\ntest: sh test.sh\nanalyze: { enabled: false }\n",
  "test.sh": "echo begun; sleep 600; echo '1 passed, 0 failed'\n",
};
const BY_HAND = { auto_merge_enabled: false };

/** A project with a validation that runs in a sandbox. */
async function atWork(name: string): Promise<{ one: Project; number: number; id: string }> {
  const { app } = stage;
  const one = await project(app, name, FILES, BY_HAND);
  const { number } = await open(app, one, "change");
  const { id } = await running(app, one, number, "test");
  return { one, number, id };
}

/** Waits until a project is disconnected, what ran for it has ended, and its sandbox is gone. */
async function expectStopped(
  app: App,
  { one, number, id }: Awaited<ReturnType<typeof atWork>>,
  code: string,
) {
  const { disconnected } = await eventually("the project to be disconnected", async () => {
    const found = await app.api.project(one.id);
    return found.disconnected === null ? null : found;
  });
  expect(disconnected?.code).toBe(code);
  const stopped = await validationWhere(app, one, number, ({ state }) => state !== "running");
  expect(stopped).toMatchObject({ id, state: "cancelled", reason: { code: "disconnected" } });
  await eventually("its sandbox to go", async () =>
    (await sandboxes(app)).some((sandbox) => sandbox.id.startsWith(id)) ? null : true,
  );
}

/** Requests for a repository, or by its installation. */
function askedFor({ github }: App, { full_name }: Project): string[] {
  return github.requests
    .filter(({ path, by }) => path.startsWith(`/repos/${full_name}`) && !by.startsWith("user:"))
    .map(({ method, path }) => `${method} ${path}`);
}

test("an installation is suspended: what runs is cancelled, nothing is asked; then it begins anew", async () => {
  const { app } = stage;
  const work = await atWork("suspended");
  app.github.suspend(work.one.full_name);
  await expectStopped(app, work, "installation_suspended");
  // What was under way has its last word.
  await eventually("the reports", async () => {
    const [row] = await rows<{ open: number }>(
      app,
      "SELECT count(*) AS open FROM steps WHERE finished_at IS NULL",
    );
    return row?.open === 0 ? true : null;
  });
  const before = askedFor(app, work.one).length;
  await app.github.pushCommit(
    work.one.full_name,
    "change",
    { "test.sh": "echo '1 passed, 0 failed'\n" },
    "Quick",
  );
  for (let nth = 0; nth < 3; nth++) await tick(app);
  await pause(3_000);
  expect(askedFor(app, work.one).slice(before)).toEqual([]);
  app.github.unsuspend(work.one.full_name);
  await eventually("the project to be back", async () =>
    (await app.api.project(work.one.id)).disconnected === null ? true : null,
  );
  const head = await app.github.head(work.one.full_name, "change");
  expect(await settled(app, work.one, work.number, head)).toMatchObject({ state: "passed" });
});

test("an installation is deleted and nobody tells: the next minute finds it", async () => {
  const { app } = stage;
  const work = await atWork("deleted");
  app.github.faults.addHook({ act: "lose" });
  app.github.uninstall(work.one.full_name);
  // The next comparison is not due yet.
  await rows(app, "UPDATE projects SET reconciled_at = ?", Date.now() + 3_600_000);
  await tick(app, 0);
  await expectStopped(app, work, "not_installed");
  app.github.faults.clear();
  // Another installation, with another id; the same head begins anew without a push.
  app.github.install(work.one.full_name);
  const again = await validationWhere(app, work.one, work.number, ({ attempt }) => attempt === 2);
  expect(again.id).not.toBe(work.id);
  await running(app, work.one, work.number, "test");
  await app.api.cancel(again.id);
});

test("a repository is taken out of its installation", async () => {
  const work = await atWork("taken-out");
  stage.app.github.removeFromInstallation(work.one.full_name);
  await expectStopped(stage.app, work, "not_installed");
});

test("a repository is deleted", async () => {
  const work = await atWork("no-more");
  await stage.app.github.deleteRepository(work.one.full_name);
  await expectStopped(stage.app, work, "not_installed");
});

test("a release that was given up is ordered again", async () => {
  const { app } = stage;
  const work = await atWork("left");
  await app.api.cancel(work.id);
  await settled(app, work.one, work.number);
  await eventually("its sandbox to go", async () => ((await sandboxes(app)).length === 0 ? true : null));
  const ago = Date.now() - 20 * 60_000;
  await rows(app, "UPDATE steps SET state = 'errored', started_at = ? WHERE validation_id = ?", ago, work.id);
  await rows(
    app,
    "UPDATE validations SET data = json_set(data, '$.finished_at', ?) WHERE id = ?",
    ago,
    work.id,
  );
  await tick(app, 0, true);
  const released = await eventually("another release", async () => {
    const found = await rows<{ state: string }>(
      app,
      "SELECT state FROM steps WHERE id = ?",
      `${work.id}.release.1.2`,
    );
    return found[0]?.state === "passed" ? found[0] : null;
  });
  expect(released.state).toBe("passed");
});
