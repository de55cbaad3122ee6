/** GitHub's limits and its credentials: pauses for one installation alone, turns to write, tokens that end or are taken away. */
import { beforeAll, expect, test, vi } from "vitest";
import type { ValidationDetail } from "../models/validation.ts";
import { type App, merges, open, type Project, rows, settled, useApp, validationWhere } from "./machine.ts";

const stage = useApp({ vars: { GITHUB_WRITES_APART_MS: "1100" } });

/** How long a pause lasts here: long enough to be seen, short enough to be waited for. */
const PAUSE_S = 8;
/** So long before its end a token is put aside, and so long it is used here. */
const SPARE_MS = 5.5 * 60_000;
const WINDOW_MS = 4_000;

/** A project of an owner of its own, and so of an installation of its own. */
async function alone(app: App, owner: string, files = {}): Promise<Project & { by: string }> {
  app.github.createUser(owner);
  const full_name = `${owner}/shop` as const;
  const basics = {
    ".tidegate.yml": "setup: none\ntest: sh test.sh\n",
    "test.sh": 'echo "1 passed, 0 failed"\n',
  };
  await app.github.createRepository(full_name, { files: { ...basics, ...files } });
  const { id: installation } = app.github.install(full_name);
  const { id } = await app.api.pin({ full_name, auto_merge_enabled: true });
  return { id, full_name, by: `installation:${installation}` };
}

const asked = ({ github }: App, by: string) => github.requests.filter((seen) => seen.by === by);
const mints = ({ github }: App, by: string) =>
  github.requests.filter(({ path }) => path === `/app/installations/${by.split(":")[1]}/access_tokens`);

/** How the tries of the first step ended: another one would have begun everything anew. */
const snapshots = ({ steps }: ValidationDetail) =>
  steps.filter(({ kind }) => kind === "snapshot").map(({ state }) => state);

/** Every token that an installation ever had. */
const tokens = new Set<string>();

function remember({ github }: App): void {
  for (const { kind, value } of github.world.tokens.values()) if (kind === "installation") tokens.add(value);
}

/** Takes an installation's tokens away. */
function revoke(app: App, by: string): void {
  remember(app);
  for (const token of app.github.world.tokens.values())
    if (token.kind === "installation" && by === `installation:${token.installation.id}`)
      app.github.revokeToken(token.value);
}

/** What the Worker logs. */
const logged: string[] = [];
beforeAll(() => {
  const say = console.log.bind(console);
  vi.spyOn(console, "log").mockImplementation((...words) => {
    logged.push(words.join(" "));
    say(...words);
  });
});

/** Refuses one request of an installation for a limit. @returns when that was, in ms of GitHub's clock */
function refuseOnce({ github }: App, by: string, part: string, status: 403 | 429): { at: number | null } {
  const refused: { at: number | null } = { at: null };
  github.faults.add({
    match: (seen) => seen.by === by && seen.path.includes(part),
    times: 1,
    before: async ({ at }) => {
      refused.at = at;
      const headers = { "retry-after": String(PAUSE_S) };
      return Response.json({ message: "You have exceeded a secondary rate limit" }, { status, headers });
    },
  });
  return refused;
}

test("a pause: nothing is asked until it is over, nothing is lost, and another installation goes on", async () => {
  const { app } = stage;
  const [one, other] = [await alone(app, "paused"), await alone(app, "free")];
  const refused = refuseOnce(app, one.by, "/tarball/", 429);
  const first = await open(app, one, "change");
  const { stalled } = await validationWhere(app, one, first.number, (it) => it.stalled !== null);
  const pulls = [first, await open(app, one, "another")];
  const elsewhere = await open(app, other, "change");
  expect(stalled?.code).toBe("github_rate_limited");
  expect(stalled?.message).toContain(`installation ${one.by.split(":")[1]} until 20`);
  expect((await settled(app, other, elsewhere.number)).merge_state).toBe("merged");
  for (const { number } of pulls) {
    const validation = await settled(app, one, number);
    expect(validation).toMatchObject({ state: "passed", merge_state: "merged", attempt: 1, stalled: null });
    expect(snapshots(validation)).toEqual(["passed"]);
  }
  const from = refused.at ?? 0;
  // What was on its way when GitHub refused arrives all the same.
  const during = asked(app, one.by).filter(({ at }) => at > from + 1_000 && at < from + PAUSE_S * 1_000);
  expect(during.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  const kept = "SELECT bucket FROM github_buckets WHERE paused_until >= ?";
  const buckets = (await rows<{ bucket: string }>(app, kept, from)).map(({ bucket }) => bucket);
  expect(buckets).toContain(`${app.github.apiUrl} ${one.by.replace(":", " ")}`);
  expect(buckets).not.toContain(`${app.github.apiUrl} ${other.by.replace(":", " ")}`);
});

test("a merge that is refused for a limit is no merge whose answer was lost: it is asked for again, once", async () => {
  const { app } = stage;
  const one = await alone(app, "late");
  refuseOnce(app, one.by, "/merge", 403);
  const { number, head } = await open(app, one, "change");
  expect(await settled(app, one, number)).toMatchObject({ merge_state: "merged", merge_tries: 1 });
  expect(merges(app, one, number)).toEqual([403, 200].map((status) => ({ sha: head, status })));
});

test("401 in the middle: one fresh token, the same request once more, and nothing else is noticed", async () => {
  const { app } = stage;
  const one = await alone(app, "renewed");
  const fetched = (seen: { path: string }) => seen.path.startsWith(`/repos/${one.full_name}/tarball/`);
  app.github.faults.onRequest(fetched, () => revoke(app, one.by), 1);
  const { number } = await open(app, one, "change");
  const validation = await settled(app, one, number);
  expect(validation).toMatchObject({ state: "passed", merge_state: "merged" });
  expect(snapshots(validation)).toEqual(["passed"]);
  expect(app.github.requests.filter(fetched).map(({ status }) => status)).toEqual([401, 302]);
  const revoked = app.github.requests.find(fetched)?.at ?? 0;
  expect(mints(app, one.by).filter(({ at }) => at >= revoked)).toHaveLength(1);
});

test("a credential that is taken no more: the validation ends, and people read which installation", async () => {
  const { app } = stage;
  const one = await alone(app, "revoked");
  const refuse = app.github.faults.failBefore(
    ({ by, path }) => by === one.by && path.includes("/tarball/"),
    401,
    99,
  );
  const { number } = await open(app, one, "change");
  const validation = await settled(app, one, number);
  refuse();
  expect(validation).toMatchObject({ state: "errored", reason: { code: "auth_revoked" } });
  expect(validation.reason?.message).toContain(one.by.replace(":", " "));
});

test("no request with less than five minutes of life left, and one token for each window", async () => {
  const { app } = stage;
  const one = await alone(app, "brief", { "test.sh": "sleep 5; echo '1 passed, 0 failed'\n" });
  revoke(app, one.by);
  app.github.faults.tokenLifeMs = SPARE_MS + WINDOW_MS;
  const { number } = await open(app, one, "change");
  expect((await settled(app, one, number)).merge_state).toBe("merged");
  app.github.faults.tokenLifeMs = 60 * 60_000;
  const times = mints(app, one.by)
    .map(({ at }) => at)
    .slice(1);
  expect(times.length).toBeGreaterThan(1);
  // GitHub tells the end of a token in whole seconds.
  for (const [nth, at] of times.entries())
    expect(at - (times[nth - 1] ?? 0)).toBeGreaterThanOrEqual(WINDOW_MS - 1_000);
  const lives = asked(app, one.by).map(({ leftMs }) => leftMs ?? 0);
  expect(Math.min(...lives)).toBeGreaterThanOrEqual(5 * 60_000);
});

test("writes of an installation arrive a second apart", () => {
  const writes = Map.groupBy(
    stage.app.github.requests.filter(({ method, by }) => method !== "GET" && by.startsWith("installation:")),
    ({ by }) => by,
  );
  expect(writes.size).toBeGreaterThan(4);
  for (const seen of writes.values())
    for (const [nth, { at }] of seen.entries())
      expect(at - (seen[nth - 1]?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
});

test("no token stands in a row, nor in the log", async () => {
  const { app } = stage;
  remember(app);
  expect(tokens.size).toBeGreaterThan(5);
  const tables = await rows<{ name: string }>(
    app,
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'",
  );
  const kept: unknown[] = [];
  for (const { name } of tables) kept.push(await rows(app, `SELECT * FROM "${name}"`));
  const texts = { rows: JSON.stringify(kept), log: logged.join("\n") };
  expect(texts.rows).toContain("auth_revoked");
  expect(texts.log).toContain("step.ended");
  for (const text of Object.values(texts)) {
    for (const secret of tokens) expect(text.includes(secret)).toBe(false);
    // Nor the App's own credential, nor its key.
    expect(text).not.toMatch(/eyJ[\w-]+\.eyJ|PRIVATE KEY/);
  }
});
