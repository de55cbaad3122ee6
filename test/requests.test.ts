/** What the owner asks for wrongly is refused with words that help, and what is secret is never answered. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Problem } from "../models/api.ts";
import { ask, project, stranger, useApp } from "./machine.ts";

const stage = useApp();

describe("the owner", () => {
  let id = "";
  beforeAll(async () => {
    ({ id } = await project(stage.app, "house"));
  });
  afterAll(() => stage.app.api.unpin(id));

  test.each([
    "/api/v1/projects/nobody",
    "/api/v1/projects/nobody/pulls",
    "/api/v1/projects/nobody/live",
    "/api/v1/projects/acme-house/pulls/99",
    "/api/v1/runs/run_nobody",
    "/api/v1/validation/nobody",
    "/api/v1/validation/nobody/steps/x/log",
    "/api/v1/validation/nobody/artifacts/..%2F..%2Flogs",
    "/api/v1/projects/%00",
    "/api/v2/projects",
  ])("is told that %s is not there", async (path) => {
    const response = await ask(stage.app, path);
    expect([response.status, Problem.parse(await response.json()).code]).toEqual([404, "not_found"]);
  });

  test.each<[string, string, string, unknown, string]>([
    ["POST", "/api/v1/projects", "a name that is none", { full_name: "nope" }, "full_name"],
    ["POST", "/api/v1/projects", "nothing", {}, "full_name"],
    ["PUT", "/api/v1/projects/acme-house", "a method that is none", { merge_method: "yolo" }, "merge_method"],
    [
      "PUT",
      "/api/v1/projects/acme-house",
      "a list that is none",
      { setup_commands: "make" },
      "setup_commands",
    ],
    ["PUT", "/api/v1/projects/acme-house", "a broken configuration", { config: "tset: x\n" }, "config:1"],
    ["PUT", "/api/v1/projects/acme-house/secrets/lower", "a small name", { value: "x" }, "name"],
    ["PUT", "/api/v1/projects/acme-house/secrets/TOKEN", "no value", { value: "" }, "value"],
    [
      "POST",
      "/api/v1/projects/acme-house/agent-run",
      "no goal",
      { target_text: " ", pr_number: 1 },
      "target_text",
    ],
  ])("%s %s with %s: 422, and the field is named", async (method, path, _, body, field) => {
    const headers = { "content-type": "application/json" };
    const response = await ask(stage.app, path, { method, headers, body: JSON.stringify(body) });
    const problem = Problem.parse(await response.json());
    expect([response.status, problem.code]).toEqual([422, "invalid"]);
    expect(problem.errors?.map((error) => error.field)).toContain(field);
  });

  test.each(["{", "", "[1"])(
    "a body that is no JSON, %j, is refused and not a crash of ours",
    async (body) => {
      const headers = { "content-type": "application/json" };
      const response = await ask(stage.app, `/api/v1/projects/${id}`, { method: "PUT", headers, body });
      expect([response.status, Problem.parse(await response.json()).status]).toEqual([400, 400]);
    },
  );

  test("settings that come as something else than JSON change nothing and crash nothing", async () => {
    const { app } = stage;
    const headers = { "content-type": "text/plain" };
    const body = JSON.stringify({ auto_merge_enabled: false });
    const { status } = await ask(app, `/api/v1/projects/${id}`, { method: "PUT", headers, body });
    expect(status).toBeLessThan(500);
    expect((await app.api.project(id)).auto_merge_enabled).toBe(true);
  });

  test("texts that may be long, and serve the settings alone, are in the project's detail and in no list", async () => {
    const { app } = stage;
    const agent_command = `echo ${"long ".repeat(17_000)}`;
    const texts = {
      ...{ agent_command, config: "test: 'echo long long'\n", setup_commands: ["echo long long"] },
      ...{ planning_statement: "long long", repository_rules: "long long" },
    };
    expect(await app.api.saveProject(id, { agent: "custom", ...texts })).toMatchObject(texts);
    expect(await app.api.project(id)).toMatchObject(texts);
    for (const path of ["/api/v1/projects", `/api/v1/projects?id=${id}`]) {
      const text = await (await ask(app, path)).text();
      expect([text.includes(id), text.includes("long long")]).toEqual([true, false]);
    }
    const card = await app.api.projectCard(id);
    expect(await app.api.project(id)).toEqual({ ...card, ...texts });
    await app.api.saveProject(id, { config: null, setup_commands: [] });
    expect(await app.api.projectCard("nobody")).toBeNull();
  });

  test("a secret's value is in no answer", async () => {
    const { app } = stage;
    await app.api.saveSecret(id, "TOKEN", "do-not-show-this");
    const read = ["", "/secrets", "/pulls", "/runs", "/deliveries"];
    const texts = await Promise.all(
      read.map(async (path) => (await ask(app, `/api/v1/projects/${id}${path}`)).text()),
    );
    expect(texts.join()).not.toContain("do-not-show-this");
    expect((await ask(app, `/api/v1/projects/${id}/secrets/TOKEN`)).status).toBe(405);
    await expect(stranger(app).secrets(id)).rejects.toMatchObject({ problem: { status: 401 } });
  });
});
