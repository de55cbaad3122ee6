/** Making trees and commits without a working copy. */
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
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
    const lines: string[] = [];
    for (const entry of entries) lines.push(await indexLine(dir, entry));
    await git(dir, ["update-index", "-z", "--index-info"], { env, input: lines.join("") });
    return await git(dir, ["write-tree"], { env });
  } finally {
    await rm(index, { force: true });
  }
}

async function indexLine(dir: string, { path, mode, content }: TreeEntry): Promise<string> {
  if (content === null) return `0 ${"0".repeat(40)}\t${path}\0`;
  const isObject = typeof content === "object" && "sha" in content;
  const sha = isObject ? content.sha : await writeBlob(dir, content);
  return `${mode ?? "100644"} ${sha}\t${path}\0`;
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
