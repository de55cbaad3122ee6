import type { GraphEdge, GraphInfo, GraphNode } from "../models/graph.ts";

/** By code units: the same on every machine, unlike what a locale makes of it. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By path and line; what shares both, by id. */
export function byPlace(a: GraphNode, b: GraphNode): number {
  return byText(a.path, b.path) || lineOf(a) - lineOf(b) || byText(a.id, b.id);
}

/** By source, line, type and target. */
export function byEdge(a: GraphEdge, b: GraphEdge): number {
  return (
    byText(a.source, b.source) || a.line - b.line || byText(a.type, b.type) || byText(a.target, b.target)
  );
}

/** Newest first; what was made in the same moment, by id. */
export function byAge(a: GraphInfo, b: GraphInfo): number {
  return byText(b.created_at, a.created_at) || byText(a.id, b.id);
}

/** How well a text fits a node: 0 is its whole name, 1 how the name begins, 2 a piece of name or id; -1 is not at all. */
export function fitOf(name: string, id: string, lowered: string): number {
  const own = name.toLowerCase();
  if (own === lowered) return 0;
  if (own.startsWith(lowered)) return 1;
  return own.includes(lowered) || id.toLowerCase().includes(lowered) ? 2 : -1;
}

export function lineOf(node: GraphNode): number {
  return node.lines?.[0] ?? 0;
}
