/** Runs a test command as a sandbox would: one after the other, with an end. */
import { spawn } from "node:child_process";
import { delimiter, dirname } from "node:path";

export interface Ran {
  /** Null: it was stopped. */
  exit_code: number | null;
  log: string;
  ms: number;
}

/** Of a log, as much as a step keeps. */
const MOST_LOG = 4_000_000;

export function run(
  command: string,
  cwd: string,
  env: Record<string, string>,
  timeoutMs: number,
): Promise<Ran> {
  const began = performance.now();
  const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH}`;
  const child = spawn("/bin/sh", ["-c", command], {
    cwd,
    env: { ...process.env, CI: "1", NO_COLOR: "1", PATH: path, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    // Its own group, so that what it started ends with it.
    detached: true,
  });
  let log = "";
  let late = false;
  const hear = (data: Buffer): void => {
    if (log.length < MOST_LOG) log += data.toString();
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const timer = setTimeout(() => {
    late = true;
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  }, timeoutMs);
  return new Promise((resolve) => {
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ exit_code: late ? null : code, log, ms: performance.now() - began });
    });
  });
}
