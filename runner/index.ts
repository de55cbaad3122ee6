/** The sandbox host, to be started by a program or a test. */
import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Isolation } from "../models/sandbox.ts";
import { type Agents, findAgents } from "./agents.ts";
import type { WayOut } from "./egress.ts";
import { Host, type Log, takeFolder } from "./host.ts";
import { chooseCell, type Otherwise } from "./isolation.ts";
import { ownFolder } from "./leftovers.ts";
import { makeServer } from "./server.ts";
import { findToolchains, type Toolchains } from "./toolchains.ts";
import { MAX_SOCKET_PATH } from "./tunnel.ts";
import { wayOutOf } from "./way-out.ts";

export type RunnerOptions = {
  /** Made up when absent. */
  token?: string;
  /** 0: any free one. */
  port?: number;
  hostname?: string;
  /** Where sandboxes live; a folder of its own that goes with the runner when absent. */
  dir?: string;
  isolation?: Isolation | "auto";
  /** With `auto`, where bubblewrap cannot; `none` when absent. */
  otherwise?: Otherwise;
  maxSandboxes?: number;
  /** Where languages and agents are looked for; the host's PATH when absent. */
  path?: string;
  /** Given to every command beside its own environment, such as where a registry is. */
  env?: Record<string, string>;
  /** How sandboxes reach the outside; as this process's environment says when absent. */
  wayOut?: WayOut;
  /** Ends a sandbox that nobody asked for anything in so long. */
  idle_ms?: number;
  log?: Log;
};

/** Longer than any pause between two visits of a step, also one for which GitHub made us wait. */
const IDLE_MS = 30 * 60_000;

export type Runner = { url: string; token: string; isolation: Isolation; close(): Promise<void> };

/** What a sandbox adds to the folder's path for a service's socket. */
const SOCKET_PART = "/0123456789abcdef/own/01234567.sock".length;

type Installed = { toolchains: Toolchains; agents: Agents };

// What is installed does not change while we run, and asking every language takes a while.
const installed = new Map<string, Promise<Installed>>();

function installedOn(path: string): Promise<Installed> {
  const known = installed.get(path);
  if (known !== undefined) return known;
  const found = findToolchains(path).then((toolchains) => ({ toolchains, agents: findAgents(path) }));
  installed.set(path, found);
  return found;
}

/** Starts the runner. `close` destroys every sandbox, then stops to listen. */
export async function startRunner(options: RunnerOptions = {}): Promise<Runner> {
  const own = options.dir === undefined ? await ownFolder() : null;
  const forget = () => (own === null ? undefined : rmSync(own, { recursive: true, force: true }));
  try {
    const runner = await start(options, own ?? takeFolder(options.dir ?? ""));
    return { ...runner, close: () => runner.close().finally(forget) };
  } catch (error) {
    forget();
    throw error;
  }
}

async function start(options: RunnerOptions, dir: string): Promise<Runner> {
  const { token = randomBytes(32).toString("hex"), hostname = "127.0.0.1", log = () => {} } = options;
  const { isolation = "auto", env = {}, maxSandboxes = 64, path = process.env.PATH ?? "" } = options;
  const { toolchains, agents } = await installedOn(path);
  const { otherwise = "none" } = options;
  const cell = chooseCell(isolation, { toolchains, agents, env, dir }, otherwise);
  const limit = MAX_SOCKET_PATH - SOCKET_PART;
  if (cell.walled && dir.length > limit) {
    throw new Error(`Cannot use "${dir}": path is ${dir.length} long, limit is ${limit}`);
  }
  const { wayOut = wayOutOf(process.env), idle_ms = IDLE_MS } = options;
  const host = await Host.open({ dir, cell, maxSandboxes, agents: agents.found, wayOut, idle_ms, log });
  const server = makeServer(host, token, log);
  const port = await listen(server, options.port ?? 0, hostname);
  return {
    url: `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`,
    token,
    isolation: cell.isolation,
    async close() {
      await host.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function listen(server: Server, port: number, hostname: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, () => resolve((server.address() as AddressInfo).port));
  });
}
