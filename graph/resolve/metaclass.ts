import { ancestry, declarerOf } from "./classes.ts";
import type { Engine } from "./engine.ts";
import { Rule } from "./rules.ts";
import { Kind, type Obj } from "./values.ts";

/** A class came to be: its metaclass makes and initialises it (Python), whether named on it or inherited. */
export function runMetaclass(engine: Engine, type: Obj, site: number): void {
  const key = engine.names.__metaclass__;
  engine.hook(engine.field(type, key), (meta) => madeBy(engine, meta, type, site));
  for (const above of ancestry(engine, type).slice(1)) {
    const inherited = engine.knownField(above, key);
    if (inherited === -1 || engine.flows.empty(inherited)) continue;
    for (const meta of engine.flows.objects(inherited)) madeBy(engine, meta, type, site);
    return;
  }
}

function madeBy(engine: Engine, meta: Obj, type: Obj, site: number): void {
  if (engine.objects.kind.get(meta) !== Kind.CLASS) return;
  const rest = [engine.objects.data, engine.objects.data, engine.objects.data].map((object) =>
    engine.holding(object),
  );
  for (const [name, first] of [
    ["__new__", meta],
    ["__init__", type],
  ] as const) {
    const owner = declarerOf(engine, ancestry(engine, meta), engine.names[name]);
    if (owner === undefined) continue;
    const call = engine.call(site, [engine.holding(first), ...rest], engine.flows.make());
    engine.flows.rule(engine.field(owner, engine.names[name]), Rule.CALL, call);
  }
}
