import { folderOf, inFolder } from "../folder.ts";
import type { Modules, Target } from "./program.ts";

/**
 * What paths of Rust mean, as far as files go: `crate`, `self`, `super`, crates of the workspace by the names in their
 * Cargo.toml (`configs`, by path). The longest part of a path that is a file counts; what follows it are its names.
 */
export function rustModules(paths: Iterable<string>, configs: ReadonlyMap<string, string>): Modules {
  const files = new Set<string>();
  for (const path of paths) if (path.endsWith(".rs")) files.add(path);
  const crates = cratesOf(files, configs);
  const roots = new Set(crates.values());
  const known = new Map<string, Target>();
  return (from, specifier) => {
    const key = `${from}\0${specifier}`;
    let target = known.get(key);
    if (target === undefined) {
      target = targetOf(from, specifier, files, crates, roots);
      known.set(key, target);
    }
    return target;
  };
}

function targetOf(
  from: string,
  specifier: string,
  files: ReadonlySet<string>,
  crates: ReadonlyMap<string, string>,
  roots: ReadonlySet<string>,
): Target {
  const parts = specifier.split("::");
  const first = parts.shift() ?? "";
  const found = startOf(from, first, files, crates, roots);
  if (found === undefined) return { external: specifier };
  let at = found;
  let whole = true;
  for (const part of parts) {
    const next =
      part === "super" ? at.flatMap((file) => parentOf(file, files)) : childrenOf(at, part, files, roots);
    whole = next.length > 0;
    if (!whole) break;
    at = next;
  }
  // `mod x;` whose file is missing must not lead to the file that says it.
  if (!whole && first === "self" && at === found) return { external: specifier };
  return { paths: at };
}

function startOf(
  from: string,
  first: string,
  files: ReadonlySet<string>,
  crates: ReadonlyMap<string, string>,
  roots: ReadonlySet<string>,
): string[] | undefined {
  if (first === "self") return [from];
  if (first === "super") return parentOf(from, files);
  if (first === "crate" || first === "") return rootsOf(from, files);
  const crate = crates.get(first);
  if (crate !== undefined) return [crate];
  const sibling = childrenOf([from], first, files, roots);
  return sibling.length > 0 ? sibling : undefined;
}

/** Root files of the crate of a file. A library and a program that share their folder share what is below it. */
function rootsOf(from: string, files: ReadonlySet<string>): string[] {
  if (isRoot(from)) return [from];
  for (let folder = folderOf(from); ; folder = folderOf(folder)) {
    const found = ["lib.rs", "main.rs"]
      .map((name) => inFolder(folder, name))
      .filter((file) => files.has(file));
    if (found.length > 0) return found;
    // tests/common/mod.rs belongs to every test beside it.
    if (folder === "" || /(^|\/)(src|tests|benches|examples)$/.test(folder)) return [];
  }
}

/** Each file of these folders is a crate of its own. */
function isRoot(path: string): boolean {
  return /(^|\/)(src\/(lib|main)|build|(src\/bin|tests|benches|examples)\/([^/]+|[^/]+\/main))\.rs$/.test(
    path,
  );
}

/** Where the modules declared in a file are looked for. */
function homeOf(path: string, roots: ReadonlySet<string>): string {
  const folder = folderOf(path);
  const name = path.slice(folder === "" ? 0 : folder.length + 1);
  return name === "mod.rs" || isRoot(path) || roots.has(path) || name === "lib.rs" || name === "main.rs"
    ? folder
    : inFolder(folder, name.slice(0, -".rs".length));
}

function childrenOf(
  parents: readonly string[],
  name: string,
  files: ReadonlySet<string>,
  roots: ReadonlySet<string>,
): string[] {
  const found: string[] = [];
  for (const parent of parents) {
    const home = homeOf(parent, roots);
    for (const path of [inFolder(home, `${name}.rs`), inFolder(inFolder(home, name), "mod.rs")]) {
      if (files.has(path) && !found.includes(path) && path !== parent) found.push(path);
    }
  }
  return found;
}

function parentOf(path: string, files: ReadonlySet<string>): string[] {
  if (isRoot(path)) return [];
  const folder = folderOf(path);
  const isModule = path.endsWith("/mod.rs");
  const home = isModule ? folderOf(folder) : folder;
  const own = ["mod.rs", "lib.rs", "main.rs"].map((name) => inFolder(home, name));
  const found = own.filter((file) => files.has(file) && file !== path);
  if (found.length > 0) return found;
  return home !== "" && files.has(`${home}.rs`) ? [`${home}.rs`] : [];
}

/** Name of each library of the workspace -> its root file. */
function cratesOf(files: ReadonlySet<string>, configs: ReadonlyMap<string, string>): Map<string, string> {
  const crates = new Map<string, string>();
  for (const [path, text] of configs) {
    if (!/(^|\/)Cargo\.toml$/.test(path)) continue;
    const folder = folderOf(path);
    const lib = section(text, "lib");
    const root = inFolder(folder, value(lib, "path") ?? "src/lib.rs");
    const name = value(lib, "name") ?? value(section(text, "package"), "name");
    if (name !== undefined && files.has(root)) crates.set(name.replaceAll("-", "_"), root);
  }
  return crates;
}

function section(text: string, name: string): string {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.trim() === `[${name}]`);
  if (start === -1) return "";
  const length = lines.slice(start + 1).findIndex((line) => line.trimStart().startsWith("["));
  return lines.slice(start + 1, length === -1 ? undefined : start + 1 + length).join("\n");
}

function value(text: string, key: string): string | undefined {
  return new RegExp(`^\\s*${key}\\s*=\\s*["']([^"'\\n]+)["']`, "m").exec(text)?.[1];
}
