/** Whether a graph still is what its folder holds: lines of an old graph mislead whoever edits by them. */
import { lstat } from "node:fs/promises";
import { analyzerFor } from "../../graph/analyzers/index.ts";
import { blobOf } from "../../graph/read.ts";
import type { GraphReader } from "../../graph/store.ts";
import type { GraphInfo } from "../../models/graph.ts";
import { diskPath, type Found, readFound } from "./files/found.ts";
import { type Listing, list } from "./files/listing.ts";

const NAMED = 3;

/** What changed in the folder since the graph was made, as a sentence; undefined when nothing did, or the folder is gone. */
export async function changedSince(reader: GraphReader): Promise<string | undefined> {
  const { info } = reader;
  const listing = await list(info.repository.path).catch(() => undefined);
  if (listing === undefined) return undefined;
  const blobs = new Map<string, string>();
  for await (const { path, blob } of reader.parts()) if (path !== "") blobs.set(path, blob);
  const words = await differences(listing, blobs, info);
  if (words.length === 0) return undefined;
  const more = words.length > NAMED ? ` and ${words.length - NAMED} more` : "";
  return `The folder has changed since this graph was made (${words.slice(0, NAMED).join(", ")}${more}): analyze it again, lines may be elsewhere now`;
}

async function differences(
  listing: Listing,
  blobs: ReadonlyMap<string, string>,
  info: GraphInfo,
): Promise<string[]> {
  const made = Date.parse(info.created_at);
  const there = new Set(listing.files.map(({ path }) => path));
  const words = [...blobs.keys()].filter((path) => !there.has(path)).map((path) => `${path} is gone`);
  for (const file of listing.files) {
    const blob = blobs.get(file.path);
    // A graph of chosen files lacks the others on purpose.
    if (blob === undefined && info["x-part"] !== true && analyzerFor(file.path) !== undefined)
      words.push(`${file.path} is new`);
    if (blob !== undefined && (await isOther(listing.root, file, blob, made)))
      words.push(`${file.path} changed`);
  }
  return words;
}

/** Git says so, where it knows; else only what was written to since is read. */
async function isOther(root: string, file: Found, blob: string, made: number): Promise<boolean> {
  if (file.blob !== undefined) return file.blob !== blob;
  try {
    // The time of the entry's change, not of its content's: a moved file keeps the latter.
    const { ctimeMs } = await lstat(diskPath(root, file));
    return ctimeMs >= made && (await blobOf(await readFound(root, file))) !== blob;
  } catch {
    return true;
  }
}

/** The same graph, with a word more about it in every answer. */
export function warned(reader: GraphReader, warning: string): GraphReader {
  const info = { ...reader.info, warnings: [...(reader.info.warnings ?? []), warning] };
  return new Proxy(reader, {
    get(target, name) {
      if (name === "info") return info;
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
