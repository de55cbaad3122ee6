import { LoadFlag } from "../facts/index.ts";
import { inClasses, metaclassMember, PLAIN, superMember } from "./class-members.ts";
import { ancestry, classOf, declarerOf } from "./classes.ts";
import type { Engine } from "./engine.ts";
import { loadFromModule, loadOutside } from "./modules.ts";
import { Tongue } from "./program.ts";
import { ecmaLoad, loadNative } from "./prototypes.ts";
import { Rule } from "./rules.ts";
import { Kind, type Obj } from "./values.ts";

/** `to` holds `object.name`. */
export function load(
  engine: Engine,
  object: Obj,
  to: number,
  name: number,
  flags: number,
  site: number,
): void {
  const { objects, flows } = engine;
  const names = (flags & LoadFlag.TYPE) === 0 ? undefined : engine.alternatives(name);
  if (names !== undefined) {
    loadFirst(engine, object, to, names, flags, site);
    return;
  }
  switch (objects.kind.get(object)) {
    case Kind.OPAQUE:
      flows.add(to, object);
      return;
    case Kind.EXTERNAL:
      loadOutside(engine, object, name, to);
      return;
    case Kind.MODULE:
      moduleMember(engine, object, to, name, flags, site);
      return;
  }
  if (engine.tongueOf(object) === Tongue.ECMA || engine.tongueOfSite(site) === Tongue.ECMA) {
    ecmaLoad(engine, object, engine.lookup(to, name, object, flags, site));
    return;
  }
  classicLoad(engine, object, to, name, flags, site);
}

/** Operators fall back on others (`__iadd__|__add__`): the first that the type has. */
function loadFirst(
  engine: Engine,
  object: Obj,
  to: number,
  names: readonly number[],
  flags: number,
  site: number,
): void {
  for (const name of names) {
    const found = engine.flows.make();
    load(engine, object, found, name, flags, site);
    const type = classOf(engine, object);
    if (
      type === undefined
        ? !engine.flows.empty(found)
        : declarerOf(engine, ancestry(engine, type), name) !== undefined
    ) {
      engine.flows.flow(found, to);
      return;
    }
  }
}

function moduleMember(
  engine: Engine,
  module: Obj,
  to: number,
  name: number,
  flags: number,
  site: number,
): void {
  const found = loadFromModule(engine, module, name, to);
  if (engine.tongueOfSite(site) !== Tongue.ECMA) {
    if (!found) engine.later(() => askModule(engine, module, name, to, site));
    return;
  }
  if (!found && engine.loading) engine.absent.push(module, name, to);
  // CommonJS: names of what was given to module.exports; and that itself as the default.
  const whole = engine.field(module, engine.names["="]);
  const text = engine.program.name(name);
  if (text === "default" && engine.declared.get(module, name) === -1) engine.flows.flow(whole, to);
  else if (text !== "=") engine.flows.rule(whole, Rule.LOAD, to, name, flags, site);
}

/** A module that has no such name may have a function that makes it. */
function askModule(engine: Engine, module: Obj, name: number, to: number, site: number): void {
  const getter = engine.names.__getattr__;
  if (engine.declared.get(module, getter) === -1 || engine.declared.get(module, name) !== -1) return;
  const asked = engine.holding(engine.objects.of(Kind.CONSTANT, name));
  engine.implicitCall(module, name, site, [asked], to, () => engine.field(module, getter));
}

function classicLoad(
  engine: Engine,
  object: Obj,
  to: number,
  name: number,
  flags: number,
  site: number,
): void {
  const { objects, flows } = engine;
  switch (objects.kind.get(object)) {
    case Kind.INSTANCE:
      if (engine.program.name(name) === "__class__") {
        flows.add(to, objects.a.get(object));
        return;
      }
      if ((flags & (LoadFlag.TYPE | LoadFlag.KNOWN)) === 0) flows.flow(engine.field(object, name), to);
      inClasses(engine, ancestry(engine, objects.a.get(object)), {
        type: objects.a.get(object),
        name,
        to,
        receiver: object,
        flags,
        site,
      });
      return;
    case Kind.CLASS:
      if ((flags & LoadFlag.TYPE) !== 0) metaclassMember(engine, object, to, name, flags, site);
      else if (
        !inClasses(engine, ancestry(engine, object), {
          type: object,
          name,
          to,
          receiver: object,
          flags,
          site,
        })
      ) {
        metaclassMember(engine, object, to, name, flags | LoadFlag.TYPE, site);
      }
      return;
    case Kind.SUPER:
      superMember(engine, object, to, name, flags, site);
      return;
    case Kind.FUNCTION:
      // A Java lambda stands for the one method of its interface.
      if (engine.tongueOf(object) === Tongue.JAVA) flows.add(to, object);
      else flows.flow(engine.field(object, name), to);
      return;
    case Kind.BOUND:
      if (engine.tongueOf(object) === Tongue.JAVA) flows.add(to, object);
      else load(engine, objects.a.get(object), to, name, flags, site);
      return;
    case Kind.NATIVE:
      loadOutside(engine, object, name, to);
      return;
    case Kind.CONTAINER:
      flows.flow(engine.field(object, name), to);
      if ((flags & LoadFlag.TYPE) === 0 || !PLAIN.has(engine.program.name(name)))
        loadNative(engine, object, to, name);
      return;
    default:
      loadNative(engine, object, to, name);
  }
}
