/** How a command is kept from the host, and which way this host can. */
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Isolation } from "../models/sandbox.ts";
import { bubblewrap, findBubblewrap } from "./bubblewrap.ts";
import type { Cell, CellOptions, Plan } from "./cell.ts";
import { environment } from "./cell.ts";
import { makePlace } from "./place.ts";
import { MARK } from "./processes.ts";

/** What isolates with `auto` where bubblewrap cannot. */
export type Otherwise = Exclude<Isolation, "bubblewrap">;

/** Takes the isolation that was asked for, or with `auto` the best that this host really can. */
export function chooseCell(wanted: Isolation | "auto", options: CellOptions, otherwise: Otherwise): Cell {
  if (wanted === "container" || wanted === "none") return bare(wanted, options);
  const program = findBubblewrap();
  const trouble = program === null ? "bwrap is not installed" : probe(bubblewrap(program, options));
  if (program !== null && trouble === null) return bubblewrap(program, options);
  if (wanted === "auto") return bare(otherwise, options);
  throw new Error(`Cannot isolate by bubblewrap: ${trouble}; install it, or choose RUNNER_ISOLATION=auto`);
}

/**
 * No walls but a clean environment and a session of its own, so that all of it can be killed. In a container,
 * where we may choose, commands run as a user who cannot read the runner's token out of its memory.
 */
function bare(isolation: "container" | "none", options: CellOptions): Cell {
  const user = isolation === "container" && process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : null;
  if (user !== null) chmodSync(options.dir, 0o711);
  return {
    isolation,
    walled: false,
    seen: (mount) => mount.from,
    give: (folder) => (user === null ? undefined : chownSync(folder, user.uid, user.gid)),
    launch: (place, plan) => ({
      file: plan.argv[0] ?? "",
      args: plan.argv.slice(1),
      env: { ...environment(options, place, plan.env), [MARK]: plan.mark },
      cwd: join(place.workspace, plan.cwd),
      feed: null,
      tells: [],
      user,
    }),
  };
}

/** Really runs a command the way a sandbox would; null when that works, the program's complaint when not. */
function probe(cell: Cell): string | null {
  const root = mkdtempSync(join(tmpdir(), "tidegate-probe-"));
  try {
    const place = makePlace(root);
    const plan: Plan = {
      argv: ["/bin/sh", "-c", "exit 7"],
      env: {},
      cwd: "",
      network: "none",
      mounts: [],
      mark: "",
    };
    const { file, args, env, cwd, feed } = cell.launch(place, plan);
    const script = 'exec "$@" 3<&0';
    const run = spawnSync("/bin/sh", ["-c", script, "sh", file, ...args], {
      env,
      cwd,
      input: feed ?? "",
      timeout: 10_000,
    });
    return run.status === 7
      ? null
      : `a first command answered ${run.status}: ${run.stderr.toString().trim()}`;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
