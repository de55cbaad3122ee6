import type { Engine } from "./engine.ts";
import { Kind, type Obj } from "./values.ts";

/** Python's linearisation is exponential on hostile input; nobody writes more ancestors than this. */
const MOST_ANCESTORS = 100;

const orders = new WeakMap<Engine, Map<Obj, Obj[]>>();

/**
 * The classes in which a member of `type` is looked for, itself first: C3 where the bases agree with it (Python's own
 * order), depth first otherwise. Bases outside of the repository appear as they are (EXTERNAL, NATIVE, OPAQUE).
 */
export function ancestry(engine: Engine, type: Obj): readonly Obj[] {
  let known = orders.get(engine);
  if (known === undefined) {
    known = new Map();
    orders.set(engine, known);
  }
  return order(engine, type, known, new Set());
}

/** A base became known after the class was made: its order, and that of the classes below it, is another. */
export function forgetAncestry(engine: Engine, type: Obj): void {
  const known = orders.get(engine);
  if (known === undefined || known.size === 0) return;
  const below = new Set([type]);
  for (const one of below) {
    // What was not known was not used for what is below it.
    if (known.delete(one) || one === type)
      for (const next of engine.subclasses.get(one) ?? []) below.add(next);
  }
}

/** Bases of a class as far as they are known, in the order written. */
export function basesOf(engine: Engine, type: Obj): Obj[] {
  const found: Obj[] = [];
  for (const variable of engine.classBases.get(type) ?? []) {
    for (const base of engine.flows.objects(variable)) if (!found.includes(base)) found.push(base);
  }
  return found;
}

/** For each base of a class: at once for those that are known, later for one that is not yet. */
export function eachBase(engine: Engine, type: Obj, then: (base: Obj) => void): void {
  for (const variable of engine.classBases.get(type) ?? []) {
    if (engine.flows.empty(variable)) engine.hook(variable, then);
    else for (const base of engine.flows.objects(variable)) then(base);
  }
}

function order(engine: Engine, type: Obj, known: Map<Obj, Obj[]>, under: Set<Obj>): Obj[] {
  const done = known.get(type);
  if (done !== undefined) return done;
  // A circle of bases, or a chain longer than any that was meant: the answer is good for this question only.
  if (under.has(type) || under.size >= MOST_ANCESTORS) {
    under.add(CUT);
    return [type];
  }
  under.add(type);
  const bases = basesOf(engine, type).filter((base) => base !== type);
  const lists = bases.map((base) => order(engine, base, known, under));
  under.delete(type);
  const above = lists.length === 1 ? (lists[0] as Obj[]) : (merge([...lists, bases]) ?? depthFirst(lists));
  const merged = [type, ...above].slice(0, MOST_ANCESTORS);
  if (!under.has(CUT) || under.size === 1) known.set(type, merged);
  return merged;
}

/** Among the classes under way: something was left out. */
const CUT: Obj = -1;

/** C3: the first head that is in no tail, again and again; undefined when there is none. */
function merge(lists: readonly (readonly Obj[])[]): Obj[] | undefined {
  const rest = lists.map((list) => [...list]).filter((list) => list.length > 0);
  const merged: Obj[] = [];
  while (rest.length > 0) {
    const head = rest
      .map((list) => list[0] as Obj)
      .find((candidate) => rest.every((list) => !list.includes(candidate, 1)));
    if (head === undefined || merged.length > MOST_ANCESTORS) return undefined;
    merged.push(head);
    for (const list of rest) if (list[0] === head) list.shift();
    for (let at = rest.length - 1; at >= 0; at--) if ((rest[at] as Obj[]).length === 0) rest.splice(at, 1);
  }
  return merged;
}

function depthFirst(lists: readonly (readonly Obj[])[]): Obj[] {
  return [...new Set(lists.flat())];
}

/** The class of a value, where it has one of ours. */
export function classOf(engine: Engine, object: Obj): Obj | undefined {
  const { objects } = engine;
  if (objects.kind.get(object) === Kind.INSTANCE) return objects.a.get(object);
  return undefined;
}

/** The first of some classes, in their order, that defines a member itself. */
export function declarerOf(engine: Engine, classes: readonly Obj[], name: number): Obj | undefined {
  return classes.find((type) => engine.declared.get(type, name) !== -1);
}

/** The object that stands for any object of a class: what is known of one is known of it. */
export function anyOf(engine: Engine, type: Obj): Obj {
  return engine.objects.of(Kind.INSTANCE, type, 0);
}

export function isType(engine: Engine, object: Obj): boolean {
  return engine.objects.kind.get(object) === Kind.CLASS;
}
