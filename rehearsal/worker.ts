/** Tidegate's Worker and dashboard on this machine: the deployed bundle in workerd, with every binding real. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, type V4WorkerOptions } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_splitSqlQuery } from "wrangler";

export const ROOT = join(import.meta.dirname, "..");
const BIN = join(ROOT, "node_modules", ".bin");
const BUNDLE = join(ROOT, ".out", "worker", "index.js");
const PAGES = join(ROOT, "pages", "dist");

export type WorkerOptions = {
  port: number;
  /** Where D1, R2 and the objects are kept. */
  dir: string;
  /** Replace the variables of wrangler.toml. */
  vars: Record<string, string>;
  log?: Log;
  /** Show only what the Worker reports as an error. */
  quiet?: boolean;
};

export type RunningWorker = { url: string; miniflare: Miniflare; close(): Promise<void> };

/** A log that keeps quiet unless something is wrong. */
export function errorsOnly(): Log {
  return new Log(LogLevel.ERROR);
}

/** Bundles the Worker as it would be deployed, and builds the dashboard. */
export async function build(): Promise<void> {
  await run("wrangler", ["deploy", "--dry-run", "--containers-rollout=none", "--outdir", ".out/worker"]);
  await run("vite", ["build", "pages", "--logLevel", "error"]);
}

/** Starts what `build` made. Requests for previews go to the Worker, all others to Pages, as in production. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  if (!existsSync(BUNDLE)) throw new Error("Cannot start the Worker: it was not built");
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
      workers: [pagesOptions(), tidegateOptions(options.vars)],
    } as never),
  });
  await miniflare.ready;
  await migrate(miniflare);
  return { url: `http://localhost:${options.port}`, miniflare, close: () => miniflare.dispose() };
}

function errorsAlone({ level, message }: { level: string; message: string }): void {
  if (level === "error") console.error(message);
}

/** The dashboard: its files, and `_worker.js` that forwards the API. */
function pagesOptions(): V4WorkerOptions {
  return {
    name: "pages",
    modules: [{ type: "ESModule", path: join(PAGES, "_worker.js") }],
    modulesRoot: PAGES,
    compatibilityDate: "2026-11-01",
    serviceBindings: { TIDEGATE: "tidegate" },
    assets: {
      directory: PAGES,
      binding: "ASSETS",
      routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true },
    },
  } as V4WorkerOptions;
}

/** The Worker with the bindings of wrangler.toml, which stays their only list. */
function tidegateOptions(vars: Record<string, string>): V4WorkerOptions {
  const { workerOptions } = unstable_getMiniflareWorkerOptions(join(ROOT, "wrangler.toml"), undefined, {
    overrides: { enableContainers: false },
  });
  return {
    ...workerOptions,
    name: "tidegate",
    modules: [{ type: "ESModule", path: BUNDLE }],
    modulesRoot: join(ROOT, ".out", "worker"),
    bindings: { ...(workerOptions.bindings as Record<string, string>), ...vars },
    routes: ["*.localhost/*"],
  } as V4WorkerOptions;
}

/** Applies the migrations that this database has not seen, as `wrangler d1 migrations apply` does. */
async function migrate(miniflare: Miniflare): Promise<void> {
  const database = await miniflare.getD1Database("DB", "tidegate");
  await database.prepare("CREATE TABLE IF NOT EXISTS d1_migrations (name TEXT PRIMARY KEY)").run();
  const { results } = await database.prepare("SELECT name FROM d1_migrations").all<{ name: string }>();
  const applied = new Set(results.map((row) => row.name));
  const folder = join(ROOT, "migrations");
  for (const name of (await readdir(folder)).filter((file) => file.endsWith(".sql")).sort()) {
    if (applied.has(name)) continue;
    const statements = unstable_splitSqlQuery(await readFile(join(folder, name), "utf8"));
    const record = database.prepare("INSERT INTO d1_migrations VALUES (?)").bind(name);
    await database.batch([...statements.map((statement) => database.prepare(statement)), record]);
  }
}

/** Runs a tool of ours; its output is shown only when it fails. */
function run(tool: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(BIN, tool), args, {
      cwd: ROOT,
      // Tools find their Node by name: ours must be the first.
      env: {
        ...process.env,
        PATH: `${BIN}${delimiter}${process.env.PATH}`,
        WRANGLER_SEND_METRICS: "false",
        NO_COLOR: "1",
      },
    });
    let output = "";
    child.stdout.on("data", (data) => (output += data));
    child.stderr.on("data", (data) => (output += data));
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`Cannot build: ${tool} exited ${code}\n${output}`)),
    );
  });
}
