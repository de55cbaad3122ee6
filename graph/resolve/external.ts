import { Tongue } from "./program.ts";

const KINDS: Record<number, string> = {
  [Tongue.PYTHON]: "python",
  [Tongue.ECMA]: "npm",
  [Tongue.GO]: "go",
  [Tongue.JAVA]: "java",
  [Tongue.RUST]: "rust",
};

/** What stands in the ids of packages of a language. */
export function outsideOf(tongue: number): string {
  return KINDS[tongue] ?? "other";
}

/** Id of something outside: `external::python::os.path.join`, `external::npm::express`. */
export function externalId(tongue: number, name: string): string {
  return `external::${outsideOf(tongue)}::${name}`;
}

/** Id of something outside that a call reached; undefined for the language's own builtins, which nobody needs told. */
export function externalName(name: string, tongue: number): string | undefined {
  if (
    tongue === Tongue.PYTHON &&
    (name.startsWith("builtins.") ||
      /^(list|dict|set|tuple|str|generator|object|type|property|partial|iterator)\./.test(name))
  ) {
    return undefined;
  }
  if (
    tongue === Tongue.ECMA &&
    /^[A-Z]\w*(\.|$)|^(console|setTimeout|setInterval|setImmediate|queueMicrotask|globalThis|window|document|process)\b/.test(
      name,
    )
  ) {
    return undefined;
  }
  // Names that only the models use among themselves.
  if (tongue === Tongue.ECMA && (name.includes("#") || name === "require" || name.endsWith(".=")))
    return undefined;
  return externalId(tongue, name.replaceAll(".=.", "."));
}
