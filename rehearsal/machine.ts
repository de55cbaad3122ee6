/** Everything on one machine: GitHub, sandbox host, Worker, dashboard. `npm start`, the rehearsal and the tests use it. */
import { randomBytes, randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sign } from "hono/jwt";
import type { Log } from "miniflare";
import { type Api, connect } from "../clients/api.ts";
import { type Runner, startRunner } from "../runner/index.ts";
import { type Chrome, offerChrome } from "./chrome.ts";
import { type GitHub, startGitHub } from "./github/index.ts";
import { build, ROOT, type RunningWorker, startWorker } from "./worker.ts";

export type MachineOptions = {
  /** Where the dashboard listens; any free port when absent. */
  port?: number;
  githubPort?: number;
  /** Told what is being done, for a progress line. */
  progress?: (what: string) => void;
  /** Log of workerd. */
  log?: Log;
  /** Variables of the Worker that replace ours: other credentials, another GitHub. */
  vars?: Record<string, string>;
  skipBuild?: boolean;
};

export type Machine = {
  url: string;
  github: GitHub;
  runner: Runner;
  worker: RunningWorker;
  chrome: Chrome;
  vars: Record<string, string>;
  /** A link that signs its opener in, once. */
  link(): Promise<string>;
  /** A signed-in client, and its token. */
  signIn(): Promise<{ api: Api; token: string }>;
  /** Stops the Worker and starts it again on the same disk, as a deployment or a crash does. */
  restartWorker(): Promise<void>;
  close(): Promise<void>;
};

const LINK_LIFE_S = 15 * 60;

/** Brings everything up, in an order in which each finds what it needs. */
export async function startMachine(options: MachineOptions = {}): Promise<Machine> {
  const progress = options.progress ?? (() => undefined);
  const dir = mkdtempSync(join(tmpdir(), "tidegate-"));
  const cache = join(ROOT, ".tidegate");
  mkdirSync(cache, { recursive: true });
  progress("Finding a browser");
  const chrome = await offerChrome(cache);
  if (!options.skipBuild) {
    progress("Building the Worker and the dashboard");
    await build();
  }
  progress("Starting the rehearsal GitHub");
  const port = options.port ?? (await freePort());
  const url = `http://localhost:${port}`;
  const webhookUrl = `http://127.0.0.1:${port}/api/v1/webhooks/github`;
  const github = await startGitHub({
    dir: join(dir, "github"),
    webhookUrl,
    ...(options.githubPort !== undefined && { port: options.githubPort }),
  });
  progress("Starting the sandbox host");
  const runner = await startRunner({ log: () => undefined });
  progress("Starting the Worker");
  const vars = { ...varsFor(url, github, runner), ...options.vars };
  const start = () =>
    startWorker({ port, dir: join(dir, "cloudflare"), vars, ...(options.log && { log: options.log }) });
  let worker = await start();
  const link = () => linkOf(url, vars.SESSION_SECRET);
  return {
    url,
    github,
    runner,
    chrome,
    vars,
    get worker() {
      return worker;
    },
    link,
    async signIn() {
      const { token } = await connect(url).signIn((await link()).split("#")[1] ?? "");
      return { api: connect(url, token), token };
    },
    async restartWorker() {
      await worker.close();
      worker = await start();
    },
    async close() {
      await worker.close();
      await github.close();
      await runner.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Variables of a machine of its own; its secrets are made anew at every start. */
function varsFor(
  url: string,
  github: GitHub,
  runner: Runner,
): Record<string, string> & { SESSION_SECRET: string } {
  return {
    ENVIRONMENT: "development",
    PUBLIC_URL: url,
    PREVIEW_ORIGIN: url,
    GITHUB_API_URL: github.apiUrl,
    GITHUB_APP_ID: String(github.app.id),
    GITHUB_APP_PRIVATE_KEY: github.app.privateKey,
    GITHUB_WEBHOOK_SECRET: github.app.webhookSecret,
    SESSION_SECRET: randomBytes(32).toString("hex"),
    SECRETS_KEY: randomBytes(32).toString("base64"),
    RUNNER_URL: runner.url,
    RUNNER_TOKEN: runner.token,
  };
}

/** The token stands behind the #, which browsers never send: no log sees it. */
async function linkOf(url: string, secret: string): Promise<string> {
  const exp = Math.floor(Date.now() / 1000) + LINK_LIFE_S;
  const token = await sign({ purpose: "sign-in", sub: "owner", jti: randomUUID(), exp }, secret, "HS256");
  return `${url}/signin#${token}`;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
