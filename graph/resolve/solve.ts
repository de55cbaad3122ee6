import { UnitFlag } from "../facts/index.ts";
import { bind, runSetter } from "./binding.ts";
import { apply, instanceOf } from "./calls.ts";
import { loadBelow } from "./class-members.ts";
import { initialise } from "./construction.ts";
import { awaited, iterate, keyText, loadItem, storeItem } from "./containers.ts";
import { type Budget, Engine, KEYS } from "./engine.ts";
import { linkImplementers } from "./implementers.ts";
import { openInherited } from "./inherited.ts";
import { load } from "./members.ts";
import { loadFromModule } from "./modules.ts";
import { keepFitting, narrow } from "./narrow.ts";
import type { Natives } from "./natives.ts";
import { openAll } from "./opening.ts";
import { importOrder } from "./order.ts";
import { type Modules, type Program, Tongue } from "./program.ts";
import { ecmaBind, ecmaLoad } from "./prototypes.ts";
import { Rule } from "./rules.ts";
import { addBase, run } from "./run.ts";
import { store } from "./storing.ts";
import { caught, thrown } from "./throwing.ts";
import { Kind, type Obj } from "./values.ts";

/** Rounds in which what is still unknown takes its hints. */
const ROUNDS = 3;
/** An abstract method with more completions than this says nothing about which one runs. */
const MOST_BELOW = 6;

/** How much keeping calls apart may cost: all a small program needs, a share of a large one. */
export function budgetFor(words: number): Budget {
  const work = 200_000 + words * 4;
  if (words < 40_000)
    return {
      work,
      depth: 6,
      unit: 4_000,
      words: 400_000,
      copies: 200,
      places: 500,
      wide: 60,
      most: 200,
      lists: 60,
      apart: true,
    };
  if (words < 400_000)
    return {
      work,
      depth: 3,
      unit: 400,
      words,
      copies: 12,
      places: 8,
      wide: 8,
      most: 60,
      lists: 24,
      apart: false,
    };
  return {
    work,
    depth: 2,
    unit: 160,
    words: Math.floor(words / 2),
    copies: 8,
    places: 8,
    wide: 6,
    most: 48,
    lists: 24,
    apart: false,
  };
}

export interface SolveOptions {
  /** Whether functions of a file are run though nobody calls them. */
  opens?: (file: number) => boolean;
  progress?: (done: number, total: number) => void;
}

/** Runs a whole program: modules in the order of their imports, then whatever nobody called, then hints. */
export function solve(
  program: Program,
  modules: Modules,
  natives: Natives,
  options: SolveOptions = {},
): Engine {
  const words = program.files.reduce((sum, file) => sum + file.facts.ops.length, 0);
  const engine = new Engine(program, modules, natives, budgetFor(words), fire, run);
  noteAccessors(engine);
  const order = importOrder(program, modules);
  order.forEach((file, index) => {
    const unit = (program.files[file] as Program["files"][number]).units;
    run(engine, engine.shared(unit, -1), true);
    options.progress?.(index + 1, order.length);
  });
  takeAbsent(engine);
  openAll(engine, options.opens ?? (() => true));
  openInherited(engine, options.opens ?? (() => true));
  linkImplementers(engine);
  for (engine.phase = 1; engine.phase <= ROUNDS; engine.phase++) {
    if (!takeHints(engine)) break;
  }
  return engine;
}

/**
 * Imports are bindings, not values: in a circle of modules a name may come through `export *` of a module that ran
 * after the one that imports it.
 */
function takeAbsent(engine: Engine): void {
  engine.loading = false;
  const absent = engine.absent.splice(0);
  for (let at = 0; at < absent.length; at += 3) {
    const [module, name, to] = absent.slice(at, at + 3) as [Obj, number, number];
    loadFromModule(engine, module, name, to);
  }
  engine.settle();
}

function noteAccessors(engine: Engine): void {
  for (const file of engine.program.files) {
    for (const unit of file.facts.units) {
      if ((unit.flags & (UnitFlag.GETTER | UnitFlag.SETTER)) === 0 || unit.def === -1) continue;
      engine.accessors.add(engine.program.id(file.facts.defs[unit.def]?.name ?? ""));
    }
  }
}

/** Where nothing is known, annotations, unknown keys and subclasses are taken. False when there was nothing to take. */
function takeHints(engine: Engine): boolean {
  const before = engine.flows.moved;
  const { flows } = engine;
  const open: number[] = [];
  for (let at = 0; at < engine.hints.length; at += 2) {
    if (unknown(engine, engine.hints[at] as number))
      open.push(engine.hints[at] as number, engine.hints[at + 1] as number);
  }
  for (let at = 0; at < open.length; at += 2) flows.flow(open[at + 1] as number, open[at] as number);
  engine.settle();
  for (const access of engine.keyed.splice(0)) engine.pending.push(access);
  takeAnyKey(engine);
  for (const wanted of engine.abstract.splice(0)) {
    if (onlyDeclared(engine, wanted.to)) loadBelow(engine, wanted, MOST_BELOW);
  }
  for (const wanted of engine.missed.splice(0)) {
    if (unknown(engine, wanted.to)) loadBelow(engine, wanted, MOST_BELOW);
  }
  engine.settle();
  return flows.moved > before;
}

/** Whether nothing with a body was found: what really flows in says more than all that could. */
function onlyDeclared(engine: Engine, variable: number): boolean {
  const { objects } = engine;
  return engine.flows.objects(variable).every((object) => {
    const value = objects.kind.get(object) === Kind.BOUND ? objects.a.get(object) : object;
    return (
      objects.kind.get(value) !== Kind.FUNCTION ||
      (engine.fact(objects.a.get(value)).flags & UnitFlag.DECLARED) !== 0
    );
  });
}

function unknown(engine: Engine, variable: number): boolean {
  return engine.flows.objects(variable).every((object) => object === engine.objects.opaque);
}

/** Accesses by a key of which nothing became known read and write any element. */
function takeAnyKey(engine: Engine): void {
  const any = engine.names["*"];
  const pending = engine.pending.splice(0);
  for (let at = 0; at < pending.length; at += 5) {
    const [rule, base, value, key, site] = pending.slice(at, at + 5) as [
      number,
      number,
      number,
      number,
      number,
    ];
    if (engine.flows.objects(key).some((object) => keyText(engine, object) !== -1)) continue;
    if (rule === Rule.ITEM_BY) engine.flows.rule(base, Rule.ITEM, value, any, site);
    else engine.flows.rule(base, Rule.PUT, any, value, site);
  }
  engine.settle();
}

function fire(engine: Engine, kind: number, object: Obj, a: number, b: number, c: number, d: number): void {
  const { flows, objects } = engine;
  switch (kind) {
    case Rule.LOAD:
      load(engine, object, a, b, c, d);
      return;
    case Rule.STORE:
      store(engine, object, a, b, c);
      return;
    case Rule.BIND:
      if (engine.tongueOf(object) === Tongue.ECMA) ecmaBind(engine, object, a, b, c, d);
      else bind(engine, object, a, b, c, d);
      return;
    case Rule.CHAIN:
      ecmaLoad(engine, object, a);
      return;
    case Rule.ITEM:
      loadItem(engine, object, a, b, c);
      return;
    case Rule.PUT:
      storeItem(engine, object, a, b, c);
      return;
    case Rule.ITEM_BY:
      flows.rule(b, Rule.KEY_ITEM, a, object, c);
      return;
    case Rule.PUT_BY:
      flows.rule(b, Rule.KEY_PUT, a, object, c);
      return;
    case Rule.KEY_ITEM:
      if (keyText(engine, object) !== -1) loadItem(engine, b, a, objects.a.get(object), c);
      else if (object === objects.data) loadItem(engine, b, a, engine.names["*"], c);
      return;
    case Rule.KEY_PUT:
      if (keyText(engine, object) !== -1) storeItem(engine, b, objects.a.get(object), a, c);
      // Iterating over a dict gives its keys, whatever they are.
      else if (objects.kind.get(b) === Kind.CONTAINER) flows.add(engine.field(b, engine.names[KEYS]), object);
      return;
    case Rule.ITER:
      iterate(engine, object, a, b);
      return;
    case Rule.AWAIT:
      awaited(engine, object, a);
      return;
    case Rule.CALL:
      apply(engine, a, object);
      return;
    case Rule.INSTANCE:
      instanceOf(engine, object, a);
      return;
    case Rule.NARROW:
      narrow(engine, object, a, b);
      return;
    case Rule.FITS:
      keepFitting(engine, b, object, a);
      return;
    case Rule.SUPER:
      flows.add(a, objects.of(Kind.SUPER, b, object));
      return;
    case Rule.SETTER:
      runSetter(engine, object, a, b, c);
      return;
    case Rule.MADE:
      initialise(engine, a, b, object);
      return;
    case Rule.HOOK:
      (engine.hooks[a] as (object: Obj) => void)(object);
      return;
    case Rule.THROWN:
      thrown(engine, object);
      return;
    case Rule.CAUGHT:
      caught(engine, object, a);
      return;
    case Rule.BASE:
      addBase(engine, a, object);
  }
}
