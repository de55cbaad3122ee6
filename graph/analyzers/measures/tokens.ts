import { FIRST_OPERAND } from "./traits.ts";
import { addWord, splitWords, type Words } from "./words.ts";

/** Longer literals are not compared with each other: each counts as an operand of its own. */
const MAX_COMPARED = 64;

/** The names and literals of one file, by number, and the tokens of each open definition. */
export class Tokens {
  readonly #names = new Map<string, number>();
  readonly #literals = new Map<string, number>();
  readonly #words: (readonly string[] | undefined)[] = [];
  #next = FIRST_OPERAND;
  #depth = -1;

  /** Starts a definition inside the open one. */
  open(): void {
    this.#depth += 1;
    if (this.#depth === levels.length) levels.push(new Level());
    (levels[this.#depth] as Level).open();
  }

  operator(token: number): void {
    (levels[this.#depth] as Level).add(token);
  }

  name(text: string): void {
    let token = this.#names.get(text);
    if (token === undefined) {
      token = this.#number(splitWords(text));
      this.#names.set(text, token);
    }
    (levels[this.#depth] as Level).add(token);
  }

  literal(source: string, start: number, end: number): void {
    if (end - start > MAX_COMPARED) {
      (levels[this.#depth] as Level).add(this.#number(undefined));
      return;
    }
    const text = source.slice(start, end);
    let token = this.#literals.get(text);
    if (token === undefined) {
      token = this.#number(undefined);
      this.#literals.set(text, token);
    }
    (levels[this.#depth] as Level).add(token);
  }

  /** Ends the innermost open definition: its words are added, its volume comes out. */
  close(words: Words): number {
    const level = levels[this.#depth] as Level;
    this.#depth -= 1;
    for (let at = 0; at < level.size; at++) {
      const token = level.met[at] as number;
      const split = token < FIRST_OPERAND ? undefined : this.#words[token - FIRST_OPERAND];
      if (split === undefined) continue;
      const times = level.counts[token] as number;
      for (const word of split) addWord(words, word, times);
    }
    return volume(level.total, level.size);
  }

  #number(words: readonly string[] | undefined): number {
    this.#words.push(words);
    this.#next += 1;
    return this.#next - 1;
  }
}

/**
 * Halstead's volume: (N1 + N2) × log2(n1 + n2), of all and of distinct operators and operands (M. H. Halstead,
 * Elements of Software Science, 1977). Operands are names and literals; operators all other tokens, a pair of
 * brackets being one.
 */
export function volume(total: number, distinct: number): number {
  return distinct < 2 ? 0 : Math.round(total * Math.log2(distinct) * 100) / 100;
}

/** Counts tokens of one definition. One per depth: what is nested counts one level down and leaves this one as it is. */
class Level {
  /** Serial of the definition that met a token last. */
  stamps = new Int32Array(FIRST_OPERAND * 2);
  counts = new Int32Array(FIRST_OPERAND * 2);
  met = new Int32Array(1024);
  size = 0;
  total = 0;
  #serial = 0;

  open(): void {
    this.size = 0;
    this.total = 0;
    this.#serial += 1;
    if (this.#serial === 0x7fffffff) {
      this.stamps.fill(0);
      this.#serial = 1;
    }
  }

  add(token: number): void {
    this.total += 1;
    if (token >= this.stamps.length) this.#grow(token);
    if (this.stamps[token] === this.#serial) {
      this.counts[token] = (this.counts[token] as number) + 1;
      return;
    }
    this.stamps[token] = this.#serial;
    this.counts[token] = 1;
    if (this.size === this.met.length) this.met = widen(this.met, this.size * 2);
    this.met[this.size] = token;
    this.size += 1;
  }

  #grow(token: number): void {
    this.stamps = widen(this.stamps, token * 2);
    this.counts = widen(this.counts, token * 2);
  }
}

/** Kept from file to file, like the columns of the tree. */
const levels: Level[] = [];

function widen(old: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const wide = new Int32Array(length);
  wide.set(old);
  return wide;
}
