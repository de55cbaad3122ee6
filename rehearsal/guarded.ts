/** Has a process of its own end our workerd if we are killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { processes } from "./processes.ts";

let guard: ChildProcess | null = null;

/** Told again after every start of workerd: it is another process then. */
export function guardWorkerd(): void {
  guard ??= start();
  const ours = processes().filter(({ ppid, name }) => ppid === process.pid && name.includes("workerd"));
  guard.stdin?.write(`${ours.map(({ pid }) => pid).join(" ")}\n`);
}

function start(): ChildProcess {
  const child = spawn(process.execPath, [join(import.meta.dirname, "guard.ts")], {
    stdio: ["pipe", "ignore", "ignore"],
    // A signal to our group is not for it.
    detached: true,
  });
  // It waits for us, not we for it.
  child.unref();
  (child.stdin as unknown as { unref(): void }).unref();
  child.stdin.on("error", () => undefined);
  return child;
}
