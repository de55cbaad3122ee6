/** What git knows of a folder. Nothing here writes: not even the index is refreshed. */
import { execFile } from "node:child_process";

/** The output of a git command as bytes; undefined when it failed. */
export async function git(folder: string, ...args: string[]): Promise<Buffer | undefined> {
  return (await gitHeard(folder, ...args))?.output;
}

/** As `git`, with what it says beside its output. */
export function gitHeard(
  folder: string,
  ...args: string[]
): Promise<{ output: Buffer; said: string } | undefined> {
  return new Promise((resolve) => {
    execFile(
      "git",
      // A file monitor of the repository's own configuration would be a program that it makes us run.
      ["-C", folder, "-c", "core.quotePath=false", "-c", "core.fsmonitor=false", ...args],
      {
        encoding: "buffer",
        maxBuffer: 1 << 30,
        env: { ...process.env, GIT_OPTIONAL_LOCKS: "0", LC_ALL: "C" },
      },
      (error, stdout, stderr) =>
        resolve(error === null ? { output: stdout, said: stderr.toString("utf8") } : undefined),
    );
  });
}

/** The output as one trimmed line. */
export async function gitLine(folder: string, ...args: string[]): Promise<string | undefined> {
  return (await git(folder, ...args))?.toString("utf8").trim();
}

/** Records that end with NUL, as bytes: names need not be UTF-8. */
export function records(output: Buffer): Buffer[] {
  const found: Buffer[] = [];
  let start = 0;
  for (let end = output.indexOf(0); end !== -1; end = output.indexOf(0, start)) {
    found.push(output.subarray(start, end));
    start = end + 1;
  }
  return found;
}

/** Commit of a work tree, and whether something in it differs from that commit. */
export interface Head {
  sha: string;
  dirty: boolean;
}

export async function headOf(folder: string): Promise<Head | undefined> {
  const sha = await gitLine(folder, "rev-parse", "--verify", "HEAD");
  if (sha === undefined || sha === "") return undefined;
  const status = await git(folder, "status", "--porcelain", "-z", "--untracked-files=normal", "--", ".");
  return { sha, dirty: status === undefined || status.length > 0 };
}
