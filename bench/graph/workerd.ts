/** The bench's Worker in workerd with a real D1, bundled as the Worker itself is. */
import { spawn } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_readConfig, unstable_splitSqlQuery } from "wrangler";
import type { File } from "./corpora.ts";
import { childrenOf, memoryOf, processorOf } from "./processes.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const BIN = join(ROOT, "node_modules", ".bin");
const OUT = join(ROOT, ".out", "bench-graph");

/** What of the real Worker decides how code is bundled and run. */
const LIKE = unstable_readConfig({ config: join(ROOT, "wrangler.toml") });

export interface Workerd {
  /** Sends files and gives the answer with the time and memory that it took. */
  send<T>(
    path: string,
    body?: Uint8Array | string,
  ): Promise<{ answer: T; ms: number; cpu: number; peak: number }>;
  close(): Promise<void>;
}

/** Bundles once; `startWorkerd` may then be called often. */
export async function bundle(): Promise<void> {
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  const config = join(OUT, "wrangler.json");
  const main = join(import.meta.dirname, "worker.mjs");
  const { compatibility_date, compatibility_flags, define } = LIKE;
  writeFileSync(
    config,
    JSON.stringify({ name: "bench", main, compatibility_date, compatibility_flags, define }),
  );
  const args = ["deploy", "--dry-run", "--config", config, "--outdir", OUT];
  const env = {
    ...process.env,
    PATH: `${BIN}${delimiter}${process.env.PATH}`,
    WRANGLER_SEND_METRICS: "false",
    NO_COLOR: "1",
  };
  const child = spawn(join(BIN, "wrangler"), args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"], env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`Cannot build the bench's Worker: wrangler exited ${code}\n${output}`);
}

/** A fresh isolate and an empty database. */
export async function startWorkerd(): Promise<Workerd> {
  const before = new Set(childrenOf(process.pid));
  const folder = mkdtempSync(join(tmpdir(), "tidegate-bench-d1-"));
  const compiled = globSync("*.wasm", { cwd: OUT }).map((file) => ({
    type: "CompiledWasm",
    path: join(OUT, file),
  }));
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      cf: false,
      log: new Log(LogLevel.ERROR),
      resourcePersistencePath: folder,
      workers: [
        {
          name: "bench",
          modules: [{ type: "ESModule", path: join(OUT, "worker.js") }, ...compiled],
          modulesRoot: OUT,
          compatibilityDate: LIKE.compatibility_date,
          compatibilityFlags: LIKE.compatibility_flags,
          d1Databases: { DB: "bench" },
        },
      ],
    } as never),
  });
  const url = await miniflare.ready;
  await migrate(miniflare);
  const pids = childrenOf(process.pid).filter((pid) => !before.has(pid));
  await fetch(new URL("/idle", url));
  return {
    send: (path, body) => measured(new URL(path, url), body, pids),
    async close() {
      await miniflare.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function migrate(miniflare: Miniflare): Promise<void> {
  const database = await miniflare.getD1Database("DB", "bench");
  const folder = join(ROOT, "migrations");
  for (const name of readdirSync(folder)
    .filter((file) => file.endsWith(".sql"))
    .sort()) {
    const statements = unstable_splitSqlQuery(readFileSync(join(folder, name), "utf8"));
    await database.batch(statements.map((statement) => database.prepare(statement)));
  }
}

async function measured<T>(url: URL, body: Uint8Array | string | undefined, pids: readonly number[]) {
  const idle = memoryOf(pids);
  let peak = idle;
  const timer = setInterval(() => (peak = Math.max(peak, memoryOf(pids))), 20);
  const [began, used] = [performance.now(), processorOf(pids)];
  const response = await fetch(url, body === undefined ? {} : { method: "POST", body: body as string });
  const text = await response.text();
  const [ms, cpu] = [performance.now() - began, processorOf(pids) - used];
  clearInterval(timer);
  if (!response.ok) throw new Error(`The bench's Worker failed at ${url.pathname}: ${text}`);
  return { answer: JSON.parse(text) as T, ms, cpu, peak: Math.max(peak, memoryOf(pids)) - idle };
}

/** Files one behind the other, as `filesOf` (in worker.mjs) reads them. */
export function packed(files: readonly File[]): Uint8Array {
  const pieces = files.flatMap(({ path, blob, bytes }) => {
    const name = Buffer.from(JSON.stringify({ path, blob }));
    const head = Buffer.alloc(8);
    head.writeUInt32BE(name.length, 0);
    head.writeUInt32BE(bytes.length, 4);
    return [head, name, bytes];
  });
  return Buffer.concat(pieces);
}
