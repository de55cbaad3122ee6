/** What the system knows of other processes, where there is a /proc. */
import { readdirSync, readFileSync } from "node:fs";

const PAGE = 4096;
const TICK_MS = 10;

/** Processes that this one has started, and theirs. */
export function childrenOf(pid: number): number[] {
  const found: number[] = [];
  for (const task of tryRead(() => readdirSync(`/proc/${pid}/task`)) ?? []) {
    const own = tryRead(() => readFileSync(`/proc/${pid}/task/${task}/children`, "utf8")) ?? "";
    for (const child of own.split(" ").filter(Boolean).map(Number)) found.push(child, ...childrenOf(child));
  }
  return found;
}

/** Bytes in memory; 0 where there is no /proc. */
export function memoryOf(pids: readonly number[]): number {
  const pages = pids.map((pid) =>
    Number((tryRead(() => readFileSync(`/proc/${pid}/statm`, "utf8")) ?? "0 0").split(" ")[1]),
  );
  return pages.reduce((sum, count) => sum + count * PAGE, 0);
}

/** Processor time in ms. */
export function processorOf(pids: readonly number[]): number {
  const times = pids.map((pid) => {
    const text = tryRead(() => readFileSync(`/proc/${pid}/stat`, "utf8")) ?? "";
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_MS;
  });
  return times.reduce((sum, time) => sum + time, 0);
}

function tryRead<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
