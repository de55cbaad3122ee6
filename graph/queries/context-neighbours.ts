import type { EdgeType, GraphEdge, GraphNode } from "../../models/graph.ts";
import type { GraphReader } from "../store.ts";
import type { Link } from "./page-rank.ts";

/** How strongly an edge leads from its source to its target (`out`) and back (`in`): what is used explains more than who uses it. */
export const EDGE_WEIGHTS: Readonly<Record<EdgeType, { out: number; in: number }>> = {
  CALLS: { out: 1, in: 0.6 },
  EXTENDS: { out: 1, in: 0.5 },
  IMPLEMENTS: { out: 0.8, in: 0.6 },
  REFERENCES: { out: 0.6, in: 0.3 },
  IMPORTS: { out: 0.5, in: 0.3 },
  TESTS: { out: 0.5, in: 0.4 },
};
const CUSTOM_WEIGHT = { out: 0.3, in: 0.2 };
/** A definition and the file it stands in. */
const HELD_WEIGHT = { out: 0.3, in: 0.3 };
const CONFIDENCE_WEIGHTS = { exact: 1, inferred: 0.8, ambiguous: 0.3 } as const;

/** Larger neighbourhoods cost time and change no ranking. */
export const MAX_NEIGHBOURS = 2_000;

/** What lies around some nodes. */
export interface Neighbourhood {
  nodes: Map<string, GraphNode>;
  /** Edges from the nearest focus. */
  distances: Map<string, number>;
  /** Both ways, between the places of ids in `ids`. */
  links: Link[];
  ids: string[];
  /** How many different nodes of it point at each. */
  inDegrees: Map<string, number>;
  /** There was more than `MAX_NEIGHBOURS`. */
  cut: boolean;
}

/** Walks out from `starts` level by level: two questions to the graph for each. */
export async function neighbourhood(
  reader: GraphReader,
  starts: readonly string[],
  depth: number,
  types?: readonly EdgeType[],
): Promise<Neighbourhood> {
  const distances = new Map<string, number>(starts.slice(0, MAX_NEIGHBOURS).map((id) => [id, 0]));
  const edges = new Map<string, GraphEdge>();
  let cut = starts.length > MAX_NEIGHBOURS;
  let frontier = [...distances.keys()];
  for (let level = 1; level <= depth && frontier.length > 0 && distances.size < MAX_NEIGHBOURS; level += 1) {
    const [out, into] = await Promise.all([
      reader.edges(frontier, "out", types),
      reader.edges(frontier, "in", types),
    ]);
    for (const edge of out) edges.set(keyOf(edge), edge);
    for (const edge of into) edges.set(keyOf(edge), edge);
    const reached = strongest([...out, ...into], distances);
    const room = MAX_NEIGHBOURS - distances.size;
    cut ||= reached.length > room;
    frontier = reached.slice(0, room);
    for (const id of frontier) distances.set(id, level);
  }
  const reached = await reader.nodes([...distances.keys()]);
  const files = await reader.nodes(filesOf(reached, distances));
  const nodes = new Map([...reached, ...files].map((node) => [node.id, node]));
  return assemble(nodes, distances, [...edges.values()], cut);
}

/** Ids on the other side that are new, those with the heaviest edges first. */
function strongest(edges: readonly GraphEdge[], known: ReadonlyMap<string, number>): string[] {
  const weights = new Map<string, number>();
  const add = (id: string, weight: number): void => {
    if (!known.has(id) && !isExternal(id)) weights.set(id, (weights.get(id) ?? 0) + weight);
  };
  for (const edge of edges) {
    if (known.has(edge.source)) add(edge.target, weightOf(edge, "out"));
    if (known.has(edge.target)) add(edge.source, weightOf(edge, "in"));
  }
  return [...weights].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([id]) => id);
}

/** File nodes of what was reached: as near as their nearest definition. */
function filesOf(reached: readonly GraphNode[], distances: Map<string, number>): string[] {
  const files = new Map<string, number>();
  for (const { id, path, type } of reached) {
    const file = `${path}::file`;
    if (type === "external" || type === "file" || (distances.has(file) && !files.has(file))) continue;
    const distance = Math.min(distances.get(id) ?? 0, files.get(file) ?? Number.POSITIVE_INFINITY);
    files.set(file, distance);
    distances.set(file, distance);
  }
  return [...files.keys()];
}

function assemble(
  nodes: Map<string, GraphNode>,
  distances: Map<string, number>,
  edges: readonly GraphEdge[],
  cut: boolean,
): Neighbourhood {
  const ids = [...nodes.keys()].filter((id) => !isExternal(id)).sort();
  const places = new Map(ids.map((id, place) => [id, place]));
  const links: Link[] = [];
  const callers = new Map<string, Set<string>>();
  const join = (source: string, target: string, weight: { out: number; in: number }): void => {
    const from = places.get(source);
    const to = places.get(target);
    if (from === undefined || to === undefined || from === to) return;
    links.push({ from, to, weight: weight.out }, { from: to, to: from, weight: weight.in });
  };
  for (const edge of edges) {
    join(edge.source, edge.target, { out: weightOf(edge, "out"), in: weightOf(edge, "in") });
    if (!places.has(edge.target) || edge.source === edge.target) continue;
    const known = callers.get(edge.target);
    if (known === undefined) callers.set(edge.target, new Set([edge.source]));
    else known.add(edge.source);
  }
  for (const id of ids) {
    const node = nodes.get(id) as GraphNode;
    if (node.type !== "file") join(id, `${node.path}::file`, HELD_WEIGHT);
  }
  const inDegrees = new Map([...callers].map(([id, sources]) => [id, sources.size]));
  return { nodes, distances, links, ids, inDegrees, cut };
}

function weightOf(edge: GraphEdge, direction: "out" | "in"): number {
  const weights = EDGE_WEIGHTS[edge.type as EdgeType] ?? CUSTOM_WEIGHT;
  return weights[direction] * CONFIDENCE_WEIGHTS[edge["x-confidence"] ?? "exact"];
}

/** Several calls of one target from one source are one edge here. */
function keyOf(edge: GraphEdge): string {
  return `${edge.type}\n${edge.source}\n${edge.target}`;
}

export function isExternal(id: string): boolean {
  return id.startsWith("external::");
}
