import type { Obj } from "./values.ts";

/** A variable of the resolution. */
export type Cell = number;

/** A call of something whose behaviour is modelled. */
export interface NativeCall {
  /** Positional arguments before any spread. */
  args: readonly Cell[];
  named: ReadonlyMap<string, Cell>;
  /** Containers spread as `*xs`; their elements follow `args`. */
  spread: readonly Cell[];
  /** Where the result goes. */
  to: Cell;
  /** Holds the object the native was taken from (`xs` of `xs.map(f)`); empty when there is none. */
  receiver: Cell;
  /** `new X(...)`. */
  made: boolean;
}

/** What a native may do. Calls made through it count as made at the line of the call. */
export interface NativeTools {
  fresh(): Cell;
  /** `to` holds whatever `from` holds. */
  flow(from: Cell, to: Cell): void;
  add(to: Cell, object: Obj): void;
  /** A container made at this call; `salt` tells several of one call apart. See `Shape` and `Made`. */
  make(shape: number, salt?: number): { object: Obj; cell: Cell };
  load(base: Cell, name: string, to: Cell): void;
  /** Members of the types of `base` whose names begin like this. */
  loadMatching(base: Cell, prefix: string, to: Cell): void;
  store(base: Cell, name: string, from: Cell): void;
  item(base: Cell, key: string, to: Cell): void;
  put(base: Cell, key: string, from: Cell): void;
  /** The same by a key that may become known, and if not, may be any. */
  itemBy(base: Cell, key: Cell, to: Cell): void;
  putBy(base: Cell, key: Cell, from: Cell): void;
  /** Elements met when iterating. */
  iterate(from: Cell, to: Cell): void;
  await(from: Cell, to: Cell): void;
  call(callee: Cell, args: readonly Cell[], to?: Cell): void;
  /** Calls a method that the language looks up on the type, if the type has it; `a|b` is the first of several. */
  protocol(base: Cell, name: string, args: readonly Cell[], to?: Cell): void;
  /** See `Kind`. */
  kind(object: Obj): number;
  /** Shape of a container; -1 for anything else. */
  shape(object: Obj): number;
  /** Calls `callee` with `self` as `this` (JavaScript). */
  callOn(callee: Cell, self: Cell, args: readonly Cell[], to?: Cell): void;
  /** A fresh object of each class in `type`, made at this call, without running its constructor. */
  create(type: Cell, to: Cell): void;
  /** Entries of one dict arrive in another under their names. */
  copyEntries(from: Cell, to: Obj): void;
  /** What is above each class of `type`, as seen from each of `self` (`super(type, self)`). */
  above(type: Cell, self: Cell, to: Cell): void;
  /** Some object of a class (`INSTANCE`). */
  instance(type: Cell, to: Cell): void;
  /** The class of each object. */
  typeOf(from: Cell, to: Cell): void;
  /** For each object that `from` holds, now and later. */
  each(from: Cell, then: (object: Obj) => void): void;
  /** The text of a constant, or undefined. */
  textOf(object: Obj): string | undefined;
  /** A cell that holds just this object. */
  holding(object: Obj): Cell;
  /** The native of this name as a value. */
  native(name: string): Obj;
  /** A value of no interest. */
  readonly data: Obj;
  /** A value from outside of which nothing is known. */
  readonly opaque: Obj;
}

/**
 * What a builtin does. Keys of a table are full names:
 * Python: `builtins.map`, `functools.partial`, and methods by shape: `list.append`, `dict.get`, `tuple.index`,
 * `set.add`, `str.join`, `generator.send`, `object.__new__`, `type.__call__`.
 * JavaScript: globals `Object.assign`, `Promise`, `setTimeout`; methods by shape: `Array.prototype.map`,
 * `Function.prototype.call`, `Promise.prototype.then`, `Map.prototype.get`; packages `node:util.promisify`.
 */
export type Native = (call: NativeCall, tools: NativeTools) => void;
export type NativeTable = Readonly<Record<string, Native>>;

/** All natives by language, found by name. */
export class Natives {
  readonly #tables: readonly Map<string, Native>[];
  /** Names on the way to a native (`functools` of `functools.partial`) need no entry: they are names outside. */
  constructor(tables: readonly NativeTable[]) {
    this.#tables = tables.map((table) => new Map(Object.entries(table)));
  }

  has(tongue: number, name: string): boolean {
    return this.#tables[tongue]?.has(name) ?? false;
  }

  get(tongue: number, name: string): Native | undefined {
    return this.#tables[tongue]?.get(name);
  }
}
