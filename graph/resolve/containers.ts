import { LoadFlag, Shape } from "../facts/index.ts";
import { ancestry, anyOf, declarerOf } from "./classes.ts";
import { ALL, type Engine, KEYS, SETTLED } from "./engine.ts";
import { load } from "./members.ts";
import { Tongue } from "./program.ts";
import { Rule } from "./rules.ts";
import { loadByLength } from "./slices.ts";
import { store } from "./storing.ts";
import { Kind, Made, type Obj } from "./values.ts";

/** `to` holds `object[key]`; the key "*" means any. */
export function loadItem(engine: Engine, object: Obj, to: number, key: number, site: number): void {
  const { objects, flows } = engine;
  const kind = objects.kind.get(object);
  if (kind === Kind.OPAQUE || kind === Kind.EXTERNAL) {
    flows.add(to, objects.opaque);
  } else if (kind === Kind.DATA || kind === Kind.CONSTANT) {
    flows.add(to, objects.data);
  } else if (kind === Kind.CONTAINER) {
    if (!loadByLength(engine, object, to, key)) loadElement(engine, object, to, key);
  } else if (kind === Kind.GENERATOR) {
    flows.flow(engine.yields(objects.a.get(object)), to);
  } else if (engine.tongueOfSite(site) === Tongue.ECMA) {
    if (key === engine.names["*"]) flows.flow(engine.field(object, engine.names[ALL]), to);
    else load(engine, object, to, key, LoadFlag.NONE, site);
    // `const [first] = iterable` asks it for its elements.
    if (kind === Kind.INSTANCE && /^\d+$/.test(engine.program.name(key)))
      ecmaIterator(engine, object, to, site);
  } else if (kind === Kind.CLASS) {
    // `Box[int]` is `Box`, unless the class has something to say to that.
    flows.add(to, object);
    if (declarerOf(engine, ancestry(engine, object), engine.program.id("__class_getitem__")) !== undefined) {
      const method = flows.make();
      load(engine, object, method, engine.program.id("__class_getitem__"), LoadFlag.NONE, site);
      flows.rule(method, Rule.CALL, engine.call(site, [engine.dataCell], to));
    }
  } else if (kind === Kind.INSTANCE) {
    loadElement(engine, object, to, key);
    protocol(engine, object, "__getitem__", [engine.dataCell], to, site);
    // A dict asks its subclass for what it does not have.
    protocol(engine, object, "__missing__", [engine.dataCell], to, site);
  }
}

function loadElement(engine: Engine, object: Obj, to: number, key: number): void {
  const { flows } = engine;
  if (key === engine.names["*"]) {
    flows.flow(engine.field(object, engine.names[ALL]), to);
    return;
  }
  flows.flow(engine.field(object, itemOf(engine, object, key)), to);
  flows.flow(engine.field(object, engine.names["[*"]), to);
}

/** Items and attributes are two name spaces, except in JavaScript. */
function itemOf(engine: Engine, object: Obj, key: number): number {
  if (engine.tongueOf(object) === Tongue.ECMA) return key;
  return engine.itemName(key);
}

/** `object[key] = from`. */
export function storeItem(engine: Engine, object: Obj, key: number, from: number, site: number): void {
  const { objects, flows } = engine;
  const kind = objects.kind.get(object);
  const any = key === engine.names["*"] || countsFromEnd(engine, object, key);
  if (kind === Kind.CONTAINER || (kind === Kind.INSTANCE && engine.tongueOf(object) !== Tongue.ECMA)) {
    flows.flow(from, engine.field(object, any ? engine.names["[*"] : itemOf(engine, object, key)));
    flows.flow(from, engine.field(object, engine.names[ALL]));
    if (!any) flows.add(engine.field(object, engine.names[KEYS]), objects.of(Kind.CONSTANT, key));
    if (kind === Kind.INSTANCE)
      protocol(engine, object, "__setitem__", [engine.dataCell, from], flows.make(), site);
  } else if (engine.tongueOf(object) === Tongue.ECMA) {
    if (any) flows.flow(from, engine.field(object, engine.names[ALL]));
    else store(engine, object, key, from, site);
  }
}

/** `list[-1] = x`: at which place depends on the length. */
function countsFromEnd(engine: Engine, object: Obj, key: number): boolean {
  const { objects } = engine;
  if (objects.kind.get(object) !== Kind.CONTAINER || (objects.a.get(object) & 255) !== Shape.LIST)
    return false;
  return engine.program.name(key).startsWith("-");
}

/** Calls a method that the language looks up on the type, if the class has it. */
export function protocol(
  engine: Engine,
  object: Obj,
  name: string,
  args: number[],
  to: number,
  site: number,
): void {
  const id = engine.program.id(name);
  engine.implicitCall(object, id, site, args, to, () => {
    const method = engine.flows.make();
    load(engine, object, method, id, LoadFlag.TYPE, site);
    return method;
  });
}

/** `to` holds what iterating over `object` meets. */
export function iterate(engine: Engine, object: Obj, to: number, site: number): void {
  const { objects, flows } = engine;
  switch (objects.kind.get(object)) {
    case Kind.OPAQUE:
    case Kind.EXTERNAL:
      flows.add(to, objects.opaque);
      return;
    case Kind.DATA:
    case Kind.CONSTANT:
      flows.add(to, objects.data);
      return;
    case Kind.GENERATOR:
      flows.flow(engine.yields(objects.a.get(object)), to);
      return;
    case Kind.CONTAINER:
      iterateContainer(engine, object, to, site);
      return;
    case Kind.CLASS:
      // The members of an enumeration are objects of it.
      if (engine.tongueOf(object) !== Tongue.PYTHON) return;
      protocol(engine, object, "__iter__", [], to, site);
      flows.add(to, anyOf(engine, object));
      return;
    case Kind.INSTANCE:
      if (engine.tongueOf(object) === Tongue.ECMA) {
        ecmaIterator(engine, object, to, site);
        return;
      }
      flows.flow(engine.field(object, engine.names[ALL]), to);
      pythonIterator(engine, object, to, site);
  }
}

function iterateContainer(engine: Engine, object: Obj, to: number, site: number): void {
  const { objects, flows, program } = engine;
  const a = objects.a.get(object);
  const shape = a & 255;
  if (shape === Shape.DICT) {
    flows.flow(engine.field(object, engine.names[KEYS]), to);
  } else if (shape === Made.MAP) {
    const entry = objects.of(Kind.CONTAINER, Shape.ARRAY + (a & ~255), engine.placeBeside(object, 0));
    flows.flow(engine.field(object, engine.names[ALL]), engine.field(entry, program.id("1")));
    flows.flow(engine.field(object, engine.names[ALL]), engine.field(entry, engine.names[ALL]));
    flows.add(to, entry);
  } else if (shape === Shape.OBJECT) {
    ecmaIterator(engine, object, to, site);
  } else {
    flows.flow(engine.field(object, engine.names[ALL]), to);
  }
}

/** `__iter__` and `__next__`; without them `__getitem__`, as Python does. */
function pythonIterator(engine: Engine, object: Obj, to: number, site: number): void {
  const name = engine.program.id("__iter__");
  const classes = ancestry(engine, engine.objects.a.get(object));
  if (declarerOf(engine, classes, name) === undefined) {
    protocol(engine, object, "__getitem__", [engine.dataCell], to, site);
    return;
  }
  const iterator = engine.flows.make();
  protocol(engine, object, "__iter__", [], iterator, site);
  engine.hook(iterator, (found) => {
    if (engine.objects.kind.get(found) === Kind.INSTANCE) protocol(engine, found, "__next__", [], to, site);
    else iterate(engine, found, to, site);
  });
}

/** What iterating over `object` at a place meets gathers in one variable, however many ask. */
function ecmaIterator(engine: Engine, object: Obj, to: number, site: number): void {
  if (site === -1) return;
  const known = engine.iterated.get(object, site);
  const elements = known === -1 ? engine.flows.make() : known;
  engine.flows.flow(elements, to);
  if (known !== -1) return;
  // Before the search: the iterator of a class that extends Array iterates over the same object again.
  engine.iterated.set(object, site, elements);
  askIterator(engine, object, elements, site);
}

function askIterator(engine: Engine, object: Obj, to: number, site: number): void {
  for (const name of ["Symbol.iterator", "Symbol.asyncIterator"]) {
    const method = engine.flows.make();
    load(engine, object, method, engine.program.id(name), LoadFlag.BIND | LoadFlag.TYPE, site);
    const iterator = engine.flows.make();
    engine.flows.rule(method, Rule.CALL, engine.call(site, [], iterator));
    engine.hook(iterator, (found) => {
      const kind = engine.objects.kind.get(found);
      if (
        kind === Kind.GENERATOR ||
        (kind === Kind.CONTAINER && (engine.objects.a.get(found) & 255) !== Shape.OBJECT)
      ) {
        iterate(engine, found, to, site);
        return;
      }
      const next = engine.flows.make();
      load(engine, found, next, engine.names.next, LoadFlag.BIND | LoadFlag.TYPE, site);
      const step = engine.flows.make();
      engine.flows.rule(next, Rule.CALL, engine.call(site, [], step));
      const settled = engine.flows.make();
      engine.flows.rule(step, Rule.AWAIT, settled);
      engine.flows.rule(settled, Rule.LOAD, to, engine.names.value, LoadFlag.TYPE, site);
    });
  }
}

/** `to` holds what `object` settles to. */
export function awaited(engine: Engine, object: Obj, to: number): void {
  const { objects } = engine;
  if (objects.kind.get(object) === Kind.CONTAINER && (objects.a.get(object) & 255) === Shape.PROMISE) {
    // A promise of a promise is a promise of its value. One variable for all who wait: a promise that may hold itself
    // would otherwise get rules without end.
    const known = engine.knownField(object, engine.names[SETTLED]);
    const settled = known === -1 ? engine.field(object, engine.names[SETTLED]) : known;
    if (known === -1) engine.flows.rule(engine.field(object, engine.names.value), Rule.AWAIT, settled);
    engine.flows.flow(settled, to);
  } else if (objects.kind.get(object) === Kind.GENERATOR) {
    const instance = objects.a.get(object);
    const { result } = engine.fact(engine.unitOf.get(instance));
    if (result !== -1) engine.flows.flow(engine.variable(instance, result), to);
  } else {
    engine.flows.add(to, object);
  }
}

/** The key arrived: text selects the item of that name, anything else may be any. */
export function keyText(engine: Engine, key: Obj): number {
  return engine.objects.kind.get(key) === Kind.CONSTANT ? engine.objects.a.get(key) : -1;
}
