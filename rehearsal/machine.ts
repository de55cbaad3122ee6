/** Everything on one machine: GitHub, sandbox host, Worker, dashboard. `npm start`, the rehearsal and the tests use it. */
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sign } from "hono/jwt";
import type { Log } from "miniflare";
import { type Api, connect } from "../clients/api.ts";
import { type Runner, startRunner } from "../runner/index.ts";
import { type Chrome, offerChrome } from "./chrome.ts";
import { type Data, type Keys, newKeys } from "./data.ts";
import { type GitHub, startGitHub } from "./github/index.ts";
import { BUILT, build, builtIn, ROOT, type RunningWorker, startWorker } from "./worker.ts";

export type HostOptions = {
  /** Where the dashboard listens, or a port that is kept until then; any free one when absent. */
  port?: number | HeldPort;
  /** Told what is being done, for a progress line. */
  progress?: (what: string) => void;
  /** Log of workerd. */
  log?: Log;
  /** Show only what the Worker reports as an error. */
  quiet?: boolean;
  /** Variables of the Worker that replace ours: credentials, another GitHub, another public address. */
  vars?: Record<string, string>;
  skipBuild?: boolean;
  bind?: Parameters<typeof startWorker>[0]["bind"];
  /** Kept for the next start; a folder that goes with the machine when absent. */
  data?: Data;
};

/** Tidegate on this machine: Worker, dashboard, sandbox host, browser. */
export type Host = {
  url: string;
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

export type Machine = Host & { github: GitHub };

const LINK_LIFE_S = 15 * 60;

/** Brings up Tidegate and a GitHub for it to rehearse on. */
export async function startMachine(options: HostOptions & { githubPort?: number } = {}): Promise<Machine> {
  options.progress?.("Starting the rehearsal GitHub");
  const dir = mkdtempSync(join(tmpdir(), "tidegate-github-"));
  const port = await heldPort(options.port);
  const github = await startGitHub({
    dir,
    webhookUrl: `http://127.0.0.1:${port.number}/api/v1/webhooks/github`,
    ...(options.githubPort !== undefined && { port: options.githubPort }),
  });
  const credentials = {
    GITHUB_API_URL: github.apiUrl,
    GITHUB_APP_ID: String(github.app.id),
    GITHUB_APP_PRIVATE_KEY: github.app.privateKey,
    GITHUB_WEBHOOK_SECRET: github.app.webhookSecret,
  };
  const host = await startHost({ ...options, port, vars: { ...credentials, ...options.vars } });
  const { close } = host;
  return Object.assign(host, {
    github,
    async close() {
      await close();
      await github.close();
      rmSync(dir, { recursive: true, force: true });
    },
  });
}

/** Brings up Tidegate for the GitHub that `vars` name, in an order in which each part finds what it needs. */
export async function startHost(options: HostOptions): Promise<Host> {
  const progress = options.progress ?? (() => undefined);
  const dir = mkdtempSync(join(tmpdir(), "tidegate-"));
  const cache = join(ROOT, ".tidegate");
  mkdirSync(cache, { recursive: true });
  progress("Finding a browser");
  const chrome = await offerChrome(cache);
  const built = options.skipBuild ? BUILT : builtIn(join(dir, "built"));
  if (!options.skipBuild) {
    progress("Building the Worker and the dashboard");
    await build(built);
  }
  progress("Starting the sandbox host");
  const runner = await startRunner();
  const port = await heldPort(options.port);
  const url = `http://localhost:${port.number}`;
  const vars = { ...varsFor(url, runner, options.data?.keys ?? newKeys()), ...options.vars };
  progress("Starting the Worker");
  await port.release();
  const start = () =>
    startWorker({
      built,
      port: port.number,
      dir: join(options.data?.dir ?? dir, "cloudflare"),
      vars,
      quiet: options.quiet === true,
      ...(options.log && { log: options.log }),
      ...(options.bind && { bind: options.bind }),
    });
  const running = { worker: await start() };
  const link = () => linkOf(vars.PUBLIC_URL, vars.SESSION_SECRET);
  return {
    url,
    runner,
    chrome,
    vars,
    get worker() {
      return running.worker;
    },
    link,
    async signIn() {
      const { token } = await connect(url).signIn((await link()).split("#")[1] ?? "");
      return { api: connect(url, token), token };
    },
    async restartWorker() {
      await running.worker.close();
      running.worker = await start();
    },
    async close() {
      await running.worker.close();
      await runner.close();
      options.data?.release();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

type Vars = Record<string, string> & { PUBLIC_URL: string; SESSION_SECRET: string };

/** Variables of a machine of its own. */
function varsFor(url: string, runner: Runner, keys: Keys): Vars {
  return {
    ENVIRONMENT: "development",
    PUBLIC_URL: url,
    PREVIEW_ORIGIN: url,
    ...keys,
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

/** A port that nobody else takes until it is released: building takes long, and another start looks for one too. */
export type HeldPort = { number: number; release(): Promise<void> };

async function heldPort(port: number | HeldPort | undefined): Promise<HeldPort> {
  if (typeof port === "number") return { number: port, release: async () => undefined };
  return port ?? holdPort();
}

/** Holds a port nobody listens on: `wanted` or one of the next ten, else any. */
export async function holdPort(wanted?: number): Promise<HeldPort> {
  const tries = wanted === undefined ? [0] : [...Array.from({ length: 11 }, (_, nth) => wanted + nth), 0];
  for (const port of tries) {
    const free = await tryPort(port);
    if (free !== null) return free;
  }
  throw new Error("Cannot find a free port");
}

function tryPort(port: number): Promise<HeldPort | null> {
  return new Promise((resolve) => {
    // Nobody is served: an open connection would keep the port.
    const server = createServer((socket) => socket.destroy());
    server.once("error", () => resolve(null));
    server.unref();
    server.listen(port, "127.0.0.1", () => {
      const release = () => new Promise<void>((done) => server.close(() => done()));
      resolve({ number: (server.address() as AddressInfo).port, release });
    });
  });
}
