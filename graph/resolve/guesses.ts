import { Arg, Op, Param, UnitFlag } from "../facts/index.ts";
import { folderOf } from "../folder.ts";
import type { Engine } from "./engine.ts";
import { importedPaths } from "./imports.ts";
import { type ProgramFile, Tongue } from "./program.ts";

/** Methods that values of the language and of common libraries have too: their name says nothing about whose they are. */
const COMMON = new Set(
  (
    "get set add append pop update items keys values read write close open run start stop join split strip format encode decode copy clear remove insert " +
    "extend index count sort reverse find replace match search group groups send recv connect execute commit fetch next map filter reduce forEach push then " +
    "catch finally on off once emit call apply bind test exec toString slice concat has delete size length includes indexOf trim save load create delete " +
    "render parse flush seek tell info debug warning warn error log fail exit wait put post patch head setdefault discard union total_seconds isoformat " +
    "strftime lower upper startswith endswith startsWith endsWith fileno readline readlines acquire release notify submit result cancel done name type main " +
    "setup teardown setUp tearDown dispatch subscribe unsubscribe dispose destroy reset init handle process build make check validate resolve reject next_ " +
    "iter values entries every some fill flat flatMap shift unshift splice charAt charCodeAt substr substring toLowerCase toUpperCase json text blob abort"
  ).split(" "),
);

export interface Guess {
  file: number;
  def: number;
}

interface Method extends Guess {
  least: number;
  most: number;
}

/** Methods by name, for calls on values of which nothing is known. Only a name that one class of the repository has counts. */
export class Guesses {
  readonly #engine: Engine;
  readonly #methods = new Map<string, Method | undefined>();
  readonly #imported = new Map<ProgramFile, ReadonlySet<string>>();

  constructor(engine: Engine) {
    this.#engine = engine;
    engine.program.files.forEach((file, index) => {
      if (file.tongue !== Tongue.PYTHON && file.tongue !== Tongue.ECMA) return;
      for (const unit of file.facts.units) {
        if ((unit.flags & UnitFlag.METHOD) === 0 || unit.def === -1) continue;
        const def = file.facts.defs[unit.def];
        if (def === undefined || def.kind === "property" || COMMON.has(def.name) || def.name.startsWith("__"))
          continue;
        this.#methods.set(
          def.name,
          this.#methods.has(def.name) ? undefined : methodOf(index, unit, file.tongue),
        );
      }
    });
  }

  /** The one method that a call at `at` can mean by its name and number of arguments. */
  of(file: ProgramFile, at: number, load: number): Guess | undefined {
    const { ops, strings } = file.facts;
    if (ops[load] !== Op.LOAD) return undefined;
    const name = strings[ops[load + 3] as number] as string;
    const method = name.length < 4 ? undefined : this.#methods.get(name);
    if (method === undefined || !this.#knows(file, method)) return undefined;
    const given = argumentsAt(ops, at);
    if (given.spread) return method;
    // JavaScript passes what it has; a parameter too many or too few is no error there.
    const fits = given.count <= method.most && (file.tongue === Tongue.ECMA || given.count >= method.least);
    return fits ? method : undefined;
  }

  /** JavaScript calls methods of the world outside at every other line: a guess there must at least be near by. */
  #knows(file: ProgramFile, method: Method): boolean {
    if (file.tongue !== Tongue.ECMA) return true;
    const { path } = this.#engine.program.files[method.file] as ProgramFile;
    return folderOf(path) === folderOf(file.path) || this.#importsOf(file).has(path);
  }

  #importsOf(file: ProgramFile): ReadonlySet<string> {
    let known = this.#imported.get(file);
    if (known === undefined) {
      const { modules } = this.#engine;
      known = new Set(file.facts.imports.flatMap((one) => importedPaths(modules, file.path, one)));
      this.#imported.set(file, known);
    }
    return known;
  }
}

function methodOf(file: number, unit: ProgramFile["facts"]["units"][number], tongue: number): Method {
  const params = tongue === Tongue.PYTHON ? unit.params.slice(1) : unit.params;
  const open = params.some((param) => param.kind === Param.REST || param.kind === Param.REST_NAMED);
  const least = params.filter(
    (param) => param.fallback === -1 && (param.kind === Param.PLAIN || param.kind === Param.NAMED),
  ).length;
  return { file, def: unit.def, least, most: open ? Number.POSITIVE_INFINITY : params.length };
}

function argumentsAt(ops: Int32Array, at: number): { count: number; spread: boolean } {
  let count = 0;
  let spread = false;
  for (let left = ops[at + 7] as number, next = at + 8; left > 0; left--) {
    const kind = ops[next] as number;
    if (kind === Arg.SPREAD || kind === Arg.SPREAD_NAMED) spread = true;
    else count += 1;
    next += kind === Arg.NAMED ? 3 : 2;
  }
  return { count, spread };
}
