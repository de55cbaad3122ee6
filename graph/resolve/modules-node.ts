import { folderOf } from "../folder.ts";
import { join, type Package, type Project, readPackage, readProject } from "./modules-node-configs.ts";
import { entryOf, importTargets, type Lookup, packageEntry } from "./modules-node-packages.ts";
import type { Modules, Target } from "./program.ts";

/**
 * What a JavaScript or TypeScript specifier means in a repository, as Node and TypeScript resolve it, with nothing but
 * its paths and the texts of its `package.json`, `tsconfig*.json` and `jsconfig.json` (by path).
 */
export function nodeModules(paths: ReadonlySet<string>, configs: ReadonlyMap<string, string>): Modules {
  const resolver = new Resolver(paths, configs);
  const known = new Map<string, Target | undefined>();
  return (from, specifier) => {
    const key = `${folderOf(from)}\0${isTyped(from) ? "t" : "j"}${specifier}`;
    if (known.has(key)) return known.get(key);
    const found = resolver.resolve(from, specifier);
    known.set(key, found);
    return found;
  };
}

function isTyped(path: string): boolean {
  return /\.[cm]?tsx?$/.test(path);
}

const TYPED = [".ts", ".tsx", ".mts", ".cts"];
const PLAIN = [".js", ".jsx", ".mjs", ".cjs"];
const DECLARED = [".d.ts", ".d.mts", ".d.cts"];

/** What may stand in the repository for an ending that is written. */
const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx", ".d.ts"],
  ".jsx": [".tsx", ".d.ts"],
  ".mjs": [".mts", ".d.mts"],
  ".cjs": [".cts", ".d.cts"],
};

const BUILTIN = new Set(
  (
    "assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain " +
    "events fs http http2 https inspector module net os path perf_hooks process punycode querystring readline repl " +
    "stream string_decoder sys timers tls trace_events tty url util v8 vm wasi worker_threads zlib"
  ).split(" "),
);

class Resolver implements Lookup {
  readonly #paths: ReadonlySet<string>;
  readonly #configs: ReadonlyMap<string, string>;
  readonly #packages = new Map<string, Package>();
  readonly #byName = new Map<string, Package[]>();
  readonly #projects = new Map<string, Project | undefined>();
  /** Some file of the repository lies below a folder `node_modules`. */
  readonly #vendored: boolean;
  readonly #entering = new Set<string>();

  constructor(paths: ReadonlySet<string>, configs: ReadonlyMap<string, string>) {
    this.#paths = paths;
    this.#configs = configs;
    this.#vendored = [...paths].some((path) => path.includes("node_modules/"));
    for (const path of [...configs.keys()].sort()) {
      if (path !== "package.json" && !path.endsWith("/package.json")) continue;
      const read = readPackage(path, configs.get(path) as string);
      if (read === undefined) continue;
      this.#packages.set(read.folder, read);
      if (read.name === "" || read.folder.includes("node_modules")) continue;
      const same = this.#byName.get(read.name);
      if (same === undefined) this.#byName.set(read.name, [read]);
      else same.push(read);
    }
  }

  resolve(from: string, written: string): Target | undefined {
    const found = this.#find(from, written);
    if (found !== undefined) return found;
    // Bundlers read what stands behind a question mark.
    const mark = written.indexOf("?");
    return mark > 0 ? this.#find(from, written.slice(0, mark)) : undefined;
  }

  #find(from: string, specifier: string): Target | undefined {
    if (/^\.{0,2}\/|^\.{1,2}$/.test(specifier)) return this.#at(join(folderOf(from), specifier), from);
    if (specifier.startsWith("#")) return this.#inside(from, specifier);
    const mapped = this.#mapped(from, specifier);
    if (mapped !== undefined) return mapped;
    const bare = specifier.startsWith("node:") ? specifier.slice(5) : specifier;
    if (bare !== specifier || BUILTIN.has(specifier.split("/", 1)[0] as string))
      return { external: `node:${bare}` };
    if (/^[a-z]+:/.test(specifier)) return { external: specifier };
    const { name, subpath } = split(specifier);
    return this.#packaged(from, name, subpath) ?? this.#rooted(from, specifier) ?? { external: specifier };
  }

  #at(base: string, from: string): Target | undefined {
    const path = this.file(base, from);
    return path === undefined ? undefined : { paths: [path] };
  }

  /** The file that `base`, written in `from`, leads to. */
  file(base: string, from: string): string | undefined {
    const typed = isTyped(from);
    const dot = base.lastIndexOf(".");
    const ending = dot > base.lastIndexOf("/") ? base.slice(dot) : "";
    const stem = ending === "" ? base : base.slice(0, dot);
    const instead = WRITTEN[ending] ?? [];
    if (typed)
      for (const other of instead)
        if (!other.startsWith(".d") && this.#paths.has(stem + other)) return stem + other;
    if (this.#paths.has(base)) return base;
    for (const other of instead) if (this.#paths.has(stem + other)) return stem + other;
    const endings = typed ? [...TYPED, ...PLAIN] : [...PLAIN, ...TYPED];
    return this.#first(base, [...endings, ...DECLARED, ".json"]) ?? this.#folder(base, from, endings);
  }

  #first(base: string, endings: readonly string[]): string | undefined {
    if (base === "" || base.endsWith("/")) return undefined;
    return endings.map((ending) => base + ending).find((path) => this.#paths.has(path));
  }

  #folder(base: string, from: string, endings: readonly string[]): string | undefined {
    const own = this.#packages.get(base);
    // Packages whose entries are each other's folders lead in a circle.
    if (own !== undefined && !this.#entering.has(base)) {
      this.#entering.add(base);
      const entry = entryOf(this, own, from);
      this.#entering.delete(base);
      if (entry !== undefined) return entry;
    }
    return this.#first(base === "" ? "index" : `${base}/index`, [...endings, ...DECLARED, ".json"]);
  }

  has(path: string): boolean {
    return this.#paths.has(path);
  }

  /** `#name` in the `imports` of the package around. */
  #inside(from: string, specifier: string): Target | undefined {
    const own = this.#packageOf(from);
    for (const target of own === undefined ? [] : importTargets(own, specifier, from)) {
      // A name inside that leads to another name inside may lead back.
      if (target.startsWith("#")) continue;
      if (!target.startsWith(".")) return this.#find(from, target);
      const path = packageEntry(this, own as Package, target, from);
      if (path !== undefined) return { paths: [path] };
    }
    return this.#mapped(from, specifier);
  }

  #packageOf(from: string): Package | undefined {
    for (const folder of upwards(folderOf(from))) {
      const found = this.#packages.get(folder);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** A package of this repository, or one that was checked in with it. */
  #packaged(from: string, name: string, subpath: string): Target | undefined {
    const checkedIn = this.#vendored ? this.#checkedIn(from, name, subpath) : undefined;
    if (checkedIn !== undefined) return checkedIn;
    for (const candidate of nearest(this.#byName.get(name) ?? [], from)) {
      const path =
        subpath === ""
          ? entryOf(this, candidate, from)
          : packageEntry(this, candidate, `./${subpath}`, from, true);
      if (path !== undefined) return { paths: [path] };
    }
    return undefined;
  }

  #checkedIn(from: string, name: string, subpath: string): Target | undefined {
    for (const folder of upwards(folderOf(from))) {
      const base = join(folder, `node_modules/${name}`);
      const own = this.#packages.get(base);
      let path: string | undefined;
      if (own === undefined) path = this.file(join(base, subpath), from);
      else
        path = subpath === "" ? this.file(base, from) : packageEntry(this, own, `./${subpath}`, from, true);
      if (path !== undefined) return { paths: [path] };
    }
    return undefined;
  }

  /** `@/x` and `~/x` are no names of packages: by habit they stand for the sources of the package around. */
  #rooted(from: string, specifier: string): Target | undefined {
    if (!/^[@~]\//.test(specifier)) return undefined;
    const folder = this.#packageOf(from)?.folder ?? "";
    return (
      this.#at(join(folder, `src/${specifier.slice(2)}`), from) ??
      this.#at(join(folder, specifier.slice(2)), from)
    );
  }

  /** `paths` and `baseUrl` of the nearest project file, and of the projects it refers to. */
  #mapped(from: string, specifier: string): Target | undefined {
    for (const project of this.#projectsOf(from)) {
      for (const target of matching(project.paths, specifier)) {
        const found = this.#at(target, from);
        if (found !== undefined) return found;
      }
      if (project.baseUrl === undefined) continue;
      const found = this.#at(join(project.baseUrl, specifier), from);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #projectsOf(from: string): Project[] {
    for (const folder of upwards(folderOf(from))) {
      for (const name of ["tsconfig.json", "jsconfig.json"]) {
        const own = this.#project(join(folder, name));
        if (own === undefined) continue;
        const referred = own.references.map((path) =>
          this.#project(path.endsWith(".json") ? path : `${path}/tsconfig.json`),
        );
        return [own, ...referred.filter((project) => project !== undefined)];
      }
    }
    return [];
  }

  #project(path: string): Project | undefined {
    if (!this.#configs.has(path)) return undefined;
    if (!this.#projects.has(path)) {
      this.#projects.set(
        path,
        readProject(path, this.#configs, (from, extended) => this.#extended(from, extended)),
      );
    }
    return this.#projects.get(path);
  }

  #extended(from: string, extended: string): string | undefined {
    const bases =
      /^\.{0,2}\//.test(extended) || extended === ".."
        ? [join(folderOf(from), extended)]
        : this.#sharedConfig(extended);
    return bases
      .flatMap((base) => [base, `${base}.json`, `${base}/tsconfig.json`])
      .find((path) => this.#configs.has(path));
  }

  #sharedConfig(extended: string): string[] {
    const { name, subpath } = split(extended);
    return (this.#byName.get(name) ?? []).map((own) => join(own.folder, subpath));
  }
}

/** Targets of the pattern that fits best, each with its star filled in. */
function matching(paths: Project["paths"], specifier: string): string[] {
  let best: { targets: string[]; length: number; hole: string } | undefined;
  for (const { pattern, targets } of paths) {
    const star = pattern.indexOf("*");
    if (star === -1) {
      if (pattern === specifier) return targets;
      continue;
    }
    const tail = pattern.slice(star + 1);
    const fits =
      specifier.startsWith(pattern.slice(0, star)) &&
      specifier.endsWith(tail) &&
      specifier.length >= pattern.length - 1;
    if (!fits || (best !== undefined && best.length >= star)) continue;
    best = { targets, length: star, hole: specifier.slice(star, specifier.length - tail.length) };
  }
  return best === undefined ? [] : best.targets.map((target) => target.replace("*", () => best.hole));
}

function split(specifier: string): { name: string; subpath: string } {
  const parts = specifier.split("/");
  const length = specifier.startsWith("@") ? 2 : 1;
  return { name: parts.slice(0, length).join("/"), subpath: parts.slice(length).join("/") };
}

/** The folder itself, then those around it, up to the top. */
function upwards(folder: string): string[] {
  const found = [folder];
  for (let at = folder; at !== ""; ) {
    at = folderOf(at);
    found.push(at);
  }
  return found;
}

/** Packages of one name, those that share the longest way with `from` first. */
function nearest(packages: readonly Package[], from: string): readonly Package[] {
  if (packages.length < 2) return packages;
  const shared = (folder: string) => {
    let at = 0;
    while (at < folder.length && folder[at] === from[at]) at += 1;
    return at;
  };
  return packages.toSorted((left, right) => shared(right.folder) - shared(left.folder));
}
