import type { EdgeType, GraphNode, GraphStats, NodeType } from "../models/graph.ts";
import { EDGE_TYPES, NODE_TYPES } from "../models/graph.ts";
import type { Part } from "./store.ts";

/**
 * Maintainability index from 0 (worst) to 100: max(0, (171 − 5.2 ln V − 0.23 G − 16.2 ln L) × 100 / 171), with
 * Halstead volume V, cyclomatic complexity G and source lines L. P. Oman and J. Hagemeister, "Metrics for Assessing a
 * Software System's Maintainability", 1992, in the scale of Microsoft's Visual Studio (2007), without the term for
 * comments. One decimal.
 */
export function maintainability(def: { volume: number; cyclomatic: number; sloc: number }): number {
  // Nothing to measure is nothing to maintain; the logarithm of 0 must not decide.
  const volume = Math.log(Math.max(1, def.volume));
  const lines = Math.log(Math.max(1, def.sloc));
  const index = ((171 - 5.2 * volume - 0.23 * def.cyclomatic - 16.2 * lines) * 100) / 171;
  return Math.round(Math.min(100, Math.max(0, index)) * 10) / 10;
}

export interface HotSpot {
  id: string;
  score: number;
  complexity: number;
  /** Commits that changed the file when `by` is `changes`, distinct nodes that depend on it when `dependents`. */
  times: number;
  by: "changes" | "dependents";
}

/** Of more than this many the last would not be hot. */
export const MAX_HOT_SPOTS = 20;

/** A function with one way through is not hot, however often it is called. */
const LEAST_COMPLEXITY = 3;

export interface MeasureOptions {
  /** How many commits changed each path, when the history is known. */
  changes?: ReadonlyMap<string, number>;
}

/** Adds up a graph part by part, so that no two have to be in memory at once. */
export class Measure {
  readonly #changes: ReadonlyMap<string, number> | undefined;
  readonly #nodeTypes = countsOf<NodeType>(NODE_TYPES);
  readonly #edgeTypes = countsOf<EdgeType>(EDGE_TYPES);
  readonly #languages = new Map<string, number>();
  /** Complexity and path of functions that may be hot. */
  readonly #complex = new Map<string, { complexity: number; path: string }>();
  /** Nodes that depend on a function; only counted when the history is not known. */
  readonly #dependents = new Map<string, Set<number>>();
  readonly #numbers = new Map<string, number>();
  #nodes = 0;
  #edges = 0;
  #files = 0;
  #lines = 0;
  #sloc = 0;
  #functions = 0;
  #complexity = 0;
  #resolved = 0;
  #external = 0;
  #unresolved = 0;

  constructor(options: MeasureOptions = {}) {
    this.#changes = options.changes;
  }

  add(part: Part): void {
    const file = part.nodes.find((node) => node.type === "file");
    const marked = file?.["x-mark"] !== undefined && file["x-mark"] !== "";
    for (const node of part.nodes) {
      this.#nodes += 1;
      increase(this.#nodeTypes, node.type);
      if (node.type === "file") this.#addFile(node, marked);
      else if (node.type === "function" && !marked) this.#addFunction(node);
    }
    for (const edge of part.edges) {
      this.#edges += 1;
      increase(this.#edgeTypes, edge.type);
      if (edge.type === "CALLS") {
        if (edge.target.startsWith("external::")) this.#external += 1;
        else this.#resolved += 1;
      }
      if (this.#changes === undefined && DEPENDS.has(edge.type)) this.#addDependent(edge.source, edge.target);
    }
    this.#unresolved += part.unresolved.length;
  }

  #addFile(node: GraphNode, marked: boolean): void {
    this.#files += 1;
    const language = node["x-language"];
    if (language !== undefined && language !== "") increase(this.#languages, language);
    if (marked) return;
    this.#lines += node.lines?.[1] ?? 0;
    this.#sloc += slocOf(node);
  }

  #addFunction(node: GraphNode): void {
    const complexity = node["x-complexity"]?.cyclomatic ?? 0;
    if (complexity < 1) return;
    this.#functions += 1;
    this.#complexity += complexity;
    if (complexity >= LEAST_COMPLEXITY && node["x-test"] !== true) {
      this.#complex.set(node.id, { complexity, path: node.path });
    }
  }

  /** Sources by number, since ids are long and every edge has one. */
  #addDependent(source: string, target: string): void {
    if (source === target || target.startsWith("external::")) return;
    let number = this.#numbers.get(source);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(source, number);
    }
    const known = this.#dependents.get(target);
    if (known === undefined) this.#dependents.set(target, new Set([number]));
    else known.add(number);
  }

  /**
   * The hottest functions first: complexity times how often the file was changed when the history is known, else
   * complexity times distinct dependents. Tests, marked files and what scores nothing are left out.
   */
  hotSpots(limit: number = MAX_HOT_SPOTS): HotSpot[] {
    const by = this.#changes === undefined ? "dependents" : "changes";
    const spots: HotSpot[] = [];
    for (const [id, { complexity, path }] of this.#complex) {
      const times = this.#changes?.get(path) ?? this.#dependents.get(id)?.size ?? 0;
      if (times > 0) spots.push({ id, score: complexity * times, complexity, times, by });
    }
    spots.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
    return spots.slice(0, limit);
  }

  stats(): GraphStats {
    return {
      total_nodes: this.#nodes,
      total_edges: this.#edges,
      node_types: Object.fromEntries(this.#nodeTypes),
      edge_types: Object.fromEntries(this.#edgeTypes),
      average_complexity:
        this.#functions === 0 ? 0 : Math.round((this.#complexity / this.#functions) * 100) / 100,
      hot_spots_count: this.hotSpots().length,
      files: this.#files,
      lines: this.#lines,
      sloc: this.#sloc,
      languages: Object.fromEntries([...this.#languages].sort(([a], [b]) => (a < b ? -1 : 1))),
      calls: { resolved: this.#resolved, external: this.#external, unresolved: this.#unresolved },
    };
  }
}

/** The stats of a graph whose parts come one at a time. */
export function statsOf(parts: Iterable<Part>, options: MeasureOptions = {}): GraphStats {
  const measure = new Measure(options);
  for (const part of parts) measure.add(part);
  return measure.stats();
}

const DEPENDS: ReadonlySet<string> = new Set(["CALLS", "EXTENDS", "IMPLEMENTS", "REFERENCES"]);

/** Source lines of a file stand beside its lines, or in its complexity. */
function slocOf(node: GraphNode): number {
  const own = node["x-sloc"];
  return typeof own === "number" ? own : (node["x-complexity"]?.sloc ?? 0);
}

function countsOf<Name extends string>(names: readonly Name[]): Map<string, number> {
  return new Map(names.map((name) => [name, 0]));
}

function increase(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
