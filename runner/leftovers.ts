/** Folders that a runner made for itself and, being killed, could not take away: the next one does. */
import { mkdtempSync, readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { markOf, removeTree } from "./place.ts";
import { markedWith, signal, startOf } from "./processes.ts";

const PREFIX = "tidegate-sandboxes-";
const OWNER = "owner";

/** A new folder of this process's own; those of processes that are no more are removed, and what runs in them is killed. */
export async function ownFolder(): Promise<string> {
  const above = realpathSync(tmpdir());
  for (const name of readdirSync(above)) {
    if (name.startsWith(PREFIX) && isLeft(join(above, name))) await sweep(join(above, name));
  }
  const folder = mkdtempSync(join(above, PREFIX));
  writeFileSync(join(folder, OWNER), ownerOf(process.pid));
  return folder;
}

/** A folder of somebody else's is no business of ours, whatever it is called. */
function isLeft(folder: string): boolean {
  try {
    const owner = readFileSync(join(folder, OWNER), "utf8");
    return statSync(folder).uid === process.getuid?.() && owner !== ownerOf(Number.parseInt(owner, 10));
  } catch {
    return false;
  }
}

async function sweep(folder: string): Promise<void> {
  signal(markedWith(markOf(folder)), "SIGKILL");
  // What cannot be removed now is tried again by the next one.
  await removeTree(folder).catch(() => {});
}

/** A process by its number and when it began: numbers are given anew. */
function ownerOf(pid: number): string {
  return `${pid} ${startOf(pid) ?? "gone"}`;
}
