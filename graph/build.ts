import type { GraphStats } from "../models/graph.ts";
import { analyzerFor, analyzers } from "./analyzers/index.ts";
import { configWarnings } from "./configs.ts";
import { type Facts, packFacts, unpackFacts } from "./facts/index.ts";
import type { Found } from "./found.ts";
import { Measure } from "./measure.ts";
import { Names } from "./names.ts";
import type { Parsers } from "./parse.ts";
import { outsidePart, partOf } from "./parts.ts";
import { blobOf, read as readText } from "./read.ts";
import { resolveAll } from "./resolution.ts";
import { LARGE, type ShardLimits, SMALL } from "./shards.ts";
import { Read } from "./shelf.ts";
import type { Part } from "./store.ts";

/** A file of the repository under analysis. */
export interface SourceFile {
  path: string;
  /** Git blob hash, when known without reading; facts kept under it spare the read. */
  blob?: string;
  /** Called at most once. */
  bytes(): Promise<Uint8Array> | Uint8Array;
}

/** Facts of earlier analyses, by key. Both sides may be a store's. */
export interface FactsKept {
  facts(keys: readonly string[]): Promise<Map<string, Uint8Array>>;
  keepFacts(facts: ReadonlyMap<string, Uint8Array>): Promise<void>;
}

export interface BuildOptions {
  parsers: Parsers;
  kept?: FactsKept;
  /** Called between files: `reading` counts files read, `resolving` files resolved. The total is 0 while not known. */
  progress?(phase: "reading" | "resolving", done: number, total: number): void;
  total?: number;
  /** For an isolate: facts stay packed while they are not needed, and large programs are resolved in small pieces. */
  frugal?: boolean;
  limits?: ShardLimits;
}

export interface Built {
  warnings: string[];
  /** One per file in order of path, then one with an empty path for what lies outside. To be taken once. */
  parts(): Iterable<Part>;
  /** Numbers of the graph, once all parts were taken. */
  stats(): GraphStats;
  /** Files parsed now, and files whose facts were kept. */
  parsed: number;
  reused: number;
}

/** Files that say how names are resolved, not what is called. */
const CONFIGS = /(^|\/)(package\.json|[tj]sconfig[^/]*\.json|go\.mod|go\.work|Cargo\.toml|pyproject\.toml)$/;

/** Whether a file's text is needed to resolve names, whatever is known of the others. */
export function isConfig(path: string): boolean {
  return CONFIGS.test(path);
}

/** Files whose kept facts are asked for at once. */
const BATCH = 64;

/** Reads, resolves and measures a repository. Fails only when reading a file or the facts kept does. */
export async function build(
  files: AsyncIterable<SourceFile> | Iterable<SourceFile>,
  options: BuildOptions,
): Promise<Built> {
  const reader = new Reader(options);
  let batch: SourceFile[] = [];
  for await (const file of files) {
    batch.push(file);
    if (batch.length < BATCH) continue;
    await reader.take(batch);
    batch = [];
  }
  await reader.take(batch);
  return assemble(reader, options);
}

/** Key under which the facts of a blob are kept: they are worth what the analyzer was. */
export function factsKey(blob: string, language: string): string {
  return `${blob}:${language}@${versionOf(language)}`;
}

function versionOf(language: string): number {
  return (analyzers as Record<string, { version: number } | undefined>)[language]?.version ?? 0;
}

class Reader {
  readonly files: Read[] = [];
  readonly configs = new Map<string, string>();
  parsed = 0;
  reused = 0;
  #done = 0;
  readonly #options: BuildOptions;

  constructor(options: BuildOptions) {
    this.#options = options;
  }

  async take(batch: readonly SourceFile[]): Promise<void> {
    const known = await this.#known(batch);
    const fresh = new Map<string, Uint8Array>();
    for (const file of batch) {
      await this.#one(file, known, fresh);
      this.#done += 1;
      this.#options.progress?.("reading", this.#done, this.#options.total ?? 0);
    }
    if (fresh.size > 0) await this.#options.kept?.keepFacts(fresh);
  }

  async #known(batch: readonly SourceFile[]): Promise<Map<string, Uint8Array>> {
    const keys: string[] = [];
    for (const file of batch) {
      const language = analyzerFor(file.path)?.analyzer.language;
      if (file.blob !== undefined && language !== undefined) keys.push(keyOf(file.path, file.blob, language));
    }
    return keys.length === 0 || this.#options.kept === undefined ? new Map() : this.#options.kept.facts(keys);
  }

  async #one(
    file: SourceFile,
    known: Map<string, Uint8Array>,
    fresh: Map<string, Uint8Array>,
  ): Promise<void> {
    if (CONFIGS.test(file.path)) {
      const read = readText(await file.bytes(), file.path);
      if ("text" in read) this.configs.set(file.path, read.text);
      return;
    }
    const found = analyzerFor(file.path);
    if (found === undefined) return;
    const { language } = found.analyzer;
    if (file.blob !== undefined) {
      const facts = unpacked(known.get(keyOf(file.path, file.blob, language)));
      if (facts !== undefined) {
        this.reused += 1;
        this.#shelve(new Read(file.path, file.blob, facts, known.get(keyOf(file.path, file.blob, language))));
        return;
      }
    }
    const bytes = await file.bytes();
    const blob = file.blob ?? (await blobOf(bytes));
    const key = keyOf(file.path, blob, language);
    const kept =
      file.blob === undefined ? unpacked((await this.#options.kept?.facts([key]))?.get(key)) : undefined;
    const facts = kept ?? (await analyze(this.#options.parsers, file.path, bytes));
    let packed: Uint8Array | undefined;
    if (kept === undefined) {
      this.parsed += 1;
      packed = packFacts(facts);
      fresh.set(key, packed);
    } else this.reused += 1;
    this.#shelve(new Read(file.path, blob, facts, packed));
  }

  #shelve(file: Read): void {
    if (this.#options.frugal === true) file.putAway();
    this.files.push(file);
  }
}

/** Names of tests, declarations and generated code are part of what the facts say. */
export function keyOf(path: string, blob: string, language: string): string {
  return `${factsKey(blob, language)}:${nameTraits(path)}`;
}

function nameTraits(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return /(^|[/_.-])(tests?|spec|__tests__|conftest|vendor|node_modules|third_party|site-packages)([/_.-]|$)/.test(
    path,
  )
    ? path
    : name;
}

function unpacked(bytes: Uint8Array | undefined): Facts | undefined {
  if (bytes === undefined) return undefined;
  try {
    return unpackFacts(bytes);
  } catch {
    // Written by another version, or damaged: read the file again.
    return undefined;
  }
}

/** The facts of one file. A file that cannot be read or understood gives facts that say so. */
export async function analyze(parsers: Parsers, path: string, bytes: Uint8Array): Promise<Facts> {
  const found = analyzerFor(path);
  if (found === undefined) throw new Error(`No analyzer reads "${path}": ask analyzerFor(path) first.`);
  const { analyzer, grammar } = found;
  const read = readText(bytes, path);
  if ("trouble" in read)
    return troubled(analyzer.language, read.trouble, read.trouble === "too_big" ? linesIn(bytes) : 0);
  await parsers.load(grammar);
  try {
    const tree = parsers.parse(grammar, read.text);
    if (tree === undefined) return troubled(analyzer.language, "syntax", lineCount(read.text));
    return analyzer.analyze(tree, path);
  } catch {
    // One bad file must not fail an analysis.
    return troubled(analyzer.language, "crashed", lineCount(read.text));
  }
}

function lineCount(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}

function linesIn(bytes: Uint8Array): number {
  let lines = 1;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
}

function troubled(language: string, trouble: Facts["trouble"], lines: number): Facts {
  return {
    analyzer: `${language}@${versionOf(language)}`,
    language,
    lines,
    sloc: 0,
    mark: "",
    trouble,
    docstring: "",
    defs: [],
    units: [{ def: -1, parent: -1, flags: 0, params: [], self: -1, result: -1, start: 0, end: 0 }],
    strings: [],
    variables: new Int32Array(0),
    ops: new Int32Array(0),
    imports: [],
    findings: [],
    words: [new Map()],
    package: "",
  };
}

function assemble(reader: Reader, options: BuildOptions): Built {
  const files = reader.files.sort((left, right) =>
    left.path < right.path ? -1 : left.path > right.path ? 1 : 0,
  );
  const { found, warnings } = resolveAll(files, {
    configs: reader.configs,
    limits: options.limits ?? (options.frugal === true ? SMALL : LARGE),
    progress: (done, total) => options.progress?.("resolving", done, total),
  });
  const measure = new Measure();
  return {
    warnings: [...configWarnings(reader.configs), ...troubles(files), ...warnings],
    parts: () => partsOf(files, found, measure),
    stats: () => measure.stats(),
    parsed: reader.parsed,
    reused: reader.reused,
  };
}

/** Files of which the graph does not hold everything. */
function troubles(files: readonly Read[]): string[] {
  const counts = new Map<string, number>();
  for (const { trouble } of files) if (trouble !== "") counts.set(trouble, (counts.get(trouble) ?? 0) + 1);
  if (counts.size === 0) return [];
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const kinds = [...counts]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([kind, count]) => `${count} ${kind}`);
  return [`${total} files could not be read whole (${kinds.join(", ")}); their nodes say so in x-trouble.`];
}

function* partsOf(files: readonly Read[], found: Found, measure: Measure): Generator<Part> {
  const targets = new Names(files);
  const outside = new Set<string>();
  for (let index = 0; index < files.length; index++) {
    const file = files[index] as Read;
    const outcome = found.of(index);
    for (const edge of outcome.edges) if (edge.file === -1) outside.add(edge.outside);
    const part = partOf({ path: file.path, blob: file.blob, facts: file.facts() }, outcome, targets);
    measure.add(part);
    yield part;
  }
  const external = outsidePart(outside);
  measure.add(external);
  yield external;
}
