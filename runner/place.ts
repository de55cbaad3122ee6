/** The folders of one sandbox on the host, and how they are removed whatever a command left in them. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

export type Place = {
  root: string;
  /** The source, and where commands start. */
  workspace: string;
  /** HOME and its caches, kept between commands. */
  home: string;
  tmp: string;
  /** /dev/shm: on disk, so that what is written there counts as disk and not as nobody's memory. */
  shm: string;
  /** Ours alone: output, pipes, what is being unpacked. */
  own: string;
};

/** The folder's name for an id of the caller's: an id is never a path. */
export function folderOf(id: string): string {
  return createHash("sha256").update(id).digest("hex").slice(0, 16);
}

/** In the environment of commands without walls, by which those of one runner's folder are found. */
export function markOf(dir: string): string {
  return `${createHash("sha256").update(dir).digest("hex").slice(0, 16)}.`;
}

export const FOLDER = /^[0-9a-f]{16}$/;

export function makePlace(root: string): Place {
  const at = (name: string) => join(root, name);
  const place = {
    root,
    workspace: at("workspace"),
    home: at("home"),
    tmp: at("tmp"),
    shm: at("shm"),
    own: at("own"),
  };
  // A command of another user must pass through these two; `tar` also opens the first one.
  mkdirSync(place.root, { recursive: true, mode: 0o755 });
  mkdirSync(place.own, { mode: 0o711 });
  for (const folder of writable(place)) mkdirSync(folder, { mode: 0o700 });
  return place;
}

/** What a command may write. */
export function writable(place: Place): string[] {
  return [place.workspace, place.home, place.tmp, place.shm];
}

/**
 * Removes a whole tree. `rm` and `chmod` walk by descriptors, so neither a path that is too long for the
 * system nor a link that leads elsewhere can mislead them.
 */
export async function removeTree(path: string): Promise<void> {
  if ((await run("rm", ["-rf", "--", path])) === 0) return;
  // Go's module cache and the like are read-only folders, from which only their owner's chmod frees a file.
  await run("chmod", ["-R", "u+rwX", "--", path]);
  if ((await run("rm", ["-rf", "--", path])) !== 0)
    throw new Error(`Cannot remove "${path}": rm failed twice`);
}

/** Bytes on disk below these folders; null when it cannot be told. */
export function diskBytes(folders: readonly string[]): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn("du", ["-skc", "--", ...folders], { stdio: ["ignore", "pipe", "ignore"] });
    let text = "";
    child.stdout.on("data", (bytes) => {
      text += bytes;
    });
    child.on("error", () => resolve(null));
    // Not by exit code: a file that vanishes during the walk is no trouble.
    child.on("close", () => resolve(totalOf(text)));
  });
}

function totalOf(text: string): number | null {
  const kilobytes = /^(\d+)\s+total$/m.exec(text)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

function run(file: string, args: string[]): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: "ignore" });
    child.on("error", () => resolve(null));
    child.on("close", resolve);
  });
}
