/** Somebody else's tool on the same files in the same run, fetched for the purpose and thrown away afterwards. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Corpus } from "./corpora.ts";
import { layOut } from "./corpora.ts";
import { childrenOf, memoryOf } from "./processes.ts";

const PACKAGE = "@colbymchenry/codegraph";
const VERSION = "1.6.1";
const BIN = join(import.meta.dirname, "..", "..", "node_modules", ".bin");
const TOO_LONG_MS = 120_000;

export interface PeerMeasured {
  ms: number;
  rss: number;
  bytes: number;
  /** All edges but those from a file or class to what is in it. */
  edges: number;
}

export interface Peer {
  name: string;
  /** Undefined when it fails or takes too long. */
  measure(corpus: Corpus): Promise<PeerMeasured | undefined>;
  remove(): void;
}

/** Undefined when the registry cannot be reached. */
export async function fetchPeer(): Promise<Peer | undefined> {
  const home = mkdtempSync(join(tmpdir(), "tidegate-bench-peer-"));
  const install = [
    "install",
    "--prefix",
    home,
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    `${PACKAGE}@${VERSION}`,
  ];
  const { code } = await run("npm", install, home);
  if (code !== 0) {
    rmSync(home, { recursive: true, force: true });
    return undefined;
  }
  const program = join(home, "node_modules", ".bin", "codegraph");
  return {
    name: `${PACKAGE} ${VERSION}`,
    measure: (corpus) => measure(program, corpus),
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

async function measure(program: string, corpus: Corpus): Promise<PeerMeasured | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "tidegate-bench-corpus-"));
  try {
    layOut(corpus, folder);
    const { code, ms, rss } = await run(program, ["init", "--yes", "."], folder);
    if (code !== 0) return undefined;
    const kept = join(folder, ".codegraph");
    const files = readdirSync(kept).filter((name) => name.includes(".db"));
    const bytes = files.reduce((sum, name) => sum + statSync(join(kept, name)).size, 0);
    return { ms, rss, bytes, edges: edgesIn(join(kept, files.find((name) => name.endsWith(".db")) ?? "")) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function edgesIn(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  const row = database.prepare("SELECT count(*) AS found FROM edges WHERE kind <> 'contains'").get();
  database.close();
  return Number(row?.found ?? Number.NaN);
}

async function run(
  program: string,
  args: string[],
  cwd: string,
): Promise<{ code: number | null; ms: number; rss: number }> {
  const began = performance.now();
  const env = {
    ...process.env,
    PATH: `${BIN}${delimiter}${process.env.PATH}`,
    CODEGRAPH_TELEMETRY: "0",
    CI: "1",
    NO_COLOR: "1",
  };
  const child = spawn(program, args, { cwd, stdio: "ignore", env });
  let rss = 0;
  const sampled = setInterval(() => {
    if (child.pid !== undefined) rss = Math.max(rss, memoryOf([child.pid, ...childrenOf(child.pid)]));
  }, 30);
  const late = setTimeout(() => child.kill("SIGKILL"), TOO_LONG_MS);
  const code = await new Promise<number | null>((resolve) => {
    child.on("error", () => resolve(1));
    child.on("close", resolve);
  });
  clearInterval(sampled);
  clearTimeout(late);
  return { code, ms: performance.now() - began, rss };
}
