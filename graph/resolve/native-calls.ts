import { LoadFlag } from "../facts/index.ts";
import { classOf } from "./classes.ts";
import type { Engine } from "./engine.ts";
import { copyEntries } from "./entries.ts";
import type { Cell, NativeCall, NativeTools } from "./natives.ts";
import { Rule } from "./rules.ts";
import { Kind, type Obj } from "./values.ts";

interface Given {
  plain: readonly number[];
  named: ReadonlyMap<string, number>;
  spread: readonly number[];
  flags: number;
}

/** Runs the model of a builtin for one call of it. */
export function runNative(
  engine: Engine,
  call: number,
  name: number,
  tongue: number,
  receiver: Obj,
  given: Given,
): void {
  const native = engine.natives.get(tongue, engine.program.name(name));
  if (native === undefined) return;
  const described: NativeCall = {
    args: given.plain,
    named: given.named,
    spread: given.spread,
    to: engine.callTo.get(call),
    receiver: receiver === -1 ? engine.flows.make() : engine.holding(receiver),
    made: (given.flags & 1) !== 0,
  };
  native(described, toolsOf(engine, call, tongue));
}

function toolsOf(engine: Engine, call: number, tongue: number): NativeTools {
  const { flows, objects, program } = engine;
  const site = engine.callSite.get(call);
  const place = (salt: number) => engine.placeOfCall(call, salt);
  return {
    fresh: () => flows.make(),
    flow: (source, to) => flows.flow(source, to),
    add: (to, object) => flows.add(to, object),
    make(shape, salt = 0) {
      const object = objects.of(Kind.CONTAINER, shape + (tongue << 8), place(salt));
      return { object, cell: engine.holding(object) };
    },
    load: (base, name, to) => flows.rule(base, Rule.LOAD, to, program.id(name), 0, site),
    loadMatching(base, prefix, to) {
      for (const name of namesLike(engine, prefix)) {
        flows.rule(base, Rule.LOAD, to, program.id(name), LoadFlag.TYPE, site);
      }
    },
    store: (base, name, value) => flows.rule(base, Rule.STORE, program.id(name), value, site),
    item: (base, key, to) => flows.rule(base, Rule.ITEM, to, program.id(key), site),
    put: (base, key, value) => flows.rule(base, Rule.PUT, program.id(key), value, site),
    itemBy: (base, key, to) => engine.byKey(Rule.ITEM_BY, base, to, key, site),
    putBy: (base, key, value) => engine.byKey(Rule.PUT_BY, base, value, key, site),
    iterate: (source, to) => flows.rule(source, Rule.ITER, to, site),
    await: (source, to) => flows.rule(source, Rule.AWAIT, to),
    call: (callee, args, to = flows.make()) => flows.rule(callee, Rule.CALL, engine.call(site, args, to)),
    protocol(base, name, args, to = flows.make()) {
      const method = flows.make();
      flows.rule(base, Rule.LOAD, method, program.id(name), LoadFlag.TYPE, site);
      flows.rule(method, Rule.CALL, engine.call(site, args, to));
    },
    kind: (object) => objects.kind.get(object),
    shape: (object) => (objects.kind.get(object) === Kind.CONTAINER ? objects.a.get(object) & 255 : -1),
    callOn(callee, self, args, to = flows.make()) {
      callOn(engine, site, callee, self, args, to);
    },
    create: (type, to) =>
      engine.hook(type, (object) => {
        const kind = objects.kind.get(object);
        if (kind === Kind.CLASS || kind === Kind.FUNCTION)
          flows.add(to, engine.made(object, place(90), call));
      }),
    copyEntries: (source, to) => engine.hook(source, (object) => copyEntries(engine, object, to, site)),
    above: (type, self, to) =>
      engine.hook(type, (object) => {
        if (objects.kind.get(object) === Kind.CLASS) flows.rule(self, Rule.SUPER, to, object);
      }),
    instance: (type, to) => flows.rule(type, Rule.INSTANCE, to),
    typeOf: (source, to) =>
      engine.hook(source, (object) => {
        const type = classOf(engine, object);
        if (type !== undefined) flows.add(to, type);
      }),
    each: (source, then) => engine.hook(source, then),
    textOf: (object) =>
      objects.kind.get(object) === Kind.CONSTANT ? program.name(objects.a.get(object)) : undefined,
    holding: (object) => engine.holding(object),
    native: (name) => objects.of(Kind.NATIVE, program.id(name), tongue),
    data: objects.data,
    opaque: objects.opaque,
  };
}

function callOn(
  engine: Engine,
  site: number,
  callee: Cell,
  self: Cell,
  args: readonly Cell[],
  to: Cell,
): void {
  const { objects, flows } = engine;
  engine.hook(callee, (found) => {
    if (objects.kind.get(found) !== Kind.FUNCTION && objects.kind.get(found) !== Kind.NATIVE) {
      flows.rule(engine.holding(found), Rule.CALL, engine.call(site, args, to));
      return;
    }
    const call = engine.call(site, args, to);
    engine.hook(self, (receiver) =>
      flows.rule(engine.holding(objects.of(Kind.BOUND, found, receiver)), Rule.CALL, call),
    );
    // Without a known `this` the function runs all the same.
    if (flows.empty(self)) flows.rule(engine.holding(found), Rule.CALL, call);
  });
}

/** More names than this say nothing about which one is meant. */
const MOST_NAMES = 400;
const definedNames = new WeakMap<Engine, readonly string[]>();

/** Names of definitions that begin with `prefix`, in order. */
function namesLike(engine: Engine, prefix: string): readonly string[] {
  let names = definedNames.get(engine);
  if (names === undefined) {
    const all = new Set(engine.program.files.flatMap((file) => file.facts.defs.map((def) => def.name)));
    names = [...all].sort();
    definedNames.set(engine, names);
  }
  const found = names.filter((name) => name.startsWith(prefix));
  return found.length > MOST_NAMES ? [] : found;
}
