import type { GraphNode } from "../../models/graph.ts";
import { splitWords } from "../analyzers/measures/words.ts";
import type { GraphReader } from "../store.ts";
import { bm25, type Document } from "./bm25.ts";
import type { Task } from "./context-task.ts";

/** A word in a name counts as often as this many in a body. */
export const FIELD_WEIGHTS = { name: 4, fileName: 5, directory: 2 } as const;

/** What makes up the score of a file: its words as one document, its best node, and the share of the words in its path. */
export const FILE_PARTS = { whole: 0.6, best: 0.2, path: 0.2 } as const;

/** How well the words of a task fit nodes and files, each from 0 to 1. */
export interface Lexical {
  nodes: Map<string, number>;
  /** By path. */
  files: Map<string, number>;
}

/** BM25 over nodes, and over files as the sum of their nodes and the words of their paths. */
export async function lexicalScores(
  reader: GraphReader,
  task: Task,
  files: readonly GraphNode[],
): Promise<Lexical> {
  const stems = stemsOf(task.words);
  if (stems.weights.size === 0) return { nodes: new Map(), files: new Map() };
  const found = await reader.matches([...stems.of.keys()]);
  const paths = new Map(files.map((file) => [file.path, pathCounts(file.path, stems.of)]));
  const held = new Map<string, Document[]>();
  const documents: Document[] = [];
  for (const node of found.nodes) {
    const path = pathOf(node.id, paths);
    const document = { id: node.id, length: node.length, counts: merge(node.counts, stems.of) };
    if (path !== undefined) pushTo(held, path, document);
    documents.push(withName(document, paths.get(path ?? ""), stems.of));
  }
  const nodes = toUnit(bm25(documents, found.total, found.averageLength, stems.weights));
  const whole = toUnit(fileScores(files, held, paths, stems.weights));
  const named = toUnit(pathScores(paths, stems.weights));
  const scores = new Map<string, number>();
  for (const [path, score] of whole) {
    let most = 0;
    for (const { id } of held.get(path) ?? []) most = Math.max(most, nodes.get(id) ?? 0);
    const { whole: all, best, path: inPath } = FILE_PARTS;
    scores.set(path, all * score + best * most + inPath * (named.get(path) ?? 0));
  }
  return { nodes, files: toUnit(scores) };
}

/** Files as documents. Their length is taken from their lines, since words that were not asked for are not read. */
function fileScores(
  files: readonly GraphNode[],
  held: ReadonlyMap<string, readonly Document[]>,
  paths: ReadonlyMap<string, Map<string, number>>,
  weights: ReadonlyMap<string, number>,
): Map<string, number> {
  const documents: Document[] = [];
  let lines = 0;
  for (const file of files) {
    const length = file.lines?.[1] ?? 0;
    lines += length;
    const counts = new Map(paths.get(file.path));
    for (const document of held.get(file.path) ?? []) {
      for (const [word, count] of document.counts) counts.set(word, (counts.get(word) ?? 0) + count);
    }
    if (counts.size > 0) documents.push({ id: file.path, length, counts });
  }
  return bm25(documents, files.length, files.length === 0 ? 0 : lines / files.length, weights);
}

/** How much of what was asked for stands in each path; rare words count more, and words of long paths less. */
function pathScores(
  paths: ReadonlyMap<string, ReadonlyMap<string, number>>,
  weights: ReadonlyMap<string, number>,
): Map<string, number> {
  const documents = [...paths].map(([id, counts]) => ({ id, length: id.split(/[/._-]/).length, counts }));
  const mean = documents.reduce((sum, one) => sum + one.length, 0) / Math.max(1, documents.length);
  return bm25(documents, paths.size, mean, weights);
}

/** A node's own words, and more for those in its name and path. */
function withName(
  document: Document,
  path: ReadonlyMap<string, number> | undefined,
  stems: ReadonlyMap<string, string>,
): Document {
  const counts = new Map(document.counts);
  for (const word of document.counts.keys()) {
    if (path?.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  for (const part of new Set(splitWords(document.id.slice(document.id.lastIndexOf("::") + 2)))) {
    const word = stems.get(part) ?? stems.get(stem(part));
    const count = word === undefined ? undefined : counts.get(word);
    if (word !== undefined && count !== undefined) counts.set(word, count + FIELD_WEIGHTS.name);
  }
  return { ...document, counts };
}

/** Words of a path that were asked for, by stem. */
function pathCounts(path: string, stems: ReadonlyMap<string, string>): Map<string, number> {
  const counts = new Map<string, number>();
  const slash = path.lastIndexOf("/") + 1;
  const dot = path.lastIndexOf(".");
  const add = (text: string, weight: number): void => {
    for (const word of new Set(splitWords(text))) {
      const own = stems.get(word) ?? stems.get(stem(word));
      if (own !== undefined) counts.set(own, Math.max(counts.get(own) ?? 0, weight));
    }
  };
  add(path.slice(slash, dot > slash ? dot : undefined), FIELD_WEIGHTS.fileName);
  add(path.slice(0, slash), FIELD_WEIGHTS.directory);
  return counts;
}

/** Words are asked for in the forms that they take; all forms of one count as one. */
function stemsOf(words: ReadonlyMap<string, number>): {
  weights: Map<string, number>;
  /** Form -> stem. */
  of: Map<string, string>;
} {
  const weights = new Map<string, number>();
  const of = new Map<string, string>();
  for (const [word, weight] of words) {
    const own = stem(word);
    weights.set(own, Math.max(weight, weights.get(own) ?? 0));
    for (const form of formsOf(word, own)) if (!of.has(form)) of.set(form, own);
  }
  return { weights, of };
}

function formsOf(word: string, own: string): string[] {
  if (!/^[a-z]{3,}$/.test(word)) return [word];
  const forms = [word, own, `${own}s`];
  if (own.length > 3) forms.push(`${own}e`, `${own}es`, `${own}ed`, `${own}ing`, `${own}er`);
  if (own.endsWith("i")) forms.push(`${own.slice(0, -1)}y`, `${own}es`, `${own}ed`);
  return forms;
}

/** Cuts the common endings of English, so that `validates` and `validating` meet. Short words stay whole. */
export function stem(word: string): string {
  if (!/^[a-z]{4,}$/.test(word)) return word;
  let cut = word;
  if (cut.endsWith("sses")) cut = cut.slice(0, -2);
  else if (cut.endsWith("ies") && cut.length > 4) cut = `${cut.slice(0, -3)}y`;
  else if (cut.endsWith("s") && !/(?:ss|us|is)$/.test(cut)) cut = cut.slice(0, -1);
  if (cut.endsWith("ing") && cut.length > 5) cut = undouble(cut.slice(0, -3));
  else if (cut.endsWith("ed") && cut.length > 4 && !cut.endsWith("eed")) cut = undouble(cut.slice(0, -2));
  if (cut.endsWith("e") && cut.length > 4) cut = cut.slice(0, -1);
  return cut.endsWith("y") && cut.length > 3 ? `${cut.slice(0, -1)}i` : cut;
}

function undouble(word: string): string {
  const last = word.at(-1);
  return last === word.at(-2) && !/[lsz]/.test(last ?? "") && word.length > 3 ? word.slice(0, -1) : word;
}

function merge(counts: ReadonlyMap<string, number>, stems: ReadonlyMap<string, string>): Map<string, number> {
  const merged = new Map<string, number>();
  for (const [word, count] of counts) {
    const own = stems.get(word);
    if (own !== undefined) merged.set(own, (merged.get(own) ?? 0) + count);
  }
  return merged;
}

/** The file of an id: paths may hold `::` themselves, so the longest that fits is taken. */
function pathOf(id: string, paths: ReadonlyMap<string, unknown>): string | undefined {
  for (let end = id.indexOf("::"); end !== -1; end = id.indexOf("::", end + 2)) {
    const path = id.slice(0, end);
    if (paths.has(path)) return path;
  }
  return undefined;
}

function toUnit(scores: Map<string, number>): Map<string, number> {
  let most = 0;
  for (const score of scores.values()) most = Math.max(most, score);
  if (most > 0) for (const [id, score] of scores) scores.set(id, score / most);
  return scores;
}

function pushTo<V>(map: Map<string, V[]>, key: string, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
