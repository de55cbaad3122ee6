/** What of a `package.json` says where its modules are. */
import { folderOf } from "../folder.ts";
export interface Package {
  /** Folder, "" for the top. */
  folder: string;
  name: string;
  exports: unknown;
  imports: unknown;
  /** Entry files in the order in which they are tried. */
  entries: string[];
}

/** What of a `tsconfig.json` says how specifiers are read; all paths from the top of the repository. */
export interface Project {
  baseUrl: string | undefined;
  /** Patterns with the files they stand for. */
  paths: { pattern: string; targets: string[] }[];
  references: string[];
}

export function readPackage(path: string, text: string): Package | undefined {
  const json = parseLoosely(text);
  if (!isRecord(json)) return undefined;
  const entries = ["source", "module", "main", "types", "typings", "browser"]
    .map((key) => json[key])
    .filter((value): value is string => typeof value === "string");
  return {
    folder: folderOf(path),
    name: typeof json.name === "string" ? json.name : "",
    exports: json.exports,
    imports: json.imports,
    entries,
  };
}

/** More steps of `extends` than this are a circle. */
const MOST_PARENTS = 12;

/**
 * Reads a project file with what it extends. `locate` finds the file that an `extends` names; undefined where it lies
 * outside of the repository.
 */
export function readProject(
  path: string,
  configs: ReadonlyMap<string, string>,
  locate: (from: string, extended: string) => string | undefined,
  depth = 0,
): Project | undefined {
  const json = parseLoosely(configs.get(path) ?? "");
  if (!isRecord(json) || depth > MOST_PARENTS) return undefined;
  const folder = folderOf(path);
  const project: Project = { baseUrl: undefined, paths: [], references: [] };
  const parents = Array.isArray(json.extends) ? json.extends : [json.extends];
  for (const extended of parents) {
    const parent = typeof extended === "string" ? locate(path, extended) : undefined;
    const read = parent === undefined ? undefined : readProject(parent, configs, locate, depth + 1);
    if (read === undefined) continue;
    project.baseUrl = read.baseUrl ?? project.baseUrl;
    if (read.paths.length > 0) project.paths = read.paths;
  }
  const options = isRecord(json.compilerOptions) ? json.compilerOptions : {};
  if (typeof options.baseUrl === "string") project.baseUrl = join(folder, options.baseUrl);
  if (isRecord(options.paths)) {
    // Without a base of its own, paths are read from the file they stand in.
    const base =
      typeof options.baseUrl === "string" || project.baseUrl === undefined
        ? join(folder, String(options.baseUrl ?? "."))
        : project.baseUrl;
    project.paths = Object.entries(options.paths).map(([pattern, targets]) => ({
      pattern,
      targets: (Array.isArray(targets) ? targets : [])
        .filter((target): target is string => typeof target === "string")
        .map((target) => join(base, target.replace(/\$\{configDir\}/g, "."))),
    }));
  }
  for (const reference of Array.isArray(json.references) ? json.references : []) {
    if (isRecord(reference) && typeof reference.path === "string")
      project.references.push(join(folder, reference.path));
  }
  return project;
}

/** JSON as configuration files have it: with comments and trailing commas. Undefined when it is neither. */
export function parseLoosely(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    try {
      return JSON.parse(withoutComments(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text));
    } catch {
      return undefined;
    }
  }
}

function withoutComments(text: string): string {
  let plain = "";
  let at = 0;
  while (at < text.length) {
    const char = text[at] as string;
    if (char === '"') {
      const end = stringEnd(text, at);
      plain += text.slice(at, end);
      at = end;
    } else if (text.startsWith("//", at)) {
      const end = text.indexOf("\n", at);
      at = end === -1 ? text.length : end;
    } else if (text.startsWith("/*", at)) {
      const end = text.indexOf("*/", at + 2);
      at = end === -1 ? text.length : end + 2;
    } else if (char === "}" || char === "]") {
      plain = plain.trimEnd().replace(/,$/, "") + char;
      at += 1;
    } else {
      plain += char;
      at += 1;
    }
  }
  return plain;
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** `rest` as seen from `folder`, with its dots worked out; above the top nothing is left of them. */
export function join(folder: string, rest: string): string {
  const parts = rest.startsWith("/") || folder === "" ? [] : folder.split("/");
  for (const part of rest.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}
