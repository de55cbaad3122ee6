/** The files of a folder that are to be analyzed, and what was left out with its reason. */
import { realpath, stat } from "node:fs/promises";
import ignore from "ignore";
import type { SourceFile } from "../../../graph/build.ts";
import { Failure } from "../failure.ts";
import { type Found, readFound, type Skipped } from "./found.ts";
import { tracked } from "./tracked.ts";
import { walked } from "./walked.ts";

export interface ListOptions {
  /** Only files that fit one of these patterns (as in .gitignore). */
  include?: readonly string[];
  exclude?: readonly string[];
  /** The folder is an archive of a commit: everything in it is wanted, and git knows nothing of it. */
  archive?: boolean;
}

export interface Listing {
  root: string;
  by: "git" | "walk";
  files: Found[];
  skipped: Skipped[];
  /** Groups of paths that are one file on disks that do not tell case apart. */
  twins: string[][];
}

/**
 * Lists a folder: by git where it is a work tree, otherwise by walking it.
 *
 * @throws {Failure} when there is no such folder
 */
export async function list(folder: string, options: ListOptions = {}): Promise<Listing> {
  const root = await rootOf(folder);
  const found = options.archive ? await walked(root, true) : ((await tracked(root)) ?? (await walked(root)));
  const wanted = filterOf(options);
  const files = found.files.filter(({ path }) => wanted(path)).sort(byPath);
  const skipped = found.skipped.filter(({ path }) => wanted(path)).sort(byPath);
  return { root, by: found.by, files, skipped, twins: twinsOf(files) };
}

async function rootOf(folder: string): Promise<string> {
  try {
    const root = await realpath(folder);
    if ((await stat(root)).isDirectory()) return root;
  } catch {
    throw new Failure("not_found", `Cannot analyze "${folder}": there is no such folder`);
  }
  throw new Failure("usage", `Cannot analyze "${folder}": it is a file; name the folder around it`);
}

function filterOf({ include = [], exclude = [] }: ListOptions): (path: string) => boolean {
  const only =
    include.length === 0
      ? undefined
      : ignore({ allowRelativePaths: true, ignorecase: false }).add([...include]);
  const not = ignore({ allowRelativePaths: true, ignorecase: false }).add([...exclude]);
  return (path) => !not.ignores(path) && (only === undefined || only.ignores(path));
}

function byPath(one: { path: string }, other: { path: string }): number {
  return one.path < other.path ? -1 : one.path > other.path ? 1 : 0;
}

function twinsOf(files: readonly Found[]): string[][] {
  const groups = Map.groupBy(files, ({ path }) => path.normalize("NFC").toLowerCase());
  return [...groups.values()]
    .filter(({ length }) => length > 1)
    .map((group) => group.map(({ path }) => path));
}

/**
 * The listed files as the engine takes them. A file that cannot be read counts as empty, and is added to
 * `listing.skipped`.
 */
export function sources(listing: Listing): SourceFile[] {
  return listing.files.map((file) => ({
    path: file.path,
    ...(file.blob !== undefined && { blob: file.blob }),
    bytes: async () => (await read(listing, file)) ?? new Uint8Array(0),
  }));
}

async function read(listing: Listing, file: Found): Promise<Uint8Array | undefined> {
  try {
    return await readFound(listing.root, file);
  } catch (error) {
    const gone = (error as NodeJS.ErrnoException).code === "ENOENT";
    listing.skipped.push({ path: file.path, reason: gone ? "gone" : "unreadable" });
    return undefined;
  }
}
