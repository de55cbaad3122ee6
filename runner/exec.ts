/** Commands with an end: started once per key, read as they run. */
import { statSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { ExecChunk, ExecInfo, StartExec } from "../models/sandbox.ts";
import { Refusal } from "./errors.ts";
import type { Exec, Sandbox } from "./sandbox.ts";

/** Starts the command, or finds the one that this key already started. */
export function startExec(sandbox: Sandbox, key: string, request: StartExec): Exec {
  const known = sandbox.execs.get(key);
  if (known !== undefined) {
    // The result of another command under this key would be taken for this one's.
    if (known.request.command === request.command) return known;
    throw new Refusal("conflict", `Cannot start "${key}": this key already ran another command`);
  }
  const command = sandbox.run(
    {
      argv: ["/bin/sh", "-c", request.command],
      env: request.env ?? {},
      cwd: folderInside(sandbox, request.cwd ?? ""),
      network: request.network ?? "open",
      mounts: [],
    },
    request.timeout_ms,
  );
  const exec = { key, request, command };
  sandbox.execs.set(key, exec);
  return exec;
}

export function findExec(sandbox: Sandbox, key: string): Exec {
  const exec = sandbox.execs.get(key);
  if (exec === undefined)
    throw new Refusal("not_found", `Cannot find "${key}": no command was started under this key`);
  return exec;
}

export function execInfo({ key, command }: Exec): ExecInfo {
  return {
    key,
    ...(command.ending ?? { end: null, exit_code: null, signal: null, why: null }),
    started_at: command.started_at,
    duration_ms: (command.ended_at ?? Date.now()) - command.started_at,
    peak_memory_bytes: command.peak_memory_bytes,
  };
}

/** What came since byte `from`, waiting a while for more when there is nothing yet. */
export async function execChunk(exec: Exec, from: number, wait_ms: number): Promise<ExecChunk> {
  await exec.command.output.wait(from, wait_ms);
  return { ...execInfo(exec), ...exec.command.output.read(from) };
}

/** `cwd` when it stays inside the workspace and is there. */
function folderInside(sandbox: Sandbox, cwd: string): string {
  if (isAbsolute(cwd) || cwd.split("/").includes("..")) {
    throw new Refusal("bad_request", `Cannot start in "${cwd}": folder must lie inside the workspace`);
  }
  const folder = statSync(join(sandbox.place.workspace, cwd), { throwIfNoEntry: false });
  if (!folder?.isDirectory()) throw new Refusal("bad_request", `Cannot start in "${cwd}": no such folder`);
  return cwd;
}
