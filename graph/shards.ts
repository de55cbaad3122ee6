import { folderOf } from "./folder.ts";
import { importedPaths, type Modules } from "./resolve/index.ts";

/** A file as far as cutting a repository into pieces needs it. */
export interface Sized {
  path: string;
  /** Ops, in int32 words. */
  size: number;
  imports: readonly { specifier: string; name: string }[];
}

/** Files resolved together: `own` are answered for; `around` are there because `own` uses them. Both are numbers of files. */
export interface Shard {
  own: number[];
  around: number[];
}

export interface ShardLimits {
  /** A program up to this size is resolved as one. */
  whole: number;
  /** Size of the own files of a shard. */
  own: number;
  /** Size of the files around it. */
  around: number;
}

/** For a machine with memory to spare: up to more than a million lines are resolved as one. */
export const LARGE: ShardLimits = { whole: 16_000_000, own: 2_000_000, around: 2_000_000 };

/** For an isolate of 128 MB: some 30,000 lines as one, and pieces of half that with what they import. */
export const SMALL: ShardLimits = { whole: 400_000, own: 180_000, around: 220_000 };

/**
 * Cuts a program that is too large to be resolved at once: files in order of path (what lies together works together),
 * each piece with what it imports, and what that imports, as far as there is room. Depends on nothing but the files, so
 * that a piece whose files did not change is the same piece in the next commit.
 */
export function cut(
  files: readonly Sized[],
  modules: Modules,
  limits: ShardLimits,
): { shards: Shard[]; crowded: number } {
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (total <= limits.whole)
    return { shards: [{ own: files.map((_, index) => index), around: [] }], crowded: 0 };
  const numbers = new Map(files.map((file, index) => [file.path, index]));
  const imports = files.map((file) => importsOf(file, modules, numbers));
  let crowded = 0;
  const shards = runs(files, limits.own).map((own) => {
    const around = surroundings(own, imports, files, limits.around);
    if (around.left) crowded += 1;
    return { own, around: around.files };
  });
  return { shards, crowded };
}

/** Files in a row, up to the size, broken between folders where that leaves a run at least half full. */
function runs(files: readonly Sized[], size: number): number[][] {
  const found: number[][] = [];
  let run: number[] = [];
  let filled = 0;
  files.forEach((file, index) => {
    const before = files[index - 1];
    const fresh = before !== undefined && folderOf(before.path) !== folderOf(file.path);
    if (run.length > 0 && (filled + file.size > size || (fresh && filled > size / 2))) {
      found.push(run);
      run = [];
      filled = 0;
    }
    run.push(index);
    filled += file.size;
  });
  if (run.length > 0) found.push(run);
  return found;
}

function surroundings(
  own: readonly number[],
  imports: readonly (readonly number[])[],
  files: readonly Sized[],
  room: number,
): { files: number[]; left: boolean } {
  const seen = new Set(own);
  const found: number[] = [];
  let level: readonly number[] = own;
  let used = 0;
  for (let distance = 1; distance <= 4 && level.length > 0; distance++) {
    const next = new Set<number>();
    for (const file of level)
      for (const imported of imports[file] ?? []) if (!seen.has(imported)) next.add(imported);
    const taken: number[] = [];
    for (const file of [...next].sort((left, right) => left - right)) {
      const { size } = files[file] as Sized;
      if (used + size > room) {
        // What the own files import themselves is what most calls go to.
        if (distance === 1) return { files: found.sort((left, right) => left - right), left: true };
        continue;
      }
      used += size;
      seen.add(file);
      found.push(file);
      taken.push(file);
    }
    level = taken;
  }
  return { files: found.sort((left, right) => left - right), left: false };
}

function importsOf(file: Sized, modules: Modules, numbers: ReadonlyMap<string, number>): number[] {
  const paths = file.imports.flatMap((fact) => importedPaths(modules, file.path, fact));
  return [...new Set(paths.flatMap((path) => numbers.get(path) ?? []))];
}
