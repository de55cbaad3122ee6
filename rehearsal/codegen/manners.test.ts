/** Refusals, limits, faults, and what is not modelled. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { at, echo, type Stage, startStage } from "./codegen.fixture.ts";
import { startCodegen } from "./index.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await startStage();
});
afterEach(() => stage.codegen.close());

const create = (body: unknown = { prompt: "do it" }, token?: string) =>
  stage.call("POST", `${stage.home}/agent/run`, body, token);

test("who calls is asked first: no token, a wrong one, another organization, one that is not there", async () => {
  const { codegen, call } = stage;
  const bare = await fetch(`${codegen.url}/v1/users/me`);
  expect([bare.status, await bare.json()]).toEqual([
    401,
    { message: expect.stringContaining("token"), status_code: 401 },
  ]);
  expect((await create({ prompt: "x" }, "wrong")).status).toBe(401);
  expect(await call("GET", `/v1/organizations/${codegen.strangers}/agent/runs`)).toMatchObject({
    status: 403,
    body: { message: expect.stringContaining("access"), status_code: 403 },
  });
  expect((await call("GET", "/v1/organizations/1/agent/runs")).status).toBe(404);
  expect(codegen.runs).toEqual([]);
});

test("what the caller may see: itself, its organizations, its repositories", async () => {
  const { codegen, call, home } = stage;
  expect((await call("GET", "/v1/users/me")).body).toMatchObject({ github_username: "rehearsal" });
  expect((await call("GET", "/v1/organizations")).body).toMatchObject({
    items: [
      { id: codegen.organization, settings: { enable_pr_creation: true, enable_rules_detection: true } },
    ],
    total: 1,
  });
  expect((await call("GET", `${home}/repos`)).body).toMatchObject({
    items: [{ id: codegen.repositories[0]?.id, name: "sample", full_name: "rehearsal/sample" }],
  });
});

test("runs and repositories that are not there are 404", async () => {
  const { call, home, logs } = stage;
  const answers = [
    await call("GET", `${home}/agent/run/1`),
    await logs(1),
    await call("POST", `${home}/agent/run/resume`, { agent_run_id: 1, prompt: "x" }),
    await call("POST", `${home}/agent/run/ban`, { agent_run_id: 1 }),
    await create({ prompt: "x", repo_id: 1 }),
  ];
  expect(answers.map(({ status, body }) => [status, at(body, "status_code")])).toEqual(
    answers.map(() => [404, 404]),
  );
});

test.each([
  [{}, ["body", "prompt"]],
  [{ prompt: 1 }, ["body", "prompt"]],
  [{ prompt: "x", repo_id: "1" }, ["body", "repo_id"]],
  [{ prompt: "x", images: ["AA=="] }, ["body", "images", 0]],
  [{ prompt: "x", agent_type: "other" }, ["body", "agent_type"]],
  ["do it", ["body"]],
])("a body of %j is 422 and names the field", async (body, loc) => {
  const { status, body: said } = await create(body);
  expect([status, at(said, "detail.0")]).toMatchObject([
    422,
    { loc, msg: expect.any(String), type: expect.any(String) },
  ]);
  expect(stage.codegen.runs).toEqual([]);
});

test("a query out of its bounds and a path that is no number are 422", async () => {
  const { call, home } = stage;
  const long = await call("GET", `${home}/agent/runs?limit=101`);
  expect([long.status, at(long.body, "detail.0.loc")]).toEqual([422, ["query", "limit"]]);
  const odd = await call("GET", `${home}/agent/run/first`);
  expect([odd.status, at(odd.body, "detail.0.loc")]).toEqual([422, ["path", "id"]]);
});

test("what is not modelled is answered 501 by name, recorded and logged", async () => {
  const { call, home, codegen, log } = stage;
  const id = await stage.begun();
  const calls = [
    await call("GET", `${home}/integrations`),
    await call("GET", `${home}/agent/run/${id}/logs`),
    await create({ prompt: "x", idempotency_key: "1" }),
    await call("GET", `${home}/agent/runs?page=2`),
    await call("POST", `${home}/agent/run/resume`, { agent_run_id: id, prompt: "while it is at work" }),
  ];
  expect(calls.map(({ status }) => status)).toEqual([501, 501, 501, 501, 501]);
  expect(codegen.unmodelled.map(({ path, status }) => [path, status])).toEqual([
    [`${home}/integrations`, 501],
    [`${home}/agent/run/${id}/logs`, 501],
    [`${home}/agent/run`, 501],
    [`${home}/agent/runs`, 501],
    [`${home}/agent/run/resume`, 501],
  ]);
  expect(at(calls[2]?.body, "message")).toContain("idempotency_key");
  expect(log.join("\n")).toContain(`NOT MODELLED: GET ${home}/integrations`);
  expect(codegen.runs.length).toBe(1);
});

test("the published limits hold, each in a window of its own", async () => {
  const { call, clock, home, look, logs, codegen } = stage;
  const id = await stage.begun();
  for (let nth = 0; nth < 9; nth++) expect((await create()).status).toBe(200);
  const refused = await create();
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, null]);
  expect(refused.body).toEqual({ message: expect.any(String), status_code: 429 });
  for (let nth = 0; nth < 60; nth++) await Promise.all([look(id), logs(id)]);
  const reads = async () => [
    (await call("GET", `${home}/agent/run/${id}`)).status,
    (await logs(id)).status,
    (await create()).status,
    (await call("GET", `${home}/agent/runs`)).status,
  ];
  expect(await reads()).toEqual([429, 429, 429, 200]);
  clock.ms += 30_000;
  expect(await reads()).toEqual([200, 429, 429, 200]);
  clock.ms += 30_000;
  expect(await reads()).toEqual([200, 200, 200, 200]);
  expect(codegen.runs.length).toBe(11);
});

test("a plan that is used up is 402, and no run", async () => {
  stage.codegen.knobs.runsLeft = 1;
  expect([(await create()).status, (await create()).status]).toEqual([200, 402]);
  expect(stage.codegen.runs.length).toBe(1);
});

test("faults: 429 so many times, with a time to wait or without; a gateway's page; an answer lost after its effect", async () => {
  const { knobs, runs } = stage.codegen;
  Object.assign(knobs, { busy: 2, down: 1 });
  const answers = [await create(), await create()];
  knobs.retryAfterS = 7;
  answers.push(await create());
  expect(answers.map(({ status, headers }) => [status, headers.get("retry-after")])).toEqual([
    [502, null],
    [429, null],
    [429, "7"],
  ]);
  expect(runs.length).toBe(0);
  knobs.lost = 1;
  expect([(await create()).status, (await create()).status]).toEqual([500, 200]);
  expect(runs.length).toBe(2);
});

test("knobs of a run: endless, words in place of its status, no list of pull requests", async () => {
  const { knobs } = stage.codegen;
  knobs.endless = true;
  const id = await stage.begun();
  for (let nth = 0; nth < 5; nth++) expect(at(await stage.look(id), "status")).toMatch(/RUNNING|in_progress/);
  Object.assign(knobs, { endless: false, words: ["REFLECTING", null], hidePulls: true });
  const looks = [await stage.look(id), await stage.look(id), await stage.look(id)];
  expect(looks.map((run) => at(run, "status"))).toEqual([
    "REFLECTING",
    undefined,
    expect.stringMatching(/^complete/i),
  ]);
  expect(looks.map((run) => at(run, "github_pull_requests"))).toEqual([undefined, undefined, undefined]);
});

test("requests are recorded without the token", async () => {
  await create({ prompt: "x" });
  const { requests, token } = stage.codegen;
  expect(requests).toMatchObject([
    { method: "POST", path: `${stage.home}/agent/run`, body: { prompt: "x" }, status: 200 },
  ]);
  expect(JSON.stringify(requests)).not.toContain(token);
});

test.each(["NODE_ENV", "ENVIRONMENT"])("it does not start where %s is production", async (name) => {
  vi.stubEnv(name, "production");
  await expect(startCodegen({ brain: echo })).rejects.toThrow(/production/);
  vi.unstubAllEnvs();
});
