import { folderOf } from "../folder.ts";
import type { Modules, Target } from "./program.ts";

interface GoModule {
  /** Module path: "example.com/app". */
  name: string;
  /** Directory of its go.mod, "" for the root. */
  directory: string;
  /** Import path -> directory of this repository. */
  replaced: [string, string][];
}

/**
 * What import paths of Go mean. `configs` are the texts of go.mod and go.work by path. Without a go.mod the directories
 * are looked for at the end of the import path, as in a GOPATH.
 */
export function goModules(paths: Iterable<string>, configs: ReadonlyMap<string, string>): Modules {
  const packages = packagesOf(paths);
  const modules = modulesOf(configs);
  const known = new Map<string, Target>();
  return (from, specifier) => {
    const home = folderOf(from);
    const owner = nearest(modules, home);
    const key = `${owner?.directory ?? ""}\0${specifier}\0${from.endsWith("_test.go") ? home : ""}`;
    let target = known.get(key);
    if (target === undefined) {
      target = targetOf(specifier, home, owner, modules, packages, from.endsWith("_test.go"));
      known.set(key, target);
    }
    return target;
  };
}

function targetOf(
  specifier: string,
  home: string,
  owner: GoModule | undefined,
  modules: readonly GoModule[],
  packages: ReadonlyMap<string, Package>,
  tests: boolean,
): Target {
  const directory = directoryFor(specifier, home, owner, modules, packages);
  const found = directory === undefined ? undefined : packages.get(directory);
  if (directory === undefined || found === undefined) return { external: specifier };
  if (!tests || directory !== home) return { paths: found.files };
  // What a package shows to its tests alone stands in export_test.go, by custom.
  return {
    paths: [...found.files, ...found.tests.filter((path) => /export|internal/.test(path.slice(home.length)))],
  };
}

function directoryFor(
  specifier: string,
  home: string,
  owner: GoModule | undefined,
  modules: readonly GoModule[],
  packages: ReadonlyMap<string, Package>,
): string | undefined {
  if (specifier.startsWith("./") || specifier.startsWith("../")) return joined(home, specifier);
  for (const [name, directory] of owner?.replaced ?? []) {
    const below = rest(specifier, name);
    if (below !== undefined) return joined(directory, below);
  }
  // The module of the importing file first: copies of one module may stand in several directories.
  for (const module of owner === undefined ? modules : [owner, ...modules]) {
    // The packages of Go's own library are imported without the name of their module.
    const below = module.name === "std" ? specifier : rest(specifier, module.name);
    if (below === undefined) continue;
    const directory = joined(module.directory, below);
    if (packages.has(directory)) return directory;
  }
  return modules.length === 0 ? byEnding(specifier, packages) : undefined;
}

/** The longest end of an import path that is a directory; one that has a dot in front, so that "errors" stays outside. */
function byEnding(specifier: string, packages: ReadonlyMap<string, Package>): string | undefined {
  if (packages.has(`src/${specifier}`)) return `src/${specifier}`;
  const segments = specifier.split("/");
  if (!segments[0]?.includes(".")) return undefined;
  for (let from = Math.min(2, segments.length); from < segments.length; from++) {
    const directory = segments.slice(from).join("/");
    if (packages.has(directory)) return directory;
  }
  return undefined;
}

interface Package {
  files: string[];
  tests: string[];
}

/** Files by directory. What is vendored is outside of the repository. */
function packagesOf(paths: Iterable<string>): Map<string, Package> {
  const packages = new Map<string, Package>();
  for (const path of paths) {
    if (!path.endsWith(".go") || /(^|\/)vendor\//.test(path)) continue;
    const directory = folderOf(path);
    let found = packages.get(directory);
    if (found === undefined) {
      found = { files: [], tests: [] };
      packages.set(directory, found);
    }
    (path.endsWith("_test.go") ? found.tests : found.files).push(path);
  }
  return packages;
}

/** Modules of a repository, the longest directory first. */
function modulesOf(configs: ReadonlyMap<string, string>): GoModule[] {
  const modules: GoModule[] = [];
  const shared: { directory: string; replaced: [string, string][] }[] = [];
  for (const [path, text] of configs) {
    const directory = folderOf(path);
    const name = path.slice(directory === "" ? 0 : directory.length + 1);
    if (name === "go.work") shared.push({ directory, replaced: replacements(text, directory) });
    if (name !== "go.mod") continue;
    const named = /^[ \t]*module[ \t]+"?([^\s"]+)/m.exec(text)?.[1];
    if (named !== undefined)
      modules.push({ name: named, directory, replaced: replacements(text, directory) });
  }
  for (const work of shared) {
    for (const module of modules)
      if (contains(work.directory, module.directory)) module.replaced.push(...work.replaced);
  }
  return modules.sort(
    (a, b) => b.directory.length - a.directory.length || (a.directory < b.directory ? -1 : 1),
  );
}

/** `replace a => ../b`, alone or in a group: only replacements by directories. */
function replacements(text: string, directory: string): [string, string][] {
  const found: [string, string][] = [];
  for (const line of text.split("\n")) {
    const match = /^\s*(?:replace\s+)?([^\s(]+)(?:\s+v\S+)?\s+=>\s+(\.\.?\/?\S*)/.exec(line.slice(0, 1_000));
    if (match !== null) found.push([match[1] as string, joined(directory, match[2] as string)]);
  }
  return found;
}

function nearest(modules: readonly GoModule[], directory: string): GoModule | undefined {
  return modules.find((module) => contains(module.directory, directory));
}

function contains(outer: string, inner: string): boolean {
  return outer === "" || inner === outer || inner.startsWith(`${outer}/`);
}

/** What follows `prefix` in an import path: "" for itself, undefined when it is another. */
function rest(specifier: string, prefix: string): string | undefined {
  if (specifier === prefix) return "";
  return specifier.startsWith(`${prefix}/`) ? specifier.slice(prefix.length + 1) : undefined;
}

function joined(directory: string, relative: string): string {
  const parts = directory === "" ? [] : directory.split("/");
  for (const part of relative.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}
