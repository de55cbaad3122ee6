import { LoadFlag, Shape, UnitFlag } from "../facts/index.ts";
import { basesOf, eachBase } from "./classes.ts";
import type { Engine } from "./engine.ts";
import { loadOutside } from "./modules.ts";
import { Tongue } from "./program.ts";
import { Rule } from "./rules.ts";
import { Kind, Made, type Obj } from "./values.ts";

/** Flag of a lookup that wants the setter of a name, to call it with what stands in `to`. */
const SET = 1024;

/** Follows a lookup through an object and what it inherits from, as JavaScript does. */
export function ecmaLoad(engine: Engine, object: Obj, lookup: number): void {
  // Prototypes may stand in a circle, and many ways lead to the same one.
  if (!engine.visits.add(lookup, object)) return;
  const { objects } = engine;
  const kind = objects.kind.get(object);
  switch (kind) {
    case Kind.SUPER:
      fromSuper(engine, object, lookup);
      return;
    case Kind.NATIVE:
    case Kind.EXTERNAL:
      loadBuiltin(engine, object, lookup);
      return;
    case Kind.OPAQUE:
      engine.flows.add(toOf(engine, lookup), object);
      return;
    case Kind.BOUND:
    case Kind.GENERATOR:
    case Kind.CONSTANT:
    case Kind.DATA:
      loadNative(engine, object, toOf(engine, lookup), nameOf(engine, lookup));
      return;
    case Kind.MODULE:
      engine.flows.rule(
        engine.holding(object),
        Rule.LOAD,
        toOf(engine, lookup),
        nameOf(engine, lookup),
        flagsOf(engine, lookup),
        siteOf(engine, lookup),
      );
      return;
  }
  if (own(engine, object, lookup)) return;
  inherited(engine, object, kind, lookup);
}

function toOf(engine: Engine, lookup: number): number {
  return engine.lookups.get(lookup);
}
function nameOf(engine: Engine, lookup: number): number {
  return engine.lookups.get(lookup + 1);
}
function receiverOf(engine: Engine, lookup: number): Obj {
  return engine.lookups.get(lookup + 2);
}
function flagsOf(engine: Engine, lookup: number): number {
  return engine.lookups.get(lookup + 3);
}
function siteOf(engine: Engine, lookup: number): number {
  return engine.lookups.get(lookup + 4);
}

/** The object's own member; true if the search ends here. */
function own(engine: Engine, object: Obj, lookup: number): boolean {
  const name = nameOf(engine, lookup);
  if (name === engine.names.prototype) prototypeOf(engine, object);
  if (readsClass(engine, object, lookup)) {
    engine.flows.add(toOf(engine, lookup), engine.objects.a.get(object));
    return true;
  }
  const member = engine.field(object, name);
  const flags = flagsOf(engine, lookup);
  const plain = (flags & (LoadFlag.BIND | SET)) === 0 && !engine.accessors.has(name);
  if (plain) engine.flows.flow(member, toOf(engine, lookup));
  else
    engine.flows.rule(
      member,
      Rule.BIND,
      toOf(engine, lookup),
      receiverOf(engine, lookup),
      flags,
      siteOf(engine, lookup),
    );
  if (name === engine.names.prototype) return true;
  return engine.declared.get(object, name) !== -1;
}

/** `this.constructor`, not about to be called: the class itself, where a call would want the function. */
function readsClass(engine: Engine, object: Obj, lookup: number): boolean {
  const { objects } = engine;
  if (nameOf(engine, lookup) !== engine.names.constructor || (flagsOf(engine, lookup) & LoadFlag.BIND) !== 0)
    return false;
  return (
    objects.kind.get(object) === Kind.PROTOTYPE && objects.kind.get(objects.a.get(object)) === Kind.CLASS
  );
}

function inherited(engine: Engine, object: Obj, kind: number, lookup: number): void {
  const { objects, flows } = engine;
  const a = objects.a.get(object);
  if (kind === Kind.INSTANCE) {
    flows.rule(prototypeOf(engine, a), Rule.CHAIN, lookup);
  } else if (kind === Kind.PROTOTYPE) {
    if (
      objects.kind.get(a) === Kind.FUNCTION &&
      engine.program.name(nameOf(engine, lookup)) === "constructor"
    ) {
      flows.add(toOf(engine, lookup), objects.of(Kind.BOUND, a, receiverOf(engine, lookup)));
    }
    eachBase(engine, a, (base) => chainTo(engine, base, lookup));
  } else if (kind === Kind.CLASS) {
    eachBase(engine, object, (base) => ecmaLoad(engine, base, lookup));
  }
  const proto = engine.knownField(object, engine.inherits);
  if (proto !== -1) flows.rule(proto, Rule.CHAIN, lookup);
  if (kind !== Kind.INSTANCE && kind !== Kind.PROTOTYPE)
    loadNative(engine, object, toOf(engine, lookup), nameOf(engine, lookup));
}

/** The search goes on in the prototype of a base class. */
function chainTo(engine: Engine, base: Obj, lookup: number): void {
  const kind = engine.objects.kind.get(base);
  if (kind === Kind.CLASS || kind === Kind.FUNCTION)
    engine.flows.rule(prototypeOf(engine, base), Rule.CHAIN, lookup);
  else if (kind === Kind.NATIVE) loadBuiltin(engine, base, lookup, ".prototype");
  else if (kind === Kind.EXTERNAL) loadOutside(engine, base, nameOf(engine, lookup), toOf(engine, lookup));
  else if (kind === Kind.OPAQUE) engine.flows.add(toOf(engine, lookup), base);
}

/** A member of a builtin or of something outside: `Object.assign`, `Array.prototype.slice.call`. */
function loadBuiltin(engine: Engine, object: Obj, lookup: number, below = ""): void {
  const { objects, program, flows } = engine;
  const name = program.name(nameOf(engine, lookup));
  const full = `${program.name(objects.a.get(object))}${below}.${name}`;
  const method = `Function.prototype.${name}`;
  if (engine.natives.has(Tongue.ECMA, full)) {
    const native = objects.of(Kind.NATIVE, program.id(full), Tongue.ECMA);
    flows.add(
      toOf(engine, lookup),
      below === "" ? native : objects.of(Kind.BOUND, native, receiverOf(engine, lookup)),
    );
  } else if (engine.natives.has(Tongue.ECMA, method)) {
    flows.add(
      toOf(engine, lookup),
      objects.of(Kind.BOUND, objects.of(Kind.NATIVE, program.id(method), Tongue.ECMA), object),
    );
  } else {
    loadOutside(engine, object, nameOf(engine, lookup), toOf(engine, lookup));
  }
}

/** The variable that holds the prototype of a class or function, made when first asked for. */
export function prototypeOf(engine: Engine, object: Obj): number {
  const variable = engine.field(object, engine.names.prototype);
  const kind = engine.objects.kind.get(object);
  if (kind === Kind.CLASS || kind === Kind.FUNCTION)
    engine.flows.add(variable, engine.objects.of(Kind.PROTOTYPE, object));
  return variable;
}

function fromSuper(engine: Engine, object: Obj, lookup: number): void {
  const { objects } = engine;
  const type = objects.a.get(object);
  const self = objects.b.get(object);
  engine.lookups.set(lookup + 2, self);
  for (const base of basesOf(engine, type)) {
    if (objects.kind.get(self) === Kind.CLASS) ecmaLoad(engine, base, lookup);
    else chainTo(engine, base, lookup);
  }
}

/** What a name found on an object gives: getters run, methods are bound when they are about to be called. */
export function ecmaBind(
  engine: Engine,
  value: Obj,
  to: number,
  receiver: Obj,
  flags: number,
  site: number,
): void {
  const { objects, flows } = engine;
  const kind = objects.kind.get(value);
  const accessor = accessorOf(engine, value);
  if ((flags & SET) !== 0) {
    if (accessor === UnitFlag.SETTER) callAccessor(engine, value, receiver, [to], flows.make(), site);
  } else if (accessor === UnitFlag.GETTER) {
    callAccessor(engine, value, receiver, [], to, site);
  } else if (accessor === 0 && (flags & LoadFlag.KNOWN) === 0) {
    const bound = (flags & LoadFlag.BIND) !== 0 && (kind === Kind.FUNCTION || kind === Kind.NATIVE);
    flows.add(to, bound ? objects.of(Kind.BOUND, value, receiver) : value);
  }
}

/** GETTER, SETTER or 0. */
function accessorOf(engine: Engine, value: Obj): number {
  const { kind, a } = engine.objects;
  if (kind.get(value) !== Kind.FUNCTION) return 0;
  return engine.fact(a.get(value)).flags & (UnitFlag.GETTER | UnitFlag.SETTER);
}

function callAccessor(
  engine: Engine,
  value: Obj,
  receiver: Obj,
  args: number[],
  to: number,
  site: number,
): void {
  engine.implicitCall(value, receiver, site, args, to, () =>
    engine.holding(engine.objects.of(Kind.BOUND, value, receiver)),
  );
}

/** `object.name = from` where a setter of that name exists somewhere. */
export function ecmaStore(engine: Engine, object: Obj, name: number, from: number, site: number): void {
  // `{ set x(v) {} }` puts the setter there; that is no assignment.
  if (engine.flows.objects(from).some((value) => accessorOf(engine, value) !== 0)) return;
  ecmaLoad(engine, object, engine.lookup(from, name, object, SET, site));
}

/** Methods that every value of a shape has: `list.append`, `Array.prototype.map`. Text and numbers give values of no interest. */
export function loadNative(engine: Engine, object: Obj, to: number, name: number): void {
  const { objects, program, flows } = engine;
  const text = program.name(name);
  const kind = objects.kind.get(object);
  for (const [tongue, family] of familiesOf(engine, object, kind)) {
    const full = `${family}.${text}`;
    if (!engine.natives.has(tongue, full)) continue;
    flows.add(to, objects.of(Kind.BOUND, objects.of(Kind.NATIVE, program.id(full), tongue), object));
    return;
  }
  if (kind === Kind.CONSTANT || kind === Kind.DATA) flows.add(to, objects.data);
}

const PYTHON_SHAPES: Record<number, string> = {
  [Shape.LIST]: "list",
  [Shape.TUPLE]: "tuple",
  [Shape.SET]: "set",
  [Shape.DICT]: "dict",
  [Made.PROPERTY]: "property",
  [Made.PARTIAL]: "partial",
  [Made.ITERATOR]: "iterator",
};
const ECMA_SHAPES: Record<number, string> = {
  [Shape.LIST]: "Array.prototype",
  [Shape.ARRAY]: "Array.prototype",
  [Shape.OBJECT]: "Object.prototype",
  [Shape.PROMISE]: "Promise.prototype",
  [Made.MAP]: "Map.prototype",
  [Shape.SET]: "Set.prototype",
  [Made.ITERATOR]: "Iterator.prototype",
};

function familiesOf(engine: Engine, object: Obj, kind: number): [number, string][] {
  if (kind === Kind.CONTAINER) {
    const a = engine.objects.a.get(object);
    const ecma = a >> 8 === Tongue.ECMA;
    const family = (ecma ? ECMA_SHAPES : PYTHON_SHAPES)[a & 255];
    return family === undefined ? [] : [[ecma ? Tongue.ECMA : Tongue.PYTHON, family]];
  }
  if (kind === Kind.GENERATOR) {
    const ecma = engine.tongueOfUnit(engine.unitOf.get(engine.objects.a.get(object))) === Tongue.ECMA;
    return ecma ? [[Tongue.ECMA, "Iterator.prototype"]] : [[Tongue.PYTHON, "generator"]];
  }
  if (kind === Kind.FUNCTION || kind === Kind.BOUND || kind === Kind.CLASS)
    return [[Tongue.ECMA, "Function.prototype"]];
  if (kind === Kind.CONSTANT || kind === Kind.DATA)
    return [
      [Tongue.PYTHON, "str"],
      [Tongue.ECMA, "String.prototype"],
    ];
  return [];
}
