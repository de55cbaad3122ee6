import { folderOf, inFolder } from "../folder.ts";
import type { Modules, Target } from "./program.ts";

/**
 * What a Python module name means in a repository: relative names by their dots; absolute ones below the root that the
 * importing file belongs to, below `src`, and below every folder that serves as a root for others. Folders without
 * `__init__.py` are packages too (PEP 420).
 */
export function pythonModules(paths: ReadonlySet<string>): Modules {
  const files = [...paths].filter((path) => path.endsWith(".py") || path.endsWith(".pyi"));
  const folders = foldersOf(files);
  const roots = rootsOf(files, paths);
  const known = new Map<string, Target | undefined>();

  const at = (base: string): Target | undefined => {
    for (const path of [`${base}.py`, `${base}/__init__.py`, `${base}.pyi`, `${base}/__init__.pyi`]) {
      if (paths.has(path)) return { paths: [path] };
    }
    return folders.has(base) ? { directory: base } : undefined;
  };

  return (from, specifier) => {
    const own = folderOf(from);
    const key = specifier.startsWith(".")
      ? `${own}\0${specifier}`
      : `${rootOf(from, paths)}\0${own}\0${specifier}`;
    if (known.has(key)) return known.get(key);
    const found = specifier.startsWith(".")
      ? relative(own, specifier, at, paths)
      : absolute(from, own, specifier);
    known.set(key, found);
    return found;
  };

  function absolute(from: string, own: string, specifier: string): Target {
    const tail = specifier.replaceAll(".", "/");
    let folder: Target | undefined;
    for (const root of [rootOf(from, paths), ...(isPackage(own, paths) ? [] : [own]), ...roots]) {
      const found = at(inFolder(root, tail));
      if (found?.paths !== undefined) return found;
      folder ??= found;
    }
    return folder ?? { external: specifier };
  }
}

function relative(
  own: string,
  specifier: string,
  at: (base: string) => Target | undefined,
  paths: ReadonlySet<string>,
): Target | undefined {
  const dots = /^\.+/.exec(specifier)?.[0].length ?? 0;
  let folder = own;
  for (let up = 1; up < dots; up++) {
    if (folder === "") return undefined;
    folder = folderOf(folder);
  }
  const rest = specifier.slice(dots).replaceAll(".", "/");
  if (rest !== "") return at(inFolder(folder, rest));
  const init = inFolder(folder, "__init__.py");
  return paths.has(init) ? { paths: [init] } : { directory: folder };
}

/** The folder below which the absolute names of a file's own package begin. */
function rootOf(path: string, paths: ReadonlySet<string>): string {
  let folder = folderOf(path);
  while (folder !== "" && isPackage(folder, paths)) folder = folderOf(folder);
  return folder;
}

function rootsOf(files: readonly string[], paths: ReadonlySet<string>): string[] {
  const roots = new Set<string>(["", "src", "lib"]);
  for (const path of files) roots.add(rootOf(path, paths));
  // Nearest to the top first; a thousand scattered scripts are no roots for each other.
  const sorted = [...roots].sort((left, right) => depth(left) - depth(right) || (left < right ? -1 : 1));
  return sorted.slice(0, 64);
}

function isPackage(folder: string, paths: ReadonlySet<string>): boolean {
  return folder !== "" && (paths.has(`${folder}/__init__.py`) || paths.has(`${folder}/__init__.pyi`));
}

function foldersOf(files: readonly string[]): Set<string> {
  const folders = new Set<string>();
  for (const path of files) {
    for (let folder = folderOf(path); folder !== "" && !folders.has(folder); folder = folderOf(folder))
      folders.add(folder);
  }
  return folders;
}

function depth(folder: string): number {
  return folder === "" ? 0 : folder.split("/").length;
}
