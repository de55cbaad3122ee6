/**
 * A map from two numbers to one, in typed arrays: a hundredth of the garbage of a Map with joined keys, which is what
 * lets half a million lines resolve inside an isolate.
 */
export class Pairs {
  #keys: Int32Array;
  /** One more than the value: 0 is an empty slot, so that memory is not touched before it is needed. */
  #values: Int32Array;
  #size = 0;

  /** Room for `expected` pairs without growing. */
  constructor(expected = 16) {
    let slots = 32;
    while (slots < expected * 2) slots *= 2;
    this.#keys = new Int32Array(slots * 2);
    this.#values = new Int32Array(slots);
  }

  get size(): number {
    return this.#size;
  }

  /** The value of the pair, or -1. */
  get(first: number, second: number): number {
    return (this.#values[this.#find(first, second)] as number) - 1;
  }

  /** `value` must not be negative. */
  set(first: number, second: number, value: number): void {
    let slot = this.#find(first, second);
    if (this.#values[slot] === 0) {
      this.#size += 1;
      if (this.#size * 2 > this.#values.length) {
        this.#grow();
        slot = this.#find(first, second);
      }
      this.#keys[slot * 2] = first;
      this.#keys[slot * 2 + 1] = second;
    }
    this.#values[slot] = value + 1;
  }

  /** Adds the pair; false if it was there. */
  add(first: number, second: number): boolean {
    if (this.get(first, second) !== -1) return false;
    this.set(first, second, 1);
    return true;
  }

  #find(first: number, second: number): number {
    const mask = this.#values.length - 1;
    let slot = mix(first, second) & mask;
    while (
      this.#values[slot] !== 0 &&
      (this.#keys[slot * 2] !== first || this.#keys[slot * 2 + 1] !== second)
    ) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#keys = new Int32Array(keys.length * 2);
    this.#values = new Int32Array(values.length * 2);
    for (let slot = 0; slot < values.length; slot++) {
      const value = values[slot] as number;
      if (value === 0) continue;
      const first = keys[slot * 2] as number;
      const second = keys[slot * 2 + 1] as number;
      const free = this.#find(first, second);
      this.#keys[free * 2] = first;
      this.#keys[free * 2 + 1] = second;
      this.#values[free] = value;
    }
  }
}

function mix(first: number, second: number): number {
  let hash = Math.imul(first ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(second + 0x165667b1, 0xc2b2ae35);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x27d4eb2f);
  return hash ^ (hash >>> 13);
}

/** A column of int32 that grows. Memory is not touched before it is needed: page faults are what large columns cost. */
export class Column {
  length = 0;
  #data: Int32Array;
  /** What stands in entries never written; they are kept as 0. */
  readonly #fill: number;

  constructor(fill = 0, size = 256) {
    this.#fill = fill;
    this.#data = new Int32Array(size);
  }

  push(value: number): number {
    if (this.length === this.#data.length) this.#grow(this.length + 1);
    this.#data[this.length] = value - this.#fill;
    this.length += 1;
    return this.length - 1;
  }

  /** Makes room ahead: what grows bit by bit is copied again and again. */
  reserve(size: number): void {
    if (size > this.#data.length) this.#resize(size);
  }

  /** Makes room for `count` more entries of the fill value; gives the index of the first. */
  extend(count: number): number {
    const first = this.length;
    if (first + count > this.#data.length) this.#grow(first + count);
    this.length += count;
    return first;
  }

  get(index: number): number {
    return (this.#data[index] as number) + this.#fill;
  }

  set(index: number, value: number): void {
    this.#data[index] = value - this.#fill;
  }

  #grow(least: number): void {
    let size = this.#data.length;
    while (size < least) size *= 2;
    this.#resize(size);
  }

  #resize(size: number): void {
    const bigger = new Int32Array(size);
    bigger.set(this.#data.subarray(0, this.length));
    this.#data = bigger;
  }
}
