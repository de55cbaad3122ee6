/** Brings the packed content of parts from D1, and keeps what was read last within a bound of memory. */
import { Section } from "./graph-part.ts";
import { type Skeleton, unpackSkeleton } from "./graph-skeleton.ts";
import { Words } from "./graph-words.ts";

/** A part of the graph that is being read. */
export interface Place {
  part: number;
  path: string;
  blob: string;
  /** Bytes of all its sections. */
  size: number;
}

/** What is kept in memory, as estimated, of all graphs. */
const MOST_BYTES = 24 << 20;
/** What is asked of D1 at once. */
const SLICE_BYTES = 1 << 20;
/** What is made of packed bytes takes about so many times their size, by section. */
const SPREAD = [2.5, 2, 1, 1] as const;
const DIRECTORIES = 4;
const PLACES_PER_PART = 4096;
const PLACES_PER_SECTION = 1024;

/** Where a piece of a section of a part is kept. */
export function placeOf(part: number, section: Section, piece = 0): number {
  return part * PLACES_PER_PART + section * PLACES_PER_SECTION + piece;
}

type Kept = { value: Skeleton | Words | Uint8Array; cost: number };

/** One for each database: parts never change, so what was read stays true. */
export class Pieces {
  readonly #db: D1Database;
  readonly #kept = new Map<number, Kept>();
  readonly #directories = new Map<number, Promise<Place[]>>();
  #cost = 0;

  constructor(db: D1Database) {
    this.#db = db;
  }

  skeletons(places: readonly Place[]): Promise<Map<number, Skeleton>> {
    return this.#get(places, Section.SKELETON, unpackSkeleton);
  }
  words(places: readonly Place[]): Promise<Map<number, Words>> {
    return this.#get(places, Section.WORDS, (bytes) => new Words(bytes));
  }
  bytes(places: readonly Place[], section: Section): Promise<Map<number, Uint8Array>> {
    return this.#get(places, section, (bytes) => bytes);
  }
  /** As `bytes`, for what is read once: it drives nothing else out of memory. */
  passing(places: readonly Place[], section: Section): Promise<Map<number, Uint8Array>> {
    return this.#load(places, section);
  }

  /** The parts of an edition, as `read` finds them. */
  directory(edition: number, read: () => Promise<Place[]>): Promise<Place[]> {
    const kept = this.#directories.get(edition);
    if (kept !== undefined) return kept;
    const asked = read();
    this.#directories.set(edition, asked);
    asked.catch(() => this.#directories.delete(edition));
    const [oldest] = this.#directories.keys();
    if (this.#directories.size > DIRECTORIES && oldest !== undefined) this.#directories.delete(oldest);
    return asked;
  }

  async #get<T extends Kept["value"]>(
    places: readonly Place[],
    section: Section,
    read: (bytes: Uint8Array) => T,
  ): Promise<Map<number, T>> {
    const found = new Map<number, T>();
    const missing: Place[] = [];
    for (const place of places) {
      const key = placeOf(place.part, section);
      const kept = this.#kept.get(key);
      if (kept === undefined) missing.push(place);
      else {
        this.#kept.delete(key);
        this.#kept.set(key, kept);
        found.set(place.part, kept.value as T);
      }
    }
    for (const slice of slices(missing)) {
      for (const [part, bytes] of await this.#load(slice, section)) {
        const value = read(bytes);
        found.set(part, value);
        this.#keep(placeOf(part, section), { value, cost: 200 + bytes.length * SPREAD[section] });
      }
    }
    return found;
  }

  async #load(places: readonly Place[], section: Section): Promise<Map<number, Uint8Array>> {
    const { results } = await this.#db
      .prepare(
        "SELECT b.place, hex(b.bytes) AS hex FROM json_each(?1) AS wanted CROSS JOIN graph_bytes AS b " +
          "WHERE b.place >= wanted.value AND b.place < wanted.value + ?2 ORDER BY b.place",
      )
      .bind(JSON.stringify(places.map(({ part }) => placeOf(part, section))), PLACES_PER_SECTION)
      .all<{ place: number; hex: string }>();
    const hexes = new Map<number, string>();
    for (const row of results) {
      const part = Math.floor(row.place / PLACES_PER_PART);
      hexes.set(part, (hexes.get(part) ?? "") + row.hex);
    }
    // Half an answer would look like a whole one.
    if (hexes.size < places.length)
      throw new Error("This graph was removed while it was read. Open another.");
    return new Map([...hexes].map(([part, hex]) => [part, fromHex(hex)]));
  }

  #keep(key: number, kept: Kept): void {
    // What was read twice at the same time is kept once.
    this.#cost += kept.cost - (this.#kept.get(key)?.cost ?? 0);
    this.#kept.set(key, kept);
    for (const [oldest, { cost }] of this.#kept) {
      if (this.#cost <= MOST_BYTES) break;
      this.#kept.delete(oldest);
      this.#cost -= cost;
    }
  }
}

/** Parts in slices that are small enough to be asked for at once. */
export function* slices(places: readonly Place[]): Generator<Place[]> {
  let slice: Place[] = [];
  let size = 0;
  for (const place of places) {
    if (slice.length > 0 && size + place.size > SLICE_BYTES) {
      yield slice;
      [slice, size] = [[], 0];
    }
    slice.push(place);
    size += place.size;
  }
  if (slice.length > 0) yield slice;
}

const DIGITS = new Uint8Array(128);
for (let i = 0; i < 16; i++) DIGITS["0123456789ABCDEF".charCodeAt(i)] = i;

/** Bytes from the digits that SQLite gives; D1 itself would send them as a list of numbers, at four times the size. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length >>> 1);
  for (let i = 0; i < bytes.length; i++) {
    const high = DIGITS[text.charCodeAt(2 * i)] as number;
    bytes[i] = (high << 4) | (DIGITS[text.charCodeAt(2 * i + 1)] as number);
  }
  return bytes;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export function toHex(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i++) text += HEX[bytes[i] as number];
  return text;
}
