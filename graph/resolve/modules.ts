import { folderOf } from "../folder.ts";
import { ALL, type Engine } from "./engine.ts";
import { holdersOf, packageOf, sharesPackage } from "./packages.ts";
import { type ProgramFile, type Target, Tongue } from "./program.ts";
import { Kind, type Obj } from "./values.ts";

/** Before the name of a package that stands for all its files. */
const PACKAGE = "\0package:";

/** Modules of one program: files first, then packages that are only a directory. */
export interface ModuleTable {
  /** Star imports of each module: modules whose names are also its names. */
  stars: Map<Obj, Obj[]>;
  directories: string[];
}

const tables = new WeakMap<Engine, ModuleTable>();

function tableOf(engine: Engine): ModuleTable {
  let table = tables.get(engine);
  if (table === undefined) {
    table = { stars: new Map(), directories: [] };
    tables.set(engine, table);
  }
  return table;
}

export function moduleOfFile(engine: Engine, file: number): Obj {
  return engine.objects.of(Kind.MODULE, file);
}

function moduleOfDirectory(engine: Engine, directory: string): Obj {
  const { directories } = tableOf(engine);
  let index = directories.indexOf(directory);
  if (index === -1) index = directories.push(directory) - 1;
  return engine.objects.of(Kind.MODULE, engine.program.files.length + index);
}

/** What a target of module resolution is as values: modules of ours, or something outside. */
export function valuesOf(engine: Engine, file: ProgramFile, target: Target | undefined): Obj[] {
  if (target === undefined) return [];
  if (target.external !== undefined) return [outside(engine, file.tongue, target.external)];
  const files = (target.paths ?? []).flatMap((path) => engine.program.byPath.get(path) ?? []);
  const found = packagesOf(engine, files) ?? files.map((index) => moduleOfFile(engine, index));
  if (found.length === 0 && target.directory !== undefined)
    found.push(moduleOfDirectory(engine, target.directory));
  return found;
}

/** A Go package of many files is one value: each file for itself would crowd every variable that holds it. */
function packagesOf(engine: Engine, files: readonly number[]): Obj[] | undefined {
  if (files.length < 2) return undefined;
  const keys = new Set<string>();
  for (const index of files) {
    const file = engine.program.files[index] as ProgramFile;
    if (!sharesPackage(file)) return undefined;
    keys.add(packageOf(file));
  }
  return [...keys].map((key) => moduleOfDirectory(engine, `${PACKAGE}${key}`));
}

/** A name of the world outside: modelled if a native stands under it. */
export function outside(engine: Engine, tongue: number, name: string): Obj {
  const id = engine.program.id(name);
  return engine.objects.of(engine.natives.has(tongue, name) ? Kind.NATIVE : Kind.EXTERNAL, id, tongue);
}

/** Path or directory of a module of ours. */
function placeOf(engine: Engine, module: Obj): { path?: string; directory: string } {
  const index = engine.objects.a.get(module);
  const file = engine.program.files[index];
  if (file === undefined)
    return { directory: tableOf(engine).directories[index - engine.program.files.length] as string };
  return { path: file.path, directory: folderOf(file.path) };
}

/** `from m import *`: every public name of `star` is a name of `module` too. */
export function addStar(engine: Engine, module: Obj, star: Obj): void {
  const { stars } = tableOf(engine);
  const known = stars.get(module);
  if (known === undefined) stars.set(module, [star]);
  else if (!known.includes(star)) known.push(star);
}

/** `module.name` flows to `to`. True if the module, or one it takes over by a star, has such a name. */
export function loadFromModule(engine: Engine, module: Obj, name: number, to: number): boolean {
  return loadNamed(engine, module, name, to, new Set(), false);
}

/** A name that nothing in the file binds, looked for in star imports. */
export function loadFromStars(engine: Engine, module: Obj, name: number, to: number): boolean {
  let found = false;
  const seen = new Set([module]);
  for (const star of tableOf(engine).stars.get(module) ?? []) {
    if (loadNamed(engine, star, name, to, seen, true)) found = true;
  }
  return found;
}

function loadNamed(
  engine: Engine,
  module: Obj,
  name: number,
  to: number,
  seen: Set<Obj>,
  star: boolean,
): boolean {
  if (seen.has(module)) return false;
  seen.add(module);
  const kind = engine.objects.kind.get(module);
  if (kind === Kind.EXTERNAL || kind === Kind.NATIVE) {
    if (!star) loadOutside(engine, module, name, to);
    return false;
  }
  if (kind !== Kind.MODULE) return false;
  const { directory, path } = placeOf(engine, module);
  if (path === undefined && directory.startsWith(PACKAGE))
    return loadFromPackage(engine, directory.slice(PACKAGE.length), name, to);
  if (star && hidden(engine, module, name)) return false;
  // Through a star only names that are there: a hub of a thousand stars would get a thousand variables for each name.
  const own = star ? engine.knownField(module, name) : engine.field(module, name);
  if (own !== -1) engine.flows.flow(own, to);
  if (engine.declared.get(module, name) !== -1) return true;
  const submodule = submoduleOf(engine, module, engine.program.name(name));
  if (submodule !== undefined) {
    engine.flows.add(to, submodule);
    return true;
  }
  let found = false;
  for (const next of tableOf(engine).stars.get(module) ?? []) {
    if (loadNamed(engine, next, name, to, seen, true)) found = true;
  }
  return found;
}

function loadFromPackage(engine: Engine, key: string, name: number, to: number): boolean {
  const holders = holdersOf(engine, key, name);
  for (const index of holders) engine.flows.flow(engine.field(moduleOfFile(engine, index), name), to);
  return holders.length > 0;
}

export function loadOutside(engine: Engine, object: Obj, name: number, to: number): void {
  engine.flows.add(to, engine.below(object, name));
}

/** In Python `from package import name` may name a file below the package. */
function submoduleOf(engine: Engine, module: Obj, name: string): Obj | undefined {
  const place = placeOf(engine, module);
  if (place.path !== undefined && !place.path.endsWith("/__init__.py") && place.path !== "__init__.py")
    return undefined;
  const base = place.directory === "" ? name : `${place.directory}/${name}`;
  for (const path of [`${base}/__init__.py`, `${base}.py`, `${base}/__init__.pyi`, `${base}.pyi`]) {
    const index = engine.program.byPath.get(path);
    if (index !== undefined) return moduleOfFile(engine, index);
  }
  return undefined;
}

/** A star does not take private names, and no others than `__all__` has when that is written out. */
function hidden(engine: Engine, module: Obj, name: number): boolean {
  const index = engine.objects.a.get(module);
  const file = engine.program.files[index];
  const text = engine.program.name(name);
  if (file === undefined || file.tongue !== Tongue.PYTHON) return text === "default";
  const listed = engine.knownField(module, engine.names.__all__);
  if (listed === -1 || engine.flows.empty(listed)) return text.startsWith("_");
  const wanted = engine.objects.of(Kind.CONSTANT, name);
  let whole = true;
  for (const list of engine.flows.objects(listed)) {
    const found = listing(engine, list, wanted);
    if (found === true) return false;
    if (found === undefined) whole = false;
  }
  return whole || text.startsWith("_");
}

/** Beyond these, what a list holds is not kept in full. */
const MOST_LISTED = 64;

/** Whether a list holds a text; undefined when it holds more than is known of it. */
function listing(engine: Engine, list: Obj, wanted: Obj): boolean | undefined {
  let count = 0;
  // Place by place: what all places hold together is cut off where many names meet, and the rest would be hidden.
  for (; count < MOST_LISTED; count++) {
    const place = engine.knownField(list, engine.itemName(engine.program.id(String(count))));
    if (place === -1) break;
    if (engine.flows.holds(place, wanted)) return true;
  }
  const all = engine.knownField(list, engine.names[ALL]);
  if (all === -1) return undefined;
  if (engine.flows.holds(all, wanted)) return true;
  const more = engine.knownField(list, engine.names["[*"]);
  if (engine.flows.empty(all)) return undefined;
  const closed = count > 0 && count < MOST_LISTED && (more === -1 || engine.flows.empty(more));
  return closed || !engine.flows.holds(all, engine.objects.data) ? false : undefined;
}
