/** What the tests of this room share: a GitHub on a temporary disk, a clock, clients, a listener. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Octokit } from "@octokit/core";
import { GIT_ENV } from "./git/run.ts";
import { type GitHub, startGitHub } from "./index.ts";

export type Heard = {
  event: string;
  guid: string;
  headers: Record<string, string>;
  body: string;
  payload: unknown;
};

/** What lies at `pull_request.head.sha` in somebody's JSON; undefined when nothing does. */
export function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, key) => {
    return typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined;
  }, value);
}

/** A receiver of webhooks; `status` is what it answers. */
export async function startListener() {
  const heard: Heard[] = [];
  const listener = { url: "", heard, status: 202, close: async () => {} };
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([key, value]) => [key, String(value)]),
    );
    const payload = headers["content-type"] === "application/json" ? JSON.parse(body) : null;
    const { "x-github-event": event = "", "x-github-delivery": guid = "" } = headers;
    heard.push({ event, guid, headers, body, payload });
    response.writeHead(listener.status).end("ok");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  listener.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  listener.close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return listener;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

export type Clock = { ms: number };

/** A GitHub with `alice/shop` (one commit, App installed) and people of all roles. */
export async function startShop(options: { webhooks?: boolean } = {}) {
  const dir = mkdtempSync(join(tmpdir(), "rehearsal-github-"));
  const clock: Clock = { ms: Date.parse("2026-03-01T12:00:00Z") };
  const listener = await startListener();
  const log: string[] = [];
  const github = await startGitHub({
    dir: join(dir, "github"),
    now: () => clock.ms,
    log: (line) => log.push(line),
    webhookSecret: "shh",
    ...(options.webhooks && { webhookUrl: listener.url }),
  });
  const alice = github.createUser("alice");
  const bob = github.createUser("bob");
  const carol = github.createUser("carol");
  await github.createRepository("alice/shop", {
    files: { "README.md": "# Shop\n", "src/price.txt": "one\ntwo\nthree\n" },
  });
  github.setRole("alice/shop", "bob", "write");
  github.install("alice/shop");
  await github.settled();
  const close = async () => {
    await github.close();
    await listener.close();
    rmSync(dir, { recursive: true, force: true });
  };
  return { github, clock, listener, log, dir, alice, bob, carol, close };
}

export type Shop = Awaited<ReturnType<typeof startShop>>;

/** A real Octokit, as the gate would use it. */
export function client(github: GitHub, token: string): Octokit {
  return new Octokit({ baseUrl: github.apiUrl, auth: token, request: { fetch } });
}

export type Refusal = { status: number; message: string; headers: Record<string, unknown> };

/** The status and message of a refusal; fails when there is none. */
export async function refusal(call: Promise<unknown>): Promise<Refusal> {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  const status = at(error, "status");
  if (typeof status !== "number") throw new Error(`Expected a refusal, got ${String(error)}`);
  const message = String(at(error, "response.data.message"));
  return { status, message, headers: { ...Object(at(error, "response.headers")) } };
}

const PERSON = {
  GIT_AUTHOR_NAME: "Dev",
  GIT_AUTHOR_EMAIL: "dev@example.com",
  GIT_COMMITTER_NAME: "Dev",
  GIT_COMMITTER_EMAIL: "dev@example.com",
};

/** The real git as a person runs it: how it ended, with all it said. */
export function run(cwd: string, ...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    execFile("git", args, { cwd, env: { ...GIT_ENV, ...PERSON } }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code ?? 1);
      resolve({ code, output: `${stdout}${stderr}`.trim() });
    });
  });
}

/** The same, for what must succeed. */
export async function git(cwd: string, ...args: string[]): Promise<string> {
  const { code, output } = await run(cwd, ...args);
  if (code !== 0) throw new Error(`Cannot run "git ${args.join(" ")}": ${output}`);
  return output;
}
