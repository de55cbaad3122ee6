/** Who may come in: every route refuses strangers, links work once, and other names and pages are turned away. */
import { randomUUID } from "node:crypto";
import { request } from "node:http";
import { sign } from "hono/jwt";
import { describe, expect, test } from "vitest";
import { Problem } from "../models/api.ts";
import { type App, ask, useApp } from "./machine.ts";

const stage = useApp();

type Document = { paths: Record<string, Record<string, { parameters?: unknown[] }>> };

/** What the seeds ask for, and every other endpoint that programs rely on. */
const PUBLISHED = [
  "get /health",
  "get /api/v1/projects",
  "post /api/v1/projects",
  "get /api/v1/projects/{id}",
  "put /api/v1/projects/{id}",
  "delete /api/v1/projects/{id}",
  "post /api/v1/projects/{id}/agent-run",
  "get /api/v1/projects/{id}/runs",
  "get /api/v1/runs/{id}",
  "post /api/v1/webhooks/github",
  "get /api/v1/validation/{id}",
  "post /api/v1/validation/{id}/retry",
  "get /metrics",
];
const OPEN = [
  "get /health",
  "get /api/v1/attestation-keys",
  "post /api/v1/session",
  "post /api/v1/webhooks/github",
];
/** Routes that no document describes, because they answer with something else than JSON. */
const OTHERS = [
  "get /api/v1/openapi.json",
  "get /api/v1/schema/config.json",
  "get /api/v1/projects/{id}/live",
  "get /api/v1/validation/{id}/artifacts/{name}",
  "get /api/v1/runs/{id}/images/{name}",
  "get /api/v1/no/such/place",
  "get /api/",
];

async function routesOf(app: App): Promise<string[]> {
  const { paths } = (await (await ask(app, "/api/v1/openapi.json")).json()) as Document;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
}

/** Sends a request without a session. */
function knock(app: App, route: string, headers: Record<string, string> = {}): Promise<Response> {
  const [method = "", path = ""] = route.split(" ");
  const url = app.url + path.replace(/\{\w+\}/g, "1");
  const body = ["post", "put"].includes(method) ? { body: "{}" } : {};
  return fetch(url, {
    method: method.toUpperCase(),
    headers: { "content-type": "application/json", ...headers },
    ...body,
  });
}

describe("a stranger", () => {
  test("the document lists what the seeds ask for", async () => {
    expect(await routesOf(stage.app)).toEqual(expect.arrayContaining(PUBLISHED));
  });

  test("is refused on every route with a problem document, known or not, and learns nothing", async () => {
    const { app } = stage;
    const routes = [...(await routesOf(app)), ...OTHERS].filter((route) => !OPEN.includes(route));
    const answers = await Promise.all(
      routes.map(async (route) => {
        const response = await knock(app, route);
        const { code, request_id, status } = Problem.parse(await response.json());
        expect(request_id, route).toBe(response.headers.get("x-request-id"));
        const type = response.headers.get("content-type");
        return `${route}: ${response.status} ${status} ${code} ${type}`;
      }),
    );
    expect(answers).toEqual(routes.map((route) => `${route}: 401 401 unauthorized application/problem+json`));
  });

  test.each([
    ["an invented token", { authorization: `Bearer ${"a".repeat(64)}` }],
    ["an empty token", { authorization: "Bearer " }],
    ["a token without a scheme", { authorization: "x" }],
    ["an invented cookie", { cookie: `tidegate_session=${"a".repeat(64)}` }],
    ["SQL", { authorization: "Bearer ' OR 1=1 --" }],
  ])("with %s is refused", async (_, headers) => {
    expect((await knock(stage.app, "get /api/v1/projects", headers)).status).toBe(401);
  });

  test("is refused the socket before it opens", async () => {
    const headers = { upgrade: "websocket", connection: "upgrade" };
    const { status } = await raw(stage.app, "/api/v1/projects/x/live", {
      ...headers,
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      "sec-websocket-version": "13",
    });
    expect(status).toBe(401);
  });
});

describe("signing in", () => {
  const linkToken = async (app: App) => (await app.link()).split("#")[1] ?? "";
  const claims = () => ({
    purpose: "sign-in",
    sub: "owner",
    jti: randomUUID(),
    exp: Math.floor(Date.now() / 1000) + 60,
  });
  const refused = async (app: App, link: string) => {
    const body = JSON.stringify({ link });
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${app.url}/api/v1/session`, { method: "POST", body, headers });
    return response.status;
  };

  test("a link works once, even when it is used twice at the same time", async () => {
    const { app } = stage;
    const link = await linkToken(app);
    const answers = await Promise.all([1, 2, 3, 4].map(() => refused(app, link)));
    expect(answers.sort()).toEqual([200, 401, 401, 401]);
    expect(await refused(app, link)).toBe(401);
  });

  test.each<[string, (secret: string) => Promise<string>]>([
    ["is over", (secret) => sign({ ...claims(), exp: 1 }, secret)],
    ["is signed with another secret", () => sign(claims(), "another secret that is long enough")],
    ["is for something else", (secret) => sign({ ...claims(), purpose: "preview" }, secret)],
    ["never ends", (secret) => sign({ purpose: "sign-in", sub: "owner", jti: randomUUID() }, secret)],
    ["is signed with another algorithm", (secret) => sign(claims(), secret, "HS512")],
    ["is not signed", async () => `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify(claims()))}.`],
    ["is nonsense", async () => "nonsense"],
  ])("a link that %s is refused", async (_, make) => {
    expect(await refused(stage.app, await make(stage.app.vars.SESSION_SECRET ?? ""))).toBe(401);
  });

  test("sets a cookie that scripts and other sites cannot use; signing out ends the session at once", async () => {
    const { app } = stage;
    const body = JSON.stringify({ link: await linkToken(app) });
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${app.url}/api/v1/session`, { method: "POST", body, headers });
    const set = response.headers.get("set-cookie") ?? "";
    for (const attribute of ["HttpOnly", "SameSite=Strict", "Path=/"]) expect(set).toContain(attribute);
    const cookie = set.split(";")[0] ?? "";
    expect((await knock(app, "get /api/v1/session", { cookie })).status).toBe(200);
    expect((await knock(app, "delete /api/v1/session", { cookie })).status).toBe(204);
    expect((await knock(app, "get /api/v1/session", { cookie })).status).toBe(401);
  });
});

describe("other names and other pages", () => {
  test.each(["http://evil.test", "null", "http://localhost:1", "https://localhost"])(
    "a request of a page at %s is refused, session or not",
    async (origin) => {
      const { app } = stage;
      expect((await ask(app, "/api/v1/projects", { headers: { origin } })).status).toBe(403);
      expect((await knock(app, "post /api/v1/session", { origin })).status).toBe(403);
    },
  );

  test("a request of our own page is served", async () => {
    const { app } = stage;
    expect((await ask(app, "/api/v1/projects", { headers: { origin: app.url } })).status).toBe(200);
  });

  test.each(["evil.test", "localhost.evil.test", "127.0.0.1.nip.io"])(
    "another name that points here, %s, is refused",
    async (name) => {
      const { app } = stage;
      const host = `${name}:${new URL(app.url).port}`;
      const { status } = await raw(app, "/api/v1/projects", { host, authorization: `Bearer ${app.token}` });
      expect(status).toBe(403);
    },
  );

  test.each([
    ["a label that was never given", "0123456789abcdef0123456789abcdef", 404],
    ["a label that is none", "shop", 403],
  ])("a preview with %s is not served", async (_, label, expected) => {
    const { app } = stage;
    const host = `${label}.${new URL(app.url).host}`;
    const { status, text } = await raw(app, "/api/v1/projects", {
      host,
      authorization: `Bearer ${app.token}`,
    });
    expect(status).toBe(expected);
    expect(text).not.toContain("full_name");
  });
});

/** A request with headers that `fetch` does not let us set. */
function raw(
  app: App,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; text: string }> {
  const { port } = new URL(app.url);
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, headers }, async (response) => {
      const text = Buffer.concat(await response.toArray()).toString();
      resolve({ status: response.statusCode ?? 0, text });
    });
    sent.on("upgrade", (_, socket) => {
      socket.destroy();
      resolve({ status: 101, text: "" });
    });
    sent.on("error", reject);
    sent.end();
  });
}
