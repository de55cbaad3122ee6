import { Column, Pairs } from "./pairs.ts";

/** What a variable may hold. An object is a number; its kind and two numbers say what it is. */
export type Obj = number;

export const Kind = {
  /** unit, environment (instance of the unit around) */
  FUNCTION: 0,
  /** callable, receiver */
  BOUND: 1,
  /** unit, instance of its body */
  CLASS: 2,
  /** class (or function used with `new`), place where it was made; place 0 stands for "any" */
  INSTANCE: 3,
  /** shape + 256 x tongue, place where it was made */
  CONTAINER: 4,
  /** module number */
  MODULE: 5,
  /** name of something outside */
  EXTERNAL: 6,
  /** name of something of the language whose behaviour is modelled */
  NATIVE: 7,
  /** class, self */
  SUPER: 8,
  /** running instance of a generator function */
  GENERATOR: 9,
  /** string */
  CONSTANT: 10,
  /** class or function whose `prototype` it is */
  PROTOTYPE: 11,
  /** A value from outside of which nothing is known. */
  OPAQUE: 12,
  /** A value of no interest. */
  DATA: 13,
} as const;

/** Shapes of containers that natives make, beside `Shape`. */
export const Made = {
  /** Python: fields fget, fset. */
  PROPERTY: 20,
  /** Field f. */
  STATIC: 21,
  /** Field f. */
  CLASSMETHOD: 22,
  /** Fields func, 0, 1, ..., and =name. */
  PARTIAL: 23,
  /** JavaScript Map: entries as items, values under "*". */
  MAP: 24,
  /** An iterator over what is stored on it as items. */
  ITERATOR: 25,
} as const;

/** All objects; equal ones are one. */
export class Objects {
  readonly kind = new Column();
  readonly a = new Column();
  readonly b = new Column();
  readonly opaque: Obj;
  readonly data: Obj;
  readonly #known: Pairs[] = Array.from({ length: 14 }, () => new Pairs());

  constructor() {
    this.opaque = this.of(Kind.OPAQUE, 0, 0);
    this.data = this.of(Kind.DATA, 0, 0);
  }

  of(kind: number, a: number, b = 0): Obj {
    const known = this.#known[kind] as Pairs;
    const found = known.get(a, b);
    if (found !== -1) return found;
    const object = this.kind.push(kind);
    this.a.push(a);
    this.b.push(b);
    known.set(a, b, object);
    return object;
  }

  get(kind: number, a: number, b = 0): Obj {
    return (this.#known[kind] as Pairs).get(a, b);
  }
}
