/** Git in an agent's sandbox: commands that are short for the visit that waits for them, however long they take. */
import { fromBase64 } from "../../base64.ts";
import type { Sandbox } from "../../providers/sandbox/index.ts";
import { VISIT_MS } from "../visit.ts";

/** Longest one of these may take, in ms: large repositories are hashed as a whole. */
const GIT_MS = 5 * 60_000;
/** Bytes that are printed at once: as base64 they are still less than what the host keeps of an output. */
export const MOST_PRINTED = 6_000_000;

/** The settings that decide are named with every command: the agent can write to every file of configuration. */
export const GIT =
  "git -c core.hooksPath=/dev/null -c core.fsmonitor=false -c core.quotePath=false -c gc.auto=0 -c user.name=tidegate -c user.email=tidegate@localhost -c commit.gpgsign=false";
/**
 * Neither settings of the agent's, nor the lock of a command of ours that was killed: ours never run side by side. Nor
 * what git would wait for, as a named pipe in the place of a file, or a link to one.
 */
export const OURS =
  'export LC_ALL=C GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_DIR="$HOME/.tidegate-git" GIT_WORK_TREE=.; find "$GIT_DIR" ! -type f ! -type d -delete 2>/dev/null; rm -rf "$GIT_DIR/config" "$GIT_DIR/index.lock" "$GIT_DIR/objects/info/alternates"; ';

export type Shell = { exit_code: number | null; output: string; end: string };
/** What is run: its key, by which a repeat finds it, and what it is for, in words that follow "git could not". */
export type Told = { key: string; to: string };

/** A working copy that cannot be kept track of; the message says why. */
export class WorktreeError extends Error {}

/** A command that goes on: the next visit asks for it again by its key, and others do not wait for it meanwhile. */
export class Unfinished extends Error {}

/**
 * Runs a command to its end. A repeat finds it by its key instead of running it again.
 *
 * @throws Unfinished when it takes longer than a visit waits
 * @throws WorktreeError when it takes longer than it may
 */
export async function shell(sandbox: Sandbox, { key, to }: Told, command: string): Promise<Shell> {
  await sandbox.startExec(key, { command, timeout_ms: GIT_MS, network: "none" });
  const until = Date.now() + VISIT_MS;
  let output = "";
  for (let from = 0; ; ) {
    const chunk = await sandbox.readExec(key, from, 1_000);
    output += chunk.output;
    from = chunk.next;
    if (chunk.end === "timeout")
      throw new WorktreeError(`git could not ${to} within ${GIT_MS / 60_000} minutes`);
    if (chunk.end !== null && chunk.next >= chunk.total)
      return { exit_code: chunk.exit_code, output, end: chunk.end };
    if (chunk.end === null && Date.now() >= until) throw new Unfinished(`git still has to ${to}`);
  }
}

/** Runs a command that must succeed. @throws WorktreeError when it does not */
export async function must(sandbox: Sandbox, told: Told, command: string): Promise<string> {
  const { exit_code, output, end } = await shell(sandbox, told, command);
  if (end === "lost" || end === "destroyed") throw new WorktreeError("the sandbox was lost");
  if (exit_code === 127) throw new WorktreeError("git is not installed on the sandbox host");
  if (exit_code !== 0)
    throw new WorktreeError(`git could not ${told.to}: ${output.trim().slice(-500) || end}`);
  return output;
}

/** What a command prints, at most `MOST_PRINTED`, as base64: an output is text, and names and links are bytes. */
export async function bytesOf(
  sandbox: Sandbox,
  told: Told,
  first: string,
  print: string,
): Promise<Uint8Array> {
  const printed = `${print} 2>/dev/null | head -c ${MOST_PRINTED} | base64 -w 0`;
  const base64 = await must(sandbox, told, `${OURS}${first} && ${printed}`);
  return fromBase64(base64.trim().split("\n").at(-1) ?? "");
}
