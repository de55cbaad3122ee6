/**
 * Complexity of the definitions of one file, collected while they are walked.
 *
 * Cyclomatic (T. J. McCabe, "A Complexity Measure", 1976): decision points + 1. They are `if` and its likes, loops
 * (those of comprehensions too), each `case` that is not the default, `catch`/`except`, conditional expressions,
 * conditions of comprehensions and patterns, each `&&`, `||`, `and`, `or`, `??`, and Rust's `?`. What stands in a
 * nested definition belongs to that one alone.
 *
 * Cognitive (G. A. Campbell, "Cognitive Complexity", SonarSource, 1.7, 2023): +1 for each structure that breaks the
 * linear flow and +1 more for each level it is nested in, +1 for each `else` and `else if`, for each sequence of like
 * logical operators, for each jump to a label and for recursion into the very function. A condition is not nested in
 * its own structure. A nested function is a level deeper and counts for the one around it as well, unless that one has
 * no structure of its own and only holds others (the paper's compensation for modules, classes and decorators written
 * as functions). Recursion over several functions is not looked for.
 */
export class Complexity {
  readonly cyclomatic: Int32Array;
  readonly cognitive: Int32Array;
  /** Structures whose cost grows with the level, own and nested. */
  readonly #structures: Int32Array;
  readonly #inherited: Int32Array;
  readonly #recursive: Uint8Array;

  constructor(count: number) {
    this.cyclomatic = new Int32Array(count).fill(1);
    this.cognitive = new Int32Array(count);
    this.#structures = new Int32Array(count);
    this.#inherited = new Int32Array(count);
    this.#recursive = new Uint8Array(count);
  }

  decide(def: number, times: number): void {
    if (def !== -1) this.cyclomatic[def] = (this.cyclomatic[def] as number) + times;
  }

  /** A structure at a level of nesting. */
  structure(def: number, level: number): void {
    if (def === -1) return;
    this.cognitive[def] = (this.cognitive[def] as number) + 1 + level;
    this.#structures[def] = (this.#structures[def] as number) + 1;
  }

  flat(def: number): void {
    if (def !== -1) this.cognitive[def] = (this.cognitive[def] as number) + 1;
  }

  recursion(def: number): void {
    if (def === -1 || this.#recursive[def] === 1) return;
    this.#recursive[def] = 1;
    this.flat(def);
  }

  /** Ends `def`, which stands in `owner` at `level`; a class passes on what it holds. */
  close(def: number, owner: number, level: number, isClass: boolean): void {
    const own = this.cognitive[def] as number;
    const all = own + (this.#inherited[def] as number);
    if (own > 0) this.cognitive[def] = all;
    if (owner === -1) return;
    const structures = this.#structures[def] as number;
    const deeper = isClass ? level : level + 1;
    this.#inherited[owner] = (this.#inherited[owner] as number) + all + structures * deeper;
    this.#structures[owner] = (this.#structures[owner] as number) + structures;
  }
}
