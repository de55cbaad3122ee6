import { ancestry, anyOf, isType } from "./classes.ts";
import type { Engine } from "./engine.ts";
import { Tongue } from "./program.ts";
import { Rule } from "./rules.ts";
import { Kind, type Obj } from "./values.ts";

/** `to` holds the object if it may be of the class that `type` holds: what is declared, cast or asked by `instanceof`. */
export function narrow(engine: Engine, object: Obj, to: number, type: number): void {
  if (engine.objects.kind.get(object) !== Kind.INSTANCE || engine.tongueOf(object) !== Tongue.ECMA) {
    engine.flows.add(to, object);
    return;
  }
  // The class may arrive after its objects, in a circle of modules.
  engine.flows.rule(type, Rule.FITS, to, object);
}

/** A type that the object may be of became known: keeps as much of the object as can be of it. */
export function keepFitting(engine: Engine, object: Obj, type: Obj, to: number): void {
  const { objects, flows } = engine;
  const own = objects.a.get(object);
  if (!isWritten(engine, type) || !isType(engine, own) || own === type) {
    flows.add(to, object);
    return;
  }
  const above = ancestry(engine, own);
  if (above.includes(type)) {
    flows.add(to, object);
    return;
  }
  const around = ancestry(engine, type);
  // Any object of a wider type: those of them that are of this one.
  if (around.includes(own) || !isWritten(engine, own))
    flows.add(to, objects.b.get(object) === 0 ? anyOf(engine, type) : object);
  else if (isOpen(engine, above) || isOpen(engine, around)) flows.add(to, object);
}

/** A class, not an interface: whatever has the members is of an interface, whoever made it. */
function isWritten(engine: Engine, type: Obj): boolean {
  if (!isType(engine, type)) return false;
  const unit = engine.objects.a.get(type);
  const def = engine.fact(unit).def;
  return def === -1 || engine.fileOf(unit).facts.defs[def]?.kind === "class";
}

/** Whether some class among these inherits from what is not known (yet). */
function isOpen(engine: Engine, classes: readonly Obj[]): boolean {
  return classes.some((type) => {
    const kind = engine.objects.kind.get(type);
    if (kind === Kind.OPAQUE || kind === Kind.FUNCTION) return true;
    return (engine.classBases.get(type) ?? []).some((base) => engine.flows.empty(base));
  });
}
