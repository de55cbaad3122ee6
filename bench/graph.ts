/**
 * How fast the code graph is, and what it takes: whole analyses in Node and in workerd beside bare parsing of the same
 * files, commits, questions, and an installable peer, all in one run. `--json` prints the numbers, `--quick` leaves the
 * largest corpora out, `--thorough` measures those of middle size three times too, `--no-peer` fetches nothing.
 */
import { availableParallelism, cpus } from "node:os";
import { type Increment, increments, type Latency, latencies } from "./graph/asking.ts";
import { type Corpus, corporaOf } from "./graph/corpora.ts";
import { fetchPeer, type Peer } from "./graph/peer.ts";
import { nodeRows, type Row, workerdRows } from "./graph/sizes.ts";
import { markdown } from "./graph/table.ts";
import { bundle } from "./graph/workerd.ts";

const quick = process.argv.includes("--quick");
const thorough = process.argv.includes("--thorough");
const SIZES = quick ? [10_000, 100_000] : [10_000, 100_000, 500_000];
/** Where commits and questions are measured. */
const COMMITS = 80_000;
const QUESTIONS = quick ? 80_000 : 250_000;
const say = (text: string) =>
  console.error(`[${(performance.now() / 1000).toFixed(0).padStart(3)} s] ${text}`);

export interface Report {
  machine: string;
  corpora: { name: string; origin: string; files: number; lines: number }[];
  rows: Row[];
  increments: Increment[];
  latencies: Latency[];
  notes: string[];
}

const { corpora, absent } = corporaOf(
  [...new Set([...SIZES, COMMITS, QUESTIONS])].sort((one, other) => one - other),
);
const report: Report = {
  machine: `${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? "unknown"}, Node ${process.versions.node}`,
  corpora: corpora.map(({ name, origin, files, lines }) => ({ name, origin, files: files.length, lines })),
  rows: [],
  increments: [],
  latencies: [],
  notes: absent.map((what) => `Left out: ${what}`),
};
say("Bundling the bench's Worker ...");
await bundle();
const peer = process.argv.includes("--no-peer") ? undefined : await fetchPeer();
if (peer === undefined) report.notes.push("The peer could not be fetched or was not asked for.");
for (const corpus of corpora) await measure(corpus, peer);
peer?.remove();
console.log(process.argv.includes("--json") ? JSON.stringify(report, null, 2) : markdown(report));
process.exit(0);

async function measure(corpus: Corpus, other: Peer | undefined): Promise<void> {
  const size = sizeOf(corpus);
  const rounds = size <= (thorough ? 100_000 : 10_000) ? 3 : 1;
  if (SIZES.includes(size)) {
    say(`${corpus.name}: ${corpus.files.length} files, ${corpus.lines} lines in Node ...`);
    report.rows.push(...(await attempt(() => nodeRows(corpus, rounds))));
    say(`${corpus.name} in workerd ...`);
    report.rows.push(...(await attempt(() => workerdRows(corpus, rounds))));
    if (other !== undefined) await beside(corpus, other);
  }
  if (size === COMMITS) {
    say(`${corpus.name}: commits ...`);
    report.increments.push(...(await attempt(() => increments(corpus))));
  }
  if (size === QUESTIONS && corpus.name.startsWith("Python")) {
    say(`${corpus.name}: questions ...`);
    report.latencies.push(...(await attempt(() => latencies(corpus))));
  }
}

function sizeOf(corpus: Corpus): number {
  return Number(/(\d+)k$/.exec(corpus.name)?.[1]) * 1000;
}

/** One measurement that fails is said, and the others go on. */
async function attempt<T>(run: () => Promise<T[]>): Promise<T[]> {
  try {
    const found = await run();
    for (const one of found) console.error(`        ${JSON.stringify(one)}`);
    return found;
  } catch (error) {
    const [first = ""] = (error as Error).message.split("\n");
    say(`Failed: ${(error as Error).message}`);
    report.notes.push(`Failed: ${first}`);
    return [];
  }
}

async function beside(corpus: Corpus, other: Peer): Promise<void> {
  say(`${corpus.name} with ${other.name} ...`);
  const measured = await other.measure(corpus);
  const bare = report.rows.find(
    ({ corpus: name, how }) => name === corpus.name && how.startsWith("Node, bare"),
  );
  if (measured === undefined) {
    report.notes.push(`${other.name} failed on ${corpus.name}, or took more than two minutes.`);
    return;
  }
  const { ms, rss, bytes, edges } = measured;
  const ratio = bare === undefined ? {} : { ratio: ms / bare.ms };
  report.rows.push({
    corpus: corpus.name,
    lines: corpus.lines,
    how: other.name,
    ms,
    memory: rss,
    bytes,
    edges,
    ...ratio,
  });
}
