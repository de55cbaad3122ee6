import { CallFlag, LoadFlag, UnitFlag } from "../facts/index.ts";
import { argumentsOf } from "./arguments.ts";
import { ancestry, anyOf, declarerOf, isType } from "./classes.ts";
import { build, instantiate } from "./construction.ts";
import { type Engine, type Given, KEYS } from "./engine.ts";
import { enter } from "./entering.ts";
import { MOST_PLACES } from "./entries.ts";
import { load } from "./members.ts";
import { runNative } from "./native-calls.ts";
import { Tongue } from "./program.ts";
import { prototypeOf } from "./prototypes.ts";
import { Reach } from "./reach.ts";
import { Rule } from "./rules.ts";
import { Kind, Made, type Obj } from "./values.ts";

/** A callee arrived at a call. */
export function apply(engine: Engine, call: number, callee: Obj): void {
  applyWith(engine, call, callee, -1);
}

function applyWith(engine: Engine, call: number, callee: Obj, receiver: Obj): void {
  const { objects } = engine;
  const a = objects.a.get(callee);
  switch (objects.kind.get(callee)) {
    case Kind.FUNCTION:
      applyFunction(engine, call, callee, receiver);
      return;
    case Kind.BOUND:
      applyWith(engine, call, a, objects.b.get(callee));
      return;
    case Kind.CLASS:
      instantiate(engine, call, callee);
      return;
    case Kind.NATIVE:
      engine.reached(call, Reach.LANGUAGE, callee);
      if (receiver !== -1 && isType(engine, receiver) && engine.program.name(a) === "type.__call__") {
        build(engine, call, receiver, engine.made(receiver, engine.placeOfCall(call), call));
      } else if (receiver === -1 && engine.program.name(a) === "builtins.type.__call__") {
        buildFirst(engine, call);
      } else {
        runNative(engine, call, a, objects.b.get(callee), receiver, argumentsOf(engine, call));
      }
      return;
    case Kind.EXTERNAL:
    case Kind.OPAQUE:
      applyOutside(engine, call, callee);
      return;
    case Kind.DATA:
    case Kind.CONSTANT:
      engine.reached(call, Reach.LANGUAGE, callee);
      engine.flows.add(engine.callTo.get(call), objects.data);
      return;
    case Kind.INSTANCE:
      protocolCall(engine, call, callee);
      return;
    case Kind.CONTAINER:
      if ((a & 255) === Made.PARTIAL) applyPartial(engine, call, callee);
      else decorated(engine, call);
  }
}

/** `type.__call__(cls, ...)`: makes what it is given first of the rest. */
function buildFirst(engine: Engine, call: number): void {
  const [first, ...plain] = argumentsOf(engine, call).plain;
  if (first === undefined) return;
  const rest = { ...argumentsOf(engine, call), plain };
  const inner = engine.callWith(engine.callSite.get(call), rest, engine.callTo.get(call));
  engine.hook(first, (type) => {
    if (isType(engine, type)) build(engine, inner, type, engine.made(type, engine.placeOfCall(call), call));
  });
}

function applyFunction(engine: Engine, call: number, callee: Obj, receiver: Obj): void {
  const unit = engine.objects.a.get(callee);
  const fact = engine.fact(unit);
  const given = argumentsOf(engine, call);
  const to = engine.callTo.get(call);
  engine.reached(call, (fact.flags & UnitFlag.TYPE) === 0 ? Reach.OURS : Reach.LANGUAGE, callee);
  if ((given.flags & CallFlag.NEW) !== 0 && engine.tongueOfUnit(unit) === Tongue.ECMA) {
    const made = engine.made(callee, engine.placeOfCall(call), call);
    prototypeOf(engine, callee);
    engine.flows.add(to, made);
    enter(engine, call, callee, made, given, to);
    return;
  }
  enter(engine, call, callee, receiver, given, to);
  if (engine.decorating.has(engine.objects.b.get(callee)))
    applyWrapped(engine, call, callee, receiver, given);
}

/** A wrapper that names what it wraps calls it, even where its body hides how (`exec`, generated code). */
function applyWrapped(engine: Engine, call: number, callee: Obj, receiver: Obj, given: Given): void {
  const unit = engine.objects.a.get(callee);
  if (engine.tongueOfUnit(unit) !== Tongue.PYTHON) return;
  const line = engine.fileOf(unit).facts.defs[engine.fact(unit).def]?.lines[0] ?? 0;
  const plain = receiver === -1 ? given.plain : [engine.holding(receiver), ...given.plain];
  const site = engine.site(engine.shared(unit, engine.objects.b.get(callee)), line);
  const wrapped = engine.field(callee, engine.names.__wrapped__);
  engine.flows.rule(wrapped, Rule.CALL, engine.callWith(site, { ...given, plain }, engine.callTo.get(call)));
}

function applyOutside(engine: Engine, call: number, callee: Obj): void {
  engine.reached(call, Reach.OUTSIDE, callee);
  engine.flows.add(engine.callTo.get(call), engine.objects.opaque);
  const given = argumentsOf(engine, call);
  if ((given.flags & CallFlag.QUIET) === 0) {
    for (const value of [...given.plain, ...given.named.values()]) engine.handedOver(call, value);
  }
  decorated(engine, call);
}

/** What a decorator of others gives back is taken for what it was given. */
function decorated(engine: Engine, call: number): void {
  const given = argumentsOf(engine, call);
  const [value] = given.plain;
  if ((given.flags & CallFlag.DECORATOR) !== 0 && value !== undefined)
    engine.flows.flow(value, engine.callTo.get(call));
}

/** Objects that calls have asked for `__call__`, and how many partials deep a call stands. */
function protocolCall(engine: Engine, call: number, object: Obj): void {
  if (engine.tongueOf(object) === Tongue.ECMA) return;
  // An object may be the `__call__` of its own class.
  if (!engine.asked.add(call, object)) return;
  const method = engine.flows.make();
  load(engine, object, method, engine.names.__call__, LoadFlag.TYPE, engine.callSite.get(call));
  engine.flows.rule(method, Rule.CALL, call);
  const callable =
    declarerOf(engine, ancestry(engine, engine.objects.a.get(object)), engine.names.__call__) !== undefined;
  if (!callable) decorated(engine, call);
}

/** functools.partial and bind: stored arguments first, then those of the call. */
function applyPartial(engine: Engine, call: number, partial: Obj): void {
  const { program, flows } = engine;
  const given = argumentsOf(engine, call);
  const stored: number[] = [];
  for (let index = 0; index < MOST_PLACES; index++) {
    const known = engine.knownField(partial, program.id(`${index}`));
    if (known === -1) break;
    stored.push(known);
  }
  const named = new Map<string, number>();
  for (const key of flows.objects(engine.field(partial, engine.names[KEYS]))) {
    const name = program.name(engine.objects.a.get(key));
    if (name.startsWith("=")) named.set(name.slice(1), engine.field(partial, program.id(name)));
  }
  for (const [name, value] of given.named) named.set(name, value);
  // What a partial calls may come back to it.
  const site = engine.callSite.get(call);
  const func = () => engine.field(partial, engine.names.func);
  engine.implicitCall(
    partial,
    engine.names.func,
    site,
    [...stored, ...given.plain],
    engine.callTo.get(call),
    func,
    named,
  );
  engine.reached(call, Reach.LANGUAGE, partial);
}

/** Some object of a declared type. */
export function instanceOf(engine: Engine, type: Obj, to: number): void {
  const { objects, flows } = engine;
  const kind = objects.kind.get(type);
  if (isType(engine, type)) {
    flows.add(to, anyOf(engine, type));
  } else if (kind === Kind.FUNCTION) {
    const unit = objects.a.get(type);
    const fact = engine.fact(unit);
    if ((fact.flags & UnitFlag.TYPE) !== 0)
      flows.flow(engine.variable(engine.shared(unit, objects.b.get(type)), fact.result), to);
    else if (engine.tongueOfUnit(unit) === Tongue.ECMA) flows.add(to, anyOf(engine, type));
  } else if (kind === Kind.EXTERNAL || kind === Kind.OPAQUE) {
    flows.add(to, objects.opaque);
  } else if (kind === Kind.CONTAINER) {
    flows.add(to, type);
  }
}
