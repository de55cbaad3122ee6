/** Which lines of a file hold code. Tokens come in order of appearance, so that lines are found without searching. */
export class CodeLines {
  readonly #source: string;
  readonly #starts: Int32Array;
  readonly #code: Uint8Array;
  #line = 0;

  constructor(source: string, starts: Int32Array) {
    this.#source = source;
    this.#starts = starts;
    this.#code = new Uint8Array(starts.length);
  }

  /** A token that is code. Inside of one that spans lines, blank lines do not count. */
  add(start: number, end: number): void {
    const starts = this.#starts;
    let line = this.#line;
    while (line + 1 < starts.length && (starts[line + 1] as number) <= start) line += 1;
    this.#line = line;
    this.#code[line] = 1;
    while (line + 1 < starts.length && (starts[line + 1] as number) < end) {
      line += 1;
      if (!this.#blank(line)) this.#code[line] = 1;
      this.#line = line;
    }
  }

  /** 1-based. */
  has(line: number): boolean {
    return this.#code[line - 1] === 1;
  }

  /** How many of the lines up to each line are code: entry `n` speaks of the first n lines. */
  sums(): Int32Array {
    const sums = new Int32Array(this.#code.length + 1);
    for (let line = 0; line < this.#code.length; line++) {
      sums[line + 1] = (sums[line] as number) + (this.#code[line] as number);
    }
    return sums;
  }

  #blank(line: number): boolean {
    const end = this.#starts[line + 1] ?? this.#source.length;
    for (let at = this.#starts[line] as number; at < end; at++) {
      if (this.#source.charCodeAt(at) > 0x20) return false;
    }
    return true;
  }
}
