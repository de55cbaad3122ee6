/** One running command: its output, its whole family of processes, and how it ended. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { EXEC_ENDS } from "../models/sandbox.ts";
import type { Launch } from "./cell.ts";
import { reason } from "./errors.ts";
import { Output } from "./output.ts";
import { inherited, openPipe } from "./pipe.ts";
import { familyOf, listProcesses, type Process, signal } from "./processes.ts";
import { hear } from "./told.ts";
import { memoryKills, troubleOf } from "./trouble.ts";

export type End = (typeof EXEC_ENDS)[number];
export type Ending = { end: End; exit_code: number | null; signal: string | null; why: string | null };
export type CommandOptions = {
  launch: Launch;
  /** Null when the isolation itself ends all processes with the first one. */
  mark: string | null;
  /** Path without an ending: output and pipe are kept there. */
  file: string;
  timeout_ms: number;
};

/** After SIGTERM, before SIGKILL. */
const TERM_GRACE_MS = 2_000;
/** How long output may still come after the command itself has ended. */
const DRAIN_MS = 250;
const MAX_TIMER_MS = 2 ** 31 - 1;

export class Command {
  readonly started_at = Date.now();
  readonly output: Output;
  /** Resolves when all of it is over; never rejects. */
  readonly done: Promise<void>;
  ending: Ending | null = null;
  ended_at: number | null = null;
  peak_memory_bytes = 0;

  readonly #options: CommandOptions;
  readonly #deadline: NodeJS.Timeout;
  readonly #seen = new Map<number, string>();
  #child: ChildProcess | null = null;
  #exited = false;
  #stopped: End | null = null;
  #why: string | null = null;

  constructor(options: CommandOptions) {
    this.#options = options;
    this.output = new Output(`${options.file}.log`);
    this.#deadline = setTimeout(() => this.#timeOut(), Math.min(options.timeout_ms, MAX_TIMER_MS));
    this.done = this.#run().catch((error) => this.#lose(error));
  }

  /** Kills everything at once; the first reason given is the one that is reported. */
  stop(end: End, why: string): Promise<void> {
    if (this.#stopped === null && !this.#exited) {
      this.#blame(end, why);
      this.output.note(`Killed: ${why}`);
    }
    return this.#kill();
  }

  /** Its living processes. What was once seen stays known, even when it left tree, session and environment. */
  family(fresh = false): Process[] {
    const root = this.#child?.pid;
    if (root === undefined || this.ending !== null) return [];
    const processes = listProcesses(fresh);
    const family = familyOf(root, this.#options.mark, processes);
    for (const { pid, started } of family) this.#meet(pid, started);
    if (this.#options.mark === null) return family;
    return processes.filter(({ pid, started }) => this.#seen.get(pid) === started);
  }

  async #run(): Promise<void> {
    const { launch, file } = this.#options;
    const pipe = await openPipe(`${file}.pipe`, (bytes) => this.output.write(bytes));
    // Destroyed while the pipe was being made: starting now would outlive the sandbox.
    if (this.#stopped !== null) {
      closeSync(pipe.input);
      return this.#finish(null, null);
    }
    const third = launch.feed === null ? inherited(3) : (["pipe", "pipe", ...inherited(5)] as const);
    const killsBefore = memoryKills();
    const child = spawn(launch.file, [...launch.tells, ...launch.args], {
      cwd: launch.cwd,
      env: launch.env,
      ...launch.user,
      detached: true,
      stdio: ["ignore", pipe.input, pipe.input, ...third],
    });
    this.#child = child;
    closeSync(pipe.input);
    feed(child, launch.feed);
    const ran = hear(launch, child);
    const [code, name] = await exitOf(child);
    this.#exited = true;
    if (code !== 0 && this.#stopped === null) {
      const { signal: killer } = endingOf(code, name, null, null);
      const trouble = (await ran()) ? troubleOf(killer, killsBefore, file) : "bubblewrap could not run it";
      if (trouble !== null) this.#failHost(trouble);
    }
    // A background child may hold the pipe for ever: wait for what is on its way, not for the pipe's end.
    await Promise.race([pipe.ended, sleep(DRAIN_MS)]);
    await this.#kill();
    await Promise.race([pipe.ended, sleep(DRAIN_MS)]);
    pipe.close();
    this.#finish(code, name);
  }

  #finish(code: number | null, name: string | null): void {
    clearTimeout(this.#deadline);
    this.output.end();
    this.ended_at = Date.now();
    this.ending = endingOf(code, name, this.#stopped, this.#why);
  }

  #blame(end: End, why: string): void {
    this.#stopped ??= end;
    this.#why ??= why;
  }

  #failHost(why: string): void {
    this.#blame("host", why);
    this.output.note(`Failed: ${why}`);
  }

  #lose(error: unknown): void {
    this.output.note(`Cannot run command: ${reason(error)}`);
    this.#blame("lost", reason(error));
    this.#finish(null, null);
  }

  async #timeOut(): Promise<void> {
    if (this.#stopped !== null || this.#exited) return;
    const why = `it ran longer than ${this.#options.timeout_ms} ms`;
    this.#blame("timeout", why);
    this.output.note(`Killed: ${why}`);
    signal(this.#politeFamily(), "SIGTERM");
    await sleep(TERM_GRACE_MS);
    await this.#kill();
  }

  /** Without the supervisors, which would end at once and take the rest with them before it can tidy up. */
  #politeFamily(): Process[] {
    const root = this.#child?.pid;
    const family = this.family(true);
    if (this.#options.mark !== null) return family;
    return family.filter(({ pid, parent }) => pid !== root && parent !== root);
  }

  async #kill(): Promise<void> {
    for (let pass = 0; pass < 100; pass++) {
      const family = this.family(true);
      if (family.length === 0) return;
      // The group first and as one: one by one, a fork bomb is faster than the list.
      if (pass === 0 && !this.#exited) killGroup(this.#child?.pid);
      signal(family, "SIGKILL");
      await sleep(20);
    }
  }

  #meet(pid: number, started: string): void {
    if (this.#seen.get(pid) === started) return;
    this.#seen.set(pid, started);
    try {
      // When the host itself runs out of memory, the kernel must take a sandbox and not the runner.
      writeFileSync(`/proc/${pid}/oom_score_adj`, "1000");
    } catch {
      // Gone already, or no Linux.
    }
  }
}

/** Signals whose number a shell reports as 128 + n. Not SIGHUP: 129 is what git answers to bad usage. */
const FATAL = ["SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL"]
  .concat(["SIGSEGV", "SIGPIPE", "SIGTERM", "SIGXCPU", "SIGXFSZ"])
  .map((name): [number, string] => [128 + (constants.signals[name as NodeJS.Signals] ?? 0), name]);
const FATAL_CODES = new Map(FATAL);

/** The same answer under every isolation: bubblewrap tells a signal as 128 + n, a bare process as a signal. */
export function endingOf(
  code: number | null,
  name: string | null,
  stopped: End | null,
  why: string | null,
): Ending {
  const killer = name ?? FATAL_CODES.get(code ?? 0) ?? null;
  // A command that catches SIGTERM and exits 0 did not succeed: no code when the host ended it.
  if (stopped !== null) return { end: stopped, exit_code: null, signal: killer, why };
  return { end: "exited", exit_code: killer === null ? code : null, signal: killer, why: null };
}

/** Kills a command that leads a group of its own, and what has not yet left that group. */
export function killGroup(root: number | undefined): void {
  if (root === undefined) return;
  try {
    process.kill(-root, "SIGKILL");
  } catch {
    // No such group any more.
  }
}

function exitOf(child: ChildProcess): Promise<[number | null, string | null]> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, name) => resolve([code, name]));
  });
}

/** Hands a command what its launch wants to be told in private. */
export function feed(child: ChildProcess, text: string | null): void {
  const pipe = child.stdio[3];
  if (text === null || !pipe || !("write" in pipe)) return;
  // A command that ended before it read its arguments says so by its exit, not by a broken pipe here.
  pipe.on("error", () => {});
  pipe.end(text);
}
