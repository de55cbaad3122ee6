/** What holds of every graph, whatever it was made of. */
import { GraphEdge, GraphNode } from "../models/graph.ts";
import type { Part } from "./store.ts";

/** In words, what is wrong with a graph as a whole; the first few. */
export function problemsOf(parts: readonly Part[]): string[] {
  const problems: string[] = [];
  const say = (problem: string) => problems.length < 10 && problems.push(problem);
  const ids = new Set<string>();
  for (const node of parts.flatMap((part) => part.nodes)) {
    if (ids.has(node.id)) say(`${node.id} is there twice`);
    ids.add(node.id);
  }
  let last = "\0";
  for (const part of parts) {
    if (part.path !== "" && part.path <= last) say(`${part.path} comes after ${last}`);
    last = part.path;
    if (part.words.length !== part.nodes.length) say(`${part.path} has words for other nodes than it has`);
    for (const node of part.nodes) wrongNode(node, part, say);
    const own = new Set(part.nodes.map(({ id }) => id));
    const seen = new Set<string>();
    for (const edge of part.edges) {
      const { source, target, type, line } = edge;
      const key = `${source} ${type} ${target} ${line}`;
      if (seen.has(key)) say(`${key} is there twice`);
      seen.add(key);
      if (!own.has(source)) say(`${key} starts outside of its file`);
      if (!ids.has(target)) say(`${key} leads nowhere`);
      if (!GraphEdge.safeParse(edge).success) say(`${key} does not fit the schema`);
    }
    for (const lost of part.unresolved)
      if (!own.has(lost.source)) say(`a lost call of ${lost.source} is kept elsewhere`);
  }
  return problems;
}

function wrongNode(node: GraphNode, part: Part, say: (problem: string) => unknown): void {
  if (!GraphNode.safeParse(node).success) say(`${node.id} does not fit the schema`);
  if (node.path !== part.path) say(`${node.id} is not in ${part.path}`);
  const [first, last] = node.lines ?? [1, 1];
  const all = part.nodes[0]?.lines?.[1] ?? 1;
  if (first < 1 || last < first || last > all) say(`${node.id} has lines ${first} to ${last} of ${all}`);
}

/** `path:name` instead of an id, for tests to write down. */
export function shortId(id: string): string {
  const external = id.startsWith("external::");
  return external
    ? id
    : id.replace(/::file$/, ":").replace(/::(?:function|class)::(?!.*::(?:function|class)::)/s, ":");
}

export function shortEdges(parts: readonly Part[]): Set<string> {
  return new Set(
    parts.flatMap((part) =>
      part.edges.map(({ source, target }) => `${shortId(source)} -> ${shortId(target)}`),
    ),
  );
}
