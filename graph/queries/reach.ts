import type { Confidence, EdgeType, GraphEdge } from "../../models/graph.ts";
import type { GraphReader } from "../store.ts";
import { atLeast, doubt } from "./answer.ts";
import { overridden } from "./overridden.ts";

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
  /** Methods above in whose place others stand, each with the edge that leads there: who calls one may run the other. */
  through: Map<string, GraphEdge>;
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
 * them; then, for files whose module level changed or was reached, who imports them: that runs it. Such a way is weak,
 * since an import of a file is not a use of what changed.
 */
export async function reach(
  reader: GraphReader,
  seeds: readonly Seed[],
  bounds: ReachBounds,
): Promise<Reach> {
  const result: Reach = { reached: new Map(), through: new Map(), cut: false, ends: [] };
  const own = new Set(seeds.map((seed) => seed.id));
  const used = new Set<string>();
  const looked = new Set<string>();
  const uses = bounds.types ?? USES;
  const changed = new Map([...own].map((id) => [id, 0]));
  await spread(reader, changed, { own, used, looked, weak: false, types: uses, bounds, result });
  const strong = [...result.reached.keys()];
  result.ends = strong.filter((id) => looked.has(id) && !used.has(id));
  const imported = new Map(seeds.filter((seed) => seed.imported).map((seed) => [seed.id, 0]));
  for (const { id, distance } of result.reached.values())
    if (id.endsWith("::file")) imported.set(id, distance);
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

/** From `start`, each at its distance. */
async function spread(
  reader: GraphReader,
  start: ReadonlyMap<string, number>,
  how: Spreading,
): Promise<void> {
  const { reached } = how.result;
  const keep = atLeast(how.bounds.confidence);
  const most = how.bounds.maxNodes ?? MAX_NODES;
  const last = Math.max(...start.values());
  let frontier: string[] = [];
  for (let distance = 1; frontier.length > 0 || distance <= last + 1; distance += 1) {
    for (const [id, at] of start) if (at === distance - 1) frontier.push(id);
    if (frontier.length === 0) continue;
    if (reached.size >= most) how.result.cut = true;
    if (how.result.cut) return;
    const called = [...frontier, ...(await above(reader, frontier, how))];
    const edges = (await reader.edges(called, "in", how.types)).filter(
      (edge) => keep(edge) && spreads(edge, how.result.through),
    );
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

/** The methods above those of this level, kept for the way back. */
async function above(reader: GraphReader, level: readonly string[], how: Spreading): Promise<string[]> {
  if (!how.types.includes("IMPLEMENTS")) return [];
  const { reached, through } = how.result;
  const known = (id: string) => how.own.has(id) || reached.has(id) || through.has(id);
  const found = await overridden(reader, level, known);
  for (const [id, edge] of found) through.set(id, edge);
  return [...found.keys()];
}

/** Another body in the place of a changed method, or beside it, does not notice the change. */
function spreads(edge: GraphEdge, through: ReadonlyMap<string, GraphEdge>): boolean {
  return edge.type !== "IMPLEMENTS" || (edge["x-kind"] !== "overrides" && !through.has(edge.target));
}

/** New nodes of one level, each by its surest way. */
function levelOf(edges: readonly GraphEdge[], distance: number, how: Spreading): Map<string, Reached> {
  const { reached } = how.result;
  const level = new Map<string, Reached>();
  for (const edge of edges) {
    noteUse(edge.target, how);
    const id = edge.source;
    if (how.own.has(id) || reached.has(id)) continue;
    const each = {
      id,
      distance,
      doubt: Math.max(doubtOf(edge.target, how), doubt(edge)),
      weak: how.weak,
      edge,
    };
    const known = level.get(id);
    if (known === undefined || each.doubt < known.doubt) level.set(id, each);
  }
  return level;
}

/** Who calls a method above uses the one below that takes its place. */
function noteUse(id: string, { used, result }: Spreading): void {
  for (
    let at: string | undefined = id;
    at !== undefined && !used.has(at);
    at = result.through.get(at)?.source
  )
    used.add(at);
}

/** How sure it is that what changed is felt here. Who calls a method above may run another than the changed one. */
function doubtOf(id: string, how: Spreading): number {
  const { reached, through } = how.result;
  const place = through.get(id);
  return place === undefined ? (reached.get(id)?.doubt ?? 0) : Math.max(1, doubtOf(place.source, how));
}

/** The edges from a reached node to what changed; of a method above, the edge by which another takes its place. */
export function wayOf(reach: Reach, id: string): GraphEdge[] {
  const way: GraphEdge[] = [];
  for (let at = reach.reached.get(id); at !== undefined; ) {
    way.push(at.edge);
    let { target } = at.edge;
    for (let place = reach.through.get(target); place !== undefined; place = reach.through.get(target)) {
      way.push(place);
      target = place.source;
    }
    at = reach.reached.get(target);
  }
  return way;
}
