/** Making trees and commits without a working copy. */
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { git } from "./run.ts";

/** One change to a tree: new content, an object that exists, or null to remove the path. */
export type TreeEntry = {
  path: string;
  mode?: string;
  content: string | Buffer | { sha: string } | null;
};

export type Author = { name: string; email: string };
export type NewCommit = {
  tree: string;
  parents: readonly string[];
  message: string;
  author: Author & { at?: number | string };
  committer?: Author & { at?: number | string };
  now: number;
};

/** Stores bytes as a blob. */
export function writeBlob(dir: string, content: string | Buffer): Promise<string> {
  return git(dir, ["hash-object", "-w", "--stdin"], { input: content });
}

/** Applies `entries` to the tree of `base` (a commit or tree; null: empty) and returns the new tree. */
export async function writeTree(
  dir: string,
  base: string | null,
  entries: readonly TreeEntry[],
): Promise<string> {
  const index = join(dir, `index-${randomUUID()}`);
  const env = { GIT_INDEX_FILE: index };
  try {
    await git(dir, base === null ? ["read-tree", "--empty"] : ["read-tree", base], { env });
    const lines = await indexLines(dir, entries);
    await git(dir, ["update-index", "-z", "--index-info"], { env, input: lines.join("") });
    return await git(dir, ["write-tree"], { env });
  } finally {
    await rm(index, { force: true });
  }
}

async function indexLines(dir: string, entries: readonly TreeEntry[]): Promise<string[]> {
  const contents = entries.flatMap(({ content }) =>
    typeof content === "string" || content instanceof Buffer ? [content] : [],
  );
  const written = await writeBlobs(dir, contents);
  return entries.map(({ path, mode, content }) => {
    if (content === null) return `0 ${"0".repeat(40)}\t${path}\0`;
    const isObject = typeof content === "object" && "sha" in content;
    return `${mode ?? "100644"} ${isObject ? content.sha : written.shift()}\t${path}\0`;
  });
}

/** All at once: one process for each of some hundred files takes a busy machine half a minute. */
async function writeBlobs(dir: string, contents: readonly (string | Buffer)[]): Promise<string[]> {
  const folder = await mkdtemp(join(dir, "blobs-"));
  try {
    const paths = contents.map((_, nth) => join(folder, String(nth)));
    await Promise.all(paths.map((path, nth) => writeFile(path, contents[nth] ?? "")));
    const input = paths.join("\n");
    return (await git(dir, ["hash-object", "-w", "--no-filters", "--stdin-paths"], { input })).split("\n");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes a commit object; moves no ref. */
export function writeCommit(dir: string, commit: NewCommit): Promise<string> {
  const { author, now } = commit;
  const committer = commit.committer ?? author;
  const env = {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.email,
    GIT_AUTHOR_DATE: gitDate(author.at ?? now),
    GIT_COMMITTER_NAME: committer.name,
    GIT_COMMITTER_EMAIL: committer.email,
    GIT_COMMITTER_DATE: gitDate(committer.at ?? now),
  };
  const parents = commit.parents.flatMap((parent) => ["-p", parent]);
  return git(dir, ["commit-tree", commit.tree, ...parents], { env, input: `${commit.message}\n` });
}

function gitDate(at: number | string): string {
  const ms = typeof at === "number" ? at : Date.parse(at);
  return `${Math.floor(ms / 1000)} +0000`;
}
