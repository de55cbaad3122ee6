/** Whole analyses of one corpus: bare parsing, Node on one core and on all, workerd into D1. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../median.ts";
import type { Measured, Task } from "./alone.ts";
import { type Corpus, layOut } from "./corpora.ts";
import { packed, startWorkerd } from "./workerd.ts";

/** One way to read a corpus. Times in ms, memory in bytes. */
export interface Row {
  corpus: string;
  lines: number;
  how: string;
  ms: number;
  /** Of the processor, in all threads: what else the machine does hardly changes it. */
  cpu?: number;
  /** Times as long as bare parsing in the same runtime and run, by the clock and by the processor. */
  ratio?: number;
  cpuRatio?: number;
  memory?: number;
  edges?: number;
  rows?: number;
  bytes?: number;
}

/** The middle of several measurements, by time. */
async function middle<T extends { ms: number }>(rounds: number, measure: () => Promise<T> | T): Promise<T> {
  const found: T[] = [];
  for (let round = 0; round < rounds; round++) found.push(await measure());
  found.sort((one, other) => one.ms - other.ms);
  const chosen = found[Math.floor(found.length / 2)] as T;
  return { ...chosen, ms: median(found.map(({ ms }) => ms)) };
}

/** A process that starts, does one thing, and says what it took. */
export function alone(task: Task, folder: string): Measured {
  const program = join(import.meta.dirname, "alone.ts");
  const output = execFileSync(process.execPath, [program, task, folder], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(output) as Measured;
}

/** Lays a corpus out for `alone`. */
export function folderOf(corpus: Corpus): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), "tidegate-bench-corpus-"));
  layOut(corpus, folder);
  const list = corpus.files.map(({ path, blob }) => ({ path, blob }));
  writeFileSync(join(folder, ".files.json"), JSON.stringify(list));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export async function nodeRows(corpus: Corpus, rounds: number): Promise<Row[]> {
  const { folder, remove } = folderOf(corpus);
  try {
    const bare = await middle(rounds, () => alone("bare", folder));
    const found: Row[] = [rowOf(corpus, "Node, bare parse and walk", bare)];
    for (const task of ["one core", "all cores"] as const) {
      const measured = await middle(rounds, () => alone(task, folder));
      found.push({
        ...rowOf(corpus, `Node, ${task}`, measured),
        ...ratios(measured, bare),
        edges: measured.edges,
      });
    }
    return found;
  } finally {
    remove();
  }
}

function rowOf(corpus: Corpus, how: string, { ms, cpu, rss }: Measured): Row {
  return { corpus: corpus.name, lines: corpus.lines, how, ms, cpu, memory: rss };
}

function ratios(
  whole: { ms: number; cpu: number },
  bare: { ms: number; cpu: number },
): Pick<Row, "ratio" | "cpuRatio"> {
  return { ratio: whole.ms / bare.ms, cpuRatio: whole.cpu / bare.cpu };
}

/** What the bench's Worker answers. */
export interface Analyzed {
  rows: number;
  size: number;
  parsed: number;
  reused: number;
  warnings: string[];
  stats: { total_edges: number };
}

export async function workerdRows(corpus: Corpus, rounds: number): Promise<Row[]> {
  const body = packed(corpus.files);
  const once = async (path: string) => {
    const workerd = await startWorkerd();
    try {
      const { answer, ms, cpu, peak } = await workerd.send<Partial<Analyzed>>(path, body);
      return { ...answer, ms, cpu, peak };
    } finally {
      await workerd.close();
    }
  };
  const bare = await middle(rounds, () => once("/bare"));
  const whole = await middle(rounds, () => once("/analyze?id=g_000000000001&repository=bench"));
  const base = { corpus: corpus.name, lines: corpus.lines };
  return [
    { ...base, how: "workerd, bare parse and walk", ms: bare.ms, cpu: bare.cpu, memory: bare.peak },
    {
      ...base,
      how: "workerd, into D1",
      ms: whole.ms,
      cpu: whole.cpu,
      ...ratios(whole, bare),
      memory: whole.peak,
      edges: whole.stats?.total_edges ?? Number.NaN,
      rows: whole.rows ?? Number.NaN,
      bytes: whole.size ?? Number.NaN,
    },
  ];
}
