import { type Facts, type ImportFact, packFacts, unpackFacts } from "./facts/index.ts";

/** A file that was read. Its facts are at hand or, to save memory, packed until they are asked for. */
export class Read {
  readonly path: string;
  readonly blob: string;
  readonly language: string;
  /** Ops, in int32 words. */
  readonly size: number;
  readonly lines: number;
  readonly imports: readonly ImportFact[];
  readonly package: string;
  readonly trouble: Facts["trouble"];
  #facts: Facts | undefined;
  #packed: Uint8Array | undefined;

  constructor(path: string, blob: string, facts: Facts, packed?: Uint8Array) {
    this.path = path;
    this.blob = blob;
    this.language = facts.language;
    this.size = facts.ops.length;
    this.lines = facts.lines;
    this.imports = facts.imports;
    this.package = facts.package;
    this.trouble = facts.trouble;
    this.#facts = facts;
    this.#packed = packed;
  }

  /** The facts; unpacked anew at each call while they are put away. */
  facts(): Facts {
    return this.#facts ?? unpackFacts(this.#packed as Uint8Array);
  }

  /** Keeps only the packed form: a tenth of the memory. */
  putAway(): void {
    if (this.#facts === undefined) return;
    this.#packed ??= packFacts(this.#facts);
    this.#facts = undefined;
  }
}
