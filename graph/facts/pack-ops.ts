import { Damaged, type Sink, type Source } from "./bytes.ts";
import { Arg, LAYOUT, Op } from "./ops.ts";

const RAW = 0;
const SHAPED = 1;

/**
 * Ops as bytes. Variables, units and lines are near the ones before, so their differences fit one byte each. Ops that
 * do not follow `LAYOUT` are kept as bare numbers.
 */
export function packOps(to: Sink, ops: Int32Array): void {
  to.uint(ops.length);
  const shaped = isShaped(ops);
  to.byte(shaped ? SHAPED : RAW);
  if (shaped) new Packer(to, ops).run();
  else for (const word of ops) to.int(word);
}

export function unpackOps(from: Source): Int32Array {
  const ops = new Int32Array(from.count());
  const form = from.byte();
  if (form === SHAPED) new Unpacker(from, ops).run();
  else for (let i = 0; i < ops.length; i++) ops[i] = from.int();
  return ops;
}

const V = 0;
const L = 1;
const U = 2;
/** Strings and plain numbers: never negative in ops that follow the layout. */
const N = 3;
const LETTERS: Record<string, number> = { v: V, l: L, u: U, s: N, n: N };

/** Operand kinds of each op without its counted tail; `undefined` where no op is. */
const SHAPES = LAYOUT.map((layout) => [...layout].filter((letter) => letter !== "*").map((l) => LETTERS[l]));

/** Whether every op is one of ours and whole. */
function isShaped(ops: Int32Array): boolean {
  let at = 0;
  while (at < ops.length) {
    const code = ops[at] as number;
    const shape = code > 0 ? SHAPES[code] : undefined;
    if (shape === undefined) return false;
    for (let i = 0; i < shape.length; i++) if (shape[i] === N && (ops[at + 1 + i] ?? -1) < 0) return false;
    at += 1 + shape.length;
    if (code === Op.CLASS || code === Op.CALL) {
      const count = ops[at] ?? -1;
      if (count < 0) return false;
      at = code === Op.CLASS ? at + 1 + count : pastArguments(ops, at + 1, count);
      if (at === -1) return false;
    }
  }
  return at === ops.length;
}

function pastArguments(ops: Int32Array, start: number, count: number): number {
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at >= ops.length || (ops[at] as number) < 0) return -1;
    const named = ops[at] === Arg.NAMED;
    if (named && (ops[at + 1] ?? -1) < 0) return -1;
    at += named ? 3 : 2;
  }
  return at;
}

class Packer {
  readonly #to: Sink;
  readonly #ops: Int32Array;
  readonly #last = new Int32Array(3);
  #at = 0;

  constructor(to: Sink, ops: Int32Array) {
    this.#to = to;
    this.#ops = ops;
  }

  run(): void {
    const ops = this.#ops;
    while (this.#at < ops.length) {
      const code = ops[this.#at++] as number;
      this.#to.byte(code);
      for (const letter of SHAPES[code] as number[]) this.#put(letter);
      if (code !== Op.CLASS && code !== Op.CALL) continue;
      const count = ops[this.#at] as number;
      this.#put(N);
      if (code === Op.CALL) this.#arguments(count);
      else for (let i = 0; i < count; i++) this.#put(V);
    }
  }

  #arguments(count: number): void {
    for (let i = 0; i < count; i++) {
      const kind = this.#ops[this.#at] as number;
      this.#put(N);
      if (kind === Arg.NAMED) this.#put(N);
      this.#put(V);
    }
  }

  #put(letter: number): void {
    const value = this.#ops[this.#at++] as number;
    if (letter === N) this.#to.uint(value);
    else {
      this.#to.int((value - (this.#last[letter] as number)) | 0);
      this.#last[letter] = value;
    }
  }
}

class Unpacker {
  readonly #from: Source;
  readonly #ops: Int32Array;
  readonly #last = new Int32Array(3);
  #at = 0;

  constructor(from: Source, ops: Int32Array) {
    this.#from = from;
    this.#ops = ops;
  }

  run(): void {
    const ops = this.#ops;
    while (this.#at < ops.length) {
      const code = this.#from.byte();
      const shape = code > 0 ? SHAPES[code] : undefined;
      if (shape === undefined) throw new Damaged("there is an unknown op");
      ops[this.#at++] = code;
      for (let i = 0; i < shape.length; i++) this.#take(shape[i] as number);
      if (code === Op.CALL) this.#arguments(this.#take(N));
      else if (code === Op.CLASS) for (let bases = this.#take(N); bases > 0; bases--) this.#take(V);
    }
    if (this.#at !== ops.length) throw new Damaged("their ops do not add up");
  }

  #arguments(count: number): void {
    for (let i = 0; i < count; i++) {
      if (this.#take(N) === Arg.NAMED) this.#take(N);
      this.#take(V);
    }
  }

  #take(letter: number): number {
    if (letter === N) {
      const value = this.#from.uint();
      this.#ops[this.#at++] = value;
      return value;
    }
    const value = ((this.#last[letter] as number) + this.#from.int()) | 0;
    this.#last[letter] = value;
    this.#ops[this.#at++] = value;
    return value;
  }
}
