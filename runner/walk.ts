/** Walks a folder without ever following a link. Names are bytes: not every file system keeps UTF-8. */
import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";

/** `path` is relative to where the walk began, one character a byte (latin1). */
export type Entry = { path: string; kind: "file" | "folder" | "link" | "other" };

/** A path of the host for a path of a walk. */
export function pathAt(folder: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path, "latin1")]);
}

/** What lies directly in a folder, sorted by bytes. */
export async function list(folder: string, path: string): Promise<Entry[]> {
  const entries = await readdir(pathAt(folder, path), { withFileTypes: true, encoding: "buffer" });
  const below = path === "" ? "" : `${path}/`;
  return entries
    .map((entry) => ({ path: below + Buffer.from(entry.name).toString("latin1"), kind: kindOf(entry) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Everything below a folder, each folder before what it holds. */
export async function* walk(folder: string, path = ""): AsyncGenerator<Entry> {
  for (const entry of await list(folder, path)) {
    yield entry;
    if (entry.kind === "folder") yield* walk(folder, entry.path);
  }
}

function kindOf(entry: Dirent<Buffer<ArrayBufferLike>>): Entry["kind"] {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  return entry.isSymbolicLink() ? "link" : "other";
}
