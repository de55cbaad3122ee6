import { Op } from "../facts/index.ts";
import { folderOf } from "../folder.ts";
import type { Engine } from "./engine.ts";
import { type ProgramFile, Tongue } from "./program.ts";
import { next } from "./run-length.ts";

type Names = Map<string, Map<number, number[]>>;

const known = new WeakMap<Engine, Names>();

/** Whether files see each other's names because they stand in one package. */
export function sharesPackage(file: ProgramFile): boolean {
  return file.tongue === Tongue.GO || file.tongue === Tongue.JAVA;
}

/** What tells a package apart: its folder and name in Go; in Java, where it may stand in several folders, its name. */
export function packageOf(file: ProgramFile): string {
  if (file.tongue === Tongue.JAVA) return `${file.tongue}:${file.facts.package}`;
  return `${file.tongue}:${folderOf(file.path)}:${file.facts.package}`;
}

/** Files of a package that export a name. */
export function holdersOf(engine: Engine, name: string, exported: number): readonly number[] {
  return namesOf(engine).get(name)?.get(exported) ?? [];
}

function namesOf(engine: Engine): Names {
  let names = known.get(engine);
  if (names !== undefined) return names;
  names = new Map();
  known.set(engine, names);
  for (const [index, file] of engine.program.files.entries()) {
    if (!sharesPackage(file)) continue;
    const key = packageOf(file);
    const own = names.get(key) ?? new Map<number, number[]>();
    names.set(key, own);
    for (const name of exportsOf(engine, file)) {
      const files = own.get(name);
      if (files === undefined) own.set(name, [index]);
      else if (files.at(-1) !== index) files.push(index);
    }
  }
  return names;
}

function exportsOf(engine: Engine, file: ProgramFile): number[] {
  const found: number[] = [];
  const module = file.facts.units[0];
  if (module === undefined) return found;
  const ops = file.facts.ops;
  for (let at = module.start; at < module.end; at = next(ops, at)) {
    if (ops[at] === Op.EXPORT) found.push(engine.program.stringOf(file, ops[at + 1] as number));
  }
  return found;
}
