/** Tidegate's Worker and dashboard on this machine: the deployed bundle in workerd, with every binding real. */
import { existsSync, globSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4WorkerOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import { migrate, modulesIn, run } from "../clients/cli/workerd.ts";
import { REBOOT } from "../models/reconcile.ts";
import { guardWorkerd } from "./guarded.ts";

export const ROOT = join(import.meta.dirname, "..");

/** Folders of what was built: the Worker's bundle, and the dashboard. */
export type Built = { worker: string; pages: string };

/** Where `npm run build` puts them, and the tests: one build for all. */
export const BUILT: Built = { worker: join(ROOT, ".out", "worker"), pages: join(ROOT, "pages", "dist") };

/** Folders of one's own: another start at the same time would write into the same files. */
export function builtIn(folder: string): Built {
  return { worker: join(folder, "worker"), pages: join(folder, "pages") };
}

export type WorkerOptions = {
  built: Built;
  port: number;
  /** Where D1, R2 and the objects are kept. */
  dir: string;
  /** Replace the variables of wrangler.toml. */
  vars: Record<string, string>;
  log?: Log;
  /** Show only what the Worker reports as an error. */
  quiet?: boolean;
  /** Changes how the Worker is bound, as a test does that stands between it and the world. */
  bind?: (options: V4WorkerOptions) => V4WorkerOptions;
};

export type RunningWorker = { url: string; miniflare: Miniflare; close(): Promise<void> };

/** A log that keeps quiet unless something is wrong. */
export function errorsOnly(): Log {
  return new Log(LogLevel.ERROR);
}

/** Bundles the Worker as it would be deployed, and builds the dashboard. */
export async function build({ worker, pages }: Built): Promise<void> {
  await run("wrangler", ["deploy", "--dry-run", "--containers-rollout=none", "--outdir", worker]);
  await dropLeftOvers(worker);
  await run("vite", ["build", "pages", "--logLevel", "error", "--outDir", pages, "--emptyOutDir"]);
}

/** WebAssembly of an earlier bundle, which has another name, would be loaded all the same. */
async function dropLeftOvers(folder: string): Promise<void> {
  const bundle = await readFile(join(folder, "index.js"), "utf8");
  for (const file of globSync("*.wasm", { cwd: folder }))
    if (!bundle.includes(file)) await rm(join(folder, file));
}

/** Starts what `build` made. Requests for previews go to the Worker, all others to Pages, as in production. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { built, bind = (bound) => bound } = options;
  if (!existsSync(join(built.worker, "index.js")))
    throw new Error("Cannot start the Worker: it was not built");
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({
      host: "127.0.0.1",
      // The real one would be asked of the network.
      cf: false,
      port: options.port,
      ...(options.log && { log: options.log }),
      // What the Worker says of its work is for those who asked to see it.
      ...(options.quiet && { handleStructuredLogs: errorsAlone }),
      resourcePersistencePath: options.dir,
      // workerd was killed or crashed: its queues were in its memory.
      unsafeHandleRuntimeRestart: () => reboot(miniflare),
      workers: [pagesOptions(built.pages), bind(tidegateOptions(built.worker, options.vars))],
    } as never),
  });
  await miniflare.ready;
  await migrate(miniflare);
  // On a disk that another Worker left.
  await reboot(miniflare);
  return { url: `http://localhost:${options.port}`, miniflare, close: () => miniflare.dispose() };
}

/** Has the Worker send again whatever it waits for. */
async function reboot(miniflare: Miniflare): Promise<void> {
  guardWorkerd();
  await (await miniflare.getWorker("tidegate")).scheduled({ cron: REBOOT });
}

function errorsAlone({ level, message }: { level: string; message: string }): void {
  if (level === "error") console.error(message);
}

/** The dashboard: its files, and `_worker.js` that forwards the API. */
function pagesOptions(folder: string): V4WorkerOptions {
  return {
    name: "pages",
    modules: [{ type: "ESModule", path: join(folder, "_worker.js") }],
    modulesRoot: folder,
    compatibilityDate: "2026-11-01",
    serviceBindings: { TIDEGATE: "tidegate" },
    assets: {
      directory: folder,
      binding: "ASSETS",
      routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true },
    },
  } as V4WorkerOptions;
}

/** The Worker with the bindings of wrangler.toml, which stays their only list. */
function tidegateOptions(folder: string, vars: Record<string, string>): V4WorkerOptions {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(ROOT, "wrangler.toml"), undefined, {
    overrides: { enableContainers: false },
  });
  return {
    ...workerOptions,
    name: "tidegate",
    modules: modulesIn(folder),
    modulesRoot: folder,
    bindings: { ...(workerOptions.bindings as Record<string, string>), ...vars },
    routes: ["*.localhost/*"],
  } as V4WorkerOptions;
}
