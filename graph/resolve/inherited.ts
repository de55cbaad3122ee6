import { UnitFlag } from "../facts/index.ts";
import { ancestry, anyOf } from "./classes.ts";
import type { Engine } from "./engine.ts";
import { open } from "./entering.ts";
import { Tongue } from "./program.ts";
import { Kind, Made, type Obj } from "./values.ts";

/** A class with more subclasses than this that nobody makes says nothing about which one is meant. */
const MOST_SUBCLASSES = 6;

/**
 * Python classes of which the program makes no object are made by those who use it, as the subclasses of a library are:
 * what they inherit runs on objects of theirs too, and calls what they override.
 */
export function openInherited(engine: Engine, opens: (file: number) => boolean): void {
  const unmade = [...engine.classBases.keys()].filter((type) => isUnmade(engine, type, opens));
  const below = new Map<Obj, number>();
  for (const type of unmade)
    for (const above of aboveOf(engine, type)) below.set(above, (below.get(above) ?? 0) + 1);
  for (const type of unmade) {
    for (const above of aboveOf(engine, type))
      if ((below.get(above) as number) <= MOST_SUBCLASSES) openMethods(engine, type, above);
    engine.settle();
  }
}

function isUnmade(engine: Engine, type: Obj, opens: (file: number) => boolean): boolean {
  const unit = engine.objects.a.get(type);
  return (
    engine.tongueOfUnit(unit) === Tongue.PYTHON &&
    !engine.wasMade(type) &&
    opens(engine.program.unitFile.get(unit)) &&
    engine.membersOf(type).length > 0
  );
}

function aboveOf(engine: Engine, type: Obj): Obj[] {
  return ancestry(engine, type)
    .slice(1)
    .filter((above) => engine.objects.kind.get(above) === Kind.CLASS);
}

/** Runs the methods of a class above that no class before it replaces. */
function openMethods(engine: Engine, type: Obj, above: Obj): void {
  const order = ancestry(engine, type);
  const nearer = order.slice(0, order.indexOf(above));
  for (const name of engine.membersOf(above)) {
    if (nearer.some((one) => engine.declared.get(one, name) !== -1)) continue;
    for (const value of engine.flows.objects(engine.field(above, name))) openOne(engine, value, type);
  }
}

function openOne(engine: Engine, value: Obj, type: Obj): void {
  const { objects } = engine;
  if (objects.kind.get(value) === Kind.CONTAINER && (objects.a.get(value) & 255) === Made.PROPERTY) {
    for (const getter of engine.flows.objects(engine.field(value, engine.names.fget)))
      openOne(engine, getter, type);
    return;
  }
  if (objects.kind.get(value) !== Kind.FUNCTION) return;
  const { flags } = engine.fact(objects.a.get(value));
  if ((flags & UnitFlag.METHOD) !== 0 && (flags & UnitFlag.STATIC) === 0)
    open(engine, value, anyOf(engine, type));
}
