import { Arg, CallFlag, type Facts, Op, UnitFlag } from "../facts/index.ts";
import type { ResolvedEdge } from "./edge.ts";
import type { Engine, Instance } from "./engine.ts";
import type { ProgramFile } from "./program.ts";
import { next } from "./run-length.ts";
import { Kind, type Obj } from "./values.ts";

/** More values than this under one name: which of them is meant is not said. */
const MOST_MEANT = 3;

interface Target {
  file: number;
  def: number;
}

/** A use of a value other than calling it. */
interface Use extends Operand {
  line: number;
  /** Not where the value was defined. */
  apart: boolean;
}

/** A variable that an op uses, and what it is stored as if it is. */
interface Operand {
  variable: number;
  stored: string;
}

/**
 * Functions, methods and classes that are named without being called: returned, stored, passed, taken as a type. Without
 * these nothing would be known to use a function that is handed around and called by others.
 */
export class Mentions {
  readonly #engine: Engine;
  /** Some instance of each unit: what a name means there is the same in all. */
  readonly #instances = new Map<number, Instance>();

  constructor(engine: Engine) {
    this.#engine = engine;
    for (let at = 0; at < engine.unitOf.length; at++) {
      const unit = engine.unitOf.get(at);
      if (!this.#instances.has(unit)) this.#instances.set(unit, at);
    }
  }

  /** One edge for each definition that a definition names, if none of `edges` leads there already. */
  of(file: ProgramFile, edges: readonly ResolvedEdge[]): ResolvedEdge[] {
    const index = this.#engine.program.byPath.get(file.path) as number;
    const held = heldIn(file.facts);
    const seen = new Set(edges.map((edge) => `${edge.from} ${edge.file} ${edge.def}`));
    const found: ResolvedEdge[] = [];
    file.facts.units.forEach((unit, at) => {
      if ((unit.flags & UnitFlag.TYPE) !== 0) return;
      const from = ownerOf(file.facts, unit);
      for (const use of usesIn(file.facts, unit)) {
        const own = held.defined.get(use.variable);
        const meant =
          own === undefined
            ? this.#meant(file.units + at, use.variable, held.asked.get(use.variable))
            : [{ file: index, def: own }];
        for (const target of meant) {
          const key = `${from} ${target.file} ${target.def}`;
          if (seen.has(key) || !this.#tells(use, target, { file: index, def: from })) continue;
          seen.add(key);
          found.push(reference(from, use.line, target));
        }
      }
    });
    return found;
  }

  /** Whether to be named there says something of a definition. */
  #tells(use: Use, target: Target, from: Target): boolean {
    const { facts } = this.#engine.program.files[target.file] as ProgramFile;
    const def = facts.defs[target.def];
    if (def === undefined || def.kind === "lambda") return false;
    if (target.file === from.file && target.def === from.def) return false;
    // What a definition does by itself: a method is put on its class, a function on its object.
    if (use.stored === def.name && !use.apart) return false;
    // In other languages than Python a class is mostly named as a type, at every other line.
    return def.type !== "class" || facts.language === "python";
  }

  /** The definitions of that very name that a variable holds. */
  #meant(unit: number, variable: number, name: string | undefined): Target[] {
    const instance = name === undefined ? undefined : this.#instances.get(unit);
    if (instance === undefined) return [];
    const engine = this.#engine;
    const found: Target[] = [];
    for (const object of engine.flows.objects(engine.variable(instance, variable))) {
      const bound = engine.objects.kind.get(object) === Kind.BOUND;
      const target = this.#definition(bound ? engine.objects.a.get(object) : object, name as string);
      if (target !== undefined) found.push(target);
    }
    return found.length > MOST_MEANT ? [] : found;
  }

  #definition(object: Obj, name: string): Target | undefined {
    const engine = this.#engine;
    const kind = engine.objects.kind.get(object);
    if (kind !== Kind.FUNCTION && kind !== Kind.CLASS) return undefined;
    const unit = engine.objects.a.get(object);
    const { def } = engine.fact(unit);
    if (def === -1 || engine.fileOf(unit).facts.defs[def]?.name !== name) return undefined;
    return { file: engine.program.unitFile.get(unit), def };
  }
}

function reference(from: number, line: number, target: Target): ResolvedEdge {
  return { from, type: "REFERENCES", line, confidence: "exact", ...target, outside: "", kind: "" };
}

/** The uses in one unit, in order. */
function* usesIn({ ops, strings, defs, language }: Facts, unit: Facts["units"][number]): Generator<Use> {
  const inClass = (unit.flags & UnitFlag.CLASS) !== 0;
  let line = defs[unit.def]?.lines[0] ?? 1;
  let before = 0;
  for (let at = unit.start; at < unit.end; before = ops[at] as number, at = next(ops, at)) {
    const op = ops[at] as number;
    const place = LINES[op];
    if (place !== undefined) line = ops[at + place] as number;
    // A function is an expression in other languages than Python: what directly follows gives it its name.
    const apart = !inClass && (language === "python" || before !== Op.FUNC);
    for (const use of usesAt(ops, strings, at)) yield { ...use, line, apart };
  }
}

/** Where the line of an op stands, and the name it asks for. */
const LINES: Readonly<Record<number, number>> = {
  [Op.LOAD]: 4,
  [Op.STORE]: 4,
  [Op.ITEM]: 4,
  [Op.PUT]: 4,
  [Op.CALL]: 3,
  [Op.FROM]: 4,
  [Op.GLOBAL]: 3,
};
const NAMES: Readonly<Record<number, number>> = { [Op.LOAD]: 3, [Op.FROM]: 3, [Op.GLOBAL]: 2 };

/** Variables that hold a definition of this file, as it is or decorated, and those that were asked for by a name. */
function heldIn({ ops, units, strings }: Facts): {
  defined: Map<number, number>;
  asked: Map<number, string>;
} {
  const defined = new Map<number, number>();
  const asked = new Map<number, string>();
  const set = (to: number, def: number | undefined): void => {
    if (def !== undefined && def !== -1 && !defined.has(to)) defined.set(to, def);
  };
  for (const unit of units) {
    for (let at = unit.start; at < unit.end; at = next(ops, at)) {
      const op = ops[at] as number;
      const to = ops[at + 1] as number;
      const naming = NAMES[op];
      if (naming !== undefined) asked.set(to, strings[ops[at + naming] as number] as string);
      if (op === Op.FUNC || op === Op.CLASS) set(to, units[ops[at + 2] as number]?.def);
      else if (op === Op.CALL && isDecorator(ops, at)) set(to, defined.get(ops[at + 9] as number));
      if (op !== Op.COPY) continue;
      const from = ops[at + 2] as number;
      set(to, defined.get(from));
      const name = asked.get(from);
      if (name !== undefined && !asked.has(to)) asked.set(to, name);
    }
  }
  return { defined, asked };
}

function isDecorator(ops: Int32Array, at: number): boolean {
  return ((ops[at + 5] as number) & CallFlag.DECORATOR) !== 0;
}

function usesAt(ops: Int32Array, strings: readonly string[], at: number): Operand[] {
  const use = (place: number, stored = ""): Operand => ({ variable: ops[at + place] as number, stored });
  switch (ops[at]) {
    case Op.RETURN:
    case Op.YIELD:
    case Op.THROW:
      return [use(1)];
    case Op.LOAD:
    case Op.ITEM:
    case Op.ITER:
    case Op.INSTANCE:
    case Op.CATCH:
    case Op.HINT:
      return [use(2)];
    case Op.NARROW:
      return [use(3)];
    case Op.ITEMV:
    case Op.PUTV:
      return [use(2), use(3)];
    case Op.STORE:
      return [use(1), use(3, strings[ops[at + 2] as number])];
    case Op.PUT:
      return [use(3, strings[ops[at + 2] as number])];
    case Op.CALL:
      return isDecorator(ops, at) ? [] : argumentsAt(ops, at);
    default:
      return [];
  }
}

function argumentsAt(ops: Int32Array, at: number): Operand[] {
  const found: Operand[] = [];
  for (let left = ops[at + 7] as number, place = at + 8; left > 0; left--) {
    const named = ops[place] === Arg.NAMED;
    found.push({ variable: ops[place + (named ? 2 : 1)] as number, stored: "" });
    place += named ? 3 : 2;
  }
  return found;
}

function ownerOf(facts: Facts, unit: Facts["units"][number]): number {
  let at = unit;
  while (at.def === -1 && at.parent !== -1) at = facts.units[at.parent] as typeof unit;
  return at.def;
}
