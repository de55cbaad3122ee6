/** Reads the files of which nothing is known yet, and keeps what they say. */
import { analyze, type FactsKept } from "../../graph/build.ts";
import { packFacts } from "../../graph/facts/index.ts";
import { MAX_FILE_BYTES } from "../../graph/parse.ts";
import { blobOf } from "../../graph/read.ts";
import { parsersOf } from "../grammars.ts";
import { isText, type Source, tooBig, type Wanted } from "./files.ts";

/** So many files are fetched one by one; of more the whole archive is streamed. */
const FEW = 30;
const AT_ONCE = 6;
/** What is gathered before it is kept. */
const BATCH_FILES = 50;
const BATCH_BYTES = 2 << 20;
/**
 * Of files with more tokens, some 40,000 lines, only the name stands in the graph: the parser's memory never shrinks, and
 * would leave none for the rest of the isolate.
 */
const MOST_TOKENS = 300_000;
/** Longer texts are not kept: they are fetched anew. */
const LONGEST_TEXT = 1_000_000;

export interface ReadOptions {
  store: FactsKept;
  /** Takes what was read. */
  fresh: Map<string, Uint8Array>;
  /** When to stop and come again. */
  until: number;
  progress(done: number): Promise<void>;
}

/** @returns false when there is more to read than there was time */
export async function readUnknown(
  source: Source,
  unknown: readonly Wanted[],
  options: ReadOptions,
): Promise<boolean> {
  const reading = new Reading(options);
  if (unknown.length > FEW) {
    await source.many(unknown, (file, bytes) => reading.take(file, bytes));
  }
  // What the archive leaves out (export-ignore) or fills in (export-subst) is fetched from the commit itself.
  const left = unknown.filter(({ key }) => !options.fresh.has(key));
  for (let from = 0; from < left.length && reading.hasTime(); from += AT_ONCE) {
    const some = left.slice(from, from + AT_ONCE);
    const bytes = await Promise.all(some.map((file) => source.one(file)));
    for (const [nth, file] of some.entries()) await reading.take(file, bytes[nth] as Uint8Array);
  }
  await reading.keep();
  return unknown.every(({ key }) => options.fresh.has(key));
}

class Reading {
  readonly #options: ReadOptions;
  #batch = new Map<string, Uint8Array>();
  #bytes = 0;
  #done = 0;

  constructor(options: ReadOptions) {
    this.#options = options;
  }

  hasTime(): boolean {
    return Date.now() < this.#options.until;
  }

  /** @returns false when it is time to stop */
  async take(file: Wanted, bytes: Uint8Array): Promise<boolean> {
    const { fresh } = this.#options;
    if (!(await isOf(bytes, file))) return this.hasTime();
    this.#done += 1;
    if (fresh.has(file.key)) return this.hasTime();
    const facts = isText(file.path) ? bytes : await factsOf(file, bytes);
    fresh.set(file.key, facts);
    if (!isText(file.path) || facts.length < LONGEST_TEXT) this.#batch.set(file.key, facts);
    this.#bytes += facts.length;
    if (this.#batch.size >= BATCH_FILES || this.#bytes >= BATCH_BYTES) await this.keep();
    return this.hasTime();
  }

  async keep(): Promise<void> {
    if (this.#batch.size === 0) return;
    const batch = this.#batch;
    [this.#batch, this.#bytes] = [new Map(), 0];
    await this.#options.store.keepFacts(batch);
    await this.#options.progress(this.#done);
  }
}

/** An archive may hold other bytes than the commit. */
async function isOf(bytes: Uint8Array, { blob, size }: Wanted): Promise<boolean> {
  return size > MAX_FILE_BYTES || (await blobOf(bytes)) === blob;
}

async function factsOf({ path }: Wanted, bytes: Uint8Array): Promise<Uint8Array> {
  const readable = tokensIn(bytes) > MOST_TOKENS ? tooBig() : bytes;
  return packFacts(await analyze(await parsersOf(), path, readable));
}

/** About how many tokens a file has: what the parser's memory grows with, some 180 bytes each. */
export function tokensIn(bytes: Uint8Array): number {
  let tokens = 0;
  let inWord = false;
  for (const byte of bytes) {
    const word =
      (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57) || (byte >= 65 && byte <= 90) || byte >= 95;
    if (word ? !inWord : byte > 32) tokens += 1;
    inWord = word;
  }
  return tokens;
}
