/** Pull requests of forks: nothing runs unasked, and what runs has no secret and reaches the registries alone. */
import { setTimeout as pause } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import type { StepRecord } from "../models/step.ts";
import {
  type App,
  eventually,
  isSettled,
  logOf,
  merges,
  open,
  ourChecks,
  type Project,
  project,
  rows,
  sandboxes,
  settled,
  useApp,
  validationWhere,
} from "./machine.ts";

const SECRET = "tide&gate/5c1e9a7d3b2f?";
const WAITS = "fork_needs_approval";
/** Says what it got, and what it reaches. */
const PROBE = `echo "token <$TOKEN>"; env | sort
node -e 'const s = require("net").connect(61080, "127.0.0.1"); s.on("error", () => console.log("no way out"));
  s.write("CONNECT evil.test:443 HTTP/1.1\\r\\nhost: x\\r\\n\\r\\n"); s.on("data", (d) => { console.log(String(d).split("\\r")[0]); s.end(); })'
`;
const BASE = {
  ".tidegate.yml": "setup: sh setup.sh\ntest: sh test.sh\nforks: { egress: [cdn.test] }\n",
  "setup.sh": "echo set up\n",
};

const stage = useApp();
beforeAll(() => {
  for (const login of ["bob", "carol"]) stage.app.github.createUser(login);
});

/** A project with a secret, in which Bob may write; and Carol's fork of it, with a pull request that is looked at. */
async function fork(name: string, files: Record<string, string>, base: Record<string, string> = BASE) {
  const { app } = stage;
  const one = await project(app, name, base);
  await app.api.saveSecret(one.id, "TOKEN", SECRET);
  app.github.setRole(one.full_name, "bob", "write");
  await app.github.fork(one.full_name, "carol");
  const push = (files: Record<string, string>) =>
    app.github.pushCommit(`carol/${name}`, "fix", files, "Mine", { by: "carol" });
  const head = await push(files);
  const { number } = await app.github.openPull(one.full_name, { head: "carol:fix", by: "carol" });
  await waiting(one, number, head);
  return { app, one, number, head, push };
}

const waiting = (one: Project, number: number, head: string) =>
  validationWhere(stage.app, one, number, ({ waits }) => waits?.code === WAITS, head);

/** What Bob's or somebody else's comment came to: the end of its delivery, and our answer. */
async function comment(one: Project, number: number, body: string, by: string) {
  const { app } = stage;
  const { id } = app.github.comment(one.full_name, number, body, by);
  return { delivery: await over(id), answer: () => answerTo(app, one, number, id) };
}

type Delivery = { state: string; reason: string | null };

function over(comment: number): Promise<Delivery> {
  return eventually(`the delivery of comment ${comment}`, async () => {
    const [row] = await rows<Delivery>(stage.app, "SELECT * FROM deliveries WHERE comment_id = ?", comment);
    return row !== undefined && ["done", "ignored", "dead"].includes(row.state) ? row : null;
  });
}

function answerTo({ github }: App, { full_name }: Project, number: number, id: number): string | undefined {
  const marker = `<!-- tidegate:command:${id} -->`;
  return github.issue(full_name, number).comments.find(({ body }) => body.startsWith(marker))?.body;
}

const stepOf = (steps: readonly StepRecord[], kind: string) => steps.find((step) => step.kind === kind);

test("nothing of it runs until somebody who may write approves, and that is merged when approved once more", async () => {
  const { app, one, number, head } = await fork("guest", {
    ".tidegate.yml": "setup: none\ntest: echo '9 passed, 0 failed'\nforks: { egress: [evil.test] }\n",
    "setup.sh": PROBE,
    "test.sh": `${PROBE}echo "1 passed, 0 failed"\n`,
  });
  const fetched = () =>
    app.github.requests.filter(({ path }) => path.includes("tarball") && path.includes(head));
  const untouched = async () => {
    expect([fetched(), await sandboxes(app), merges(app, one, number)]).toEqual([[], [], []]);
    expect(await waiting(one, number, head)).toMatchObject({
      state: "queued",
      current: null,
      from_fork: true,
    });
    expect(ourChecks(app, one, head).map(({ conclusion }) => conclusion)).toEqual(["action_required"]);
  };
  await eventually(
    "the check",
    () => ourChecks(app, one, head).find(({ conclusion }) => conclusion !== null) ?? null,
  );
  await untouched();

  // Its author has no right in this repository, whatever GitHub calls her there.
  const own = await comment(one, number, "/tidegate approve", "carol");
  expect(own.delivery).toMatchObject({ state: "ignored", reason: "not_allowed" });
  const other = await comment(one, number, `/tidegate approve ${"0123456789".repeat(4)}`, "bob");
  expect(other.answer()).toContain(`Its head is \`${head}\` by now, so nothing was approved`);
  const short = await comment(one, number, `/tidegate approve ${head.slice(0, 7)}`, "bob");
  expect(short.answer()).toContain(`name the whole \`${head}\``);
  await untouched();

  const approved = await comment(one, number, "/tidegate approve", "bob");
  expect(approved.answer()).toContain(`exactly \`${head}\` may run`);
  const ran = await validationWhere(app, one, number, ({ hold }) => hold !== null);
  expect(ran).toMatchObject({ head_sha: head, state: "passed", allowed_by: "bob", hold: { code: "fork" } });
  const { steps } = await app.api.validation(ran.id);
  const [setup, tests] = [stepOf(steps, "setup"), stepOf(steps, "test")];
  // The base's commands, and the hosts that the base names.
  expect(setup?.evidence?.commands?.map(({ command }) => command)).toEqual(["sh setup.sh"]);
  expect(setup?.evidence?.egress).toBe("confined");
  expect(JSON.stringify(setup?.evidence?.network)).toMatch(/registry\.npmjs\.org.*cdn\.test/);
  expect(JSON.stringify(setup?.evidence?.network)).not.toContain("evil.test");
  expect(tests?.evidence?.network).toBe("none");
  const logs = await Promise.all([setup, tests].map((step) => logOf(app, ran.id, step?.id ?? "")));
  for (const log of logs) {
    expect(log).toContain("token <>");
    expect(log).not.toMatch(/\*\*\*|^TOKEN=|GITHUB/m);
  }
  expect(logs[0]).toContain("HTTP/1.1 403");
  expect(logs[0]).toContain("Refused to connect to evil.test:443");
  expect(logs[1]).toContain("no way out");
  // What a stranger's code left is for nobody's next run.
  const bucket = await app.worker.miniflare.getR2Bucket("ARTIFACTS", "tidegate");
  const [{ repo_id } = { repo_id: 0 }] = await rows<{ repo_id: number }>(
    app,
    "SELECT repo_id FROM projects WHERE id = ?",
    one.id,
  );
  expect((await bucket.list({ prefix: `snapshots/${repo_id}/` })).objects).toEqual([]);
  expect(merges(app, one, number)).toEqual([]);

  const merged = await comment(one, number, `/tidegate approve ${head}`, "bob");
  expect(merged.answer()).toContain(`exactly \`${head}\` may be merged`);
  expect(await settled(app, one, number)).toMatchObject({ merge_state: "merged", approved_by: "bob" });
  expect(merges(app, one, number)).toEqual([{ sha: head, status: 200 }]);
});

test("pages of its app reach the app, and nothing else of the machine on which the browser runs", async () => {
  const app = stage.app;
  const page = `<title>x</title><p id="p">asking</p><script>
    const ask = (url) => fetch(url, { mode: "no-cors" }).then(() => "reached", () => "refused");
    Promise.all([ask("/own"), ask("${app.runner.url}/health"), ask("${app.github.apiUrl}/zen")])
      .then((said) => { p.textContent = said.join(" "); });</script>`;
  const server = `require("node:http").createServer((q, s) => {
    s.setHeader("content-type", "text/html"); s.end(q.url === "/" ? ${JSON.stringify(page)} : "own"); }).listen(3000);`;
  const { one, number } = await fork(
    "window",
    { "server.cjs": server },
    {
      ".tidegate.yml": `setup: none
test: sh test.sh
serve: node server.cjs
ui:
  - name: asks
    steps: [{ go: / }, { expect: { text: reached refused refused } }]
`,
      "server.cjs": "throw 1",
    },
  );
  await comment(one, number, "/tidegate approve", "bob");
  const { state, reason } = await validationWhere(app, one, number, isSettled);
  expect([state, reason]).toEqual(["passed", null]);
});

describe("an approval", () => {
  test("is one of a commit: the next push waits anew", async () => {
    const { app, one, number, head, push } = await fork("pusher", { "a.txt": "a\n" });
    await comment(one, number, "/tidegate approve", "bob");
    await validationWhere(app, one, number, ({ waits }) => waits === null, head);
    const next = await push({ "test.sh": PROBE });
    const anew = await waiting(one, number, next);
    expect(anew).toMatchObject({ allowed_by: null, state: "queued" });
    const fetched = app.github.requests.filter(({ path }) => path.includes("tarball") && path.includes(next));
    expect(fetched).toEqual([]);
  });

  test("does not reach a commit that was pushed behind it", async () => {
    const { app, one, number, push } = await fork("racer", { "a.txt": "a\n" });
    const unhold = app.github.faults.addHook({
      match: ({ event }) => event === "issue_comment",
      act: "hold",
    });
    const { id } = app.github.comment(one.full_name, number, "/tidegate approve", "bob");
    // GitHub tells the second of a comment: a push in that very second cannot be told from one before it.
    await pause(1_100);
    const next = await push({ "b.txt": "b\n" });
    await waiting(one, number, next);
    unhold();
    app.github.faults.release();
    await over(id);
    expect(answerTo(app, one, number, id)).toContain(`\`${next}\` came after your comment`);
    expect(await waiting(one, number, next)).toMatchObject({ allowed_by: null });
    await comment(one, number, `/tidegate approve ${next}`, "bob");
    await validationWhere(app, one, number, ({ allowed_by }) => allowed_by === "bob", next);
  });

  test("is refused where nothing waits for one, and on an issue", async () => {
    const { app, one, number } = await fork("nothing", { "a.txt": "a\n" });
    const { number: issue } = await app.github.openIssue(one.full_name, { title: "Hm" });
    expect((await comment(one, issue, "/tidegate approve", "bob")).answer()).toContain(
      "no pull request here",
    );
    const mine = await open(app, one, "mine");
    await settled(app, one, mine.number);
    const answered = await comment(one, mine.number, "/tidegate approve", "bob");
    expect(answered.answer()).toContain("Cannot approve");
    await app.github.closePull(one.full_name, number);
    const closed = await comment(one, number, "/tidegate approve", "bob");
    expect(closed.answer()).toContain("Cannot approve");
  });
});

test("commands of the repository's own branches get the secret, and what they leave is never a fork's", async () => {
  const { app, one, number } = await fork("sibling", { "a.txt": "same\n" });
  const mine = await open(app, one, "same", { "a.txt": "same\n" });
  const own = await settled(app, one, mine.number);
  expect(stepOf(own.steps, "setup")?.evidence?.network).toBe("open");
  await comment(one, number, "/tidegate approve", "bob");
  const guest = await validationWhere(app, one, number, ({ state }) => state === "passed");
  const { steps } = await app.api.validation(guest.id);
  const [kept, laid] = [own, { steps }].map((one) => stepOf(one.steps, "snapshot")?.evidence);
  // The very same tree: what the own branch kept would fit.
  expect([laid?.tree_sha, laid?.snapshot]).toEqual([kept?.tree_sha, "cold"]);
});
