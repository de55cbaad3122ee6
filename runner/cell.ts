/** What every way of isolation answers to: a plan goes in, what to start on the host comes out. */
import { existsSync } from "node:fs";
import type { Egress, Isolation, Network } from "../models/sandbox.ts";
import type { Agents } from "./agents.ts";
import type { Place } from "./place.ts";
import type { Toolchains } from "./toolchains.ts";

/** A folder of the host shown to one command only. */
export type Mount = { from: string; to: string; writable: boolean };

export type Plan = {
  argv: string[];
  env: Record<string, string>;
  /** Relative to the workspace. */
  cwd: string;
  network: Network;
  mounts: Mount[];
  /** Found again in the environment of whatever this command leaves behind. */
  mark: string;
};

/** What to start on the host. `feed` is written to descriptor 3, where no other process can read it. */
export type Launch = {
  file: string;
  args: string[];
  env: Record<string, string>;
  cwd: string;
  feed: string | null;
  /** Arguments with which descriptor 4 hears of the command's end, if it ran at all: lines of JSON, one with `exit-code`. */
  tells: string[];
  /** Whom to run it as, where that is not the runner's own user. */
  user: { uid: number; gid: number } | null;
};

export type Cell = {
  isolation: Isolation;
  /** Own processes and an own network, from which the egress is the only way out; false: commands share the host's. */
  walled: boolean;
  launch(place: Place, plan: Plan): Launch;
  /** Hands a folder of the host's to the user of the commands. */
  give(folder: string): void;
  /** Where a command sees a mount of its plan. */
  seen(mount: Mount): string;
};

/** Whether commands of a cell reach what their plan says, and nothing else. */
export function egressOf({ walled }: Cell): Egress {
  return walled ? "confined" : "unconfined";
}

export type CellOptions = {
  toolchains: Toolchains;
  agents: Agents;
  env: Record<string, string>;
  dir: string;
};

const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/** The environment of every command: nothing of the host's but where its tools are. */
export function environment(
  options: CellOptions,
  folders: { home: string; tmp: string },
  env: Record<string, string>,
): Record<string, string> {
  return {
    // Agents last: what stands beside them must not come before what a change is validated with.
    PATH: [...new Set([...options.toolchains.path, ...options.agents.path])].join(":"),
    HOME: folders.home,
    TMPDIR: folders.tmp,
    LANG: "C.UTF-8",
    CI: "true",
    TERM: "dumb",
    // Node brings its own list of authorities; behind a company's proxy only the host's list is right.
    ...(existsSync(CERTIFICATES) ? { NODE_EXTRA_CA_CERTS: CERTIFICATES } : {}),
    ...options.env,
    ...env,
  };
}
