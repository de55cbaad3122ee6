/** A run from its prompt to its end, as the API shows it. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { at, type Stage, startStage } from "./codegen.fixture.ts";
import type { Asked, Done } from "./index.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await startStage();
});
afterEach(() => stage.codegen.close());

const statuses = async (id: number, looks: number) => {
  const seen: unknown[] = [];
  for (let nth = 0; nth < looks; nth++) seen.push(at(await stage.look(id), "status"));
  return seen;
};

test("a run is begun, at work while it is looked at, and done; one speaks as clients do, the next as documents do", async () => {
  const { home, call, codegen } = stage;
  const first = await call("POST", `${home}/agent/run`, { prompt: "one" });
  const second = await call("POST", `${home}/agent/run`, { prompt: "two" });
  await codegen.settled();
  const words = [first, second].map(({ body }) => at(body, "status"));
  for (const { body } of [first, second]) words.push(...(await statuses(Number(at(body, "id")), 2)));
  expect([...words].sort()).toEqual(["ACTIVE", "COMPLETE", "RUNNING", "completed", "in_progress", "queued"]);
});

test("a run tells what it made: result, summary, and a pull request without number or state", async () => {
  const id = await stage.begun({ prompt: "raise\nprices", metadata: { mine: 1 } });
  expect(await stage.look(id)).toMatchObject({
    result: null,
    github_pull_requests: [],
    metadata: { mine: 1 },
  });
  expect(await stage.look(id)).toEqual({
    id,
    organization_id: stage.codegen.organization,
    status: expect.stringMatching(/^complete/i),
    created_at: "2026-03-01T12:00:00.000Z",
    web_url: `${stage.codegen.url}/agent/trace/${id}`,
    result: "RAISE\nPRICES",
    summary: "RAISE",
    source_type: "API",
    metadata: { mine: 1 },
    github_pull_requests: [
      {
        id: expect.any(Number),
        title: "Do it",
        url: "https://github.com/rehearsal/sample/pull/12",
        created_at: "2026-03-01T12:00:00.000Z",
        head_branch_name: "codegen/12",
      },
    ],
  });
});

test("the brain hears prompt, images, repository and run", async () => {
  const heard: Asked[] = [];
  const other = await startStage({
    brain: async (asked) => {
      heard.push(asked);
      return { log: [], result: "ok" };
    },
  });
  const repo_id = other.codegen.repositories[0]?.id ?? 0;
  const runId = await other.begun({ prompt: "look", images: ["data:image/png;base64,AA=="], repo_id });
  await other.codegen.close();
  expect(heard).toEqual([
    { runId, prompt: "look", images: ["data:image/png;base64,AA=="], repository: repo_id, resumed: false },
  ]);
});

test("the log grows look by look, comes in pages and backwards, and its run lacks three fields", async () => {
  stage.codegen.knobs.looks = 2;
  const id = await stage.begun();
  const types = async (query?: string) => {
    const { body } = await stage.logs(id, query);
    const logs = at(body, "logs");
    return Array.isArray(logs) ? logs.map((entry) => at(entry, "message_type")) : [];
  };
  expect(await types()).toEqual(["USER_MESSAGE"]);
  await stage.look(id);
  expect(await types()).toEqual(["USER_MESSAGE", "PLAN_EVALUATION"]);
  await stage.look(id);
  await stage.look(id);
  const all = ["USER_MESSAGE", "PLAN_EVALUATION", "ACTION", "FINAL_ANSWER"];
  expect(await types()).toEqual(all);
  expect(await types("?skip=1&limit=2")).toEqual(all.slice(1, 3));
  expect(await types("?reverse=true&limit=1")).toEqual(["FINAL_ANSWER"]);
  const { body } = await stage.logs(id, "?skip=2&limit=2");
  expect(body).toMatchObject({ id, result: "DO IT", total_logs: 4, page: 2, size: 2, pages: 2 });
  const missing = ["summary", "source_type", "github_pull_requests"];
  expect(Object.keys(Object(body)).filter((key) => missing.includes(key))).toEqual([]);
});

test("a run that ended goes on when it is resumed, on the same pull request", async () => {
  const { home, call, codegen } = stage;
  const id = await stage.begun();
  await statuses(id, 2);
  const resumed = await call("POST", `${home}/agent/run/resume`, { agent_run_id: id, prompt: "more" });
  expect([resumed.status, at(resumed.body, "id")]).toEqual([200, id]);
  await codegen.settled();
  await statuses(id, 2);
  const end = await stage.look(id);
  expect(at(end, "result")).toBe("MORE AGAIN");
  expect(at(end, "github_pull_requests.length")).toBe(1);
  expect(codegen.runs.map(({ asked }) => asked.map(({ prompt, resumed }) => [prompt, resumed]))).toEqual([
    [
      ["do it", false],
      ["more", true],
    ],
  ]);
});

test("a brain may end a run with any word, fail it, or crash", async () => {
  const outcomes = [
    async () => ({ log: [], result: "1. Read", status: "PAUSED" }) satisfies Done,
    async () => ({ fail: "MAX_ITERATIONS_REACHED" }),
    async () => Promise.reject(new Error("no idea")),
  ];
  const other = await startStage({ brain: () => outcomes.shift()?.() ?? Promise.reject() });
  other.codegen.knobs.looks = 0;
  const ends: unknown[] = [];
  for (const _ of [1, 2, 3]) ends.push(at(await other.look(await other.begun()), "status"));
  expect(ends).toEqual(["PAUSED", "MAX_ITERATIONS_REACHED", "ERROR"]);
  const { body } = await other.logs(other.codegen.runs[1]?.id ?? 0, "?reverse=true&limit=1");
  expect(at(body, "logs.0")).toMatchObject({
    message_type: "ERROR",
    observation: expect.stringContaining("MAX_ITERATIONS_REACHED"),
  });
  expect(other.log.join("\n")).toContain("no idea");
  await other.codegen.close();
});

test("ban and stop end a run at work, and what its brain says afterwards is not heard", async () => {
  const { promise, resolve } = Promise.withResolvers<Done>();
  const other = await startStage({ brain: () => promise });
  const { home, call, codegen } = other;
  const ids: number[] = [];
  for (const prompt of ["ban", "stop"]) {
    ids.push(Number(at((await call("POST", `${home}/agent/run`, { prompt })).body, "id")));
  }
  const [banned = 0, stopped = 0] = ids;
  const ban = await call("POST", `${home}/agent/run/ban`, { agent_run_id: banned });
  expect([ban.status, ban.body]).toEqual([200, null]);
  const stop = `/v1/beta/organizations/${codegen.organization}/agent/run/stop`;
  expect((await call("POST", stop, { agent_run_id: stopped })).status).toBe(200);
  resolve({ log: [], result: "too late" });
  await codegen.settled();
  const ends = [await other.look(banned), await other.look(stopped)];
  expect(ends.map((run) => [String(at(run, "status")).toLowerCase(), at(run, "result")])).toEqual([
    ["cancelled", null],
    ["stopped", null],
  ]);
  expect(codegen.runs.map((run) => run.banned)).toEqual([true, false]);
  await call("POST", `${home}/agent/run/unban`, { agent_run_id: banned });
  expect(codegen.runs.map((run) => run.banned)).toEqual([false, false]);
  await codegen.close();
});

test("lists are paged and filtered, newest first", async () => {
  const { home, call, codegen } = stage;
  const id = await stage.begun();
  codegen.addRuns(3);
  const list = async (query: string) => (await call("GET", `${home}/agent/runs?${query}`)).body;
  expect(await list("limit=3")).toMatchObject({
    items: [{ source_type: "SLACK" }, { source_type: "SLACK" }, { source_type: "SLACK" }],
    total: 4,
    page: 1,
    size: 3,
    pages: 2,
  });
  expect(await list("skip=3&limit=3")).toMatchObject({ items: [{ id }], page: 2 });
  expect(await list("source_type=API")).toMatchObject({ items: [{ id }], total: 1 });
  const me = (await call("GET", "/v1/users/me")).body;
  expect(await list(`user_id=${at(me, "id")}`)).toMatchObject({ items: [{ id }], total: 1 });
});

test("people find a page behind a run's web_url", async () => {
  const id = await stage.begun();
  const run = await stage.look(id);
  const page = await (await fetch(String(at(run, "web_url")))).text();
  expect(page).toContain(`run ${id}`);
  expect(page).toContain("First look, then write");
});
