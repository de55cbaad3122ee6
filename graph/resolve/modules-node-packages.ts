import { isRecord, join, type Package } from "./modules-node-configs.ts";

/** The files of a repository, as a package needs them. */
export interface Lookup {
  /** The file that a path without certain ending leads to. */
  file(base: string, from: string): string | undefined;
  has(path: string): boolean;
}

/** The file that the bare name of a package leads to. */
export function entryOf(files: Lookup, own: Package, from: string): string | undefined {
  if (own.exports !== undefined && own.exports !== null) {
    const found = packageEntry(files, own, ".", from);
    if (found !== undefined) return found;
  }
  const found = firstFile(files, own, own.entries, from);
  if (found !== undefined) return found;
  for (const guess of ["index", "src/index", "src/main", "lib/index"]) {
    const base = join(own.folder, guess);
    // Asking for the folder itself here would ask for this package again.
    const path = base === own.folder ? undefined : files.file(base, from);
    if (path !== undefined) return path;
  }
  return undefined;
}

/** The file behind `./sub` of a package: by its `exports`, or where nothing is said, by its path. */
export function packageEntry(
  files: Lookup,
  own: Package,
  subpath: string,
  from: string,
  viaExports = subpath === ".",
): string | undefined {
  if (viaExports && own.exports !== undefined && own.exports !== null) {
    return firstFile(files, own, targetsOf(exportsAsMap(own.exports), subpath, from), from);
  }
  return firstFile(files, own, [subpath], from);
}

/** What `#name` stands for. */
export function importTargets(own: Package, specifier: string, from: string): string[] {
  return isRecord(own.imports) ? targetsOf(own.imports, specifier, from) : [];
}

function exportsAsMap(exports: unknown): Record<string, unknown> {
  const isMap = isRecord(exports) && Object.keys(exports).some((key) => key.startsWith("."));
  return isMap ? (exports as Record<string, unknown>) : { ".": exports };
}

function targetsOf(map: Record<string, unknown>, wanted: string, from: string): string[] {
  if (Object.hasOwn(map, wanted) && !wanted.includes("*")) return leaves(map[wanted], from);
  let best: { key: string; star: number } | undefined;
  for (const key of Object.keys(map)) {
    const star = key.indexOf("*");
    const folder = star === -1 && key.endsWith("/") && wanted.startsWith(key);
    const fits =
      folder ||
      (star !== -1 &&
        wanted.length >= key.length &&
        wanted.startsWith(key.slice(0, star)) &&
        wanted.endsWith(key.slice(star + 1)));
    const length = star === -1 ? key.length : star;
    if (fits && (best === undefined || length > best.star)) best = { key, star: length };
  }
  if (best === undefined) return [];
  const star = best.key.indexOf("*");
  const tail = star === -1 ? 0 : best.key.length - star - 1;
  const hole = wanted.slice(best.star, wanted.length - tail);
  return leaves(map[best.key], from).map((target) =>
    star === -1 ? target + hole : target.replaceAll("*", () => hole),
  );
}

/** Targets under all conditions, those that fit the asking file first, types last. */
function leaves(target: unknown, from: string, depth = 0): string[] {
  if (typeof target === "string") return [target];
  if (depth > 8) return [];
  if (Array.isArray(target)) return target.flatMap((one) => leaves(one, from, depth + 1));
  if (!isRecord(target)) return [];
  const isRequired = /\.c[jt]s$/.test(from);
  const rank = (key: string) => (key === "types" ? 2 : key === (isRequired ? "import" : "require") ? 1 : 0);
  return Object.entries(target)
    .toSorted(([left], [right]) => rank(left) - rank(right))
    .flatMap(([, one]) => leaves(one, from, depth + 1));
}

/** The first target that is a file; what is built and not kept is looked for among the sources. */
function firstFile(
  files: Lookup,
  own: Package,
  targets: readonly string[],
  from: string,
): string | undefined {
  let declarations: string | undefined;
  for (const target of targets) {
    const base = join(own.folder, target);
    const path =
      (base === own.folder ? undefined : files.file(base, from)) ?? sourceOf(files, own, target, from);
    if (path === undefined) continue;
    if (!/\.d\.[cm]?ts$/.test(path)) return path;
    declarations ??= path;
  }
  return declarations;
}

const BUILT = new Set([
  "dist",
  "build",
  "lib",
  "out",
  "esm",
  "cjs",
  "es",
  "umd",
  "output",
  "types",
  "module",
  "node",
]);

/** `dist/esm/a.js` was made of `src/a.ts`. */
function sourceOf(files: Lookup, own: Package, target: string, from: string): string | undefined {
  const parts = join("", target)
    .replace(/\.(?:d\.)?[cm]?[jt]sx?$/, "")
    .split("/");
  let rest = 0;
  while (rest < parts.length - 1 && BUILT.has(parts[rest] as string)) rest += 1;
  if (rest === 0) return undefined;
  for (let drop = rest; drop > 0; drop--) {
    const tail = parts.slice(drop).join("/");
    for (const folder of ["src", "source", "lib", ""]) {
      const path = files.file(join(own.folder, folder === "" ? tail : `${folder}/${tail}`), from);
      if (path !== undefined && !path.endsWith(".json")) return path;
    }
  }
  return undefined;
}
