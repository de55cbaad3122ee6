import type { GraphEdge } from "../../models/graph.ts";
import { type PathsAnswer, PathsQuestion, type PathsQuestion as Question } from "../../models/questions.ts";
import type { GraphReader } from "../store.ts";
import { atLeast, head, questionOf, typesOf } from "./answer.ts";
import { nodeOf, withMembers } from "./names.ts";

/** Nodes met from both sides before the search gives up. */
const MAX_MET = 50_000;
/** Steps of trying, so that a knot of nodes does not take for ever. */
const MAX_STEPS = 200_000;

type Asked = ReturnType<typeof PathsQuestion.parse>;
type Out = Map<string, Map<string, GraphEdge>>;

/** One of the two ends from which the search grows. */
interface Side {
  direction: "in" | "out";
  distances: Map<string, number>;
  frontier: string[];
  depth: number;
  /** Edges read from this side, by source and target; of several between the same two, the first. */
  edges: Out;
}

/**
 * Ways from one node to another, shortest first: grown from both ends, the smaller one next, until all ways of a length
 * must be among what was read. Files and classes stand for all that they hold.
 */
export async function paths(reader: GraphReader, question: Question): Promise<PathsAnswer> {
  const asked = questionOf(PathsQuestion, question);
  const [from, to] = await Promise.all([nodeOf(reader, asked.from), nodeOf(reader, asked.to)]);
  const starts = await withMembers(reader, from);
  const ends = await withMembers(reader, to);
  const left = side(
    "out",
    starts.map((node) => node.id),
  );
  const right = side(
    "in",
    ends.map((node) => node.id),
  );
  const search = new Search(left, right, asked.count);
  search.collect(0);
  while (search.wants && left.depth + right.depth < asked.max_length) {
    await grow(reader, pick(left, right), asked);
    search.collect(left.depth + right.depth);
    if (left.distances.size + right.distances.size > MAX_MET) search.cut = true;
    if (search.cut) break;
  }
  const base = head(reader);
  if (search.cut)
    base.notes.push("The search was cut: name types of edges or a smaller max_length for all ways");
  if (search.found.length === 0) {
    base.notes.push(
      `No way of at most ${asked.max_length} edges is known, which calls that could not be followed may hide`,
    );
  }
  return {
    ...base,
    unresolved: reader.info.stats?.calls.unresolved ?? 0,
    truncated: search.cut || !search.wants,
    totals: { paths: search.found.length, met: left.distances.size + right.distances.size },
    from: from.id,
    to: to.id,
    paths: search.found,
  };
}

function side(direction: "in" | "out", ids: string[]): Side {
  return {
    direction,
    distances: new Map(ids.map((id) => [id, 0])),
    frontier: ids,
    depth: 0,
    edges: new Map(),
  };
}

/** The end with fewer nodes to go on from. One with none knows all its edges: nothing is read for its next level. */
function pick(left: Side, right: Side): Side {
  return left.frontier.length <= right.frontier.length ? left : right;
}

async function grow(reader: GraphReader, end: Side, asked: Asked): Promise<void> {
  end.depth += 1;
  if (end.frontier.length === 0) return;
  const edges = await reader.edges(end.frontier, end.direction, typesOf(asked.edge_types));
  const keep = atLeast(asked.confidence);
  end.frontier = [];
  for (const edge of edges) {
    if (!keep(edge)) continue;
    const targets = end.edges.get(edge.source) ?? new Map<string, GraphEdge>();
    if (!targets.has(edge.target)) targets.set(edge.target, edge);
    end.edges.set(edge.source, targets);
    const id = end.direction === "out" ? edge.target : edge.source;
    if (end.distances.has(id)) continue;
    end.distances.set(id, end.depth);
    end.frontier.push(id);
  }
}

/** Collects the ways of exactly one length after another. */
class Search {
  readonly found: PathsAnswer["paths"] = [];
  cut = false;
  #steps = 0;
  readonly #left: Side;
  readonly #right: Side;
  readonly #count: number;

  constructor(left: Side, right: Side, count: number) {
    this.#left = left;
    this.#right = right;
    this.#count = count;
  }

  get wants(): boolean {
    return this.found.length < this.#count;
  }

  collect(length: number): void {
    const far = this.#toEnd();
    for (const [start, distance] of this.#left.distances) {
      if (distance !== 0) break;
      if ((far.get(start) ?? Infinity) <= length) this.#from(start, length, far);
    }
  }

  /** How far each node that was met is from the end, over the edges that were read. */
  #toEnd(): Map<string, number> {
    const far = new Map(this.#right.distances);
    const into = new Map<string, string[]>();
    for (const [source, targets] of this.#left.edges) {
      for (const target of targets.keys()) {
        const sources = into.get(target);
        if (sources === undefined) into.set(target, [source]);
        else sources.push(source);
      }
    }
    let level = [...far.keys()]
      .filter((id) => into.has(id))
      .sort((a, b) => (far.get(a) ?? 0) - (far.get(b) ?? 0));
    while (level.length > 0) {
      const next: string[] = [];
      for (const id of level) {
        const distance = (far.get(id) ?? 0) + 1;
        for (const source of into.get(id) ?? []) {
          if ((far.get(source) ?? Infinity) <= distance) continue;
          far.set(source, distance);
          next.push(source);
        }
      }
      level = next;
    }
    return far;
  }

  /** Depth first without recursion; a node stands at most once in a way, and its ends nowhere else. */
  #from(start: string, length: number, far: ReadonlyMap<string, number>): void {
    const way = [start];
    const edges: GraphEdge[] = [];
    const rest = [this.#after(start, 0).entries()];
    if (length === 0) this.found.push({ length: 0, nodes: [start], edges: [] });
    while (length > 0 && rest.length > 0 && this.wants && !this.cut) {
      this.#steps += 1;
      if (this.#steps > MAX_STEPS) this.cut = true;
      const step = rest.at(-1)?.next();
      if (step === undefined || step.done === true) {
        rest.pop();
        way.pop();
        edges.pop();
        continue;
      }
      const [id, edge] = step.value;
      const left = length - way.length;
      if ((far.get(id) ?? Infinity) > left || way.includes(id) || this.#left.distances.get(id) === 0)
        continue;
      const ends = this.#right.distances.get(id) === 0;
      if (ends !== (left === 0)) continue;
      if (ends) {
        this.found.push({ length, nodes: [...way, id], edges: [...edges, edge] });
        continue;
      }
      way.push(id);
      edges.push(edge);
      rest.push(this.#after(id, way.length - 1).entries());
    }
  }

  /** Edges from the node at one place of a way: near the start those read from there, then those read from the end. */
  #after(id: string, place: number): Map<string, GraphEdge> {
    const from = place < this.#left.depth ? this.#left : this.#right;
    return from.edges.get(id) ?? new Map();
  }
}
