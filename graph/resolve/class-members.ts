import { LoadFlag } from "../facts/index.ts";
import { ancestry, anyOf, classOf, declarerOf } from "./classes.ts";
import type { Engine, Wanted } from "./engine.ts";
import { loadOutside } from "./modules.ts";
import { Tongue } from "./program.ts";
import { Rule } from "./rules.ts";
import { Kind, type Obj } from "./values.ts";

/** Classes outside that add nothing that a program of ours would call by itself. */
const BARE = new Set([
  "abc.ABC",
  "builtins.object",
  "typing.Generic",
  "typing.Protocol",
  "typing_extensions.Protocol",
  "builtins.Exception",
]);

/** Protocols of lists and dicts that give nothing to call. */
export const PLAIN = new Set([
  "__len__",
  "__bool__",
  "__lt__",
  "__le__",
  "__gt__",
  "__ge__",
  "__str__",
  "__repr__",
  "__format__",
  "__hash__",
]);

/** Looks through classes in order; the first that has the member ends the search. */
export function inClasses(engine: Engine, classes: readonly Obj[], wanted: Wanted, from = 0): boolean {
  const { objects, flows } = engine;
  for (let at = from; at < classes.length; at++) {
    const type = classes[at] as Obj;
    const kind = objects.kind.get(type);
    if (kind === Kind.CLASS) {
      const declared = engine.declared.get(type, wanted.name) !== -1;
      // A member that is set on the class later still arrives: for the class itself, where that happens in practice.
      const member =
        declared || at === from ? engine.field(type, wanted.name) : engine.knownField(type, wanted.name);
      // Go promotes the methods of what is embedded, and runs them on that.
      const receiver =
        at > from && engine.tongueOf(type) === Tongue.GO ? anyOf(engine, type) : wanted.receiver;
      if (member !== -1) flows.rule(member, Rule.BIND, wanted.to, receiver, wanted.flags, wanted.site);
      if (declared) {
        if (receiver !== wanted.receiver) promoted(engine, type, wanted);
        if (engine.leavesOpen(type, receiver)) engine.abstract.push({ ...wanted, type });
        return true;
      }
    } else if (kind === Kind.NATIVE && objects.a.get(type) !== -1) {
      const name = `${bare(engine, type)}.${engine.program.name(wanted.name)}`;
      if (engine.natives.has(Tongue.PYTHON, name)) {
        flows.add(wanted.to, bindNative(engine, name, wanted.receiver));
        return true;
      }
    } else if (
      (wanted.flags & LoadFlag.TYPE) === 0 &&
      !(kind === Kind.EXTERNAL && BARE.has(engine.program.name(objects.a.get(type))))
    ) {
      if (kind === Kind.EXTERNAL) loadOutside(engine, type, wanted.name, wanted.to);
      else flows.add(wanted.to, engine.objects.opaque);
      return true;
    }
  }
  if (fromInterfaces(engine, classes, wanted)) return true;
  lookAgain(engine, classes, wanted);
  if (from === 0) missed(engine, classes, wanted);
  return false;
}

/** What is embedded is a field named like its type: what stands there has the member too. */
function promoted(engine: Engine, type: Obj, { name, receiver, to, flags, site }: Wanted): void {
  const unit = engine.objects.a.get(type);
  const def = engine.fileOf(unit).facts.defs[engine.fact(unit).def];
  if (def === undefined) return;
  engine.flows.rule(engine.field(receiver, engine.program.id(def.name)), Rule.LOAD, to, name, flags, site);
}

/** A class made inside of a function may wait for its base: the search starts anew when that is known. */
function lookAgain(engine: Engine, classes: readonly Obj[], wanted: Wanted): void {
  for (const type of classes) {
    for (const variable of engine.classBases.get(type) ?? []) {
      if (!engine.flows.empty(variable)) continue;
      engine.hook(variable, (base) => inClasses(engine, ancestry(engine, base), wanted));
    }
  }
}

/** Java's default methods and Rust's trait methods. */
function fromInterfaces(engine: Engine, classes: readonly Obj[], wanted: Wanted): boolean {
  let found = false;
  for (const type of classes) {
    const listed = engine.knownField(type, engine.names.__implements__);
    if (listed === -1) continue;
    for (const above of engine.flows.objects(listed)) {
      if (engine.objects.kind.get(above) !== Kind.CLASS || classes.includes(above)) continue;
      if (inClasses(engine, ancestry(engine, above), { ...wanted, flags: wanted.flags | LoadFlag.TYPE }))
        found = true;
    }
  }
  return found;
}

function bare(engine: Engine, native: Obj): string {
  return engine.program.name(engine.objects.a.get(native)).replace("builtins.", "");
}

function bindNative(engine: Engine, name: string, receiver: Obj): Obj {
  const native = engine.objects.of(Kind.NATIVE, engine.program.id(name), Tongue.PYTHON);
  return engine.objects.of(Kind.BOUND, native, receiver);
}

/** Nothing has it: `__getattr__` may, and classes below may. */
function missed(engine: Engine, classes: readonly Obj[], wanted: Wanted): void {
  if ((wanted.flags & (LoadFlag.TYPE | LoadFlag.KNOWN)) !== 0) return;
  if (engine.objects.kind.get(wanted.receiver) === Kind.INSTANCE) {
    const owner = declarerOf(engine, classes, engine.names.__getattr__);
    // What objects keep themselves is there by then: `self.x` inside of `__getattr__` would ask itself.
    if (owner !== undefined) engine.later(() => askGetattr(engine, owner, wanted));
  }
  engine.missed.push(wanted);
}

function askGetattr(engine: Engine, owner: Obj, { type, name, receiver, site, to }: Wanted): void {
  if (ancestry(engine, type).some((above) => engine.kept.get(above, name) !== -1)) return;
  // Where callers are not told apart every name would meet every other.
  const asked = engine.budget.apart
    ? engine.holding(engine.objects.of(Kind.CONSTANT, name))
    : engine.dataCell;
  engine.implicitCall(receiver, name, site, [asked], to, () => {
    const found = engine.flows.make();
    engine.flows.rule(
      engine.field(owner, engine.names.__getattr__),
      Rule.BIND,
      found,
      receiver,
      LoadFlag.NONE,
      site,
    );
    return found;
  });
}

/** A member looked for above found in subclasses instead: what an abstract class leaves to those that complete it. */
export function loadBelow(engine: Engine, wanted: Wanted, most: number): void {
  const name = wanted.name;
  const below: Obj[] = [];
  const seen = new Set<Obj>([wanted.type]);
  for (const type of seen) {
    for (const subclass of engine.subclasses.get(type) ?? []) seen.add(subclass);
    if (type !== wanted.type && engine.declared.get(type, name) !== -1) below.push(type);
    if (seen.size > 500) return;
  }
  if (below.length > most) return;
  for (const type of below) {
    engine.flows.rule(
      engine.field(type, name),
      Rule.BIND,
      wanted.to,
      anyOf(engine, type),
      wanted.flags,
      wanted.site,
    );
  }
}

/** Operators on a class itself are looked up on its metaclass. */
export function metaclassMember(
  engine: Engine,
  type: Obj,
  to: number,
  name: number,
  flags: number,
  site: number,
): void {
  const key = engine.names.__metaclass__;
  for (const ancestor of ancestry(engine, type)) {
    const meta = engine.knownField(ancestor, key);
    // A class that names none has that of the class above.
    if (meta === -1 || engine.flows.empty(meta)) continue;
    for (const object of engine.flows.objects(meta)) {
      inClasses(engine, ancestry(engine, object), { type: object, name, to, receiver: type, flags, site });
    }
    return;
  }
}

export function superMember(
  engine: Engine,
  object: Obj,
  to: number,
  name: number,
  flags: number,
  site: number,
): void {
  const { objects } = engine;
  const type = objects.a.get(object);
  const self = objects.b.get(object);
  const own = classOf(engine, self) ?? self;
  const classes = ancestry(engine, own);
  const at = classes.indexOf(type);
  const order = at === -1 ? ancestry(engine, type) : classes;
  const wanted = { type, name, to, receiver: self, flags, site };
  if (inClasses(engine, order, wanted, Math.max(at, 0) + 1)) return;
  for (const base of objects.kind.get(self) === Kind.CLASS ? ["type", "object"] : ["object"]) {
    const native = `${base}.${engine.program.name(name)}`;
    if (engine.natives.has(Tongue.PYTHON, native)) {
      engine.flows.add(to, bindNative(engine, native, self));
      return;
    }
  }
}
