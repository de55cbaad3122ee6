/** The application whose Worker can be killed right before or right after any of its effects. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Response as Answer, type V4WorkerOptions } from "miniflare";
import { afterAll, beforeAll } from "vitest";
import { type App, useApp } from "./machine.ts";
import { type Consumer, type Put, Queues } from "./queues.ts";

/** `before`: it never happens. `after`: it happened, and who wanted it never hears. */
export type Moment = "before" | "after";
/** The nth effect of its kind since the trap was set, or the next one after it. */
export type Trap = { effect: string; nth: number; moment: Moment };

export type Stage = { app: App; tap: Tap };

const SOURCE = join(import.meta.dirname, "tap-worker.mjs");

/** Brings the application up with a tap between its Worker and the world, and with queues that outlive it. */
export function useTapped(options: Parameters<typeof useApp>[0] = {}): Stage {
  const tap = new Tap();
  // Runs last: until then messages are delivered.
  afterAll(() => tap.queues?.stop());
  const stage = useApp({ ...options, bind: (bound) => tap.bind(bound) });
  beforeAll(() => tap.begin(stage.app));
  return Object.assign(stage, { tap });
}

export class Tap {
  queues!: Queues;
  /** Effects in the order in which they were wanted, by what they are. */
  seen: string[] = [];
  /** Effects that fail, as when what they are to reach is away. */
  failing: (effect: string) => boolean = () => false;
  /** Kills so far. */
  crashes = 0;
  #app!: App;
  #traps: Trap[] = [];
  /** Rises when a Worker dies: one of an earlier generation is as good as dead. */
  #generation = 0;
  #starting = false;

  begin(app: App): void {
    this.#app = app;
    this.queues.start(app.worker.miniflare);
  }

  /** From now on effects are counted anew, and the Worker dies at these. */
  arm(...traps: Trap[]): void {
    this.seen = [];
    this.#traps = traps;
  }

  /** Traps that were not reached yet. */
  get armed(): readonly Trap[] {
    return this.#traps;
  }

  /** Kills the Worker, as a crash does, and starts another on the same disk. */
  async crash(): Promise<void> {
    this.crashes += 1;
    this.#generation += 1;
    this.#starting = true;
    this.queues.stop();
    await this.#app.restartWorker();
    this.#starting = false;
    this.queues.start(this.#app.worker.miniflare);
  }

  bind(options: V4WorkerOptions): V4WorkerOptions {
    const { queueProducers, queueConsumers, serviceBindings, modules, modulesRoot, ...rest } = options;
    this.queues ??= new Queues(queueConsumers as Record<string, Consumer>, (_, { body }) =>
      this.#acknowledged(body),
    );
    const generation = this.#generation;
    const path = join(modulesRoot ?? "", "tapped.js");
    const tapped = { type: "ESModule", path, contents: readFileSync(SOURCE, "utf8") } as const;
    return {
      ...rest,
      modulesRoot,
      modules: [tapped, ...(Array.isArray(modules) ? modules : [])],
      serviceBindings: {
        ...serviceBindings,
        TAP: async (request: Request) => {
          const said = await request.json();
          // Nothing of a Worker that is being killed goes on.
          if (generation < this.#generation) return new Promise(() => undefined);
          return this.#answer(new URL(request.url).pathname, said);
        },
      },
    } as V4WorkerOptions;
  }

  async #answer(path: string, said: unknown): Promise<Answer> {
    if (path === "/put") {
      const { queue, messages } = said as { queue: string; messages: Put[] };
      this.queues.put(queue, messages);
      return new Answer();
    }
    const effect = kindOf((said as { effect: string }).effect);
    const went = await this.#heard(path === "/before" ? "before" : "after", effect);
    return went ? new Answer() : new Answer(`Cannot reach what ${effect} needs`, { status: 503 });
  }

  async #acknowledged(body: unknown): Promise<boolean> {
    return this.#heard("before", `acknowledge ${(body as { kind?: string } | null)?.kind}`);
  }

  /** @returns false when it fails */
  async #heard(moment: Moment, effect: string): Promise<boolean> {
    if (moment === "before") this.seen.push(effect);
    const nth = this.seen.filter((one) => one === effect).length;
    const trap = this.#traps.find((one) => one.effect === effect && one.nth <= nth && one.moment === moment);
    // One that is only coming up dies when it is there.
    if (trap === undefined || this.#starting) return !(moment === "before" && this.failing(effect));
    this.#traps = this.#traps.filter((one) => one !== trap);
    await this.crash();
    return false;
  }
}

/** The same effect of another pull request has the same name. */
function kindOf(effect: string): string {
  return effect
    .replace(/\/repos\/[^/]+\/[^/]+/, "/repos/*")
    .replace(/\/sandboxes\/[^/]+/, "/sandboxes/*")
    .replace(/(\/execs\/).*/, "$1*")
    .replace(/\/\d+/g, "/*");
}
