/** The processes of this machine as /proc tells them: who belongs to a command, and what they use. */
import { readdirSync, readFileSync } from "node:fs";

export type Process = {
  pid: number;
  parent: number;
  session: number;
  started: string;
  resident_bytes: number;
};

/** In the environment of every command that has no process namespace of its own: how its daemons are found. */
export const MARK = "TIDEGATE_COMMAND";

const PAGE_BYTES = pageBytes();
const FRESH_MS = 50;
let last: { at: number; processes: Process[] } = { at: 0, processes: [] };
const marks = new Map<string, string>();

/** Every living process, zombies left out. Empty where there is no /proc. */
export function listProcesses(fresh = false): Process[] {
  // Several sandboxes are sampled in one tick: they share one reading.
  if (!fresh && Date.now() - last.at < FRESH_MS) return last.processes;
  const processes = processIds().flatMap((pid) => readProcess(pid) ?? []);
  last = { at: Date.now(), processes };
  forget(processes);
  return processes;
}

/** The tree below `root`, its session, and with a mark also those who left both. */
export function familyOf(root: number, mark: string | null, processes: readonly Process[]): Process[] {
  const family = new Set<number>([root]);
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const { pid, parent, session } of processes) {
      if (family.has(parent) || session === root) family.add(pid);
    }
  }
  return processes.filter((one) => family.has(one.pid) || (mark !== null && markOf(one).startsWith(mark)));
}

/** Whatever carries a mark that begins so: what a runner that was killed left behind. */
export function markedWith(beginning: string): Process[] {
  return listProcesses(true).filter((one) => one.pid !== process.pid && markOf(one).startsWith(beginning));
}

/** What the processes share is counted once; dearer to read than resident memory. Null where it is not told. */
export function proportionalBytes(processes: readonly Process[]): number | null {
  let bytes = 0;
  for (const { pid } of processes) {
    const kilobytes = /^Pss:\s+(\d+)/m.exec(readQuietly(`/proc/${pid}/smaps_rollup`) ?? "")?.[1];
    if (kilobytes !== undefined) bytes += Number(kilobytes) * 1024;
  }
  return bytes > 0 ? bytes : null;
}

/** Sends a signal to exactly these processes. */
export function signal(processes: readonly Process[], name: NodeJS.Signals): void {
  for (const { pid, started } of processes) {
    // The number may have been given to a stranger since the list was made.
    if (readProcess(pid)?.started !== started) continue;
    try {
      process.kill(pid, name);
    } catch {
      // It ended by itself just now.
    }
  }
}

/** When a process began, as the system counts; null when there is none of this number. */
export function startOf(pid: number): string | null {
  return readProcess(pid)?.started ?? null;
}

function processIds(): number[] {
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? Number(name) : []));
  } catch {
    return [];
  }
}

function readProcess(pid: number): Process | null {
  const stat = readQuietly(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The name stands in brackets and may itself hold brackets and spaces: count from the last one.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return null;
  return {
    pid,
    parent: Number(fields[1]),
    session: Number(fields[3]),
    started: fields[19] ?? "",
    resident_bytes: Number(fields[21]) * PAGE_BYTES,
  };
}

function markOf({ pid, started }: Process): string {
  const key = `${pid}:${started}`;
  const known = marks.get(key);
  if (known !== undefined) return known;
  const environment = readQuietly(`/proc/${pid}/environ`) ?? "";
  const mark = environment.split("\0").find((line) => line.startsWith(`${MARK}=`)) ?? "";
  const value = mark.slice(MARK.length + 1);
  // A child of ours that has not yet become its command still shows our environment: ask again later.
  if (value !== "") marks.set(key, value);
  return value;
}

function forget(processes: readonly Process[]): void {
  const alive = new Set(processes.map(({ pid, started }) => `${pid}:${started}`));
  for (const key of marks.keys()) if (!alive.has(key)) marks.delete(key);
}

function readQuietly(path: string): string | null {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return null;
  }
}

function pageBytes(): number {
  const kilobytes = /^KernelPageSize:\s+(\d+)/m.exec(readQuietly("/proc/self/smaps") ?? "")?.[1];
  return Number(kilobytes ?? 4) * 1024;
}
