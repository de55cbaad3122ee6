import { folderOf } from "../folder.ts";
import type { Modules, Target } from "./program.ts";

/**
 * What names of Java mean: `a.b.C` is the file that ends in `a/b/C.java` under any source root, `a.b` the files of all
 * folders that end in `a/b`. `a.b/C` is the class `C` of the package `a.b`: outside, it is a member of that package.
 */
export function javaModules(paths: Iterable<string>): Modules {
  const folders = new Map<string, string[]>();
  const classes = new Map<string, string[]>();
  for (const path of paths) {
    if (!path.endsWith(".java")) continue;
    const slash = path.lastIndexOf("/");
    add(folders, path.slice(0, Math.max(0, slash)), path);
    add(classes, path.slice(slash + 1, -".java".length), path);
  }
  const byName = new Map<string, string[]>();
  for (const folder of folders.keys()) add(byName, folder.slice(folder.lastIndexOf("/") + 1), folder);

  const known = new Map<string, Target>();
  return (from, specifier) => {
    const key = `${rootOf(from)}\0${specifier}`;
    let target = known.get(key);
    if (target === undefined) {
      target = targetOf(from, specifier, classes, byName, folders);
      known.set(key, target);
    }
    return target;
  };
}

function targetOf(
  from: string,
  specifier: string,
  classes: ReadonlyMap<string, readonly string[]>,
  byName: ReadonlyMap<string, readonly string[]>,
  folders: ReadonlyMap<string, readonly string[]>,
): Target {
  const path = specifier.replaceAll(".", "/");
  const name = path.slice(path.lastIndexOf("/") + 1);
  const files = (classes.get(name) ?? []).filter((file) => endsIn(file, `${path}.java`));
  if (files.length > 0) return { paths: [nearest(from, files)] };
  const found = (byName.get(name) ?? []).filter((folder) => endsIn(folder, path));
  if (found.length > 0) return { paths: found.flatMap((folder) => folders.get(folder) ?? []) };
  const member = specifier.indexOf("/");
  return { external: member === -1 ? specifier : specifier.slice(0, member) };
}

function endsIn(path: string, end: string): boolean {
  return path === end || path.endsWith(`/${end}`);
}

/** Of several, the one that shares most folders with the file that asks: modules may repeat a class. */
function nearest(from: string, files: readonly string[]): string {
  let best = files[0] as string;
  let most = -1;
  for (const file of files) {
    let same = 0;
    while (same < file.length && file[same] === from[same]) same += 1;
    if (same > most) {
      best = file;
      most = same;
    }
  }
  return best;
}

/** Files below one source root get the same answer. */
function rootOf(from: string): string {
  const at = from.search(/(^|\/)(java|src)\//);
  return at === -1 ? folderOf(from) : from.slice(0, at);
}

function add<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
