/** What every start of the Worker on this machine needs, however it is bound. */
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Miniflare } from "miniflare";
import { unstable_splitSqlQuery } from "wrangler";

const ROOT = join(import.meta.dirname, "..", "..");
const BIN = join(ROOT, "node_modules", ".bin");

/** The bundle that wrangler made in a folder, and the WebAssembly beside it that it imports. */
export function modulesIn(folder: string): { type: "ESModule" | "CompiledWasm"; path: string }[] {
  const compiled = globSync("*.wasm", { cwd: folder }).sort();
  return [
    { type: "ESModule", path: join(folder, "index.js") },
    ...compiled.map((file) => ({ type: "CompiledWasm" as const, path: join(folder, file) })),
  ];
}

/** Applies the migrations that this database has not seen, as `wrangler d1 migrations apply` does. */
export async function migrate(miniflare: Miniflare): Promise<void> {
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
export function run(tool: string, args: string[]): Promise<void> {
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
