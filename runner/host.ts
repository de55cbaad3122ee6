/** All sandboxes of this host: made or found by id, ended by their deadline, remembered when gone. */
import { existsSync, mkdirSync, readdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { type CreateSandbox, DEFAULT_LIMITS } from "../models/sandbox.ts";
import type { Cell } from "./cell.ts";
import type { WayOut } from "./egress.ts";
import { Refusal, reason } from "./errors.ts";
import { FOLDER, folderOf, markOf, removeTree } from "./place.ts";
import { markedWith, signal } from "./processes.ts";
import { Sandbox } from "./sandbox.ts";
import type { Ports } from "./service.ts";

const REMEMBER_MS = 60 * 60_000;
/** How often it is looked for sandboxes that nobody speaks of any more. */
const LOOK_MS = 30_000;
const MAX_TIMER_MS = 2 ** 31 - 1;

export type Log = (event: string, fields: Record<string, unknown>) => void;
export type HostOptions = {
  dir: string;
  cell: Cell;
  maxSandboxes: number;
  /** A sandbox that nobody asked for anything in so long was forgotten by whoever made it. */
  idle_ms: number;
  wayOut: WayOut;
  /** Which of the presets a sandbox finds. */
  agents: readonly string[];
  log: Log;
};

export class Host {
  readonly ports: Ports = new Map();
  readonly cell: Cell;
  readonly #options: HostOptions;
  readonly #mark: string;
  readonly #sandboxes = new Map<string, Sandbox>();
  readonly #deadlines = new Map<string, NodeJS.Timeout>();
  readonly #gone = new Map<string, number>();
  readonly #touched = new Map<string, number>();
  readonly #looking: NodeJS.Timeout;

  /** Takes over the folder: what an earlier runner left there is killed and removed. */
  static async open(options: HostOptions): Promise<Host> {
    const host = new Host(options);
    signal(markedWith(host.#mark), "SIGKILL");
    for (const name of readdirSync(options.dir)) {
      if (FOLDER.test(name)) await removeTree(join(options.dir, name));
    }
    return host;
  }

  private constructor(options: HostOptions) {
    this.#options = options;
    this.cell = options.cell;
    this.#looking = setInterval(() => this.#endIdle(), Math.min(LOOK_MS, options.idle_ms));
    this.#looking.unref();
    this.#mark = markOf(options.dir);
  }

  get agents(): readonly string[] {
    return this.#options.agents;
  }

  get size(): number {
    return this.#sandboxes.size;
  }

  all(): Sandbox[] {
    return [...this.#sandboxes.values()];
  }

  /** Makes the sandbox, or finds it. One that was destroyed does not come back: a late message must not revive it. */
  create(id: string, { limits = {} }: CreateSandbox): Sandbox {
    this.#refuseGone(id);
    this.#touched.set(id, Date.now());
    const known = this.#sandboxes.get(id);
    if (known !== undefined) return known;
    const { dir, cell, maxSandboxes, wayOut, log } = this.#options;
    if (this.#sandboxes.size >= maxSandboxes) {
      throw new Refusal(
        "exhausted",
        `Cannot make sandbox "${id}": ${maxSandboxes} are there, which is the limit`,
      );
    }
    const given = Object.entries(limits).filter(([, value]) => value !== undefined);
    const folder = folderOf(id);
    const options = { id, root: join(dir, folder), mark: `${this.#mark}${folder}.`, cell, wayOut };
    const sandbox = new Sandbox({ ...options, limits: { ...DEFAULT_LIMITS, ...Object.fromEntries(given) } });
    this.#sandboxes.set(id, sandbox);
    const lifetime_ms = Math.min(sandbox.limits.lifetime_ms, MAX_TIMER_MS);
    this.#deadlines.set(
      id,
      setTimeout(() => this.#end(id, "lifetime"), lifetime_ms),
    );
    log("sandbox.created", { id, instance: sandbox.instance, limits: sandbox.limits });
    return sandbox;
  }

  /** Throws when there is none of this id: never made (404), or destroyed (410). */
  find(id: string): Sandbox {
    this.#refuseGone(id);
    const sandbox = this.#made(id);
    this.#touched.set(id, Date.now());
    return sandbox;
  }

  #made(id: string): Sandbox {
    const sandbox = this.#sandboxes.get(id);
    if (sandbox === undefined)
      throw new Refusal("not_found", `Cannot find sandbox "${id}": it was never made here`);
    return sandbox;
  }

  /** Also of one that is still to be made: an order that was overtaken would leave a sandbox that nobody releases. */
  async destroy(id: string, why: string): Promise<void> {
    this.#refuseGone(id);
    // First forgotten, then killed: what comes in meanwhile is told that it is gone.
    this.#gone.set(id, Date.now());
    const sandbox = this.#made(id);
    this.#sandboxes.delete(id);
    this.#touched.delete(id);
    clearTimeout(this.#deadlines.get(id));
    this.#deadlines.delete(id);
    await sandbox.destroy();
    this.#options.log("sandbox.destroyed", { id, why, ms: Date.now() - sandbox.created_at });
  }

  async close(): Promise<void> {
    clearInterval(this.#looking);
    await Promise.all(this.all().map(({ id }) => this.destroy(id, "shutdown")));
  }

  #endIdle(): void {
    const before = Date.now() - this.#options.idle_ms;
    for (const [id, at] of this.#touched) if (at < before) this.#end(id, "idle");
  }

  #end(id: string, why: string): void {
    const { log } = this.#options;
    this.destroy(id, why).catch((error) => log("sandbox.stuck", { id, why, error: reason(error) }));
  }

  #refuseGone(id: string): void {
    const forgotten = Date.now() - REMEMBER_MS;
    for (const [old, at] of this.#gone) if (at < forgotten) this.#gone.delete(old);
    if (this.#gone.has(id)) throw new Refusal("gone", `Cannot use sandbox "${id}": it was destroyed`);
  }
}

/** The folder as the system knows it, made when missing: links in it would confuse what is inside and what not. */
export function takeFolder(dir: string): string {
  if (!existsSync(dir)) mkdirSync(dir, { recursive: true, mode: 0o700 });
  return realpathSync(dir);
}
