/** Troubles of the host itself that look like a command's own failure. */
import { readFileSync, statfsSync } from "node:fs";

/** Less free disk than this fails whatever wants to write. */
const LEAST_BYTES = 16 * 1024 * 1024;

/** How many processes the kernel has killed for want of memory so far; null where it does not say. */
export function memoryKills(): number | null {
  try {
    const count = /^oom_kill (\d+)$/m.exec(readFileSync("/proc/vmstat", "utf8"))?.[1];
    return count === undefined ? null : Number(count);
  } catch {
    return null;
  }
}

/** Whether the disk below a folder of the host is full. */
export function isFull(folder: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize < LEAST_BYTES;
  } catch {
    return false;
  }
}

/** Why a command that did not succeed may be none to blame; null when the host was well. */
export function troubleOf(killer: string | null, killsBefore: number | null, folder: string): string | null {
  const kills = memoryKills();
  if (killer === "SIGKILL" && killsBefore !== null && kills !== null && kills > killsBefore)
    return "the sandbox host ran out of memory";
  return isFull(folder) ? "the disk of the sandbox host is full" : null;
}
