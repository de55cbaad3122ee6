import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Commit } from "../../../models/questions.ts";
import { git, records } from "./git.ts";

/** Older commits say little of what changes together today. */
const MAX_COMMITS = 2000;
/** A commit of more files is a move or a format, and pairs everything with everything. */
const MAX_FILES = 200;

/** Files of each commit, newest first; empty where there is no history. */
export async function historyOf(root: string): Promise<Commit[]> {
  const output = await git(
    root,
    "log",
    "-n",
    String(MAX_COMMITS),
    "--no-renames",
    "--name-only",
    "--relative",
    "-z",
    "--format=%x01%H",
    "--",
    ".",
  );
  return output === undefined ? [] : commitsOf(output).filter(({ files }) => files.length <= MAX_FILES);
}

function commitsOf(output: Buffer): Commit[] {
  const commits: Commit[] = [];
  for (const record of records(output)) {
    // A line break stands between a commit and its first file.
    const text = record.toString("utf8").replace(/^\n/, "");
    if (text.startsWith("\u0001")) commits.push({ sha: text.slice(1).trim(), files: [] });
    else if (text !== "") commits.at(-1)?.files.push(text);
  }
  return commits.filter(({ files }) => files.length > 0);
}

/** Where GitHub looks for it, in its order. */
const OWNERS = [".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];

/** The text of CODEOWNERS, if there is one. */
export async function codeownersOf(root: string): Promise<string | undefined> {
  for (const path of OWNERS) {
    try {
      return await readFile(join(root, path), "utf8");
    } catch {}
  }
  return undefined;
}
