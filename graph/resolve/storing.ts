import { ancestry, anyOf, declarerOf } from "./classes.ts";
import { ALL, type Engine, KEYS } from "./engine.ts";
import { Tongue } from "./program.ts";
import { ecmaStore } from "./prototypes.ts";
import { Rule } from "./rules.ts";
import { Kind, type Obj } from "./values.ts";

/** `object.name = from`. */
export function store(engine: Engine, object: Obj, name: number, from: number, site: number): void {
  const { objects, flows } = engine;
  const kind = objects.kind.get(object);
  if (
    kind === Kind.OPAQUE ||
    kind === Kind.DATA ||
    kind === Kind.CONSTANT ||
    kind === Kind.EXTERNAL ||
    kind === Kind.NATIVE
  )
    return;
  if (kind === Kind.SUPER) {
    store(engine, objects.b.get(object), name, from, site);
    return;
  }
  flows.flow(from, engine.field(object, name));
  if (kind === Kind.CLASS || kind === Kind.PROTOTYPE || kind === Kind.MODULE) engine.declare(object, name);
  if (kind === Kind.CONTAINER) storeOnContainer(engine, object, name, from, site);
  if (kind === Kind.INSTANCE) storeOnInstance(engine, object, name, from, site);
  else noteHome(engine, object, from);
}

function storeOnContainer(engine: Engine, object: Obj, name: number, from: number, site: number): void {
  engine.flows.flow(from, engine.field(object, engine.names[ALL]));
  if (engine.tongueOf(object) !== Tongue.ECMA) return;
  engine.declare(object, name);
  engine.flows.add(engine.field(object, engine.names[KEYS]), engine.objects.of(Kind.CONSTANT, name));
  if (engine.accessors.has(name)) ecmaStore(engine, object, name, from, site);
}

function storeOnInstance(engine: Engine, object: Obj, name: number, from: number, site: number): void {
  const type = engine.objects.a.get(object);
  if (engine.tongueOf(object) === Tongue.ECMA) {
    if (engine.accessors.has(name)) ecmaStore(engine, object, name, from, site);
    if (engine.objects.b.get(object) !== 0) engine.flows.flow(from, engine.field(anyOf(engine, type), name));
    return;
  }
  engine.kept.add(type, name);
  const classes = ancestry(engine, type);
  for (const ancestor of classes) {
    if (engine.objects.kind.get(ancestor) !== Kind.CLASS) continue;
    const any = anyOf(engine, ancestor);
    if (any !== object) engine.flows.flow(from, engine.field(any, name));
  }
  const owner = declarerOf(engine, classes, name);
  if (owner !== undefined) engine.flows.rule(engine.field(owner, name), Rule.SETTER, from, object, site);
}

/** A function that nobody calls is later run as a member of the first thing it was put on. */
function noteHome(engine: Engine, object: Obj, from: number): void {
  for (const value of engine.flows.objects(from)) {
    if (engine.objects.kind.get(value) !== Kind.FUNCTION) continue;
    const unit = engine.objects.a.get(value);
    if (engine.homeOf.get(unit) === -1) engine.homeOf.set(unit, object);
  }
}
