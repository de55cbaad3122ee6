/** The Worker of this repository in workerd: bundled as it would be deployed, with all its bindings on this disk. */
import { existsSync, globSync, statSync } from "node:fs";
import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4WorkerOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions } from "wrangler";
import { migrate, modulesIn, run } from "./workerd.ts";

const ROOT = join(import.meta.dirname, "..", "..");
/** Not where the rehearsal builds: both may be building. */
const OUT = join(ROOT, ".out", "serve");
const BUNDLE = join(OUT, "index.js");
/** What the bundle is made of. */
const SOURCES = [
  "workers/**/*.ts",
  "graph/**/*.ts",
  "models/**/*.ts",
  "clients/**/*.ts",
  "wrangler.toml",
  "package-lock.json",
];

/** Makes the bundle unless it is newer than everything that it is made of. */
export async function bundle(): Promise<void> {
  const made = existsSync(BUNDLE) ? statSync(BUNDLE).mtimeMs : 0;
  const sources = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: ROOT }));
  if (sources.every((file) => statSync(join(ROOT, file)).mtimeMs < made)) return;
  await run("wrangler", ["deploy", "--dry-run", "--containers-rollout=none", "--outdir", OUT]);
}

export interface WorkerOptions {
  host: string;
  port: number;
  /** Where D1, R2 and the objects are kept. */
  folder: string;
  /** Replace the variables of wrangler.toml. */
  vars: Record<string, string>;
}

export interface Running {
  url: string;
  close(): Promise<void>;
}

/** Starts what `bundle` made. */
export async function start({ host, port, folder, vars }: WorkerOptions): Promise<Running> {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(ROOT, "wrangler.toml"), undefined, {
    overrides: { enableContainers: false },
  });
  const worker = {
    ...workerOptions,
    name: "tidegate",
    modules: modulesIn(OUT),
    modulesRoot: OUT,
    bindings: { ...(workerOptions.bindings as Record<string, string>), ...vars },
  } as V4WorkerOptions;
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({
      host,
      port,
      // The real one would be asked of the network.
      cf: false,
      log: new Log(LogLevel.ERROR),
      handleStructuredLogs: ({ level, message }: { level: string; message: string }) => {
        if (level === "error") console.error(message);
      },
      resourcePersistencePath: folder,
      workers: [worker],
    } as never),
  });
  await miniflare.ready;
  await migrate(miniflare);
  return { url: `http://localhost:${port}`, close: () => miniflare.dispose() };
}
