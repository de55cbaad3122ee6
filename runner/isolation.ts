/** How a command is kept from the host, and which way this host can. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Isolation, NETWORKS } from "../models/sandbox.ts";
import { bubblewrap, findBubblewrap } from "./bubblewrap.ts";
import type { Place } from "./place.ts";
import { makePlace } from "./place.ts";
import { MARK } from "./processes.ts";
import type { Toolchains } from "./toolchains.ts";

/** A folder of the host shown to one command only. */
export type Mount = { from: string; to: string; writable: boolean };

export type Plan = {
  argv: string[];
  env: Record<string, string>;
  /** Relative to the workspace. */
  cwd: string;
  network: (typeof NETWORKS)[number];
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
};

export type Cell = {
  isolation: Isolation;
  /** Own processes and, with network `none`, an own loopback; false: commands share the host's. */
  walled: boolean;
  launch(place: Place, plan: Plan): Launch;
  /** Where a command sees a mount of its plan. */
  seen(mount: Mount): string;
};

export type CellOptions = { toolchains: Toolchains; env: Record<string, string>; dir: string };

const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/** Takes the isolation that was asked for, or with `auto` the best that this host really can. */
export function chooseCell(wanted: Isolation | "auto", options: CellOptions): Cell {
  if (wanted === "container" || wanted === "none") return bare(wanted, options);
  const program = findBubblewrap();
  const trouble = program === null ? "bwrap is not installed" : probe(bubblewrap(program, options));
  if (program !== null && trouble === null) return bubblewrap(program, options);
  if (wanted === "auto") return bare("none", options);
  throw new Error(`Cannot isolate by bubblewrap: ${trouble}; install it, or choose RUNNER_ISOLATION=auto`);
}

/** The environment of every command: nothing of the host's but where its tools are. */
export function environment(
  options: CellOptions,
  folders: { home: string; tmp: string },
  env: Record<string, string>,
): Record<string, string> {
  return {
    PATH: options.toolchains.path.join(":"),
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

/** No walls but a clean environment and a session of its own, so that all of it can be killed. */
function bare(isolation: "container" | "none", options: CellOptions): Cell {
  return {
    isolation,
    walled: false,
    seen: (mount) => mount.from,
    launch: (place, plan) => ({
      file: plan.argv[0] ?? "",
      args: plan.argv.slice(1),
      env: { ...environment(options, place, plan.env), [MARK]: plan.mark },
      cwd: join(place.workspace, plan.cwd),
      feed: null,
    }),
  };
}

/** Really runs a command the way a sandbox would; null when that works, the program's complaint when not. */
function probe(cell: Cell): string | null {
  const root = mkdtempSync(join(tmpdir(), "tidegate-probe-"));
  try {
    mkdirSync(join(root, "place"));
    const place = makePlace(join(root, "place"));
    const plan: Plan = { argv: ["/bin/sh", "-c", "exit 7"], env: {}, cwd: "", network: "none", mounts: [], mark: "" };
    const { file, args, env, cwd, feed } = cell.launch(place, plan);
    const script = 'exec "$@" 3<&0';
    const run = spawnSync("/bin/sh", ["-c", script, "sh", file, ...args], { env, cwd, input: feed ?? "", timeout: 10_000 });
    return run.status === 7 ? null : `a first command answered ${run.status}: ${run.stderr.toString().trim()}`;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
