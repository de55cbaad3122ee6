import { createServer } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import type { ServiceInfo } from "../models/sandbox.ts";
import { AVAILABLE, archiveOf, callRunner } from "./testing.ts";

const SERVER = `
const http = require("http");
let slow;
const server = http.createServer((request, answer) => {
  if (request.url.startsWith("/missing")) { answer.statusCode = 404; return answer.end("none"); }
  if (request.url === "/moved") { answer.writeHead(302, { location: "/elsewhere?x=1", "set-cookie": ["a=1", "b=2"] }); return answer.end(); }
  if (request.url === "/slowly") { slow = answer; return answer.write("one\\n"); }
  if (request.url === "/go") { slow.end("two\\n"); return answer.end(); }
  if (request.url === "/broken") { answer.writeHead(200, { "content-length": "100" }); answer.write("part"); return setTimeout(() => answer.destroy(), 50); }
  if (request.url === "/die") process.exit(3);
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => answer.end(JSON.stringify({
    method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(parts).toString("base64").slice(0, 40), bytes: Buffer.concat(parts).length,
  })));
});
server.on("upgrade", (request, socket) => {
  socket.write("HTTP/1.1 101 Switching Protocols\\r\\nupgrade: echo\\r\\nconnection: upgrade\\r\\n\\r\\n");
  socket.on("data", (bytes) => socket.write(bytes.toString().toUpperCase()));
});
console.log("listening on " + process.env.PORT);
server.listen(Number(process.env.PORT), process.env.BIND);
`;

type Echo = { method: string; url: string; headers: Record<string, string>; body: string; bytes: number };

const CASES = AVAILABLE.flatMap((isolation) =>
  (["none", "open"] as const).map((network) => ({ isolation, network })),
);

describe.each(CASES)("service under $isolation, network $network", ({ isolation, network }) => {
  const fresh = async () => {
    const caller = await callRunner({ isolation });
    const sandbox = caller.sandbox("s");
    await sandbox.create();
    const laid = await sandbox.archive(archiveOf({ "server.js": SERVER }));
    expect(laid.status, laid.text).toBe(200);
    return { caller, sandbox, port: await freePort() };
  };
  const ready = async (env: Record<string, string> = {}) => {
    const { caller, sandbox, port } = await fresh();
    const started = await sandbox.serve("web", "node server.js", { port, network, env });
    expect(started).toMatchObject({ status: 200, json: { state: "starting" } });
    const info = await sandbox.service("web");
    expect(info.json, info.text).toMatchObject({ state: "ready", exit_code: null });
    return { caller, sandbox, port };
  };

  test("it is ready when it answers, and its output is told", async () => {
    const { sandbox, port } = await ready();
    const info = (await sandbox.service("web")).json as ServiceInfo;
    expect(info.output).toBe(`listening on ${port}\n`);
    expect(info.ready_after_ms).toBeGreaterThan(0);
    const again = await sandbox.serve("web", "node server.js", { port, network });
    expect(again.json).toMatchObject({ state: "ready", started_at: info.started_at });
    expect((await sandbox.serve("web", "other", { port, network })).status).toBe(409);
  });

  test("requests and answers pass as they are", async () => {
    const { sandbox, port } = await ready();
    const get = await sandbox.proxy("web", "GET", "/a%20b/c?d=%2F&e", undefined, {
      "x-forwarded-host": "preview.test",
      authorization: "Basic visitor",
    });
    const echo = get.json as Echo;
    expect(echo).toMatchObject({ method: "GET", url: "/a%20b/c?d=%2F&e", bytes: 0 });
    expect(echo.headers).toMatchObject({ host: "preview.test", authorization: "Basic visitor" });
    expect(JSON.stringify(echo)).not.toContain(sandbox.authorised["x-runner-authorization"]);
    const body = Buffer.alloc(3_000_000, "tide");
    const post = (await sandbox.proxy("web", "POST", "/", body)).json as Echo;
    expect(post).toMatchObject({
      method: "POST",
      bytes: body.length,
      body: body.toString("base64").slice(0, 40),
    });
    expect(post.headers.host).toBe(`localhost:${port}`);
    const missing = await sandbox.proxy("web", "GET", "/missing");
    expect(missing).toMatchObject({ status: 404, text: "none" });
    expect(missing.headers.get("x-tidegate-runner")).toBeNull();
    const moved = await sandbox.proxy("web", "GET", "/moved");
    expect([moved.status, moved.headers.get("location")]).toEqual([302, "/elsewhere?x=1"]);
    expect(moved.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  test("a token in the common header stays with the runner", async () => {
    const { sandbox, caller } = await ready();
    const headers = { authorization: `Bearer ${caller.runner.token}` };
    const response = await fetch(`${sandbox.url}/services/web/proxy/`, { headers });
    const echo = await response.text();
    expect(response.status).toBe(200);
    expect(echo).not.toContain(caller.runner.token);
  });

  test("answers stream, and a broken one is not a short one", async () => {
    const { sandbox } = await ready();
    const slow = await fetch(`${sandbox.url}/services/web/proxy/slowly`, { headers: sandbox.authorised });
    const parts: string[] = [];
    for await (const part of slow.body ?? []) {
      parts.push(Buffer.from(part).toString());
      // The second part is not even written before the first has come through.
      if (parts.length === 1) await sandbox.proxy("web", "GET", "/go");
    }
    expect(parts).toEqual(["one\n", "two\n"]);
    await expect(sandbox.proxy("web", "GET", "/broken")).rejects.toThrow();
  });

  test("many requests at once find their way", async () => {
    const { sandbox } = await ready();
    const numbers = Array.from({ length: 40 }, (_, index) => index);
    const answers = await Promise.all(numbers.map((number) => sandbox.proxy("web", "GET", `/n${number}`)));
    expect(answers.map((answer) => (answer.json as Echo | null)?.url)).toEqual(
      numbers.map((number) => `/n${number}`),
    );
  });

  test("a WebSocket passes", async () => {
    const { sandbox, caller } = await ready();
    const { hostname, port, pathname } = new URL(`${sandbox.url}/services/web/proxy/socket`);
    const socket = connect(Number(port), hostname);
    onTestFinished(() => {
      socket.destroy();
    });
    const head = `GET ${pathname} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: echo\r\n`;
    socket.write(`${head}x-runner-authorization: Bearer ${caller.runner.token}\r\n\r\n`);
    expect(await said(socket, "\r\n\r\n")).toMatch(/^HTTP\/1.1 101 /);
    socket.write("ahoy");
    expect(await said(socket, "AHOY")).toContain("AHOY");
  });

  test("one that dies is exited with its code, and then answers 502", async () => {
    const { sandbox } = await ready();
    const dying = await sandbox.proxy("web", "GET", "/die");
    expect(dying).toMatchObject({ status: 502, json: { code: "unreachable" } });
    await expect
      .poll(async () => (await sandbox.service("web")).json)
      .toMatchObject({ state: "exited", exit_code: 3 });
    const late = await sandbox.proxy("web", "GET", "/");
    expect(late).toMatchObject({ status: 502, json: { code: "unreachable" } });
    expect(late.headers.get("x-tidegate-runner")).toBe("refused");
  });

  test("one that never listens is not ready and is stopped; one that ends at once is exited", async () => {
    const { sandbox, port } = await fresh();
    await sandbox.serve("deaf", "exec sleep 50", { port, network, ready_timeout_ms: 700 });
    expect((await sandbox.service("deaf")).json).toMatchObject({ state: "not_ready", end: "timeout" });
    await sandbox.serve("brief", "echo oops; exit 4", { port: port + 1, network });
    expect((await sandbox.service("brief")).json).toMatchObject({
      state: "exited",
      exit_code: 4,
      output: "oops\n",
    });
  });

  test("a server on either loopback address is found", async () => {
    const { sandbox } = await ready({ BIND: "localhost" });
    expect((await sandbox.proxy("web", "GET", "/")).status).toBe(200);
  });
});

describe.runIf(AVAILABLE.includes("bubblewrap"))("the same port twice", () => {
  test.each(["none", "open"] as const)("two sandboxes with network %s may use it", async (network) => {
    const caller = await callRunner({ isolation: "bubblewrap" });
    const [one, two] = [caller.sandbox("one"), caller.sandbox("two")];
    const port = await freePort();
    const serve = "echo $NAME > index.html; exec python3 -m http.server $PORT";
    for (const sandbox of [one, two]) {
      await sandbox.create();
      await sandbox.serve("web", serve, { port, network, env: { NAME: sandbox.id } });
      expect((await sandbox.service("web")).json).toMatchObject({ state: "ready" });
    }
    expect((await one.proxy("web", "GET", "/")).text).toBe("one\n");
    expect((await two.proxy("web", "GET", "/")).text).toBe("two\n");
  });
});

test("where the network is the host's the same port is a conflict", async () => {
  const caller = await callRunner({ isolation: "none" });
  const [one, two] = [caller.sandbox("one"), caller.sandbox("two")];
  const port = await freePort();
  for (const sandbox of [one, two]) await sandbox.create();
  await one.serve("web", "sleep 50", { port });
  const taken = await two.serve("web", "sleep 50", { port });
  expect(taken).toMatchObject({ status: 409, json: { code: "conflict" } });
  expect(taken.text).toContain("one/web");
});

test("a stranger on the host's port is not taken for the service", async () => {
  const server = createServer((_, answer) => answer.end("stranger"));
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
  onTestFinished(() => {
    server.close();
  });
  const sandbox = (await callRunner({ isolation: "none" })).sandbox("s");
  await sandbox.create();
  expect(await sandbox.serve("web", "sleep 50", { port })).toMatchObject({
    status: 409,
    json: { code: "conflict" },
  });
});

/** Below those that the system gives to clients: one of ours, asking, could otherwise hold it by chance. */
async function freePort(): Promise<number> {
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  const server = createTcpServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => resolve(true));
  });
  if (!free) return freePort();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function said(socket: Socket, end: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const hear = (bytes: Buffer) => {
      text += bytes;
      if (!text.includes(end)) return;
      socket.off("data", hear);
      resolve(text);
    };
    socket.on("data", hear);
    socket.once("error", reject);
    socket.once("close", () => reject(new Error(`closed after ${text}`)));
  });
}
