/** Runs the real git: arguments as a list, never a shell. */
import { execFile } from "node:child_process";

const MAX_OUTPUT_BYTES = 512 * 1024 * 1024;

/** The machine's own git settings must not colour what the rehearsal does. */
export const GIT_ENV: Record<string, string> = {
  PATH: process.env.PATH ?? "/usr/bin:/bin",
  LC_ALL: "C",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_CONFIG_COUNT: "2",
  // A sample repository on disk may belong to another user: git would refuse to read it.
  GIT_CONFIG_KEY_0: "safe.directory",
  GIT_CONFIG_VALUE_0: "*",
  // Background repacking would race with the removal of a test's folder.
  GIT_CONFIG_KEY_1: "gc.auto",
  GIT_CONFIG_VALUE_1: "0",
};

export class GitError extends Error {
  readonly exitCode: number;

  constructor(args: readonly string[], exitCode: number, stderr: string) {
    super(`Cannot run "git ${args.join(" ")}": exit code ${exitCode}: ${stderr.trim()}`);
    this.exitCode = exitCode;
  }
}

export type Ran = { code: number; stdout: Buffer; stderr: string };
export type RunOptions = { input?: string | Buffer; env?: Record<string, string> };

/** Runs git and reports how it ended, whatever the exit code. */
export function attempt(dir: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const settings = {
      cwd: dir,
      env: { ...GIT_ENV, ...options.env },
      encoding: "buffer",
      maxBuffer: MAX_OUTPUT_BYTES,
    } as const;
    const child = execFile("git", [...args], settings, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code !== "number") return reject(error);
      resolve({ code, stdout, stderr: stderr.toString() });
    });
    // git may exit before it read everything: that is its exit code's story, not a crash of ours.
    child.stdin?.on("error", () => {});
    child.stdin?.end(options.input ?? "");
  });
}

/** Runs git and returns its bytes; throws when it fails. */
export async function gitBytes(
  dir: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Buffer> {
  const { code, stdout, stderr } = await attempt(dir, args, options);
  if (code !== 0) throw new GitError(args, code, stderr);
  return stdout;
}

/** Runs git and returns its text without the last line break; throws when it fails. */
export async function git(dir: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return (await gitBytes(dir, args, options)).toString().replace(/\n$/, "");
}
