/** The contract of what a graph is made of: a list of files with their blob hashes, and their bytes. */
import { analyzerFor } from "../../graph/analyzers/index.ts";
import { isConfig, keyOf } from "../../graph/build.ts";
import { MAX_FILE_BYTES } from "../../graph/parse.ts";

/** A file that counts. */
export interface Wanted {
  path: string;
  blob: string;
  size: number;
  /** Under which what is known of it is kept. */
  key: string;
}

export interface Listing {
  files: Wanted[];
  /** What the graph lacks, in words. */
  warnings: string[];
}

export interface Source {
  list(): Promise<Listing>;
  /** One file. */
  one(file: Wanted): Promise<Uint8Array>;
  /** Many files, one after another in any order, until `take` has had enough. Files it cannot find are not told. */
  many(files: readonly Wanted[], take: (file: Wanted, bytes: Uint8Array) => Promise<boolean>): Promise<void>;
}

/** What stands for a file that is too big to be read: as long as it must be to be called so. */
export function tooBig(): Uint8Array {
  return new Uint8Array(MAX_FILE_BYTES + 1);
}

/** Where GitHub looks for the owners of files, in its order. */
const OWNERS = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/** The file that names owners. */
export function ownersIn(files: readonly Wanted[]): Wanted | undefined {
  for (const path of OWNERS) {
    const found = files.find((file) => file.path === path);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The file under its key; undefined for what is neither code of a known language nor needed to resolve names. */
export function wanted(path: string, blob: string, size: number): Wanted | undefined {
  if (isText(path)) return { path, blob, size, key: `${blob}:text` };
  const found = analyzerFor(path);
  return found && { path, blob, size, key: keyOf(path, blob, found.analyzer.language) };
}

/** Whether the text itself is kept, instead of what it says. */
export function isText(path: string): boolean {
  return isConfig(path) || OWNERS.includes(path);
}

/** Says how many were left out, and the first of them. */
export class LeftOut {
  readonly #paths = new Map<string, string[]>();

  add(why: string, path: string): void {
    const paths = this.#paths.get(why) ?? [];
    paths.push(path);
    this.#paths.set(why, paths);
  }

  words(): string[] {
    return [...this.#paths]
      .map(([why, paths]) => {
        const rest = paths.length - 5;
        const some = paths.slice(0, 5).join(", ");
        return `Left out ${why} (${rest > 0 ? `${some} and ${rest} more` : some})`;
      })
      .sort();
  }
}

export const WHY = {
  symlink: "symbolic links, which are not followed",
  submodule: "submodules: analyze each as its own repository",
  path: "paths that lead out of the repository or cannot be ids",
  twice: "paths that come twice: the last one counts",
};
