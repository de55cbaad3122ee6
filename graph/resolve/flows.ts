import { Column, Pairs } from "./pairs.ts";
import type { Obj } from "./values.ts";

/** Up to here a list is searched; longer ones get an index. */
const SHORT = 12;

export interface Limits {
  /** From this many objects on, a variable takes only what is general: any object of a class instead of this one. */
  wide: number;
  /** With this many objects a variable is full: more say nothing any more. */
  most: number;
  /** Rules that may fire in all; no program that means well comes near it. */
  work: number;
}

/** What a variable takes instead of an object: nothing at all. */
export const DROPPED = -1;

/** Called for each object that reaches the variable a rule stands on. */
export type Fire = (kind: number, object: Obj, a: number, b: number, c: number, d: number) => void;

/**
 * Variables, what they hold, where it flows on, and the rules that stand on them; all in columns of int32. `settle`
 * carries every object along every flow until nothing moves. Sets only grow, so the end does not depend on luck.
 */
export class Flows {
  /** Variables that did not take all that came: what stands on them may lack something. */
  readonly crowded = new Set<number>();
  /** Objects carried, and rules fired. */
  moved = 0;
  fired = 0;
  /** True once the work allowed was done: what is known until then is all there will be. */
  stopped = false;
  readonly #fire: Fire;
  readonly #widen: (object: Obj, held: number) => Obj;
  readonly #limits: Limits;

  // Lists are chains through `#items` (object, next), newest first; `#done` is the newest that was carried on.
  #head = new Column(-1);
  #done = new Column(-1);
  #count = new Column(0);
  #next = new Column(-1);
  #rules = new Column(-1);
  #waiting = new Column(0);
  #items = new Column(0);
  #edges = new Column(0);
  #ruleWords = new Column(0);
  #long = new Pairs();
  #queue: number[] = [];
  #tasks: number[] = [];

  /** `expected` variables are made room for at once. */
  constructor(fire: Fire, widen: (object: Obj, held: number) => Obj, limits: Limits, expected: number) {
    this.#fire = fire;
    this.#widen = widen;
    this.#limits = limits;
    const columns = [this.#head, this.#done, this.#count, this.#next, this.#rules, this.#waiting];
    for (const column of [...columns, this.#items, this.#edges]) column.reserve(expected);
    this.#ruleWords.reserve(expected * 2);
  }

  get variables(): number {
    return this.#head.length;
  }

  /** Makes `count` variables in a row; gives the first. */
  make(count = 1): number {
    const first = this.#head.extend(count);
    this.#done.extend(count);
    this.#count.extend(count);
    this.#next.extend(count);
    this.#rules.extend(count);
    this.#waiting.extend(count);
    return first;
  }

  holds(variable: number, object: Obj): boolean {
    if (this.#count.get(variable) > SHORT) return this.#long.get(variable, object) !== -1;
    for (let at = this.#head.get(variable); at !== -1; at = this.#items.get(at + 1)) {
      if (this.#items.get(at) === object) return true;
    }
    return false;
  }

  empty(variable: number): boolean {
    return this.#head.get(variable) === -1;
  }

  /** What the variable holds, oldest first. */
  objects(variable: number): Obj[] {
    const found: Obj[] = [];
    for (let at = this.#head.get(variable); at !== -1; at = this.#items.get(at + 1))
      found.push(this.#items.get(at));
    return found.reverse();
  }

  add(variable: number, given: Obj): void {
    const count = this.#count.get(variable);
    if (this.holds(variable, given)) return;
    const object = count < this.#limits.wide ? given : this.#widen(given, count);
    if (object !== given && object !== DROPPED && this.holds(variable, object)) return;
    if (object === DROPPED || count >= this.#limits.most) {
      this.crowded.add(variable);
      return;
    }
    const item = this.#items.push(object);
    this.#items.push(this.#head.get(variable));
    this.#head.set(variable, item);
    this.#count.set(variable, count + 1);
    if (count + 1 > SHORT) this.#index(variable, object, count);
    if (this.#waiting.get(variable) === 0) {
      this.#waiting.set(variable, 1);
      this.#queue.push(variable);
    }
  }

  /** Whatever `from` holds, now and later, `to` holds too. */
  flow(from: number, to: number): void {
    if (from === to || this.#flowsTo(from, to)) return;
    const edge = this.#edges.push(to);
    this.#edges.push(this.#next.get(from));
    this.#next.set(from, edge);
    for (let at = this.#done.get(from); at !== -1; at = this.#items.get(at + 1))
      this.add(to, this.#items.get(at));
  }

  /** Looks at the newest flows only: a flow kept twice costs a little time, an index of all costs a lot of memory. */
  #flowsTo(from: number, to: number): boolean {
    let edge = this.#next.get(from);
    for (let left = SHORT; edge !== -1 && left > 0; left--) {
      if (this.#edges.get(edge) === to) return true;
      edge = this.#edges.get(edge + 1);
    }
    return false;
  }

  /** Fires for every object the variable holds, now and later. */
  rule(variable: number, kind: number, a = 0, b = 0, c = 0, d = 0): void {
    const rule = this.#ruleWords.push(this.#rules.get(variable));
    this.#ruleWords.push(kind);
    this.#ruleWords.push(a);
    this.#ruleWords.push(b);
    this.#ruleWords.push(c);
    this.#ruleWords.push(d);
    this.#rules.set(variable, rule);
    if (this.#done.get(variable) !== -1) this.#tasks.push(rule, this.#done.get(variable));
  }

  /** What the rules of these kinds are called with that stand on a crowded variable, or on one that takes from such. */
  short(carriers: ReadonlySet<number>, wanted: number): Set<number> {
    const found = new Set<number>();
    const seen = new Set(this.crowded);
    for (const variable of seen) {
      for (let edge = this.#next.get(variable); edge !== -1; edge = this.#edges.get(edge + 1))
        seen.add(this.#edges.get(edge));
      for (let rule = this.#rules.get(variable); rule !== -1; rule = this.#ruleWords.get(rule)) {
        const kind = this.#ruleWords.get(rule + 1);
        if (kind === wanted) found.add(this.#ruleWords.get(rule + 2));
        else if (carriers.has(kind)) seen.add(this.#ruleWords.get(rule + 2));
      }
    }
    return found;
  }

  /** Carries on until nothing moves. */
  settle(): void {
    for (;;) {
      if (this.fired > this.#limits.work) this.#stop();
      if (this.#tasks.length > 0) {
        const last = this.#tasks.pop() as number;
        this.#fireFrom(this.#tasks.pop() as number, last, -1);
      } else if (this.#queue.length > 0) {
        this.#carry(this.#queue.pop() as number);
      } else {
        return;
      }
    }
  }

  #stop(): void {
    this.stopped = true;
    this.#tasks.length = 0;
    this.#queue.length = 0;
  }

  #carry(variable: number): void {
    this.#waiting.set(variable, 0);
    const newest = this.#head.get(variable);
    const done = this.#done.get(variable);
    this.#done.set(variable, newest);
    for (let edge = this.#next.get(variable); edge !== -1; edge = this.#edges.get(edge + 1)) {
      const to = this.#edges.get(edge);
      for (let at = newest; at !== done; at = this.#items.get(at + 1)) this.add(to, this.#items.get(at));
    }
    for (let rule = this.#rules.get(variable); rule !== -1; rule = this.#ruleWords.get(rule)) {
      this.#fireFrom(rule, newest, done);
    }
    this.moved += 1;
  }

  #fireFrom(rule: number, newest: number, done: number): void {
    for (let at = newest; at !== done; at = this.#items.get(at + 1)) {
      const words = this.#ruleWords;
      this.fired += 1;
      this.#fire(
        words.get(rule + 1),
        this.#items.get(at),
        words.get(rule + 2),
        words.get(rule + 3),
        words.get(rule + 4),
        words.get(rule + 5),
      );
    }
  }

  #index(variable: number, object: Obj, before: number): void {
    if (before === SHORT) {
      for (let at = this.#head.get(variable); at !== -1; at = this.#items.get(at + 1)) {
        this.#long.add(variable, this.#items.get(at));
      }
    }
    this.#long.add(variable, object);
  }
}
