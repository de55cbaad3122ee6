/** Graphs of repositories: at a commit, after each push, again after a crash; and when they go. */
import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";
import { type Caller, caller, content, documentOf, done, tarOf, upload } from "./graphs.ts";
import { type App, eventually, type Project, project, rows, useApp } from "./machine.ts";

const stage = useApp();

const FILES = {
  "package.json": '{ "name": "shop", "type": "module" }',
  "src/cart.ts":
    'import { price } from "./price.ts";\nexport function total(): number {\n  return price() * 2;\n}\n',
  "src/price.ts": "export function price(): number {\n  return 1;\n}\n",
  "src/cart.test.ts": 'import { total } from "./cart.ts";\ntest("total", () => {\n  total();\n});\n',
  CODEOWNERS: "*.ts @ada\n",
  "tool.py": "def main():\n    helper()\n\n\ndef helper():\n    return eval(input())\n",
};

/** All graphs of a repository. */
async function graphsOf(by: Caller, { full_name }: Project) {
  return (await by.get(`/graphs?repository=${encodeURIComponent(full_name)}`)).said.graphs;
}

/** What the cron does every minute. */
async function minute(app: App): Promise<void> {
  const worker = await app.worker.miniflare.getWorker("tidegate");
  await worker.scheduled({ cron: "* * * * *" });
}

/** As if the Worker had never seen the repository. */
async function forget(app: App, id: string, by: Caller): Promise<void> {
  expect((await by.send(`/api/v1/graph/${id}`, { method: "DELETE" })).status).toBe(204);
  await rows(app, "DELETE FROM graph_facts");
}

test("a pinned repository is analyzed at a commit, and asking twice gives the same graph", async () => {
  const { app } = stage;
  const by = await caller(app, "ada");
  const one = await project(app, "shop", FILES);
  const first = await by.post("/analyze", { repository: one.full_name });
  expect([first.status, first.said.status]).toEqual([200, "ready"]);
  expect(first.said).toMatchObject({
    graph_id: expect.stringMatching(/^g_[0-9a-f]{12}$/),
    stats: { files: 4, functions: 5, classes: 0, edges: { IMPORTS: 2, EXTENDS: 0 } },
    duration_ms: expect.any(Number),
  });
  const id = first.said.graph_id;
  const graph = await documentOf(by, id);
  const { sha } = graph;
  expect(graph.repository).toEqual({ path: one.full_name, name: "shop" });
  const calls = graph.edges
    .filter(({ type }) => type === "CALLS")
    .map(({ source, target }) => [source, target]);
  expect(calls).toContainEqual(["src/cart.ts::function::total", "src/price.ts::function::price"]);
  expect(calls).toContainEqual(["tool.py::function::main", "tool.py::function::helper"]);
  expect(graph["x-findings"]?.map(({ path, lines }) => [path, lines[0]])).toContainEqual(["tool.py", 6]);
  for (const ask of [{ sha }, { ref: "main" }]) {
    const again = await by.post("/analyze", { repository: one.full_name, ...ask });
    expect(again.said.graph_id).toBe(id);
  }
  const impact = await by.get(`/graph/${id}/impact?files=src/price.ts`);
  expect(impact.said.owners.map((each: { owner: string }) => each.owner)).toContain("@ada");
  const context = await by.post(`/graph/${id}/context`, { files: ["src/cart.ts"], model: "gpt-4o" });
  expect(context.said.tokenizer).toBe("o200k_base");
  expect(context.said.text).toContain("return price() * 2;");
});

test("a push to the default branch is analyzed; what comes of it is what a full analysis gives", async () => {
  const { app } = stage;
  const by = await caller(app, "bob");
  const one = await project(app, "pushed", FILES);
  const before = await by.post("/analyze", { repository: one.full_name });
  const [{ parts }] = (await rows<{ parts: number }>(app, "SELECT count(*) AS parts FROM graph_parts")) as [
    { parts: number },
  ];
  const change = {
    "src/price.ts": "import { total } from './cart.ts';\nexport const price = () => total();\n",
    "src/new.ts": "export class A {}\n",
    "tool.py": null,
  };
  const sha = await app.github.pushCommit(one.full_name, "main", change, "Change");
  const after = await eventually("the graph of the push", async () => {
    const found = (await graphsOf(by, one)).find((info: { sha: string }) => info.sha === sha);
    return found?.status === "ready" ? found : null;
  });
  const increment = await documentOf(by, after.id);
  const [now] = await rows<{ parts: number }>(app, "SELECT count(*) AS parts FROM graph_parts");
  // Of five files two are new or changed, one calls into them, and the world outside changed.
  expect((now?.parts ?? 0) - parts).toBeLessThanOrEqual(4);
  await forget(app, after.id, by);
  await forget(app, before.said.graph_id, by);
  const full = await by.post("/analyze", { repository: one.full_name, sha });
  expect(full.said.graph_id).toBe(after.id);
  expect(content(await documentOf(by, after.id))).toEqual(content(increment));
  const [delivery] = await rows<{ state: string }>(
    app,
    "SELECT state FROM deliveries WHERE event = 'push' AND action = 'refs/heads/main' ORDER BY received_at DESC",
  );
  expect(delivery?.state).toBe("done");
});

test("what an archive leaves out or fills in is read from the commit itself", async () => {
  const { app } = stage;
  const by = await caller(app, "bob");
  const many = Object.fromEntries(
    Array.from({ length: 40 }, (_, nth) => [`pkg/m${nth}.py`, `def f${nth}():\n    return ${nth}\n`]),
  );
  const odd = {
    ".gitattributes": "hidden.py export-ignore\nfilled.py export-subst\n",
    "hidden.py": "def hidden():\n    return 1\n",
    "filled.py": 'COMMIT = "$Format:%H$"\n\n\ndef filled():\n    return COMMIT\n',
  };
  const one = await project(app, "archived", { ...many, ...odd });
  const asked = app.github.requests.length;
  const { said } = await by.post("/analyze", { repository: one.full_name });
  const blobs = app.github.requests.slice(asked).filter(({ path }) => path.includes("/git/blobs/"));
  expect(blobs).toHaveLength(2);
  const { nodes } = await documentOf(by, said.graph_id);
  const names = nodes.filter(({ type }) => type === "function").map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["hidden", "filled", "f0", "f39"]));
});

test("a push to another branch makes no graph", async () => {
  const { app } = stage;
  const by = await caller(app, "bob");
  const one = await project(app, "branches", FILES);
  await app.github.pushCommit(one.full_name, "feature", { "a.py": "a = 1\n" }, "Feature");
  const ignored = await eventually("the delivery", async () => {
    const [row] = await rows<{ state: string; reason: string }>(
      app,
      "SELECT state, reason FROM deliveries WHERE event = 'push' AND action = 'refs/heads/feature'",
    );
    return row !== undefined && row.state !== "received" && row.state !== "processing" ? row : null;
  });
  expect(ignored).toEqual({ state: "ignored", reason: "not_default_branch" });
  expect((await graphsOf(by, one)).filter(({ sha }: { sha: string }) => sha === undefined)).toEqual([]);
});

test("what cannot be analyzed is refused, or fails with words", async () => {
  const { app } = stage;
  const by = await caller(app, "carl");
  const unpinned = await by.post("/analyze", { repository: "acme/nowhere" });
  expect([unpinned.status, unpinned.said.code]).toEqual([404, "not_found"]);
  const one = await project(app, "refused", FILES);
  const branch = await by.post("/analyze", { repository: one.full_name, ref: "no-such-branch" });
  expect([branch.status, branch.said.detail]).toEqual([404, 'Cannot find "no-such-branch" in acme/refused']);
  const sha = "0123456789012345678901234567890123456789";
  const commit = await by.post("/analyze", { repository: one.full_name, sha });
  expect([commit.status, commit.said.code]).toEqual([409, "analysis_failed"]);
  expect(commit.said.detail).toContain(sha);
  const short = await by.post("/analyze", { repository: one.full_name, sha: "abc" });
  expect([short.status, short.said.errors]).toEqual([
    400,
    [{ field: "sha", message: "must be a whole commit hash" }],
  ]);
  const none = await by.send("/api/v1/analyze", {
    method: "POST",
    headers: { "content-type": "text/plain" },
    body: "x",
  });
  expect(none.status).toBe(415);
  const empty = await project(app, "wordless", { "a.txt": "hello\n", "test.sh": null });
  const failed = await by.post("/analyze", { repository: empty.full_name });
  expect([failed.status, failed.said.detail]).toEqual([
    409,
    expect.stringContaining("in a language that is read"),
  ]);
});

test("nobody begins more than ten analyses a minute", async () => {
  const by = await caller(stage.app, "eager");
  const codes: number[] = [];
  for (let nth = 0; nth < 30 && codes.at(-1) !== 429; nth += 1) {
    const { status, headers } = await by.post("/analyze", { repository: "acme/nowhere" });
    codes.push(status);
    if (status === 429) expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  }
  expect(codes.at(-1)).toBe(429);
  expect(codes.length).toBeGreaterThanOrEqual(11);
});

/** Many files, so that a visit has something to be cut off from. */
function manyFiles(count: number): Record<string, string> {
  const body = Array.from(
    { length: 25 },
    (_, nth) => `def f${nth}(x):\n    return f${(nth * 7) % 25}(x) if x else [y for y in x]\n`,
  );
  return Object.fromEntries(
    Array.from({ length: count }, (_, nth) => [
      `big/m${nth}.py`,
      `import big.m${(nth + 1) % count} as next\n${body.join("\n")}# ${nth}\n`,
    ]),
  );
}

test("a Worker that dies half way loses nothing: the cron takes the job up where it was", async () => {
  const { app } = stage;
  const by = await caller(app, "dora");
  const archive = await tarOf(manyFiles(1500));
  const facts = () =>
    rows<{ n: number }>(app, "SELECT count(*) AS n FROM graph_facts").then(([row]) => row?.n ?? 0);
  let id = "";
  let kept = 0;
  // Nobody can see from outside when it is half way: it dies later and later until it was.
  for (let ms = 400; kept === 0; ms += 200) {
    await rows(app, "DELETE FROM graph_facts");
    await rows(app, "DELETE FROM graph_jobs");
    const begun = upload(by, archive, `name=crash${ms}&wait=0`).catch(() => "died");
    await pause(ms);
    await app.restartWorker();
    await begun;
    kept = await facts();
    id = (await rows<{ id: string }>(app, "SELECT id FROM graph_jobs"))[0]?.id ?? "";
  }
  expect(kept).toBeLessThan(1500);
  expect((await by.get(`/graph/${id}?fields=info`)).said.status).toBe("reading");
  const job = () =>
    rows<{ attempts: number; lease_until: number }>(
      app,
      "SELECT attempts, lease_until FROM graph_jobs WHERE id = ?",
      id,
    );
  // Somebody may still be at work, for all the cron knows.
  const [before] = await job();
  await minute(app);
  expect(await job()).toEqual([before]);
  expect(before).toMatchObject({ attempts: 1 });
  const oldest = () => rows(app, "SELECT key, used_at FROM graph_facts ORDER BY used_at, key LIMIT 1");
  const first = await oldest();
  await rows(app, "UPDATE graph_jobs SET lease_until = lease_until - 1000000 WHERE id = ?", id);
  await minute(app);
  expect(await done(by, id)).toMatchObject({ status: "ready", stats: { files: 1500 } });
  // What was read before the crash was not read again.
  expect(await oldest()).toEqual(first);
  expect(await eventually("the job to end", async () => ((await job()).length === 0 ? true : null))).toBe(
    true,
  );
});

test("a graph that is not ready says how far it is, and when to ask again", async () => {
  const { app } = stage;
  const by = await caller(app, "ada");
  const id = "g_00000000ffff";
  const info = {
    id,
    repository: { path: "x", name: "x" },
    status: "reading",
    progress: { done: 3, total: 9 },
    created_at: "2026",
  };
  await rows(
    app,
    "INSERT INTO graphs VALUES ('', ?, 'x', NULL, 'reading', '2026', 0, NULL, ?)",
    id,
    JSON.stringify(info),
  );
  const early = await by.get(`/graph/${id}/cycles`);
  expect([early.status, early.said.code]).toEqual([409, "not_ready"]);
  expect(early.said.progress).toEqual({ status: "reading", done: 3, total: 9 });
  expect(Number(early.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await by.get(`/graph/${id}?fields=info`)).said).toEqual(info);
});

test("an analysis that takes longer than the caller waits is answered with where to look", async () => {
  const { app } = stage;
  const by = await caller(app, "ada");
  const one = await project(app, "slow", FILES);
  const { said } = await by.post("/analyze", { repository: one.full_name });
  const { graph_id: id } = said;
  await by.send(`/api/v1/graph/${id}`, { method: "DELETE" });
  // Somebody is at work on it and will be for long.
  const order = { tenant: "", id, repository: { path: one.full_name, name: "slow" }, source: {} };
  await rows(
    app,
    "INSERT INTO graph_jobs VALUES ('', ?, ?, 1, ?, 1, NULL)",
    id,
    JSON.stringify(order),
    Date.now() + 600_000,
  );
  const began = Date.now();
  const later = await by.send("/api/v1/analyze?wait=1", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ repository: one.full_name }),
  });
  expect([later.status, later.said]).toEqual([202, { graph_id: id, status: "queued" }]);
  expect(later.headers.get("location")).toBe(`/api/v1/graph/${id}?fields=info`);
  expect(Date.now() - began).toBeGreaterThanOrEqual(900);
  await rows(app, "DELETE FROM graph_jobs");
});

test("a graph that is removed while it is made does not come back", async () => {
  const { app } = stage;
  const by = await caller(app, "finn");
  const one = await project(app, "removed", { ...FILES, "only.py": "here = 1\n" });
  let removed = 0;
  app.github.faults.onRequest(
    `GET /repos/${one.full_name}/git/blobs/*`,
    async () => {
      const [graph] = await graphsOf(by, one);
      removed = (await by.send(`/api/v1/graph/${graph.id}`, { method: "DELETE" })).status;
    },
    1,
  );
  const { status, said } = await by.send("/api/v1/analyze?wait=3", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ repository: one.full_name }),
  });
  expect([status, removed]).toEqual([202, 204]);
  expect((await by.get(`/graph/${said.graph_id}?fields=info`)).status).toBe(404);
  expect(await graphsOf(by, one)).toEqual([]);
});

test("a job that is cut off again and again is given up with words", async () => {
  const { app } = stage;
  const by = await caller(app, "dora");
  const archive = await tarOf({ "a.py": "a = 1\n", "given/up.py": "b = 2\n" });
  const ready = await upload(by, archive, "name=monster");
  const id = ready.said.graph_id;
  const order = {
    tenant: "owner:dora",
    id,
    repository: { path: "monster", name: "monster" },
    source: { kind: "upload", digest: "x" },
  };
  await rows(
    app,
    "UPDATE graphs SET status = 'reading', info = json_set(info, '$.status', 'reading') WHERE id = ?",
    id,
  );
  await rows(
    app,
    "INSERT INTO graph_jobs VALUES (?, ?, ?, 4, 0, 1, NULL)",
    order.tenant,
    id,
    JSON.stringify(order),
  );
  await minute(app);
  expect(await done(by, id)).toMatchObject({
    status: "failed",
    error: expect.stringContaining("cut off again and again"),
  });
  const asked = await by.get(`/graph/${id}/cycles`);
  expect([asked.status, asked.said.code]).toEqual([409, "analysis_failed"]);
});

test("of each repository the newest twenty graphs stay, and those of open validations", async () => {
  const { app } = stage;
  const by = await caller(app, "ada");
  const one = await project(app, "kept", { "a.py": "a = 1\n" });
  const { said } = await by.post("/analyze", { repository: one.full_name });
  const [{ sha }] = (await rows<{ sha: string }>(
    app,
    "SELECT sha FROM graphs WHERE id = ?",
    said.graph_id,
  )) as [{ sha: string }];
  const copy =
    "INSERT INTO graphs SELECT tenant, ?, repository, ?, status, ?, 0, NULL, info FROM graphs WHERE id = ?";
  for (let nth = 0; nth < 24; nth += 1) {
    const id = `g_${String(nth).padStart(12, "0")}`;
    await rows(
      app,
      copy,
      id,
      `${nth}`.padStart(40, "0"),
      `2001-01-${String(nth + 1).padStart(2, "0")}`,
      said.graph_id,
    );
  }
  const validation = {
    id: "v",
    state: "running",
    head_sha: "3".padStart(40, "0"),
    base_sha: "5".padStart(40, "0"),
  };
  await rows(
    app,
    "INSERT INTO validations VALUES ('v', 'p', 1, ?, 1, 'running', 'none', 1, 1, ?)",
    validation.head_sha,
    JSON.stringify(validation),
  );
  await minute(app);
  const left = await rows<{ sha: string }>(
    app,
    "SELECT sha FROM graphs WHERE repository = ? ORDER BY created_at",
    one.full_name,
  );
  await rows(app, "DELETE FROM validations WHERE id = 'v'");
  const numbers = left.map((row) => Number(row.sha)).filter((number) => number < 100);
  expect(left.map((row) => row.sha)).toContain(sha);
  // Twenty without a pin (the real one, 6 to 23 and 4), and the two that the validation speaks of.
  expect(numbers).toEqual(Array.from({ length: 21 }, (_, nth) => nth + 3));
  await minute(app);
  expect(await rows(app, "SELECT sha FROM graphs WHERE pinned = 1")).toEqual([]);
});
