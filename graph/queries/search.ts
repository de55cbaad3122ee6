import type { GraphNode } from "../../models/graph.ts";
import {
  type SearchQuestion as Question,
  type SearchAnswer,
  SearchQuestion,
  type SearchResult,
} from "../../models/questions.ts";
import { splitWords } from "../analyzers/measures/words.ts";
import { byText } from "../order.ts";
import type { GraphReader } from "../store.ts";
import { head, isCut, pageOf, qualifiedOf, questionOf } from "./answer.ts";
import { bm25 } from "./bm25.ts";
import { pathFilter } from "./pattern.ts";

type Match = SearchResult["match"];

/** How good each kind of match is, 0 to 1. Words come last: the best of them all is just below a part of a name. */
const WORTH: Record<Match, number> = {
  name: 1,
  qualified: 0.95,
  prefix: 0.8,
  word: 0.7,
  part: 0.55,
  words: 0.5,
  path: 0.35,
};
/** What is asked for less often ranks behind its equals. */
const LESS = { external: 0.15, test: 0.05, mark: 0.1, case: 0.02 };
const CANDIDATES = 1000;
const MAX_WORDS = 32;

/** Nodes by name, by the words inside, or by both; the best first. */
export async function search(reader: GraphReader, question: Question): Promise<SearchAnswer> {
  const asked = questionOf(SearchQuestion, question);
  const text = asked.query.trim();
  const results = new Map<string, SearchResult>();
  const wants = wanted(asked);
  let cut = false;
  const add = (node: GraphNode, match: Match, part: number): void => {
    if (!wants(node)) return;
    const score = Math.max(0, WORTH[match] * part - lessFor(node));
    const known = results.get(node.id);
    if (known === undefined || known.score < score) results.set(node.id, { node, score, match });
  };
  if (asked.mode !== "semantic" && text !== "") {
    const named = await reader.find(text, CANDIDATES, 0, asked.types);
    cut = named.length === CANDIDATES;
    for (const node of named) addNamed(node, text, add);
  }
  if (asked.mode !== "graph") {
    for (const [node, part] of await byWords(reader, text)) add(node, "words", part);
  }
  const list = [...results.values()].sort(
    (a, b) => b.score - a.score || a.node.name.length - b.node.name.length || byText(a.node.id, b.node.id),
  );
  const base = head(reader);
  if (cut) base.notes.push(`More than ${CANDIDATES} names fit: the totals count no more, ask more exactly`);
  if (asked.mode === "semantic") base.notes.push("Words are compared, not meanings");
  return {
    ...base,
    truncated: cut || isCut(list.length, asked),
    totals: { results: list.length },
    query: asked.query,
    mode: asked.mode,
    results: pageOf(list, asked),
  };
}

function wanted(asked: ReturnType<typeof SearchQuestion.parse>): (node: GraphNode) => boolean {
  const fits = pathFilter(asked.paths);
  const types = asked.types === undefined || asked.types.length === 0 ? undefined : new Set(asked.types);
  return (node) => (types === undefined || types.has(node.type)) && fits(node.path);
}

function lessFor(node: GraphNode): number {
  let less = 0;
  if (node.type === "external") less += LESS.external;
  if (node["x-test"] === true) less += LESS.test;
  if ((node["x-mark"] ?? "") !== "") less += LESS.mark;
  return less;
}

function addNamed(
  node: GraphNode,
  text: string,
  add: (node: GraphNode, match: Match, part: number) => void,
): void {
  const low = text.toLowerCase();
  const name = node.name.toLowerCase();
  const qualified = qualifiedOf(node).toLowerCase();
  // The same letters in the same case are meant more often.
  const part = node.name.includes(text) || node.id.includes(text) ? 1 : 1 - LESS.case;
  if (name === low || node.id === text || node.path === text) add(node, "name", part);
  else if (qualified === low || qualified.endsWith(`.${low}`) || stem(name) === low)
    add(node, "qualified", part);
  else if (name.startsWith(low)) add(node, "prefix", part);
  else if (startsWord(node.name, low)) add(node, "word", part);
  else if (name.includes(low)) add(node, "part", part);
  else add(node, "path", part);
}

function stem(name: string): string {
  const dot = name.indexOf(".", 1);
  return dot === -1 ? name : name.slice(0, dot);
}

/** `user` starts a word of `getUserName` and of `get_username`, not of `abuser`. */
function startsWord(name: string, low: string): boolean {
  const at = name.toLowerCase().indexOf(low);
  if (at <= 0) return at === 0;
  const before = name[at - 1] ?? "";
  const first = name[at] ?? "";
  return !/[\p{L}\p{N}]/u.test(before) || (/\p{Ll}/u.test(before) && /\p{Lu}/u.test(first));
}

/** Nodes that hold words of the question, each with its part of the best score. */
async function byWords(reader: GraphReader, text: string): Promise<[GraphNode, number][]> {
  const words = [...new Set(splitWords(text))].slice(0, MAX_WORDS);
  if (words.length === 0) return [];
  const { nodes, total, averageLength } = await reader.matches(words);
  const scores = bm25(nodes, total, averageLength, new Map(words.map((word) => [word, 1])));
  const best = [...scores].sort((a, b) => b[1] - a[1] || byText(a[0], b[0])).slice(0, CANDIDATES);
  const top = best[0]?.[1] ?? 0;
  if (top <= 0) return [];
  const parts = new Map(best);
  const found = await reader.nodes(best.map(([id]) => id));
  return found.map((node) => [node, (parts.get(node.id) ?? 0) / top]);
}
