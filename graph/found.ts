import { CONFIDENCES, EDGE_TYPES } from "../models/graph.ts";
import type { FileOutcome, Lost, ResolvedEdge } from "./resolve/index.ts";
import { Column } from "./resolve/pairs.ts";

/** Flag of a record, above its type and confidence. */
const FOREIGN = 1 << 16;

/**
 * Edges found, by file and in few bytes, until the file's part is made. One piece of a repository may find edges of
 * another's files: what calls it from there passes functions to it. So a file's edges are those of all pieces together.
 */
export class Found {
  readonly #words = new Column();
  /** Newest record of each file, and the one before each record. */
  readonly #newest: Int32Array;
  readonly #names: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #lost: (readonly Lost[] | undefined)[];

  constructor(files: number) {
    this.#newest = new Int32Array(files).fill(-1);
    this.#lost = new Array(files);
  }

  /** `foreign`: found by a piece that does not answer for the file. */
  add(file: number, edges: readonly ResolvedEdge[], foreign = false): void {
    for (const edge of edges) {
      const at = this.#words.push(this.#newest[file] as number);
      this.#words.push(edge.from);
      const kind = EDGE_TYPES.indexOf(edge.type) * 8 + CONFIDENCES.indexOf(edge.confidence);
      this.#words.push(foreign ? kind + FOREIGN : kind);
      this.#words.push(edge.line);
      this.#words.push(edge.file);
      this.#words.push(edge.def);
      this.#words.push(this.#number(edge.outside));
      this.#words.push(this.#number(edge.kind));
      this.#newest[file] = at;
    }
  }

  /** Calls of a file that its own piece could not follow. */
  lose(file: number, lost: readonly Lost[]): void {
    this.#lost[file] = lost;
  }

  /** All that was found for a file, each edge once. */
  of(file: number): FileOutcome {
    const edges = new Map<string, ResolvedEdge>();
    const called = new Set<string>();
    for (let at = this.#newest[file] as number; at !== -1; at = this.#words.get(at)) {
      const edge = this.#edge(at);
      const key = `${edge.from} ${edge.type} ${edge.line} ${edge.file} ${edge.def} ${edge.outside}`;
      const known = edges.get(key);
      if (known === undefined) edges.set(key, edge);
      else if (CONFIDENCES.indexOf(edge.confidence) < CONFIDENCES.indexOf(known.confidence))
        known.confidence = edge.confidence;
      // Its own piece knows which of several calls of a line it could not follow.
      const foreign = (this.#words.get(at + 2) & FOREIGN) !== 0;
      if (foreign && edge.type === "CALLS" && edge.confidence !== "ambiguous")
        called.add(`${edge.from} ${edge.line}`);
    }
    const lost = (this.#lost[file] ?? []).filter((one) => !called.has(`${one.from} ${one.line}`));
    // What one piece knows another need not guess.
    const kept = [...edges.values()].filter(
      (edge) =>
        edge.type !== "CALLS" || edge.confidence !== "ambiguous" || !called.has(`${edge.from} ${edge.line}`),
    );
    return { edges: kept, lost };
  }

  #edge(at: number): ResolvedEdge {
    const word = (index: number) => this.#words.get(at + index);
    return {
      from: word(1),
      type: EDGE_TYPES[(word(2) & (FOREIGN - 1)) >> 3] as ResolvedEdge["type"],
      confidence: CONFIDENCES[word(2) & 7] as ResolvedEdge["confidence"],
      line: word(3),
      file: word(4),
      def: word(5),
      outside: this.#names[word(6)] as string,
      kind: this.#names[word(7)] as string,
    };
  }

  #number(name: string): number {
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#names.push(name) - 1;
      this.#numbers.set(name, number);
    }
    return number;
  }
}
