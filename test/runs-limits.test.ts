/** Steps of runs under GitHub's limits and with a credential that it takes no more: the same as steps of validations. */
import { expect, test } from "vitest";
import { type App, type Project, useApp } from "./machine.ts";
import { AGENT, runWhere } from "./runs.ts";

const stage = useApp();
/** How long a pause lasts here: long enough to be seen, short enough to be waited for. */
const PAUSE_S = 8;
const GOAL = { target_text: "Do it", auto_confirm: true };
const PLAN_THEN_TOUCH = '[ "$TIDEGATE_PURPOSE" = plan ] && { echo "a plan"; exit 0; }\ntouch made.txt';

/** A project of an owner of its own, and so of an installation of its own. */
async function alone(app: App, owner: string): Promise<Project & { by: string }> {
  app.github.createUser(owner);
  const full_name = `${owner}/shop` as const;
  const files = {
    ".tidegate.yml": "setup: none\ntest: sh test.sh\n",
    "test.sh": 'echo "1 passed, 0 failed"\n',
  };
  await app.github.createRepository(full_name, { files });
  const { id: installation } = app.github.install(full_name);
  const settings = { ...AGENT, agent_command: PLAN_THEN_TOUCH, auto_merge_enabled: true };
  const { id } = await app.api.pin({ full_name, ...settings });
  return { id, full_name, by: `installation:${installation}` };
}

/** The moment at which a run's commit comes onto its branch. */
const pushes = (by: string) => (seen: { by: string; method: string; path: string }) =>
  seen.by === by && seen.method === "POST" && seen.path.endsWith("/git/refs");

test("a push that GitHub's limits keep is waited for, says so, and costs the run none of its minutes", async () => {
  const { app } = stage;
  const one = await alone(app, "agent-paused");
  app.github.faults.add({
    match: pushes(one.by),
    times: 1,
    before: async () => {
      const headers = { "retry-after": String(PAUSE_S) };
      return Response.json({ message: "You have exceeded a secondary rate limit" }, { status: 429, headers });
    },
  });
  const { id } = await app.api.startRun(one.id, GOAL);
  const waiting = await runWhere(app, id, ({ current }) => current?.stalled !== undefined);
  expect(waiting).toMatchObject({ phase: "pushing", current: { stalled: { code: "github_rate_limited" } } });
  const { active_since, current } = waiting;
  expect(active_since).toBe(current?.stalled?.until);
  expect((current?.deadline_at ?? 0) - (current?.ordered_at ?? 0)).toBeGreaterThan(
    (20 * 60 + PAUSE_S - 1) * 1000,
  );
  const done = await runWhere(app, id, ({ phase }) => phase === "completed");
  expect(done.turns_taken.map(({ purpose, state }) => `${purpose} ${state}`)).toEqual([
    "plan passed",
    "write passed",
  ]);
});

test("a credential that GitHub takes no more ends a push at once, and another go takes it up again", async () => {
  const { app } = stage;
  const one = await alone(app, "agent-revoked");
  const restore = app.github.faults.failBefore(pushes(one.by), 401, 99);
  const { id } = await app.api.startRun(one.id, GOAL);
  const run = await runWhere(app, id, ({ phase }) => phase === "needs_human");
  expect(run.reason).toMatchObject({ code: "auth_revoked" });
  expect(run.reason?.message).toContain(one.by.replace(":", " "));
  // Once, and once more with a fresh token.
  expect(app.github.requests.filter(pushes(one.by)).map(({ status }) => status)).toEqual([401, 401]);
  restore();
  await app.api.retryRun(id);
  await runWhere(app, id, ({ phase }) => phase === "completed");
});
