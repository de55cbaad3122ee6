/** One of the threads that read files: batches of files in, packed facts out. */
import { parentPort, workerData } from "node:worker_threads";
import { analyzerFor } from "../../graph/analyzers/index.ts";
import { analyze, keyOf } from "../../graph/build.ts";
import { packFacts } from "../../graph/facts/index.ts";
import { Parsers } from "../../graph/parse.ts";
import { blobOf } from "../../graph/read.ts";
import { grammars } from "../grammars.ts";
import { type Found, readFound } from "./files/found.ts";
import { folderGraphs } from "./folder.ts";

/** What a thread is started with. */
export interface ThreadData {
  root: string;
  /** Where facts are kept. */
  folder: string;
}

export interface Batch {
  files: Found[];
}

export interface Done {
  path: string;
  blob: string;
  key: string;
  facts: Uint8Array;
  /** It was kept already. */
  kept: boolean;
}

export interface Reply {
  done: Done[];
  /** Paths that could not be read. */
  failed: string[];
  /** Bytes of the parser's memory, which never shrinks. */
  memory: number;
  /** The parser broke on a file; what it does next cannot be trusted. */
  broken: boolean;
}

const { root, folder } = workerData as ThreadData;
const memories: { buffer: ArrayBuffer }[] = [];
watchMemory();
const store = folderGraphs(folder);
const parsers = await Parsers.open(grammars);

parentPort?.on("message", async ({ files }: Batch) => {
  const reply: Reply = { done: [], failed: [], memory: 0, broken: false };
  for (const file of files) await readOne(file, reply);
  reply.memory = memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  parentPort?.postMessage(
    reply,
    reply.done.map(({ facts }) => facts.buffer as ArrayBuffer),
  );
});

async function readOne(file: Found, reply: Reply): Promise<void> {
  const { path } = file;
  const language = analyzerFor(path)?.analyzer.language;
  if (language === undefined) return;
  try {
    const bytes = await readFound(root, file);
    const blob = file.blob ?? (await blobOf(bytes));
    const key = keyOf(path, blob, language);
    const kept = file.blob === undefined ? (await store.facts([key])).get(key) : undefined;
    const facts = kept === undefined ? await analyze(parsers, path, bytes) : undefined;
    if (facts?.trouble === "crashed") reply.broken = true;
    const packed = kept ?? packFacts(facts as Exclude<typeof facts, undefined>);
    // Only a buffer of its own can be handed over.
    const own = packed.byteLength === packed.buffer.byteLength ? packed : packed.slice();
    reply.done.push({ path, blob, key, facts: own, kept: kept !== undefined });
  } catch {
    reply.failed.push(path);
  }
}

/** The parser's runtime makes its memory itself; nobody else can say how large it has become. */
function watchMemory(): void {
  const wasm = (
    globalThis as unknown as { WebAssembly: { Memory: new (size: object) => { buffer: ArrayBuffer } } }
  ).WebAssembly;
  wasm.Memory = class extends wasm.Memory {
    constructor(size: object) {
      super(size);
      memories.push(this);
    }
  };
}
