/** Graphs to keep: small ones by hand, large ones by dice. */
import type { Finding, GraphEdge, GraphInfo, GraphNode, UnresolvedCall } from "../models/graph.ts";
import { byEdge } from "./order.ts";
import type { GraphReader, GraphStore, Part } from "./store.ts";

export function infoOf(id: string, more: Partial<GraphInfo> = {}): GraphInfo {
  return {
    id,
    repository: { path: "/repo", name: "repo" },
    status: "ready",
    created_at: "2026-01-01T00:00:00.000Z",
    ...more,
  };
}

export function edgeOf(
  source: string,
  target: string,
  line: number,
  more: Partial<GraphEdge> = {},
): GraphEdge {
  return { source, target, type: "CALLS", line, ...more };
}

export function nodeOf(
  path: string,
  type: "file" | "class" | "function",
  name: string,
  line: number,
): GraphNode {
  const id = type === "file" ? `${path}::file` : `${path}::${type}::${name}`;
  return { id, type, name, path, lines: [line, line + 5] };
}

/** A file with these functions, ten lines apart; each function has the word of its name. */
export function partOf(path: string, { functions = [] as string[] }, edges: GraphEdge[] = []): Part {
  const nodes = functions.map((name, nth) => nodeOf(path, "function", name, 1 + 10 * nth));
  return {
    path,
    blob: `blob of ${path}`,
    nodes: [nodeOf(path, "file", path, 0), ...nodes],
    edges,
    unresolved: [],
    findings: [],
    words: [new Map(), ...functions.map((name) => new Map([[name, 1]]))],
  };
}

/** Whole numbers below `n`, the same for the same seed. */
export function randomOf(seed: number): (n: number) => number {
  let state = seed | 0;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
}

const TYPES = ["CALLS", "IMPORTS", "EXTENDS", "REFERENCES", "TESTS", "CUSTOM_READS"];
const SYLLABLES = ["load", "user", "graph", "token", "é", "日本", "cache", "🙂", "x", "to", "write", "part"];

/** Files of about ten nodes each, with edges among them all. */
export function randomGraph(seed: number, files: number): { parts: Part[]; ids: string[]; words: string[] } {
  const random = randomOf(seed);
  const pick = <T>(from: readonly T[]) => from[random(from.length)] as T;
  const word = () => `${pick(SYLLABLES)}${random(40)}`;
  const parts = Array.from({ length: files }, (_, nth) => {
    const path = `${pick(SYLLABLES)}/${pick(SYLLABLES)} ${nth}.py`;
    const part = partOf(path, { functions: Array.from({ length: random(19) }, (_, i) => `${word()}.${i}`) });
    for (const [i, node] of part.nodes.entries()) dress(node, i, random, word);
    part.words = part.nodes.map(
      () => new Map(Array.from({ length: random(12) }, () => [word(), 1 + random(300)])),
    );
    part.unresolved = part.nodes.slice(0, random(3)).map(
      (node): UnresolvedCall => ({
        source: node.id,
        line: random(90),
        text: word(),
        reason: "dynamic",
      }),
    );
    if (random(4) === 0) part.findings.push(findingOf(path, word()));
    return part;
  });
  const ids = parts.flatMap((part) => part.nodes.map(({ id }) => id));
  for (const part of parts) part.edges = edgesFrom(part, ids, random);
  return {
    parts,
    ids,
    words: [...new Set(parts.flatMap((part) => part.words.flatMap((counts) => [...counts.keys()])))],
  };
}

function dress(node: GraphNode, nth: number, random: (n: number) => number, word: () => string): void {
  if (random(2) === 0) node.docstring = `${word()} ${word()}\n"${word()}"`;
  if (random(2) === 0) node["x-exported"] = random(2) === 0;
  if (random(3) === 0) node["x-signature"] = `def ${word()}(a, b)`;
  if (random(5) === 0) node["x-own"] = [null, -1.5, { deep: [word(), 2 ** 40, 1 / 3, true] }];
  if (nth > 0) {
    node["x-complexity"] = {
      cyclomatic: random(9),
      cognitive: random(300),
      loc: 3,
      sloc: 2,
      maintainability: random(10_000) / 100,
    };
  }
}

function findingOf(path: string, message: string): Finding {
  return { rule: "secret", severity: "warning", message, path, lines: [1, 2] };
}

function edgesFrom(part: Part, ids: readonly string[], random: (n: number) => number): GraphEdge[] {
  const made = new Map<string, GraphEdge>();
  for (let i = random(50); i > 0; i--) {
    const source = part.nodes[random(part.nodes.length)]?.id ?? "";
    // Some are in demand: half of all edges lead to a few.
    const target = ids[random(random(2) === 0 ? 5 : ids.length)] ?? "";
    const edge = edgeOf(source, target, random(200), {
      type: TYPES[random(TYPES.length)] as GraphEdge["type"],
    });
    if (random(2) === 0) edge["x-confidence"] = "inferred";
    if (random(9) === 0) edge["x-kind"] = "type";
    if (random(30) === 0) edge["x-own"] = { n: random(5) };
    made.set([edge.source, edge.line, edge.type, edge.target].join("\n"), edge);
  }
  return [...made.values()].sort(byEdge);
}

/** Everything that comes, as an array. */
export async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** A graph that must be there. */
export async function opened(store: GraphStore, id: string): Promise<GraphReader> {
  const reader = await store.open(id);
  if (reader === undefined) throw new Error(`There is no graph ${id}`);
  return reader;
}
