/** Looks at what a sandbox uses while something runs in it, and kills what goes over a limit. */
import type { SandboxLimits } from "../models/sandbox.ts";
import type { Command } from "./command.ts";
import { diskBytes } from "./place.ts";
import { type Process, proportionalBytes } from "./processes.ts";

const SAMPLE_MS = 250;
const DISK_MS = 2_000;
const MEGABYTE = 1024 * 1024;

export type Watched = {
  limits: SandboxLimits;
  /** The commands that run now. */
  running(): Command[];
  /** Where they may write. */
  folders: string[];
  disk_bytes: number | null;
};

type Use = { command: Command; family: Process[]; bytes: number };

/** Starts looking; returns how to stop. */
export function watch(watched: Watched): () => void {
  const fast = setInterval(() => sample(watched), SAMPLE_MS);
  let slow = setTimeout(look, DISK_MS);
  let stopped = false;

  async function look(): Promise<void> {
    const began = Date.now();
    await measure(watched);
    // A big tree takes long to walk: never spend more than a fifth of the time on walking.
    if (!stopped) slow = setTimeout(look, Math.max(DISK_MS, 4 * (Date.now() - began)));
  }

  return () => {
    stopped = true;
    clearInterval(fast);
    clearTimeout(slow);
  };
}

/** Memory and processes of all commands together; the one that uses most pays. */
function sample(watched: Watched): void {
  const { limits } = watched;
  const uses = watched.running().map(useOf);
  const bytes = sum(uses.map((use) => use.bytes));
  const count = sum(uses.map((use) => use.family.length));
  for (const { command, bytes } of uses)
    command.peak_memory_bytes = Math.max(command.peak_memory_bytes, bytes);
  if (bytes > limits.memory_mb * MEGABYTE) {
    const used = Math.round(bytes / MEGABYTE);
    most(uses, (use) => use.bytes)?.stop(
      "memory",
      `${used} MB of memory in use, limit is ${limits.memory_mb} MB`,
    );
  } else if (count > limits.processes) {
    most(uses, (use) => use.family.length)?.stop(
      "processes",
      `${count} processes, limit is ${limits.processes}`,
    );
  }

  /** Resident memory counts a page once per process: before killing for it, count what is really used. */
  function useOf(command: Command): Use {
    const family = command.family();
    const resident = sum(family.map((one) => one.resident_bytes));
    const over = resident > limits.memory_mb * MEGABYTE;
    return { command, family, bytes: over ? (proportionalBytes(family) ?? resident) : resident };
  }
}

async function measure(watched: Watched): Promise<void> {
  if (watched.running().length === 0) return;
  watched.disk_bytes = (await diskBytes(watched.folders)) ?? watched.disk_bytes;
  const limit = watched.limits.disk_mb;
  if (watched.disk_bytes === null || watched.disk_bytes <= limit * MEGABYTE) return;
  const used = Math.round(watched.disk_bytes / MEGABYTE);
  for (const command of watched.running()) command.stop("disk", `${used} MB on disk, limit is ${limit} MB`);
}

function most(uses: readonly Use[], by: (use: Use) => number): Command | undefined {
  return uses.toSorted((a, b) => by(b) - by(a))[0]?.command;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
