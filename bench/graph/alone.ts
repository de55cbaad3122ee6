/** One measurement in a process of its own, so that its memory is its own: `node alone.ts TASK FOLDER`, an answer in JSON. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readInParallel } from "../../clients/cli/parallel.ts";
import { grammars } from "../../clients/grammars.ts";
import { build } from "../../graph/build.ts";
import { memoryGraphs } from "../../graph/memory.ts";
import { Parsers } from "../../graph/parse.ts";
import { bareParsing } from "./bare.ts";

export type Task = "idle" | "bare" | "one core" | "all cores" | "increment 1" | "increment 10";

/** What `alone` answers. */
export interface Measured {
  ms: number;
  /** Of the processor, in all threads. */
  cpu: number;
  /** Most memory that the process had. */
  rss: number;
  edges: number;
}

interface Listed {
  path: string;
  blob: string;
}

const [task, folder] = process.argv.slice(2) as [Task, string];
const listed = JSON.parse(readFileSync(join(folder, ".files.json"), "utf8")) as Listed[];
const bytesOf = (path: string): Uint8Array => readFileSync(join(folder, path));
const edges = { inside: 0 };

const kept = memoryGraphs();
if (task.startsWith("increment")) await whole(listed);
const [began, used] = [performance.now(), process.cpuUsage()];
await run();
const { user, system } = process.cpuUsage(used);
const measured: Measured = {
  ms: performance.now() - began,
  cpu: (user + system) / 1000,
  rss: mostMemory(),
  edges: edges.inside,
};
console.log(JSON.stringify(measured));

async function run(): Promise<void> {
  if (task === "bare") return bare();
  if (task === "all cores") return parallel();
  if (task === "one core") return whole(listed);
  if (task === "increment 1") return whole(changed(1));
  if (task === "increment 10") return whole(changed(10));
}

/** Of this program alone: what the system calls the maximum begins with what started it. */
function mostMemory(): number {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

async function bare(): Promise<void> {
  const parsing = await bareParsing(grammars);
  for (const { path } of listed) await parsing.add(path, bytesOf(path));
}

async function whole(files: readonly (Listed & { bytes?: Uint8Array })[]): Promise<void> {
  const parsers = await Parsers.open(grammars);
  const sources = files.map(({ path, blob, bytes }) => ({ path, blob, bytes: () => bytes ?? bytesOf(path) }));
  const built = await build(sources, { parsers, kept });
  edges.inside = 0;
  for (const part of built.parts()) count(part.edges);
  parsers.close();
}

/** As `tidegate analyze` does: threads read, then facts are put together. */
async function parallel(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "tidegate-bench-home-"));
  const take = (done: readonly { key: string; facts: Uint8Array }[]) =>
    kept.keepFacts(new Map(done.map(({ key, facts }) => [key, facts])));
  await readInParallel({ root: folder, folder: home, files: listed, take });
  await whole(listed);
  rmSync(home, { recursive: true, force: true });
}

/** The files in the middle, each with one more function at its end. */
function changed(count: number): (Listed & { bytes?: Uint8Array })[] {
  const from = Math.floor(listed.length / 2);
  return listed.map((file, at) => {
    if (at < from || at >= from + count) return file;
    const more = file.path.endsWith(".py")
      ? "\n\ndef added_now():\n    pass\n"
      : "\nfunction addedNow() {}\n";
    return { ...file, blob: `${file.blob}x`, bytes: Buffer.concat([bytesOf(file.path), Buffer.from(more)]) };
  });
}

function count(found: readonly { target: string }[]): void {
  for (const { target } of found) if (!target.startsWith("external::")) edges.inside += 1;
}
