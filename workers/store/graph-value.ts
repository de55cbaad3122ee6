/** JSON values as bytes: every text once, every set of keys once. */
import { Damaged, Sink, Source } from "../../graph/facts/bytes.ts";

export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

/** Lowest three bits of what starts a value; the rest is its place in a table, its length, or itself. */
const Tag = { CONSTANT: 0, TEXT: 1, INT: 2, NUMBER: 3, LIST: 4, RECORD: 5 } as const;
const CONSTANTS = [null, false, true] as const;
const LARGEST_INT = 1 << 27;

/** What cannot be said in JSON (functions, undefined) is left out. */
export function packValue(value: unknown): Uint8Array<ArrayBuffer> {
  const body = new Sink();
  const texts = new Places();
  const shapes = new Places();
  const keys: string[][] = [];
  write(value);
  const whole = new Sink();
  whole.texts(texts.all);
  whole.uint(keys.length);
  for (const shape of keys) whole.texts(shape);
  whole.raw(body.finish());
  return whole.finish();

  function write(one: unknown): void {
    if (typeof one === "string") body.uint(texts.of(one) * 8 + Tag.TEXT);
    else if (typeof one === "number") writeNumber(one);
    else if (Array.isArray(one)) {
      body.uint(one.length * 8 + Tag.LIST);
      for (const item of one) write(item);
    } else if (typeof one === "object" && one !== null) writeRecord(one as Record<string, unknown>);
    else body.uint(Math.max(0, CONSTANTS.indexOf(one as boolean)) * 8 + Tag.CONSTANT);
  }

  function writeNumber(one: number): void {
    if (Number.isInteger(one) && Math.abs(one) < LARGEST_INT && !Object.is(one, -0)) {
      body.uint(((one << 1) ^ (one >> 31)) * 8 + Tag.INT);
    } else {
      body.uint(Tag.NUMBER);
      body.number(one);
    }
  }

  function writeRecord(record: Record<string, unknown>): void {
    const own = Object.keys(record).filter((key) => record[key] !== undefined);
    const shape = shapes.of(JSON.stringify(own));
    if (shape === keys.length) keys.push(own);
    body.uint(shape * 8 + Tag.RECORD);
    for (const key of own) write(record[key]);
  }
}

export function unpackValue(bytes: Uint8Array): Value {
  const from = new Source(bytes);
  const texts = from.texts();
  const shapes: string[][] = [];
  for (let left = from.count(); left > 0; left--) shapes.push(from.texts());
  const value = read();
  from.end();
  return value;

  function read(): Value {
    const head = from.uint();
    const rest = head >>> 3;
    switch (head & 7) {
      case Tag.CONSTANT:
        return CONSTANTS[rest] ?? null;
      case Tag.TEXT:
        return known(texts[rest]);
      case Tag.INT:
        return (rest >>> 1) ^ -(rest & 1);
      case Tag.NUMBER:
        return from.number();
      case Tag.LIST:
        return list(rest);
      case Tag.RECORD:
        return record(known(shapes[rest]));
      default:
        throw new Damaged("there is an unknown value");
    }
  }

  function list(length: number): Value[] {
    const items: Value[] = [];
    for (let i = 0; i < length; i++) items.push(read());
    return items;
  }

  function record(keys: string[]): { [key: string]: Value } {
    const made: { [key: string]: Value } = {};
    for (const key of keys) made[key] = read();
    return made;
  }
}

/** The place of each text in order of first use. */
export class Places {
  readonly all: string[] = [];
  readonly #places = new Map<string, number>();

  of(text: string): number {
    let place = this.#places.get(text);
    if (place === undefined) {
      place = this.all.push(text) - 1;
      this.#places.set(text, place);
    }
    return place;
  }
}

export function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Damaged("something they refer to is missing");
  return value;
}
