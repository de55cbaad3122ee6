import type { Def, Facts, FindingFact, ImportFact, ParamFact, Unit } from "./facts.ts";
import { Arg, CallFlag, LoadFlag, Op, Param, UnitFlag } from "./ops.ts";

/** A variable of the file under analysis. */
export type Var = number;

export interface Argument {
  kind: number;
  value: Var;
  /** Of a NAMED argument. */
  name?: string;
}

/** Collects the facts of one file. Analyzers call it while they walk the syntax tree; `finish` gives the facts. */
export class Writer {
  readonly defs: Def[] = [];
  readonly units: Unit[] = [];
  readonly imports: ImportFact[] = [];
  readonly findings: FindingFact[] = [];
  /** The unit that ops are written to. */
  unit = 0;
  /** Line and column (1-based, 0-based) stamped on ops; the walker moves it. */
  line = 1;
  column = 0;

  #strings = new Map<string, number>();
  #variables: number[] = [];
  #ops: number[][] = [];
  #names = new Map<string, number>();

  constructor() {
    this.units.push(blankUnit(-1, -1, UnitFlag.NONE));
    this.#ops.push([]);
  }

  string(text: string): number {
    let index = this.#strings.get(text);
    if (index === undefined) {
      index = this.#strings.size;
      this.#strings.set(text, index);
    }
    return index;
  }

  /** A fresh variable of the running unit, or of `unit`. */
  variable(unit: number = this.unit): Var {
    return this.#variables.push(unit) - 1;
  }

  /**
   * Adds a definition and gives its index. `scope` is the qualified name around it ("" at module level); the first of
   * a name keeps it, the next are told apart by `#2`, `#3` in order of appearance.
   */
  define(def: Omit<Def, "qualified">, scope: string): number {
    const plain = scope === "" ? def.name : `${scope}.${def.name}`;
    const key = `${def.type} ${plain}`;
    const nth = (this.#names.get(key) ?? 0) + 1;
    this.#names.set(key, nth);
    return this.defs.push({ ...def, qualified: nth === 1 ? plain : `${plain}#${nth}` }) - 1;
  }

  /** Opens a unit under the running one; write into it with `within`. `result` and, if asked, `self` are made. */
  open(def: number, flags: number, hasSelf = false): number {
    const unit = this.units.push(blankUnit(def, this.unit, flags)) - 1;
    this.#ops.push([]);
    const fact = this.units[unit] as Unit;
    if ((flags & UnitFlag.CLASS) === 0) fact.result = this.variable(unit);
    if (hasSelf || (flags & UnitFlag.CLASS) !== 0) fact.self = this.variable(unit);
    return unit;
  }

  /** Runs `write` with `unit` as the running unit. */
  within<T>(unit: number, write: () => T): T {
    const before = this.unit;
    this.unit = unit;
    try {
      return write();
    } finally {
      this.unit = before;
    }
  }

  /** Adds a parameter to `unit` and gives its variable. `fallback` is a variable of the unit around, or -1. */
  param(unit: number, name: string, kind: number = Param.PLAIN, fallback: Var = -1): Var {
    const fact: ParamFact = { name: this.string(name), variable: this.variable(unit), kind, fallback };
    (this.units[unit] as Unit).params.push(fact);
    return fact.variable;
  }

  copy(to: Var, from: Var): void {
    if (to !== from) this.#emit(Op.COPY, to, from);
  }
  func(unit: number, to: Var = this.variable()): Var {
    return this.#emit(Op.FUNC, to, unit);
  }
  class(unit: number, bases: readonly Var[], to: Var = this.variable()): Var {
    return this.#emit(Op.CLASS, to, unit, bases.length, ...bases);
  }
  make(shape: number, to: Var = this.variable()): Var {
    return this.#emit(Op.NEW, to, shape);
  }
  load(base: Var, name: string, flags: number = LoadFlag.NONE, to: Var = this.variable()): Var {
    return this.#emit(Op.LOAD, to, base, this.string(name), this.line, flags);
  }
  store(base: Var, name: string, from: Var): void {
    this.#emit(Op.STORE, base, this.string(name), from, this.line);
  }
  item(base: Var, key: string, to: Var = this.variable()): Var {
    return this.#emit(Op.ITEM, to, base, this.string(key), this.line);
  }
  put(base: Var, key: string, from: Var): void {
    this.#emit(Op.PUT, base, this.string(key), from, this.line);
  }
  itemBy(base: Var, key: Var, to: Var = this.variable()): Var {
    return this.#emit(Op.ITEMV, to, base, key, this.line);
  }
  putBy(base: Var, key: Var, from: Var): void {
    this.#emit(Op.PUTV, base, key, from, this.line);
  }
  /** A call at the current line and column. Plain arguments may be given as bare variables. */
  call(
    callee: Var,
    args: readonly (Argument | Var)[],
    text: string,
    flags: number = CallFlag.NONE,
    to: Var = this.variable(),
  ): Var {
    const tail: number[] = [];
    for (const arg of args) {
      if (typeof arg === "number") tail.push(Arg.PLAIN, arg);
      else if (arg.kind === Arg.NAMED) tail.push(Arg.NAMED, this.string(arg.name ?? ""), arg.value);
      else tail.push(arg.kind, arg.value);
    }
    return this.#emit(
      Op.CALL,
      to,
      callee,
      this.line,
      this.column,
      flags,
      this.string(shorten(text)),
      args.length,
      ...tail,
    );
  }
  result(from: Var): void {
    this.#emit(Op.RETURN, from);
  }
  yield(from: Var): void {
    this.#emit(Op.YIELD, from);
  }
  iterate(from: Var, to: Var = this.variable()): Var {
    return this.#emit(Op.ITER, to, from, this.line);
  }
  await(from: Var, to: Var = this.variable()): Var {
    return this.#emit(Op.AWAIT, to, from);
  }
  import(specifier: string, to: Var = this.variable()): Var {
    return this.#emit(Op.IMPORT, to, this.string(specifier), this.line);
  }
  from(specifier: string, name: string, to: Var = this.variable()): Var {
    return this.#emit(Op.FROM, to, this.string(specifier), this.string(name), this.line);
  }
  star(specifier: string): void {
    this.#emit(Op.STAR, this.string(specifier), this.line);
  }
  export(name: string, from: Var): void {
    this.#emit(Op.EXPORT, this.string(name), from);
  }
  global(name: string, to: Var = this.variable()): Var {
    return this.#emit(Op.GLOBAL, to, this.string(name), this.line);
  }
  super(self: Var, classUnit: number, to: Var = this.variable()): Var {
    return this.#emit(Op.SUPER, to, self, classUnit);
  }
  constant(value: string, to: Var = this.variable()): Var {
    return this.#emit(Op.CONST, to, this.string(value));
  }
  instance(type: Var, to: Var = this.variable()): Var {
    return this.#emit(Op.INSTANCE, to, type);
  }
  hint(to: Var, from: Var): void {
    this.#emit(Op.HINT, to, from);
  }
  narrow(from: Var, type: Var, to: Var = this.variable()): Var {
    return this.#emit(Op.NARROW, to, from, type);
  }
  throw(from: Var): void {
    this.#emit(Op.THROW, from);
  }
  catch(type: Var, to: Var = this.variable()): Var {
    return this.#emit(Op.CATCH, to, type);
  }

  finish(
    rest: Pick<
      Facts,
      "analyzer" | "language" | "lines" | "sloc" | "mark" | "trouble" | "docstring" | "words" | "package"
    >,
  ): Facts {
    const length = this.#ops.reduce((sum, ops) => sum + ops.length, 0);
    const ops = new Int32Array(length);
    let at = 0;
    this.units.forEach((unit, index) => {
      const own = this.#ops[index] as number[];
      unit.start = at;
      ops.set(own, at);
      at += own.length;
      unit.end = at;
    });
    return {
      ...rest,
      defs: this.defs,
      units: this.units,
      strings: [...this.#strings.keys()],
      variables: Int32Array.from(this.#variables),
      ops,
      imports: this.imports,
      findings: this.findings,
    };
  }

  /** Writes an op into the running unit and gives its first operand, the variable written. */
  #emit(...op: number[]): Var {
    const ops = this.#ops[this.unit] as number[];
    for (const word of op) ops.push(word);
    return op[1] as Var;
  }
}

function blankUnit(def: number, parent: number, flags: number): Unit {
  return { def, parent, flags, params: [], self: -1, result: -1, start: 0, end: 0 };
}

/** Call texts are for reading: one line, at most 80 characters. */
function shorten(text: string): string {
  const line = text.length > 200 ? text.slice(0, 200) : text;
  const flat = line.replace(/\s+/g, " ").trim();
  return flat.length > 80 ? `${flat.slice(0, 79)}…` : flat;
}
