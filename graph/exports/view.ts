import type { EdgeType, GraphEdge, GraphNode } from "../../models/graph.ts";
import { EDGE_TYPES } from "../../models/graph.ts";
import type { GraphReader } from "../store.ts";

/** What of a graph is drawn: nobody can read a picture of ten thousand boxes. */
export interface ViewOptions {
  /** Boxes are files (edges counted between them), or files, classes and functions. Default `file`. */
  level?: "file" | "symbol";
  /** Ids to start from; without any, the nodes with the most edges are drawn. */
  focus?: readonly string[];
  /** Steps from the focus, in both directions. Default 2. */
  depth?: number;
  max_nodes?: number;
  max_edges?: number;
  types?: readonly EdgeType[];
}

export interface ViewEdge {
  source: string;
  target: string;
  type: string;
  /** Edges of the graph that this line stands for. */
  count: number;
}

export interface View {
  nodes: GraphNode[];
  edges: ViewEdge[];
  /** What was left out and how to see it, in words; empty when all is there. */
  note: string;
}

type Named = Map<string, GraphNode>;

/** Chooses what to draw, in a fixed order. */
export async function viewOf(reader: GraphReader, options: ViewOptions): Promise<View> {
  const types = options.types ?? EDGE_TYPES;
  const max = options.max_nodes ?? 100;
  const maxEdges = options.max_edges ?? 2000;
  const drawn = await drawnAs(reader, options.level ?? "file");
  const edges = await linesOf(reader, drawn, types);
  const boxes = new Map([...drawn.values()].map((node) => [node.id, node]));
  const reached =
    options.focus === undefined || options.focus.length === 0
      ? byDegree(boxes, edges)
      : around(
          options.focus.map((id) => drawn.get(id)?.id ?? ""),
          edges,
          options.depth ?? 2,
          boxes,
        );
  const chosen = new Set(reached.slice(0, max));
  const nodes = [...boxes.values()].filter((node) => chosen.has(node.id)).sort(byPlace);
  const between = edges.filter((edge) => chosen.has(edge.source) && chosen.has(edge.target));
  const kept = between.slice().sort(byCount).slice(0, maxEdges).sort(byEnds);
  return { nodes, edges: kept, note: noteOf(nodes.length, boxes.size, kept.length, edges.length) };
}

/** Each node's id -> the node that stands for it. */
async function drawnAs(reader: GraphReader, level: "file" | "symbol"): Promise<Named> {
  const drawn: Named = new Map();
  for await (const part of reader.parts()) {
    const file = part.nodes.find((node) => node.type === "file");
    for (const node of part.nodes) {
      if (level === "symbol") drawn.set(node.id, node);
      else if (file !== undefined) drawn.set(node.id, file);
    }
  }
  return drawn;
}

async function linesOf(reader: GraphReader, drawn: Named, types: readonly EdgeType[]): Promise<ViewEdge[]> {
  const lines = new Map<string, ViewEdge>();
  for await (const edge of reader.edgesOf(types)) {
    const source = drawn.get(edge.source)?.id;
    const target = drawn.get(edge.target)?.id;
    if (source === undefined || target === undefined) continue;
    // Of a file that stands for all that it holds, a line to itself says nothing.
    if (source === target && edge.source !== edge.target) continue;
    if (source === target && drawn.get(edge.source)?.id !== edge.source) continue;
    add(lines, source, target, edge);
  }
  return [...lines.values()].sort(byEnds);
}

function add(lines: Map<string, ViewEdge>, source: string, target: string, edge: GraphEdge): void {
  const key = `${source}\0${target}\0${edge.type}`;
  const line = lines.get(key);
  if (line === undefined) lines.set(key, { source, target, type: edge.type, count: 1 });
  else line.count += 1;
}

/** The most connected first. */
function byDegree(boxes: Named, edges: readonly ViewEdge[]): string[] {
  const degrees = new Map<string, number>();
  for (const { source, target, count } of edges) {
    degrees.set(source, (degrees.get(source) ?? 0) + count);
    degrees.set(target, (degrees.get(target) ?? 0) + count);
  }
  return [...boxes.keys()].sort(
    (one, other) => (degrees.get(other) ?? 0) - (degrees.get(one) ?? 0) || compare(one, other),
  );
}

/** Nearest first, `depth` steps in both directions. */
function around(focus: readonly string[], edges: readonly ViewEdge[], depth: number, boxes: Named): string[] {
  const next = new Map<string, string[]>();
  const join = (from: string, to: string) => {
    const there = next.get(from);
    if (there === undefined) next.set(from, [to]);
    else there.push(to);
  };
  for (const { source, target } of edges) {
    join(source, target);
    join(target, source);
  }
  const seen = new Set(focus.filter((id) => boxes.has(id)));
  let ring = [...seen];
  for (let step = 0; step < depth && ring.length > 0; step += 1) {
    const further = ring.flatMap((id) => next.get(id) ?? []).filter((id) => !seen.has(id));
    ring = [...new Set(further)].sort(compare);
    for (const id of ring) seen.add(id);
  }
  return [...seen];
}

function noteOf(nodes: number, allNodes: number, edges: number, allEdges: number): string {
  if (nodes === allNodes && edges === allEdges) return "";
  return (
    `Drawn: ${nodes} of ${allNodes} nodes and ${edges} of ${allEdges} edges. ` +
    "See more with a higher max_nodes, another focus or a greater depth."
  );
}

/** Plain order of code units: the same on every machine. */
export function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function byPlace(one: GraphNode, other: GraphNode): number {
  return (
    compare(one.path, other.path) ||
    (one.lines?.[0] ?? 0) - (other.lines?.[0] ?? 0) ||
    compare(one.id, other.id)
  );
}

function byEnds(one: ViewEdge, other: ViewEdge): number {
  return (
    compare(one.source, other.source) || compare(one.target, other.target) || compare(one.type, other.type)
  );
}

function byCount(one: ViewEdge, other: ViewEdge): number {
  return other.count - one.count || byEnds(one, other);
}

/** What is written into a box: where it is and what it is called. */
export function labelOf(node: GraphNode): string {
  if (node.type === "file") return node.path;
  if (node.type === "external") return node.id.slice("external::".length).replace("::", ": ");
  return node.id.startsWith(`${node.path}::${node.type}::`)
    ? node.id.slice(node.path.length + node.type.length + 4)
    : node.name;
}
