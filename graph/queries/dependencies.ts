import type { GraphEdge, GraphNode } from "../../models/graph.ts";
import {
  type DependenciesAnswer,
  DependenciesQuestion,
  type DependenciesQuestion as Question,
} from "../../models/questions.ts";
import { byEdge } from "../order.ts";
import type { GraphReader } from "../store.ts";
import { atLeast, counted, head, questionOf, typesOf, unresolvedIn } from "./answer.ts";
import { nodeOf, withMembers } from "./names.ts";

/** More edges than this are counted and not listed. */
const MAX_EDGES = 20_000;

/** What a node needs, what needs it, or both, level by level: one reading of edges per level and direction. */
export async function dependencies(reader: GraphReader, question: Question): Promise<DependenciesAnswer> {
  const asked = questionOf(DependenciesQuestion, question);
  const root = await nodeOf(reader, asked.node_id);
  const start = asked.members ? await withMembers(reader, root) : [root];
  const kept = new Set(start.slice(0, asked.max_nodes).map((node) => node.id));
  const walk = { kept, met: new Set(start.map((node) => node.id)), edges: new Map<string, GraphEdge>() };
  let frontier = [...kept];
  for (let level = 0; level < asked.depth && frontier.length > 0; level += 1) {
    const found = await step(reader, frontier, asked);
    frontier = take(walk, found, asked.max_nodes);
  }
  return answer(reader, asked, root, walk);
}

type Asked = ReturnType<typeof DependenciesQuestion.parse>;
interface Walk {
  kept: Set<string>;
  met: Set<string>;
  edges: Map<string, GraphEdge>;
}

async function step(reader: GraphReader, frontier: readonly string[], asked: Asked): Promise<GraphEdge[]> {
  const types = typesOf(asked.edge_types);
  const sides = asked.direction === "both" ? (["out", "in"] as const) : ([sideOf(asked.direction)] as const);
  const read = await Promise.all(sides.map((side) => reader.edges(frontier, side, types)));
  return read.flat().filter(atLeast(asked.confidence));
}

function sideOf(direction: "incoming" | "outgoing"): "in" | "out" {
  return direction === "incoming" ? "in" : "out";
}

/** Adds what fits and gives the next level. */
function take(walk: Walk, edges: readonly GraphEdge[], maxNodes: number): string[] {
  const next: string[] = [];
  for (const edge of edges) {
    for (const id of [edge.source, edge.target]) {
      if (walk.met.has(id)) continue;
      walk.met.add(id);
      if (walk.kept.size >= maxNodes) continue;
      walk.kept.add(id);
      next.push(id);
    }
    walk.edges.set(`${edge.source}\0${edge.line}\0${edge.type}\0${edge.target}`, edge);
  }
  return next;
}

async function answer(
  reader: GraphReader,
  asked: Asked,
  root: GraphNode,
  walk: Walk,
): Promise<DependenciesAnswer> {
  const nodes = await reader.nodes([...walk.kept]);
  const inside = [...walk.edges.values()].filter((e) => walk.kept.has(e.source) && walk.kept.has(e.target));
  inside.sort(byEdge);
  const unresolved = await unresolvedIn(reader, nodes);
  const base = head(reader);
  if (unresolved > 0) base.notes.push(`${counted(unresolved, "call")} of these nodes could not be followed`);
  const truncated = walk.met.size > walk.kept.size || inside.length > MAX_EDGES;
  if (truncated)
    base.notes.push("There are at least as many nodes as the totals say: ask with fewer levels or types");
  return {
    ...base,
    unresolved,
    truncated,
    totals: { nodes: walk.met.size, edges: walk.edges.size },
    root: root.id,
    depth: asked.depth,
    nodes,
    edges: inside.slice(0, MAX_EDGES),
  };
}
