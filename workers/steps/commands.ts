/** Runs a list of commands in the sandbox, one after the other, over as many visits as it takes. */
import { z } from "zod";
import type { ExecChunk, Network, StartExec } from "../../models/sandbox.ts";
import { CommandEvidence } from "../../models/step.ts";
import type { Reason } from "../../models/validation.ts";
import type { Memo } from "../store/steps.ts";
import { secretsFor } from "./forks.ts";
import type { LiveLog } from "./live-log.ts";
import { type Context, VISIT_MS, type Work } from "./visit.ts";

/** Where the last visit stopped: in which command, and at which byte of its output. */
const Progress = z.object({
  index: z.number().int().default(0),
  began: z.boolean().default(false),
  from: z.number().int().default(0),
  done: z.array(CommandEvidence).default([]),
});
type Progress = z.infer<typeof Progress>;

/** `name` tells the lists of one sandbox apart. */
export type Commands = {
  name: string;
  run: readonly string[];
  env: Record<string, string>;
  timeout_ms: number;
  network: Network;
  /** The folder they run in, from the top of the workspace; absent or empty: the top. */
  cwd?: string | undefined;
};

/** Either a command still runs and the next visit needs this memo, or all is over. */
export type Ran = { memo: Memo } | { commands: CommandEvidence[]; failure: Failure | null };
export type Failure = { state: "failed" | "timed_out" | "errored"; reason: Reason };

/** Continues where the last visit stopped; how far it got stands in the memo under the list's name. */
export async function runCommands(work: Work, commands: Commands, log: LiveLog): Promise<Ran> {
  const progress = Progress.parse(work.memo[commands.name] ?? {});
  work.memo[commands.name] = progress;
  const until = Date.now() + VISIT_MS;
  for (
    let command = commands.run[progress.index];
    command !== undefined;
    command = commands.run[progress.index]
  ) {
    const { env, timeout_ms, network, cwd = "" } = commands;
    const key = `${commands.name}.${progress.index}`;
    const chunk = await follow(
      work,
      progress,
      key,
      { command, env, timeout_ms, network, ...(cwd !== "" && { cwd }) },
      log,
    );
    if (chunk === null) {
      if (Date.now() < until) continue;
      return { memo: { ...work.memo, log_at: log.at() } };
    }
    const failure = failureOf(command, chunk, timeout_ms);
    progress.done.push(evidenceOf(command, chunk));
    await log.say(`# ${failure === null ? "exit 0" : failure.reason.message}, ${chunk.duration_ms} ms`);
    if (failure !== null) return { commands: progress.done, failure };
    Object.assign(progress, { index: progress.index + 1, began: false, from: 0 } satisfies Partial<Progress>);
  }
  return { commands: progress.done, failure: null };
}

/** Starts a command, or finds it, and takes what it has said since. @returns its end; null while it runs */
async function follow(
  { sandbox }: Work,
  progress: Progress,
  key: string,
  start: StartExec,
  log: LiveLog,
): Promise<ExecChunk | null> {
  if (!progress.began) await log.say(`$ ${start.command}`);
  progress.began = true;
  await sandbox.startExec(key, start);
  const chunk = await sandbox.readExec(key, progress.from, 1_000);
  const over = chunk.end !== null && chunk.next >= chunk.total;
  progress.from += await log.add(chunk.output, over);
  return over ? chunk : null;
}

function evidenceOf(command: string, chunk: ExecChunk): CommandEvidence {
  const { exit_code, signal, duration_ms, peak_memory_bytes } = chunk;
  return { command, exit_code, signal, end: chunk.end ?? "unknown", duration_ms, peak_memory_bytes };
}

/** Why a command that ended did not succeed; null when it did. */
export function failureOf(
  command: string,
  { end, exit_code, signal, why }: Pick<ExecChunk, "end" | "exit_code" | "signal" | "why">,
  timeoutMs: number,
): Failure | null {
  const failed = (code: string, message: string): Failure => ({ state: "failed", reason: { code, message } });
  const short = command.length > 80 ? `${command.slice(0, 77)}...` : command;
  switch (end) {
    case "exited":
      if (exit_code === 0) return null;
      if (exit_code === 127)
        return failed("command_not_found", `"${short}" exited 127: the command was not found`);
      if (exit_code !== null) return failed("command_failed", `"${short}" exited ${exit_code}`);
      return failed("command_killed", `"${short}" was ended by ${signal ?? "a signal"}`);
    case "timeout": {
      const message = `"${short}" did not end within ${Math.round(timeoutMs / 1000)} s and was stopped`;
      return { state: "timed_out", reason: { code: "command_timeout", message } };
    }
    case "memory":
    case "processes":
    case "disk":
      return failed(`${end}_limit`, `"${short}" went over the sandbox's limit of ${end} and was stopped`);
    case "host": {
      const message = `The sandbox host failed while "${short}" ran: ${why ?? "it does not say why"}`;
      return { state: "errored", reason: { code: "host_failed", message } };
    }
    case "destroyed":
    case "lost":
    case null:
      return {
        state: "errored",
        reason: { code: "sandbox_lost", message: `The sandbox was lost while "${short}" ran` },
      };
  }
}

/** What a validation's command finds in its environment: the project's secrets and what it runs for. Never one of ours. */
export async function environmentOf(context: Context): Promise<Record<string, string>> {
  const { validation } = context;
  return {
    ...(await secretsFor(context)),
    TIDEGATE: "1",
    TIDEGATE_HEAD_SHA: validation.head_sha,
    TIDEGATE_BASE_REF: validation.base_ref,
    TIDEGATE_PULL_REQUEST: String(validation.pr_number),
  };
}
