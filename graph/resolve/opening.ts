import { UnitFlag } from "../facts/index.ts";
import { ancestry, anyOf, declarerOf } from "./classes.ts";
import type { Engine } from "./engine.ts";
import { open, openOn } from "./entering.ts";
import { Tongue } from "./program.ts";
import { Kind, Made, type Obj } from "./values.ts";

/** Functions that nothing in the repository calls are run once, with what their place tells about `self`. */
export function openAll(engine: Engine, opens: (file: number) => boolean): void {
  const skipped = UnitFlag.CLASS | UnitFlag.TYPE;
  for (let unit = 0; unit < engine.program.unitFile.length; unit++) {
    const fact = engine.fact(unit);
    if (fact.parent === -1 || (fact.flags & skipped) !== 0 || engine.ran(unit)) continue;
    const callable = engine.functionOf.get(unit);
    if (callable === -1 || !opens(engine.program.unitFile.get(unit))) continue;
    open(engine, callable, selfOf(engine, unit, callable));
    engine.settle();
  }
  openDecorated(engine, opens);
}

/** What a decorator gave for a function that nothing in the repository calls: it leads to that function all the same. */
function openDecorated(engine: Engine, opens: (file: number) => boolean): void {
  const { objects } = engine;
  const made = objects.kind.length;
  for (let object = 0; object < made; object++) {
    const unit = objects.a.get(object);
    const around = objects.b.get(object);
    if (objects.kind.get(object) !== Kind.FUNCTION || !engine.decorating.has(around)) continue;
    if (engine.ranWith(unit, around) || !opens(engine.program.unitFile.get(unit))) continue;
    open(engine, object, -1);
    engine.settle();
  }
  for (const object of [...engine.decorators]) {
    for (const name of [engine.names.__call__, engine.names.__get__]) {
      const owner = declarerOf(engine, ancestry(engine, objects.a.get(object)), name);
      if (owner === undefined || objects.kind.get(owner) !== Kind.CLASS) continue;
      for (const method of engine.flows.objects(engine.field(owner, name))) {
        if (
          objects.kind.get(method) !== Kind.FUNCTION ||
          !opens(engine.program.unitFile.get(objects.a.get(method)))
        )
          continue;
        openOn(engine, method, object);
      }
    }
    engine.settle();
  }
}

/** What `self` or `this` is in a method that nobody called; -1 when nothing is. */
function selfOf(engine: Engine, unit: number, callable: Obj): Obj {
  const { objects } = engine;
  const fact = engine.fact(unit);
  if ((fact.flags & UnitFlag.STATIC) !== 0) return -1;
  const home = engine.homeOf.get(unit);
  if (engine.tongueOfUnit(unit) === Tongue.ECMA) {
    if (home === -1) return -1;
    return objects.kind.get(home) === Kind.PROTOTYPE ? anyOf(engine, objects.a.get(home)) : home;
  }
  if ((fact.flags & UnitFlag.METHOD) === 0) return -1;
  const around = objects.b.get(callable);
  const body = around === -1 ? -1 : engine.unitOf.get(around);
  const lexical =
    body !== -1 && (engine.fact(body).flags & UnitFlag.CLASS) !== 0
      ? objects.of(Kind.CLASS, body, around)
      : -1;
  const type = lexical === -1 ? home : lexical;
  if (type === -1 || objects.kind.get(type) !== Kind.CLASS) return -1;
  return wrapping(engine, type, unit) ?? anyOf(engine, type);
}

/** -1 for a static method, the class for a class method, undefined for any other. */
function wrapping(engine: Engine, type: Obj, unit: number): Obj | undefined {
  const def = engine.fact(unit).def;
  const name = def === -1 ? "" : (engine.fileOf(unit).facts.defs[def]?.name ?? "");
  if (name === "__new__" || name === "__init_subclass__" || name === "__class_getitem__") return type;
  const member = engine.knownField(type, engine.program.id(name));
  if (member === -1) return undefined;
  for (const value of engine.flows.objects(member)) {
    if (engine.objects.kind.get(value) !== Kind.CONTAINER) continue;
    const shape = engine.objects.a.get(value) & 255;
    if (shape === Made.STATIC) return -1;
    if (shape === Made.CLASSMETHOD) return type;
  }
  return undefined;
}
