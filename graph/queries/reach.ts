import type { Confidence, EdgeType, GraphEdge } from "../../models/graph.ts";
import type { GraphReader } from "../store.ts";
import { atLeast, doubt } from "./answer.ts";

/** Something from which a change spreads. */
export interface Seed {
  id: string;
  /** A file whose module level changed: who imports it may notice. */
  imported: boolean;
}

/** Something that a change may break. */
export interface Reached {
  id: string;
  distance: number;
  /** Of the least sure edge on the way: 0 exact, 1 inferred, 2 ambiguous. */
  doubt: number;
  /** Only imports lead here. */
  weak: boolean;
  /** The edge from here towards the change; its target comes next. */
  edge: GraphEdge;
}

export interface Reach {
  /** Nearest first. */
  reached: Map<string, Reached>;
  /** There is more beyond the depth or the bound. */
  cut: boolean;
  /** Where nothing of ours leads any further. */
  ends: string[];
}

export interface ReachBounds {
  depth: number;
  confidence: Confidence;
  /** Edges of the same kind of use that are followed backwards; imports apart. */
  types?: readonly EdgeType[];
  maxNodes?: number;
}

const USES: readonly EdgeType[] = ["CALLS", "REFERENCES", "EXTENDS", "IMPLEMENTS", "TESTS"];
/** Beyond it the answer is "everything" in any case, and only costs more. */
const MAX_NODES = 20_000;

/**
 * Everything that leads to the seeds, breadth first over reversed edges, one reading of edges per level. First what uses
 * them; then, for files changed at module level, who imports them, which is weak: an import of a file is not a use of
 * what changed in it.
 */
export async function reach(
  reader: GraphReader,
  seeds: readonly Seed[],
  bounds: ReachBounds,
): Promise<Reach> {
  const result: Reach = { reached: new Map(), cut: false, ends: [] };
  const own = new Set(seeds.map((seed) => seed.id));
  const used = new Set<string>();
  const looked = new Set<string>();
  const uses = bounds.types ?? USES;
  await spread(reader, [...own], { own, used, looked, weak: false, types: uses, bounds, result });
  const strong = [...result.reached.keys()];
  result.ends = strong.filter((id) => looked.has(id) && !used.has(id));
  const imported = seeds.filter((seed) => seed.imported).map((seed) => seed.id);
  await spread(reader, imported, { own, used, looked, weak: true, types: ["IMPORTS"], bounds, result });
  return result;
}

interface Spreading {
  own: ReadonlySet<string>;
  /** What anything leads to. */
  used: Set<string>;
  /** Of what it is known what leads to it. */
  looked: Set<string>;
  weak: boolean;
  types: readonly EdgeType[];
  bounds: ReachBounds;
  result: Reach;
}

async function spread(reader: GraphReader, start: string[], how: Spreading): Promise<void> {
  const { reached } = how.result;
  const keep = atLeast(how.bounds.confidence);
  const most = how.bounds.maxNodes ?? MAX_NODES;
  let frontier = [...new Set(start)];
  for (let distance = 1; frontier.length > 0; distance += 1) {
    if (reached.size >= most) how.result.cut = true;
    if (how.result.cut) return;
    const edges = (await reader.edges(frontier, "in", how.types)).filter(keep);
    for (const id of frontier) how.looked.add(id);
    const level = levelOf(edges, distance, how);
    if (distance > how.bounds.depth) {
      how.result.cut ||= level.size > 0;
      return;
    }
    for (const [id, each] of level) reached.set(id, each);
    frontier = [...level.keys()];
  }
}

/** New nodes of one level, each by its surest way. */
function levelOf(edges: readonly GraphEdge[], distance: number, how: Spreading): Map<string, Reached> {
  const { reached } = how.result;
  const level = new Map<string, Reached>();
  for (const edge of edges) {
    how.used.add(edge.target);
    const id = edge.source;
    if (how.own.has(id) || reached.has(id)) continue;
    const before = reached.get(edge.target)?.doubt ?? 0;
    const each = { id, distance, doubt: Math.max(before, doubt(edge)), weak: how.weak, edge };
    const known = level.get(id);
    if (known === undefined || each.doubt < known.doubt) level.set(id, each);
  }
  return level;
}

/** The edges from a reached node to what changed. */
export function wayOf(reach: Reach, id: string): GraphEdge[] {
  const way: GraphEdge[] = [];
  for (let at = reach.reached.get(id); at !== undefined; at = reach.reached.get(at.edge.target))
    way.push(at.edge);
  return way;
}
