import { LoadFlag, UnitFlag } from "../facts/index.ts";
import { argumentsOf } from "./arguments.ts";
import { ancestry, declarerOf } from "./classes.ts";
import { protocol } from "./containers.ts";
import type { Engine } from "./engine.ts";
import { enter } from "./entering.ts";
import { load } from "./members.ts";
import { Tongue } from "./program.ts";
import { Reach } from "./reach.ts";
import { Rule } from "./rules.ts";
import { Kind, type Obj } from "./values.ts";

/** A class is called: its metaclass, `__new__` and constructor run. */
export function instantiate(engine: Engine, call: number, type: Obj): void {
  const { flows } = engine;
  const to = engine.callTo.get(call);
  const site = engine.callSite.get(call);
  const made = engine.made(type, engine.placeOfCall(call), call);
  if (engine.tongueOf(type) === Tongue.ECMA) {
    flows.add(to, made);
    construct(engine, call, type, made, "constructor", LoadFlag.BIND);
    return;
  }
  const meta = flows.make();
  load(engine, type, meta, engine.names.__call__, LoadFlag.TYPE, site);
  flows.rule(meta, Rule.CALL, call);
  if (!flows.empty(meta) || metaclassCalls(engine, type)) return;
  build(engine, call, type, made);
}

function metaclassCalls(engine: Engine, type: Obj): boolean {
  const key = engine.names.__metaclass__;
  const name = engine.names.__call__;
  for (const ancestor of ancestry(engine, type)) {
    const meta = engine.knownField(ancestor, key);
    if (meta === -1 || engine.flows.empty(meta)) continue;
    return engine.flows
      .objects(meta)
      .some((object) => declarerOf(engine, ancestry(engine, object), name) !== undefined);
  }
  return false;
}

/** What `type.__call__` does: `__new__`, then `__init__` on what came out. */
export function build(engine: Engine, call: number, type: Obj, made: Obj): void {
  const { flows } = engine;
  const to = engine.callTo.get(call);
  const name = engine.names.__new__;
  const owner = declarerOf(engine, ancestry(engine, type), name);
  if (owner === undefined) {
    flows.add(to, made);
    construct(engine, call, type, made, "__init__", LoadFlag.TYPE);
    return;
  }
  const fresh = flows.make();
  engine.hook(engine.field(owner, name), (maker) => {
    if (engine.objects.kind.get(maker) !== Kind.FUNCTION) return;
    engine.reached(call, Reach.OURS, maker);
    enter(engine, call, maker, type, argumentsOf(engine, call), fresh);
  });
  flows.flow(fresh, to);
  flows.rule(fresh, Rule.MADE, call, type);
}

/** An object came out of `__new__`: `__init__` runs if it is of the class. */
export function initialise(engine: Engine, call: number, type: Obj, made: Obj): void {
  const { objects } = engine;
  if (objects.kind.get(made) !== Kind.INSTANCE) return;
  const own = objects.a.get(made);
  if (own !== type && !ancestry(engine, own).includes(type)) return;
  construct(engine, call, own, made, "__init__", LoadFlag.TYPE);
}

function construct(engine: Engine, call: number, type: Obj, made: Obj, name: string, flags: number): void {
  const starter = engine.flows.make();
  load(engine, made, starter, engine.program.id(name), flags, engine.callSite.get(call));
  engine.reached(call, Reach.MADE, type);
  engine.hook(starter, (found) => {
    const { objects } = engine;
    const bound = objects.kind.get(found) === Kind.BOUND ? objects.a.get(found) : found;
    if (objects.kind.get(bound) !== Kind.FUNCTION) return;
    if ((engine.fact(objects.a.get(bound)).flags & UnitFlag.TYPE) === 0)
      engine.reached(call, Reach.OURS, bound);
    // What a dataclass writes for its author ends with this.
    else protocol(engine, made, "__post_init__", [], engine.flows.make(), engine.callSite.get(call));
    enter(engine, call, bound, made, argumentsOf(engine, call), engine.flows.make());
  });
  if (engine.tongueOf(type) === Tongue.GO)
    for (const value of argumentsOf(engine, call).plain) engine.flows.flow(value, engine.callTo.get(call));
}
