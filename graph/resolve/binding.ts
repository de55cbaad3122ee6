import { LoadFlag, UnitFlag } from "../facts/index.ts";
import { ancestry, classOf, declarerOf } from "./classes.ts";
import type { Engine } from "./engine.ts";
import { load } from "./members.ts";
import { Tongue } from "./program.ts";
import { Rule } from "./rules.ts";
import { Kind, Made, type Obj } from "./values.ts";

/** A value found on a class becomes what `receiver.name` gives. */
export function bind(
  engine: Engine,
  value: Obj,
  to: number,
  receiver: Obj,
  flags: number,
  site: number,
): void {
  const { objects, flows } = engine;
  const known = (flags & LoadFlag.KNOWN) !== 0;
  const kind = objects.kind.get(value);
  // A class is to its metaclass what an object is to its class.
  const whole = objects.kind.get(receiver) === Kind.CLASS && (flags & LoadFlag.TYPE) === 0;
  if (kind === Kind.CONTAINER && unwrap(engine, value, to, receiver, whole, site)) return;
  if (known && kind !== Kind.INSTANCE) return;
  if (kind === Kind.FUNCTION && bindsTo(engine, value, whole))
    flows.add(to, objects.of(Kind.BOUND, value, receiver));
  else if (kind === Kind.INSTANCE) descriptor(engine, value, to, receiver, site, known);
  else flows.add(to, value);
}

function bindsTo(engine: Engine, value: Obj, whole: boolean): boolean {
  const unit = engine.objects.a.get(value);
  const fact = engine.fact(unit);
  const tongue = engine.tongueOfUnit(unit);
  if (tongue !== Tongue.PYTHON)
    return !whole && (fact.flags & UnitFlag.METHOD) !== 0 && (fact.flags & UnitFlag.STATIC) === 0;
  const name = fact.def === -1 ? "" : (engine.fileOf(unit).facts.defs[fact.def]?.name ?? "");
  if (name === "__new__") return false;
  return !whole || name === "__init_subclass__" || name === "__class_getitem__";
}

/** staticmethod, classmethod and property; false for any other container. */
function unwrap(
  engine: Engine,
  value: Obj,
  to: number,
  receiver: Obj,
  whole: boolean,
  site: number,
): boolean {
  const shape = engine.objects.a.get(value) & 255;
  if (shape === Made.STATIC) {
    engine.flows.flow(engine.field(value, engine.names.f), to);
    return true;
  }
  if (shape === Made.CLASSMETHOD) {
    const type = whole ? receiver : (classOf(engine, receiver) ?? receiver);
    engine.hook(engine.field(value, engine.names.f), (found) =>
      engine.flows.add(to, engine.objects.of(Kind.BOUND, found, type)),
    );
    return true;
  }
  if (shape === Made.PROPERTY && !whole) {
    engine.implicitCall(value, receiver, site, [engine.holding(receiver)], to, () =>
      engine.field(value, engine.names.fget),
    );
    return true;
  }
  return false;
}

function descriptor(
  engine: Engine,
  value: Obj,
  to: number,
  receiver: Obj,
  site: number,
  known: boolean,
): void {
  const type = engine.objects.a.get(value);
  const name = engine.names.__get__;
  const owner = declarerOf(engine, ancestry(engine, type), name);
  if (owner === undefined) {
    if (!known) engine.flows.add(to, value);
    return;
  }
  const { data } = engine.objects;
  const receiverType = classOf(engine, receiver);
  // Taken from the class itself a descriptor gets no object: `__get__(None, C)`.
  const args = receiverType === undefined ? [data, receiver] : [receiver, receiverType];
  engine.implicitCall(
    value,
    receiver,
    site,
    args.map((object) => engine.holding(object)),
    to,
    () => {
      const getter = engine.flows.make();
      load(engine, value, getter, name, LoadFlag.TYPE, site);
      return getter;
    },
  );
}

/** A name is set of which the class holds `value`: a property's setter or a descriptor's `__set__` runs. */
export function runSetter(engine: Engine, value: Obj, from: number, receiver: Obj, site: number): void {
  const { objects, flows } = engine;
  if (objects.kind.get(value) === Kind.CONTAINER && (objects.a.get(value) & 255) === Made.PROPERTY) {
    const call = engine.call(site, [engine.holding(receiver), from], flows.make());
    flows.rule(engine.field(value, engine.names.fset), Rule.CALL, call);
  } else if (objects.kind.get(value) === Kind.INSTANCE) {
    const setter = flows.make();
    load(engine, value, setter, engine.names.__set__, LoadFlag.TYPE, site);
    flows.rule(setter, Rule.CALL, engine.call(site, [engine.holding(receiver), from], flows.make()));
  }
}
