/** A graph for tests, from plain nodes and edges. Counts the calls, because many small ones would be slow in SQL. */
import type { EdgeType, GraphEdge, GraphNode, UnresolvedCall } from "../../models/graph.ts";
import { EXTERNAL_PATH, type GraphReader, type Part } from "../store.ts";

export interface Fixture {
  nodes: GraphNode[];
  edges: GraphEdge[];
  unresolved?: UnresolvedCall[];
  /** Words by node id. */
  words?: Record<string, Record<string, number>>;
  /** Blob by path; the path itself where missing. */
  blobs?: Record<string, string>;
  id?: string;
  sha?: string;
}

export type FixtureReader = GraphReader & { calls: string[] };

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const first = (node: GraphNode): number => node.lines?.[0] ?? 0;
const byPlace = (a: GraphNode, b: GraphNode): number =>
  compare(a.path, b.path) ||
  Number(b.type === "file") - Number(a.type === "file") ||
  first(a) - first(b) ||
  compare(a.id, b.id);
const bySource = (a: GraphEdge, b: GraphEdge): number =>
  compare(a.source, b.source) || a.line - b.line || compare(a.type, b.type) || compare(a.target, b.target);

export function file(path: string, more: Partial<GraphNode> = {}): GraphNode {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return { id: `${path}::file`, type: "file", name, path, lines: [1, 100], ...more };
}

export function fn(path: string, qualified: string, lines: [number, number] = [1, 10], more = {}): GraphNode {
  const name = qualified.slice(qualified.lastIndexOf(".") + 1);
  return { id: `${path}::function::${qualified}`, type: "function", name, path, lines, ...more };
}

export function cls(
  path: string,
  qualified: string,
  lines: [number, number] = [1, 50],
  more = {},
): GraphNode {
  return { ...fn(path, qualified, lines, more), id: `${path}::class::${qualified}`, type: "class" };
}

export function edge(source: string, type: string, target: string, more: Partial<GraphEdge> = {}): GraphEdge {
  return { source, target, type: type as EdgeType, line: 1, "x-confidence": "exact", ...more };
}

export function readerOf(fixture: Fixture): FixtureReader {
  const nodes = [...fixture.nodes].sort(byPlace);
  const edges = [...fixture.edges].sort(bySource);
  const byId = new Map(nodes.map((node, at) => [node.id, at]));
  const out = Map.groupBy(edges, (each) => each.source);
  const into = Map.groupBy(edges, (each) => each.target);
  const calls: string[] = [];
  const note = <T>(call: string, answer: T): Promise<T> => {
    calls.push(call);
    return Promise.resolve(answer);
  };
  const pathOf = (id: string): string => nodes[byId.get(id) ?? -1]?.path ?? "";
  const unresolved = fixture.unresolved ?? [];
  const wordsOf = (id: string): Map<string, number> => new Map(Object.entries(fixture.words?.[id] ?? {}));
  const partOf = (path: string, list: GraphNode[]): Part => ({
    path,
    blob: fixture.blobs?.[path] ?? path,
    nodes: list,
    edges: edges.filter((each) => list.some((node) => node.id === each.source)),
    unresolved: unresolved.filter((call) => pathOf(call.source) === path),
    findings: [],
    words: list.map((node) => wordsOf(node.id)),
  });
  return {
    calls,
    info: {
      id: fixture.id ?? "g_0123456789ab",
      repository: { path: "/repo", name: "repo" },
      sha: fixture.sha ?? "a".repeat(40),
      status: "ready",
      created_at: "2026-01-01T00:00:00Z",
    },
    nodes: (ids) => {
      const wanted = [...new Set(ids)].flatMap((id) => nodes[byId.get(id) ?? -1] ?? []);
      return note("nodes", wanted.sort(byPlace));
    },
    nodesOf: (paths) => {
      const wanted = new Set(paths);
      return note(
        "nodesOf",
        nodes.filter((node) => node.type !== "external" && wanted.has(node.path)),
      );
    },
    edges: (ids, direction, types) => {
      const found = [...new Set(ids)].flatMap((id) => (direction === "out" ? out : into).get(id) ?? []);
      const kept =
        types === undefined ? found : found.filter((each) => types.includes(each.type as EdgeType));
      return note(`edges ${direction}`, kept.sort(bySource));
    },
    files: () =>
      note(
        "files",
        nodes.filter((node) => node.type === "file"),
      ),
    find: (text, limit, offset, types) => {
      const low = text.toLowerCase();
      const found = nodes.filter(
        (node) =>
          (types === undefined || types.includes(node.type)) &&
          (node.name.toLowerCase().includes(low) || node.id.toLowerCase().includes(low)),
      );
      const whole = (node: GraphNode): number => Number(node.name.toLowerCase() !== low);
      return note("find", found.sort((a, b) => whole(a) - whole(b)).slice(offset, offset + limit));
    },
    matches: (words) => {
      const all = nodes
        .map((node) => ({ id: node.id, words: wordsOf(node.id) }))
        .filter((n) => n.words.size > 0);
      const sized = all.map((n) => ({ ...n, length: [...n.words.values()].reduce((a, b) => a + b, 0) }));
      const hits = sized.flatMap(({ id, length, words: own }) => {
        const counts = new Map([...own].filter(([word]) => words.includes(word)));
        return counts.size === 0 ? [] : [{ id, length, counts }];
      });
      const sum = sized.reduce((total, { length }) => total + length, 0);
      return note("matches", {
        total: all.length,
        averageLength: sum / Math.max(1, all.length),
        nodes: hits,
      });
    },
    async *edgesOf(types) {
      calls.push("edgesOf");
      for (const each of edges) if (types.includes(each.type as EdgeType)) yield each;
    },
    async *parts() {
      calls.push("parts");
      const groups = Map.groupBy(nodes, (node) => (node.type === "external" ? EXTERNAL_PATH : node.path));
      for (const path of [...groups.keys()].sort(compare)) yield partOf(path, groups.get(path) ?? []);
    },
    unresolved: (paths) => {
      const wanted = paths === undefined ? undefined : new Set(paths);
      return note(
        "unresolved",
        unresolved.filter((call) => wanted === undefined || wanted.has(pathOf(call.source))),
      );
    },
    findings: () => note("findings", []),
  };
}
