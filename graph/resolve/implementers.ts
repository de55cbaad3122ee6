import { UnitFlag } from "../facts/index.ts";
import { ancestry } from "./classes.ts";
import type { Engine } from "./engine.ts";
import { Tongue } from "./program.ts";
import { Kind, type Obj } from "./values.ts";

/** An interface with more methods than this is compared by its first ones only to find candidates. */
const MOST_TYPES = 20_000;

/**
 * Notes who completes an interface, so that a call through it can reach them: in Java what says so (`implements`), in
 * Go whatever has all its methods. Go's are also kept as what the type implements.
 */
export function linkImplementers(engine: Engine): void {
  const go: Obj[] = [];
  for (const type of engine.classBases.keys()) {
    const tongue = engine.tongueOf(type);
    if (tongue === Tongue.JAVA || tongue === Tongue.RUST) linkDeclared(engine, type);
    else if (tongue === Tongue.GO) go.push(type);
  }
  if (go.length > 0 && go.length <= MOST_TYPES) linkByMethods(engine, go);
}

function linkDeclared(engine: Engine, type: Obj): void {
  const listed = engine.knownField(type, engine.names.__implements__);
  if (listed === -1) return;
  for (const above of engine.flows.objects(listed)) {
    if (engine.objects.kind.get(above) === Kind.CLASS && above !== type) link(engine, type, above);
  }
}

function link(engine: Engine, type: Obj, above: Obj): void {
  const known = engine.subclasses.get(above);
  if (known === undefined) engine.subclasses.set(above, [type]);
  else if (!known.includes(type)) known.push(type);
}

function linkByMethods(engine: Engine, types: readonly Obj[]): void {
  const methods = new Map(types.map((type) => [type, methodsOf(engine, type)]));
  const holders = new Map<string, Obj[]>();
  for (const type of types) {
    if (isInterface(engine, type)) continue;
    for (const name of methods.get(type) ?? []) {
      const known = holders.get(name);
      if (known === undefined) holders.set(name, [type]);
      else known.push(type);
    }
  }
  const key = engine.names.__implements__;
  for (const above of types) {
    if (!isInterface(engine, above)) continue;
    const wanted = [...(methods.get(above) ?? [])];
    const rarest = wanted
      .map((name) => holders.get(name) ?? [])
      .sort((left, right) => left.length - right.length)[0];
    for (const type of rarest ?? []) {
      if (!wanted.every((name) => methods.get(type)?.has(name))) continue;
      link(engine, type, above);
      engine.flows.add(engine.field(type, key), above);
    }
  }
}

function isInterface(engine: Engine, type: Obj): boolean {
  const unit = engine.objects.a.get(type);
  const def = engine.fact(unit).def;
  return def !== -1 && engine.fileOf(unit).facts.defs[def]?.kind === "interface";
}

/** Names of the methods of a type, those of what it embeds included. */
function methodsOf(engine: Engine, type: Obj): Set<string> {
  const names = new Set<string>();
  for (const above of ancestry(engine, type)) {
    for (const name of engine.membersOf(above)) {
      if (engine.flows.objects(engine.field(above, name)).some((value) => isMethod(engine, value)))
        names.add(engine.program.name(name));
    }
  }
  return names;
}

function isMethod(engine: Engine, value: Obj): boolean {
  if (engine.objects.kind.get(value) !== Kind.FUNCTION) return false;
  return (engine.fact(engine.objects.a.get(value)).flags & (UnitFlag.METHOD | UnitFlag.DECLARED)) !== 0;
}
