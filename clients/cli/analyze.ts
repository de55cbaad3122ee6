import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { analyzerFor } from "../../graph/analyzers/index.ts";
import {
  analyze as analyzeText,
  type Built,
  build,
  type FactsKept,
  keyOf,
  type SourceFile,
} from "../../graph/build.ts";
import { packFacts } from "../../graph/facts/index.ts";
import { Parsers } from "../../graph/parse.ts";
import type { GraphStore, Part } from "../../graph/store.ts";
import type { GraphInfo } from "../../models/graph.ts";
import { grammars } from "../grammars.ts";
import { Failure } from "./failure.ts";
import { blamed } from "./files/blame.ts";
import type { Found } from "./files/found.ts";
import { type Head, headOf } from "./files/git.ts";
import { type Listing, type ListOptions, list, sources } from "./files/listing.ts";
import { graphId, homeOf, storeOf } from "./home.ts";
import { readInParallel, WORTHWHILE } from "./parallel.ts";
import { fetchRepository, isRepositoryName } from "./remote.ts";

export interface AnalyzeOptions extends ListOptions {
  store?: GraphStore;
  /** Folder of the store, where threads look for kept facts. */
  home?: string;
  threads?: number | undefined;
  /** Say of each node who changed it last. Git reads every file's history for it. */
  blame?: boolean;
  /** What an archive is of; without it, the folder itself is the repository. */
  from?: { url: string; name: string; sha: string };
  progress?(phase: "reading" | "resolving" | "saving", done: number, total: number): void;
}

export interface Analyzed {
  info: GraphInfo;
  listing: Listing;
  built: Pick<Built, "parsed" | "reused">;
}

/**
 * Reads a folder, or where there is no such folder the repository `owner/name@ref` of GitHub, and keeps its graph.
 *
 * @throws {Failure}
 */
export async function analyze(text: string, options: AnalyzeOptions = {}): Promise<Analyzed> {
  if (existsSync(text) || !isRepositoryName(text)) return analyzeFolder(text, options);
  const { folder, remove, ...from } = await fetchRepository(text);
  try {
    return await analyzeFolder(folder, { ...options, from });
  } finally {
    await remove();
  }
}

/**
 * Reads a folder and keeps its graph.
 *
 * @throws {Failure} when there is no such folder, or reading it fails
 */
async function analyzeFolder(folder: string, options: AnalyzeOptions): Promise<Analyzed> {
  const began = Date.now();
  const listing = await list(folder, { ...options, archive: options.from !== undefined });
  const store = options.store ?? storeOf();
  const head = await headFor(listing, options);
  const { built, read, parts } = await buildFrom(listing, store, options).catch((error: unknown) => {
    throw error instanceof Failure
      ? error
      : new Failure("failed", `The analysis of ${listing.root} failed: ${messageOf(error)}`, error);
  });
  const info = infoOf(listing, head, options, { built, parts }, began);
  options.progress?.("saving", listing.files.length, listing.files.length);
  info.duration_ms = Date.now() - began;
  const named = options.blame === true && listing.by === "git" ? await blamed(listing.root, parts) : parts;
  await store.save(info, named);
  await forgetOlder(store, info);
  return { info, listing, built: { parsed: built.parsed + read, reused: built.reused - read } };
}

/** Who asks later did not choose the files: callers elsewhere are missing, and the answer must say so. */
function partOnly({ include = [], exclude = [] }: AnalyzeOptions): string[] {
  const chosen = [...include.map((one) => `--include ${one}`), ...exclude.map((one) => `--exclude ${one}`)];
  return chosen.length === 0 ? [] : [`This graph holds only a part of the folder (${chosen.join(", ")})`];
}

/** What no commit names is named by its content: an id stands for one state, and two states can be compared. */
function contentOf(parts: readonly Part[]): string {
  return parts.map(({ path, blob }) => `${path}\0${blob}`).join("\n");
}

/** States of a folder between commits that are kept: the newest, and those that it may be compared with. */
const KEPT_STATES = 4;

async function forgetOlder(store: GraphStore, { repository }: GraphInfo): Promise<void> {
  const graphs = await store.list({ repository: repository.path });
  const unnamed = graphs.filter(({ sha, ...info }) => sha === undefined || info["x-dirty"] === true);
  for (const { id } of unnamed.slice(KEPT_STATES)) await store.remove(id);
}

/** A repository without code has a graph all the same, an empty one; why it is empty is said. */
function emptiness(listing: Listing, { from }: AnalyzeOptions): string[] {
  if (listing.files.some(({ path }) => analyzerFor(path) !== undefined)) return [];
  return [
    `Nothing to analyze in ${from?.name ?? listing.root}: none of its ${listing.files.length} files is in a language that is read${leftOut(listing)}`,
  ];
}

function leftOut({ root, skipped }: Listing): string {
  const made = skipped.filter(({ reason }) => reason === "made").map(({ path }) => path);
  if (made.length === 0) return "";
  return `. Left out as what tools made: ${made.slice(0, 5).join(", ")}; to read it, name it: tidegate analyze ${join(root, made[0] as string)}`;
}

async function headFor({ by, root }: Listing, { from }: AnalyzeOptions): Promise<Head | undefined> {
  if (from !== undefined) return { sha: from.sha, dirty: false };
  return by === "git" ? headOf(root) : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Has threads read what is not known yet, if that is much; then builds, which finds it already read. */
async function buildFrom(
  listing: Listing,
  store: GraphStore,
  options: AnalyzeOptions,
): Promise<{ built: Built; read: number; parts: Part[] }> {
  const known = new Map<string, Uint8Array>();
  const files = sources(listing);
  const parsers = await Parsers.open(grammars);
  try {
    const read = await readAhead(listing, files, store, known, parsers, options);
    const built = await build(files, {
      parsers,
      kept: over(known, store),
      total: files.length,
      progress: (phase, done, total) => options.progress?.(phase, done, total),
    });
    // The numbers are known when all parts are.
    const parts = [...built.parts()];
    const reasons = new Map(listing.skipped.map(({ path, reason }) => [path, reason]));
    return { built, read, parts: parts.map((part) => honest(part, reasons.get(part.path))) };
  } finally {
    parsers.close();
  }
}

/** A file that could not be read is none without anything in it: its node says what happened. */
function honest(part: Part, reason: string | undefined): Part {
  if (reason === undefined) return part;
  return {
    ...part,
    nodes: part.nodes.map((node) => (node.type === "file" ? { ...node, "x-trouble": reason } : node)),
  };
}

/** Facts at hand before those of the store. */
function over(known: ReadonlyMap<string, Uint8Array>, store: FactsKept): FactsKept {
  return {
    async facts(keys) {
      const found = new Map<string, Uint8Array>();
      for (const key of keys) {
        const bytes = known.get(key);
        if (bytes !== undefined) found.set(key, bytes);
      }
      const others = keys.filter((key) => !found.has(key));
      if (others.length > 0) for (const [key, bytes] of await store.facts(others)) found.set(key, bytes);
      return found;
    },
    keepFacts: (facts) => store.keepFacts(facts),
  };
}

/** How many files threads have read. Their facts are in `known` and kept, their hashes in `files`. */
async function readAhead(
  listing: Listing,
  files: SourceFile[],
  store: GraphStore,
  known: Map<string, Uint8Array>,
  parsers: Parsers,
  options: AnalyzeOptions,
): Promise<number> {
  const threads = options.threads ?? availableParallelism();
  const code = listing.files.filter(({ path }) => analyzerFor(path) !== undefined);
  if (threads < 2 || code.length < WORTHWHILE) return 0;
  const keys = code.flatMap((file) => keyFor(file) ?? []);
  for (const [key, bytes] of await store.facts(keys)) known.set(key, bytes);
  const fresh = code.filter((file) => !known.has(keyFor(file) ?? ""));
  if (fresh.length < WORTHWHILE) return 0;
  const byPath = new Map(files.map((file) => [file.path, file]));
  let read = 0;
  const { crashed } = await readInParallel({
    root: listing.root,
    folder: options.home ?? homeOf(),
    files: fresh,
    threads,
    progress: (done) => options.progress?.("reading", done, fresh.length),
    async take(done) {
      for (const one of done) {
        known.set(one.key, one.facts);
        (byPath.get(one.path) as SourceFile).blob = one.blob;
        if (!one.kept) read += 1;
      }
      await store.keepFacts(new Map(done.filter(({ kept }) => !kept).map(({ key, facts }) => [key, facts])));
    },
  });
  for (const path of crashed) await giveUp(path, byPath, known, parsers);
  return read;
}

function keyFor({ path, blob }: Found): string | undefined {
  const language = analyzerFor(path)?.analyzer.language;
  return blob === undefined || language === undefined ? undefined : keyOf(path, blob, language);
}

/** A file that ended a thread would end us too: it is listed, without anything that is in it. Not kept, so tried anew. */
async function giveUp(
  path: string,
  byPath: ReadonlyMap<string, SourceFile>,
  known: Map<string, Uint8Array>,
  parsers: Parsers,
): Promise<void> {
  const file = byPath.get(path) as SourceFile;
  // Nothing is parsed of an empty file.
  const facts = await analyzeText(parsers, path, new Uint8Array(0));
  file.blob ??= "0".repeat(40);
  known.set(keyFor(file as Found) ?? "", packFacts({ ...facts, trouble: "crashed" }));
}

function infoOf(
  listing: Listing,
  head: Head | undefined,
  options: AnalyzeOptions,
  { built, parts }: { built: Built; parts: readonly Part[] },
  began: number,
): GraphInfo {
  const chosen = JSON.stringify([options.include ?? [], options.exclude ?? []]);
  const isPart = chosen !== "[[],[]]";
  const state = head === undefined || head.dirty ? `${head?.sha ?? ""}-${contentOf(parts)}` : head.sha;
  const { from } = options;
  return {
    id: graphId(from?.url ?? listing.root, state + (isPart ? chosen : "")),
    repository: {
      path: from?.url ?? listing.root,
      name: from?.name ?? (basename(listing.root) || listing.root),
    },
    ...(head !== undefined && { sha: head.sha }),
    ...(head?.dirty === true && { "x-dirty": true }),
    ...(isPart && { "x-part": true }),
    status: "ready",
    created_at: new Date(began).toISOString(),
    stats: built.stats(),
    warnings: [
      ...partOnly(options),
      ...emptiness(listing, options),
      ...built.warnings,
      ...warningsOf(listing),
    ],
  };
}

const REASONS: Record<Listing["skipped"][number]["reason"], string> = {
  symlink: "symbolic links, which are not followed",
  submodule: "submodules: analyze each by its own folder",
  made: "folders of what tools made or brought: analyze one by its own path, or let git track it",
  repository: "repositories within this one: analyze each by its own folder",
  missing: "files that the index of git has and the disk has not",
  special: "what is neither file nor folder",
  unreadable: "what could not be read: see its rights",
  gone: "files that went away while others were read",
};

/** What the graph lacks, in words. */
export function warningsOf({ skipped, twins }: Listing): string[] {
  const groups = Map.groupBy(skipped, ({ reason }) => reason);
  const lacks = [...groups].map(
    ([reason, all]) => `Left out ${REASONS[reason]} (${some(all.map(({ path }) => path))})`,
  );
  return [
    ...lacks.sort(),
    ...twins.map(
      (paths) => `These paths are one file on disks that do not tell case apart: ${paths.join(", ")}`,
    ),
  ];
}

function some(paths: readonly string[]): string {
  const rest = paths.length - 5;
  return rest > 0 ? `${paths.slice(0, 5).join(", ")} and ${rest} more` : paths.join(", ");
}
