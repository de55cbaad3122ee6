/** The sandbox host, to be started by a program or a test. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Isolation } from "../models/sandbox.ts";
import { Host, type Log, takeFolder } from "./host.ts";
import { chooseCell } from "./isolation.ts";
import { makeServer } from "./server.ts";
import { findToolchains } from "./toolchains.ts";
import { MAX_SOCKET_PATH } from "./tunnel.ts";

export type RunnerOptions = {
  /** Made up when absent. */
  token?: string;
  /** 0: any free one. */
  port?: number;
  hostname?: string;
  /** Where sandboxes live; a folder of its own that goes with the runner when absent. */
  dir?: string;
  isolation?: Isolation | "auto";
  maxSandboxes?: number;
  /** Given to every command beside its own environment, such as a proxy's address. */
  env?: Record<string, string>;
  log?: Log;
};

export type Runner = { url: string; token: string; isolation: Isolation; close(): Promise<void> };

/** What a sandbox adds to the folder's path for a service's socket. */
const SOCKET_PART = "/0123456789abcdef/own/01234567.sock".length;

/** Starts the runner. `close` destroys every sandbox, then stops to listen. */
export async function startRunner(options: RunnerOptions = {}): Promise<Runner> {
  const {
    token = randomBytes(32).toString("hex"),
    port = 0,
    hostname = "127.0.0.1",
    log = () => {},
  } = options;
  const own = options.dir === undefined ? mkdtempSync(join(realpathSync(tmpdir()), "tidegate-")) : null;
  const dir = own ?? takeFolder(options.dir ?? "");
  const cell = chooseCell(options.isolation ?? "auto", {
    toolchains: await findToolchains(),
    env: options.env ?? {},
    dir,
  });
  if (cell.walled && dir.length + SOCKET_PART > MAX_SOCKET_PATH) {
    throw new Error(
      `Cannot use "${dir}": path is ${dir.length} long, limit is ${MAX_SOCKET_PATH - SOCKET_PART}`,
    );
  }
  const host = await Host.open({ dir, cell, maxSandboxes: options.maxSandboxes ?? 64, log });
  const server = makeServer(host, token, log);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    url: `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${address.port}`,
    token,
    isolation: cell.isolation,
    async close() {
      await host.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      if (own !== null) rmSync(own, { recursive: true, force: true });
    },
  };
}
