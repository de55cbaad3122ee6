/** Grows as it is written to. Numbers take one byte when they are small. */
export class Sink {
  #bytes: Uint8Array<ArrayBuffer>;
  #at = 0;

  /** `room`: how many bytes to make room for at first. */
  constructor(room = 1024) {
    this.#bytes = new Uint8Array(room);
  }

  byte(value: number): void {
    if (this.#at === this.#bytes.length) this.#grow(1);
    this.#bytes[this.#at++] = value;
  }
  /** From 0 to 2^32 - 1. */
  uint(value: number): void {
    let rest = value >>> 0;
    while (rest > 127) {
      this.byte((rest & 127) | 128);
      rest >>>= 7;
    }
    this.byte(rest);
  }
  /** Any int32. */
  int(value: number): void {
    this.uint((value << 1) ^ (value >> 31));
  }
  /** Any number: whole ones and those with two decimals in a few bytes, others in nine. */
  number(value: number): void {
    const hundred = Math.round(value * 100);
    if (Math.abs(hundred) < 0x3fffffff && hundred / 100 === value && !Object.is(value, -0)) {
      const whole = hundred % 100 === 0;
      this.byte(whole ? 0 : 1);
      this.int(whole ? value : hundred);
    } else {
      this.byte(2);
      this.raw(new Uint8Array(Float64Array.of(value).buffer));
    }
  }
  raw(bytes: Uint8Array): void {
    if (this.#at + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }
  /** A text of any content, half characters included. */
  text(text: string): void {
    const whole = text.isWellFormed();
    const bytes = whole ? new TextEncoder().encode(text) : unitsOf(text);
    this.byte(whole ? 0 : 1);
    this.uint(bytes.length);
    this.raw(bytes);
  }
  /** Many texts: their lengths, then all of them at once, which is read back far faster than one by one. */
  texts(texts: readonly string[]): void {
    this.uint(texts.length);
    for (const text of texts) this.uint(text.length);
    this.text(texts.join(""));
  }
  get length(): number {
    return this.#at;
  }
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#at);
  }

  #grow(by: number): void {
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + by));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Reads what a `Sink` wrote; bytes that end early or make no sense throw `Damaged`. */
export class Source {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#end = bytes.length;
    this.#at = 0;
  }

  byte(): number {
    if (this.#at >= this.#end) throw new Damaged("they end too early");
    return this.#bytes[this.#at++] as number;
  }
  uint(): number {
    if (this.#at >= this.#end) throw new Damaged("they end too early");
    const first = this.#bytes[this.#at++] as number;
    return first < 128 ? first : this.#longer(first & 127);
  }
  int(): number {
    const value = this.uint();
    return (value >>> 1) ^ -(value & 1);
  }
  number(): number {
    const form = this.byte();
    if (form === 0) return this.int();
    if (form === 1) return this.int() / 100;
    const bytes = this.raw(8).slice();
    return new Float64Array(bytes.buffer)[0] as number;
  }
  /** How many follow, each of at least one byte: damaged bytes must not make us reserve gigabytes. */
  count(): number {
    const count = this.uint();
    if (count > this.#end - this.#at) throw new Damaged("they end too early");
    return count;
  }
  raw(length: number): Uint8Array {
    if (length > this.#end - this.#at) throw new Damaged("they end too early");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
  text(): string {
    const form = this.byte();
    const bytes = this.raw(this.count());
    if (form === 1) return textOf(bytes);
    try {
      return decoder.decode(bytes);
    } catch {
      throw new Damaged("a text in them is broken");
    }
  }
  texts(): string[] {
    const count = this.count();
    const lengths = new Int32Array(count);
    for (let i = 0; i < count; i++) lengths[i] = this.uint();
    const all = this.text();
    const texts: string[] = new Array(count);
    let at = 0;
    for (let i = 0; i < count; i++) {
      const next = at + (lengths[i] as number);
      texts[i] = all.slice(at, next);
      at = next;
    }
    if (at !== all.length) throw new Damaged("their texts do not add up");
    return texts;
  }
  more(): boolean {
    return this.#at < this.#end;
  }
  end(): void {
    if (this.#at !== this.#end) throw new Damaged("they do not end where they should");
  }

  #longer(low: number): number {
    let value = low;
    for (let shift = 7; shift < 35; shift += 7) {
      const next = this.byte();
      value |= (next & 127) << shift;
      if (next < 128) return value >>> 0;
    }
    throw new Damaged("a number in them is too long");
  }
}

/** What was read is not what was written. */
export class Damaged extends Error {
  constructor(why: string) {
    super(`These bytes are damaged: ${why}. Remove them, and they are made anew.`);
    this.name = "Damaged";
  }
}

/** A byte order mark at the start is text like any other. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function unitsOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes[2 * i] = unit & 255;
    bytes[2 * i + 1] = unit >> 8;
  }
  return bytes;
}

function textOf(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    pieces.push(String.fromCharCode((bytes[i] as number) | ((bytes[i + 1] as number) << 8)));
  }
  return pieces.join("");
}
