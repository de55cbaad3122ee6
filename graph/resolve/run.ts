import { Op, Shape, UnitFlag } from "../facts/index.ts";
import { forgetAncestry } from "./classes.ts";
import type { Engine, Instance } from "./engine.ts";
import { load } from "./members.ts";
import { runMetaclass } from "./metaclass.ts";
import { addStar, moduleOfFile, valuesOf } from "./modules.ts";
import { globalName } from "./names.ts";
import { type ProgramFile, Tongue } from "./program.ts";
import { Rule } from "./rules.ts";
import { next } from "./run-length.ts";
import { store } from "./storing.ts";
import { Kind, type Obj } from "./values.ts";

/** Text that may be a key or the name of a member; any other says nothing about what is called. */
const KEY = /^[\w$.:/*-]{1,40}$/;

/**
 * Runs the ops of one instance. With `eager`, everything is carried to its end after each op, so that modules and
 * class bodies see the world as it is at that line; function bodies only leave their rules.
 */
export function run(engine: Engine, instance: Instance, eager = false): void {
  const unit = engine.unitOf.get(instance);
  const file = engine.fileOf(unit);
  const fact = engine.fact(unit);
  for (let at = fact.start; at < fact.end; ) {
    step(engine, instance, file, at, eager);
    at = next(file.facts.ops, at);
    if (eager) engine.settle();
  }
}

function step(engine: Engine, instance: Instance, file: ProgramFile, at: number, eager: boolean): void {
  const { flows, objects, program } = engine;
  const ops = file.facts.ops;
  const word = (index: number) => ops[at + index] as number;
  const cell = (index: number) => engine.variable(instance, ops[at + index] as number);
  const text = (index: number) => program.stringOf(file, ops[at + index] as number);
  switch (word(0)) {
    case Op.COPY:
      flows.flow(cell(2), cell(1));
      return;
    case Op.FUNC:
      makeFunction(engine, instance, file, word(2), cell(1));
      return;
    case Op.CLASS:
      makeClass(engine, instance, file, at, eager);
      return;
    case Op.NEW:
      flows.add(
        cell(1),
        word(2) === Shape.DATA
          ? objects.data
          : objects.of(Kind.CONTAINER, word(2) + (file.tongue << 8), engine.placeOfOp(instance, at)),
      );
      return;
    case Op.LOAD:
      flows.rule(cell(2), Rule.LOAD, cell(1), text(3), word(5), engine.site(instance, word(4)));
      return;
    case Op.STORE:
      flows.rule(cell(1), Rule.STORE, text(2), cell(3), engine.site(instance, word(4)));
      return;
    case Op.ITEM:
      flows.rule(cell(2), Rule.ITEM, cell(1), text(3), engine.site(instance, word(4)));
      return;
    case Op.PUT:
      flows.rule(cell(1), Rule.PUT, text(2), cell(3), engine.site(instance, word(4)));
      return;
    case Op.ITEMV:
      engine.byKey(Rule.ITEM_BY, cell(2), cell(1), cell(3), engine.site(instance, word(4)));
      return;
    case Op.PUTV:
      engine.byKey(Rule.PUT_BY, cell(1), cell(3), cell(2), engine.site(instance, word(4)));
      return;
    case Op.CALL:
      flows.rule(cell(2), Rule.CALL, engine.opCall(engine.site(instance, word(3)), at, cell(1)));
      return;
    case Op.RETURN:
      result(engine, instance, cell(1));
      return;
    case Op.YIELD:
      if ((engine.fact(engine.unitOf.get(instance)).flags & UnitFlag.GENERATOR) !== 0)
        flows.flow(cell(1), engine.yields(instance));
      return;
    case Op.ITER:
      flows.rule(cell(2), Rule.ITER, cell(1), engine.site(instance, word(3)));
      return;
    case Op.AWAIT:
      flows.rule(cell(2), Rule.AWAIT, cell(1));
      return;
    case Op.GLOBAL:
      globalName(engine, file, text(2), cell(1));
      return;
    case Op.SUPER:
      flows.rule(cell(2), Rule.SUPER, cell(1), classAround(engine, instance, file.units + word(3)));
      return;
    case Op.CONST:
      flows.add(cell(1), KEY.test(program.name(text(2))) ? objects.of(Kind.CONSTANT, text(2)) : objects.data);
      return;
    case Op.INSTANCE:
      flows.rule(cell(2), Rule.INSTANCE, cell(1));
      return;
    case Op.NARROW:
      flows.rule(cell(2), Rule.NARROW, cell(1), cell(3));
      return;
    case Op.HINT:
      engine.hints.push(cell(1), cell(2));
      return;
    case Op.THROW:
      flows.rule(cell(1), Rule.THROWN);
      return;
    case Op.CATCH:
      flows.rule(cell(2), Rule.CAUGHT, cell(1));
      return;
    default:
      moduleStep(engine, instance, file, at);
  }
}

function moduleStep(engine: Engine, instance: Instance, file: ProgramFile, at: number): void {
  const ops = file.facts.ops;
  const own = moduleOfFile(engine, engine.program.byPath.get(file.path) as number);
  const cell = (index: number) => engine.variable(instance, ops[at + index] as number);
  const text = (index: number) => engine.program.stringOf(file, ops[at + index] as number);
  switch (ops[at]) {
    case Op.IMPORT:
      for (const value of imported(engine, file, own, text(2))) engine.flows.add(cell(1), value);
      return;
    case Op.FROM:
      for (const value of imported(engine, file, own, text(2))) {
        load(engine, value, cell(1), text(3), 0, engine.site(instance, ops[at + 4] as number));
      }
      return;
    case Op.STAR:
      for (const value of imported(engine, file, own, text(1))) addStar(engine, own, value);
      return;
    case Op.EXPORT:
      store(engine, own, text(1), cell(2), -1);
  }
}

function imported(engine: Engine, file: ProgramFile, own: Obj, specifier: number): Obj[] {
  const name = engine.program.name(specifier);
  return name === "#self" ? [own] : valuesOf(engine, file, engine.modules(file.path, name));
}

function makeFunction(
  engine: Engine,
  instance: Instance,
  file: ProgramFile,
  local: number,
  to: number,
): void {
  const unit = file.units + local;
  const made = engine.objects.of(Kind.FUNCTION, unit, instance);
  if (engine.functionOf.get(unit) === -1) engine.functionOf.set(unit, made);
  engine.flows.add(to, made);
}

function makeClass(engine: Engine, instance: Instance, file: ProgramFile, at: number, eager: boolean): void {
  const ops = file.facts.ops;
  const unit = file.units + (ops[at + 2] as number);
  const body = engine.shared(unit, instance);
  const type = engine.objects.of(Kind.CLASS, unit, body);
  if (engine.functionOf.get(unit) === -1) engine.functionOf.set(unit, type);
  const bases: number[] = [];
  for (let index = 0; index < (ops[at + 3] as number); index++)
    bases.push(engine.variable(instance, ops[at + 4 + index] as number));
  engine.classBases.set(type, bases);
  for (const base of bases) engine.flows.rule(base, Rule.BASE, type);
  const self = engine.fact(unit).self;
  if (self !== -1) engine.flows.add(engine.variable(body, self), type);
  engine.flows.add(engine.variable(instance, ops[at + 1] as number), type);
  if (eager) engine.settle();
  declareMembers(engine, type, file, unit);
  run(engine, body, eager);
  if (file.tongue !== Tongue.PYTHON) return;
  const def = engine.fact(unit).def;
  runMetaclass(engine, type, engine.site(instance, file.facts.defs[def]?.lines[0] ?? 0));
}

/** A class hides what it defines itself from the start, before its body has been run to the end. */
function declareMembers(engine: Engine, type: Obj, file: ProgramFile, unit: number): void {
  const { self, start, end } = engine.fact(unit);
  const ops = file.facts.ops;
  const prototypes = new Set<number>();
  for (let at = start; at < end; at = next(ops, at)) {
    if (
      ops[at] === Op.LOAD &&
      ops[at + 2] === self &&
      file.facts.strings[ops[at + 3] as number] === "prototype"
    )
      prototypes.add(ops[at + 1] as number);
    if (ops[at] !== Op.STORE) continue;
    const name = engine.program.stringOf(file, ops[at + 2] as number);
    if (ops[at + 1] === self) engine.declare(type, name);
    else if (prototypes.has(ops[at + 1] as number))
      engine.declare(engine.objects.of(Kind.PROTOTYPE, type), name);
  }
}

/** A base of a class became known. */
export function addBase(engine: Engine, type: Obj, base: Obj): void {
  const known = engine.subclasses.get(base);
  if (known === undefined) engine.subclasses.set(base, [type]);
  else known.push(type);
  forgetAncestry(engine, type);
}

/** The class whose body stands around this code. */
function classAround(engine: Engine, instance: Instance, unit: number): Obj {
  let at = instance;
  while (at !== -1 && engine.unitOf.get(at) !== unit) at = engine.environment.get(at);
  const first = engine.functionOf.get(unit);
  return at === -1 && first !== -1 ? first : engine.objects.of(Kind.CLASS, unit, at);
}

function result(engine: Engine, instance: Instance, from: number): void {
  const to = engine.fact(engine.unitOf.get(instance)).result;
  if (to !== -1) engine.flows.flow(from, engine.variable(instance, to));
}
