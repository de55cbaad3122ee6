import type { ImportFact } from "../facts/index.ts";
import type { Modules } from "./program.ts";

/** The module of that name below another: what Python's `from package import module` may mean. */
export function below(specifier: string, name: string): string {
  return specifier.endsWith(".") ? `${specifier}${name}` : `${specifier}.${name}`;
}

/** Files of the repository that an import written in `from` makes run. */
export function importedPaths(
  modules: Modules,
  from: string,
  { specifier, name }: Pick<ImportFact, "specifier" | "name">,
): string[] {
  const target = modules(from, specifier);
  const paths = [...(target?.paths ?? [])];
  if (name === "" || name === "*" || target?.external !== undefined) return paths;
  return [...paths, ...(modules(from, below(specifier, name))?.paths ?? [])];
}
