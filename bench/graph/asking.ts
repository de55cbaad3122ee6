/** What happens after the first analysis: commits of a few files, and questions. */
import { blobOf, type Corpus, type File } from "./corpora.ts";
import { type Analyzed, alone, folderOf } from "./sizes.ts";
import { packed, startWorkerd, type Workerd } from "./workerd.ts";

export interface Increment {
  corpus: string;
  how: string;
  files: number;
  /** Until it can be asked. */
  ms: number;
  cpu: number;
  rows?: number;
}

export interface Latency {
  corpus: string;
  question: string;
  /** Percentiles, in ms: the database as one that was never asked, and asked the same again. */
  cold: { p50: number; p95: number };
  warm: { p50: number; p95: number };
}

const QUESTIONS = 50;

/** One and ten files changed, with all facts kept. */
export async function increments(corpus: Corpus): Promise<Increment[]> {
  return [...nodeIncrements(corpus), ...(await workerdIncrements(corpus))];
}

function nodeIncrements(corpus: Corpus): Increment[] {
  const { folder, remove } = folderOf(corpus);
  try {
    return ([1, 10] as const).map((files) => {
      const { ms, cpu } = alone(`increment ${files}`, folder);
      return { corpus: corpus.name, how: "Node", files, ms, cpu };
    });
  } finally {
    remove();
  }
}

async function workerdIncrements(corpus: Corpus): Promise<Increment[]> {
  const workerd = await startWorkerd();
  try {
    await workerd.send("/analyze?id=g_000000000001&repository=bench", packed(corpus.files));
    const found: Increment[] = [];
    for (const files of [1, 10]) {
      const body = packed(changed(corpus.files, files));
      const path = `/analyze?id=g_0000000000${10 + files}&repository=bench`;
      const { answer, ms, cpu } = await workerd.send<Analyzed>(path, body);
      if (answer.parsed !== files)
        throw new Error(`Cannot measure: ${answer.parsed} files were parsed, not ${files}`);
      found.push({ corpus: corpus.name, how: "workerd and D1", files, ms, cpu, rows: answer.rows });
    }
    return found;
  } finally {
    await workerd.close();
  }
}

/** The files in the middle, each with one more function at its end. */
function changed(files: readonly File[], count: number): File[] {
  const from = Math.floor(files.length / 2);
  return files.map((file, at) => {
    if (at < from || at >= from + count) return file;
    const more = file.path.endsWith(".py")
      ? `\n\ndef added_${count}():\n    pass\n`
      : `\nfunction added${count}() {}\n`;
    const bytes = Buffer.concat([file.bytes, Buffer.from(more)]);
    return { path: file.path, bytes, blob: blobOf(bytes) };
  });
}

/** Each question about fifty functions from all over, first cold, then at once again. */
export async function latencies(corpus: Corpus): Promise<Latency[]> {
  const workerd = await startWorkerd();
  try {
    const id = "g_000000000001";
    await workerd.send(`/analyze?id=${id}&repository=bench`, packed(corpus.files));
    const { answer } = await workerd.send<Sample[]>(`/samples?id=${id}&count=${QUESTIONS}`);
    const found: Latency[] = [];
    for (const [question, askedOf] of Object.entries(QUESTION)) {
      found.push({
        corpus: corpus.name,
        question,
        ...(await times(workerd, id, question, answer.map(askedOf))),
      });
    }
    return found;
  } finally {
    await workerd.close();
  }
}

interface Sample {
  id: string;
  name: string;
  path: string;
}

const QUESTION: Record<string, (sample: Sample) => object> = {
  dependencies: ({ id }) => ({ node_id: id, depth: 2 }),
  context: ({ name, path }) => ({
    task: `Fix ${name} so that it handles empty input`,
    files: [path],
    max_tokens: 8_000,
  }),
  impact: ({ id }) => ({ symbols: [id] }),
  search: ({ name }) => ({ query: name }),
};

async function times(workerd: Workerd, id: string, kind: string, questions: readonly object[]) {
  const taken = { cold: [] as number[], warm: [] as number[] };
  for (const asked of questions) {
    for (const temperature of ["cold", "warm"] as const) {
      const body = JSON.stringify({ kind, asked });
      const path = `/ask?id=${id}&cold=${temperature === "cold" ? 1 : 0}`;
      taken[temperature].push((await workerd.send(path, body)).ms);
    }
  }
  return { cold: percentiles(taken.cold), warm: percentiles(taken.warm) };
}

function percentiles(values: number[]): { p50: number; p95: number } {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (part: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95) };
}
