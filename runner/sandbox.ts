/** One sandbox: its folders, what runs in it, what it may use, and its end. */
import { randomUUID } from "node:crypto";
import type { Socket } from "node:net";
import { join } from "node:path";
import type {
  SandboxInfo,
  SandboxLimits,
  SERVICE_STATES,
  StartExec,
  StartService,
} from "../models/sandbox.ts";
import { type Cell, egressOf, type Plan } from "./cell.ts";
import { Command, type End } from "./command.ts";
import { egressMounts, JAVA_ENV, PROXY_ENV, throughEgress } from "./confine.ts";
import { Egress, type WayOut } from "./egress.ts";
import { Refusal } from "./errors.ts";
import { makePlace, type Place, removeTree, writable } from "./place.ts";
import { type Watched, watch } from "./watch.ts";

export type SandboxOptions = {
  id: string;
  root: string;
  mark: string;
  limits: SandboxLimits;
  cell: Cell;
  wayOut: WayOut;
};

export type Exec = { key: string; request: StartExec; command: Command };

export type Service = {
  name: string;
  request: StartService;
  command: Command;
  state: (typeof SERVICE_STATES)[number];
  ready_at: number | null;
  /** Resolves when the state is no longer `starting`. */
  settled: Promise<void>;
  /** A new connection to the port inside. */
  connect(): Promise<Socket>;
};

const MAX_RUNNING = 32;
const MAX_COMMANDS = 2_000;

export class Sandbox implements Watched {
  readonly id: string;
  readonly instance = randomUUID();
  readonly created_at = Date.now();
  readonly limits: SandboxLimits;
  readonly cell: Cell;
  readonly place: Place;
  readonly execs = new Map<string, Exec>();
  readonly services = new Map<string, Promise<Service>>();
  /** Paths that archives laid into the workspace: they come anew with every archive, so no snapshot holds them. */
  readonly sources = new Set<string>();
  disk_bytes: number | null = null;

  readonly #mark: string;
  readonly #wayOut: WayOut;
  readonly #commands: Command[] = [];
  readonly #end = new AbortController();
  readonly #unwatch: () => void;
  #work: { name: string; done: Promise<unknown> } | null = null;

  constructor({ id, root, mark, limits, cell, wayOut }: SandboxOptions) {
    this.id = id;
    this.limits = limits;
    this.cell = cell;
    this.#mark = mark;
    this.#wayOut = wayOut;
    this.place = makePlace(root);
    for (const folder of this.folders) cell.give(folder);
    this.#unwatch = watch(this);
  }

  /** Aborted when the sandbox is destroyed. */
  get end(): AbortSignal {
    return this.#end.signal;
  }

  get folders(): string[] {
    return writable(this.place);
  }

  running(): Command[] {
    return this.#commands.filter((command) => command.ending === null);
  }

  /** Starts a command. Throws when the sandbox is ending, being filled, or full. */
  run(plan: Omit<Plan, "mark">, timeout_ms: number): Command {
    this.#refuseWhenEnded();
    if (this.#work !== null)
      throw new Refusal("conflict", `Cannot start command: ${this.#work.name} is under way`);
    if (this.running().length >= MAX_RUNNING || this.#commands.length >= MAX_COMMANDS) {
      throw new Refusal(
        "exhausted",
        `Cannot start command: limit is ${MAX_RUNNING} at a time, ${MAX_COMMANDS} in all`,
      );
    }
    const number = this.#commands.length;
    const mark = `${this.#mark}${number};`;
    let command: Command;
    const egress = this.#egressFor(plan, (text) => command.output.note(text));
    try {
      command = new Command({
        launch: this.cell.launch(this.place, { ...(egress?.plan ?? plan), mark }),
        mark: this.cell.walled ? null : mark,
        file: join(this.place.own, String(number)),
        timeout_ms,
      });
    } catch (error) {
      egress?.close();
      throw error;
    }
    this.#commands.push(command);
    command.done.then(() => egress?.close());
    return command;
  }

  /** The way out of a command that has one of its own; null where it has none, or the host's. */
  #egressFor(plan: Omit<Plan, "mark">, tell: (text: string) => void) {
    const { network } = plan;
    if (network === "none" || (network === "open" && !this.cell.walled)) return null;
    if (!this.cell.walled) {
      const message = "Cannot start command: nothing here keeps it to the hosts that it may reach";
      throw new Refusal("no_isolation", `${message}; install bubblewrap`);
    }
    const path = join(this.place.own, `${randomUUID().slice(0, 8)}.sock`);
    const egress = new Egress({ path, network, wayOut: this.#wayOut, tell });
    const env = { ...JAVA_ENV, ...plan.env, ...PROXY_ENV };
    const mounts = new Map([...plan.mounts, ...egressMounts(path)].map((mount) => [mount.to, mount]));
    const confined = { ...plan, argv: throughEgress(plan.argv), env, mounts: [...mounts.values()] };
    return { plan: confined, close: () => egress.close() };
  }

  /** Works on the files while nothing else does: a command could swap a folder for a link under our hands. */
  async alone<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.#refuseWhenEnded();
    if (this.#work !== null)
      throw new Refusal("conflict", `Cannot begin ${name}: ${this.#work.name} is under way`);
    const running = this.running().length;
    if (running > 0) throw new Refusal("conflict", `Cannot begin ${name}: ${running} commands still run`);
    const done = work();
    this.#work = { name, done };
    try {
      return await done;
    } finally {
      this.#work = null;
    }
  }

  /** Kills every process and removes every file. */
  async destroy(end: End = "destroyed"): Promise<void> {
    this.#end.abort();
    await this.#work?.done.catch(() => {});
    await Promise.all(
      this.running().map(async (command) => {
        await command.stop(end, "its sandbox was destroyed");
        await command.done;
      }),
    );
    this.#unwatch();
    for (const command of this.#commands) command.output.close();
    await removeTree(this.place.root);
  }

  info(): SandboxInfo {
    const { id, instance, limits, created_at, disk_bytes } = this;
    const egress = egressOf(this.cell);
    const info = { id, instance, isolation: this.cell.isolation, egress, limits, created_at };
    return disk_bytes === null ? info : { ...info, disk_bytes };
  }

  #refuseWhenEnded(): void {
    if (this.end.aborted) throw new Refusal("gone", `Cannot use sandbox "${this.id}": it was destroyed`);
  }
}
