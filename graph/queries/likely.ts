import type { GraphEdge, GraphNode } from "../../models/graph.ts";
import type { LikelyFile } from "../../models/impact.ts";
import type { Commit } from "../../models/questions.ts";
import { splitWords } from "../analyzers/measures/words.ts";
import { folderOf } from "../folder.ts";
import { byText } from "../order.ts";
import type { GraphReader } from "../store.ts";
import { bm25 } from "./bm25.ts";
import type { Reach } from "./reach.ts";

/**
 * How much each sign counts towards "this file changes or fails too". Each is 0 to 1 for the best file; without a
 * history its weight falls to the others in proportion. Co-change and words lead, because on real repositories they
 * find more of the other files of a commit than the graph does; the graph finds what they cannot.
 */
export const LIKELY_WEIGHTS = {
  /** Changed in the same commits before. */
  cochange: 0.36,
  /** Holds the same words. */
  words: 0.215,
  /** Is long: of two files that fit alike, the longer one changes more often. */
  size: 0.12,
  /** Has the name of a changed file, as its test does. */
  namesake: 0.15,
  /** Uses what changed, nearer ones more. */
  reach: 0.09,
  /** Imports a changed file or is imported by one. */
  imports: 0.045,
  /** Is in the folder of a changed file. */
  nearby: 0.02,
} as const;
type Sign = keyof typeof LIKELY_WEIGHTS;

/** Named files: three, or a tenth of all if that is more. */
const LEAST_NAMED = 3;
const NAMED_SHARE = 0.1;
/** Each step away counts so much of the one before. */
const STEP = 0.6;
/** A commit of this age counts half (in commits). */
const HALF_LIFE = 300;
/** Commits of more files are clean-ups that say nothing. */
const MAX_COMMIT_FILES = 50;
/** Words of a change that are looked for. */
const MAX_WORDS = 80;
/** What a change says often counts more, but little: its names come up in every line of it. */
const WORD_POWER = 0.25;

export interface LikelyAsked {
  /** Changed nodes, and more text of the change. */
  changed: readonly GraphNode[];
  text: string;
  reach: Reach;
  /** Ids of all files, and the id of the file of a node. */
  files: readonly GraphNode[];
  fileOf: (id: string) => string | undefined;
  history?: readonly Commit[] | undefined;
}

/** Files ranked by how probably they change or fail too. At most a tenth of all is named, with what gave its score. */
export async function likely(reader: GraphReader, asked: LikelyAsked): Promise<LikelyFile[]> {
  const changed = new Set(asked.changed.map((node) => node.path));
  const paths = new Map(asked.files.map((file) => [file.id, file.path]));
  const signs: Record<Sign, Map<string, number>> = {
    cochange: cochangeOf(asked.history ?? [], changed),
    words: await wordsOf(reader, asked, paths),
    reach: reachOf(asked, paths),
    imports: await importsOf(reader, changed, paths),
    namesake: namesakesOf(asked.files, changed),
    nearby: nearbyOf(asked.files, changed),
    size: new Map(),
  };
  signs.size = sizeOf(asked.files, Object.values(signs));
  const weights = weightsFor(signs.cochange.size > 0);
  const scores = new Map<string, Record<string, number>>();
  for (const sign of Object.keys(signs) as Sign[]) {
    // The changed files fit best of all and would make every other file look small.
    for (const path of changed) signs[sign].delete(path);
    const best = most(signs[sign]);
    if (best <= 0) continue;
    for (const [path, value] of signs[sign]) {
      const parts = scores.get(path) ?? {};
      parts[sign] = (weights[sign] * value) / best;
      scores.set(path, parts);
    }
  }
  const known = new Set(paths.values());
  const ranked = [...scores]
    .filter(([path]) => known.has(path))
    .map(([path, parts]) => ({ path, score: sum(parts), parts: rounded(parts) }));
  ranked.sort((a, b) => b.score - a.score || byText(a.path, b.path));
  const named = Math.max(LEAST_NAMED, Math.floor(asked.files.length * NAMED_SHARE));
  return ranked.slice(0, named).map((file) => ({ ...file, score: Math.round(file.score * 1000) / 1000 }));
}

/** One by one: a spread of many thousand arguments overflows the stack. */
function most(map: ReadonlyMap<string, number>): number {
  let best = 0;
  for (const value of map.values()) best = Math.max(best, value);
  return best;
}

function sum(parts: Record<string, number>): number {
  return Object.values(parts).reduce((total, part) => total + part, 0);
}

function rounded(parts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(parts).map(([sign, part]) => [sign, Math.round(part * 1000) / 1000]),
  );
}

function weightsFor(history: boolean): Record<Sign, number> {
  if (history) return LIKELY_WEIGHTS;
  const rest = 1 - LIKELY_WEIGHTS.cochange;
  const shared = Object.entries(LIKELY_WEIGHTS).map(([sign, weight]) => [sign, weight / rest]);
  return { ...(Object.fromEntries(shared) as Record<Sign, number>), cochange: 0 };
}

/** For each changed file, the share of its commits that each other file is in; newer and smaller commits count more. */
function cochangeOf(history: readonly Commit[], changed: ReadonlySet<string>): Map<string, number> {
  const together = new Map<string, number>();
  let all = 0;
  for (const [age, commit] of history.entries()) {
    const files = new Set(commit.files);
    if (files.size > MAX_COMMIT_FILES) continue;
    let hits = 0;
    for (const path of files) if (changed.has(path)) hits += 1;
    if (hits === 0) continue;
    const weight = (hits * 0.5 ** (age / HALF_LIFE)) / Math.log2(1 + files.size);
    all += weight;
    for (const path of files) if (!changed.has(path)) together.set(path, (together.get(path) ?? 0) + weight);
  }
  // A change with one commit behind it knows little.
  for (const [path, weight] of together) together.set(path, weight / (all + 1));
  return together;
}

/** BM25 of the most telling words of the change over whole files. */
async function wordsOf(
  reader: GraphReader,
  asked: LikelyAsked,
  paths: ReadonlyMap<string, string>,
): Promise<Map<string, number>> {
  const weights = queryOf(asked);
  if (weights.size === 0) return new Map();
  const { nodes, averageLength } = await reader.matches([...weights.keys()]);
  const documents = new Map<string, { id: string; length: number; counts: Map<string, number> }>();
  for (const node of nodes) {
    const path = paths.get(asked.fileOf(node.id) ?? "");
    if (path === undefined) continue;
    const document = documents.get(path) ?? { id: path, length: 0, counts: new Map<string, number>() };
    documents.set(path, document);
    document.length += node.length;
    for (const [word, count] of node.counts) {
      document.counts.set(word, (document.counts.get(word) ?? 0) + count);
    }
  }
  const length = [...documents.values()].reduce((total, each) => total + each.length, 0);
  const mean = documents.size === 0 ? averageLength : length / documents.size;
  return bm25([...documents.values()], paths.size, mean, weights);
}

/** Words of names, signatures, docstrings and changed lines, those that come up most. */
function queryOf(asked: LikelyAsked): Map<string, number> {
  const counts = new Map<string, number>();
  const add = (text: string | undefined, weight: number): void => {
    for (const word of splitWords((text ?? "").slice(0, 200_000))) {
      counts.set(word, (counts.get(word) ?? 0) + weight);
    }
  };
  for (const node of asked.changed) {
    add(node.name, node.type === "file" ? 3 : 2);
    add(node["x-signature"], 1);
    add(node.docstring?.slice(0, 300), 0.5);
  }
  add(asked.text, 1);
  const best = [...counts].sort((a, b) => b[1] - a[1] || byText(a[0], b[0])).slice(0, MAX_WORDS);
  return new Map(best.map(([word, count]) => [word, count ** WORD_POWER]));
}

function reachOf(asked: LikelyAsked, paths: ReadonlyMap<string, string>): Map<string, number> {
  const near = new Map<string, number>();
  for (const { id, distance, weak } of asked.reach.reached.values()) {
    const path = paths.get(asked.fileOf(id) ?? "");
    if (path === undefined || weak) continue;
    near.set(path, Math.max(near.get(path) ?? 0, STEP ** (distance - 1)));
  }
  return near;
}

/** Both ways: what a changed file needs is changed along with it nearly as often as what needs it. */
async function importsOf(
  reader: GraphReader,
  changed: ReadonlySet<string>,
  paths: ReadonlyMap<string, string>,
): Promise<Map<string, number>> {
  const ids = [...changed].map((path) => `${path}::file`);
  const [out, into] = await Promise.all([
    reader.edges(ids, "out", ["IMPORTS"]),
    reader.edges(ids, "in", ["IMPORTS"]),
  ]);
  const near = new Map<string, number>();
  const add = (edges: readonly GraphEdge[], end: "source" | "target", weight: number): void => {
    for (const edge of edges) {
      const path = paths.get(edge[end]);
      if (path !== undefined) near.set(path, (near.get(path) ?? 0) + weight);
    }
  };
  add(into, "source", 1);
  add(out, "target", 0.8);
  for (const [path, weight] of near) near.set(path, weight / (weight + 1));
  return near;
}

/** `user.test.ts` of `user.ts`. */
function namesakesOf(files: readonly GraphNode[], changed: ReadonlySet<string>): Map<string, number> {
  const stems = new Set([...changed].flatMap((path) => stemsOf(path)));
  const alike = files.filter(({ path }) => stemsOf(path).some((stem) => stems.has(stem)));
  return new Map(alike.map(({ path }) => [path, 1]));
}

/** Files of one folder; the less the fuller it is. */
function nearbyOf(files: readonly GraphNode[], changed: ReadonlySet<string>): Map<string, number> {
  const folders = new Map<string, number>();
  for (const file of files) folders.set(folderOf(file.path), (folders.get(folderOf(file.path)) ?? 0) + 1);
  const near = new Set([...changed].map(folderOf));
  const found = new Map<string, number>();
  for (const { path } of files) {
    const folder = folderOf(path);
    if (near.has(folder)) found.set(path, 1 / Math.log2(2 + (folders.get(folder) ?? 1)));
  }
  return found;
}

/** Only of files that something else speaks for: being long alone is no sign. Nobody changes generated code by hand. */
function sizeOf(
  files: readonly GraphNode[],
  signs: readonly ReadonlyMap<string, number>[],
): Map<string, number> {
  const found = new Map<string, number>();
  for (const file of files) {
    if (file["x-mark"] !== undefined || !signs.some((sign) => (sign.get(file.path) ?? 0) > 0)) continue;
    found.set(file.path, Math.sqrt(file.lines?.[1] ?? 1));
  }
  return found;
}

/** `user` of `test_user.py`, `user.test.ts` and `UserView.tsx` are stems that files of one matter share. */
function stemsOf(path: string): string[] {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const words = splitWords(name.slice(0, name.indexOf(".", 1) === -1 ? undefined : name.indexOf(".", 1)));
  const plain = words.filter((word) => !["test", "tests", "spec", "index", "init"].includes(word));
  return plain.length === 0 ? [] : [plain.join(" ")];
}
