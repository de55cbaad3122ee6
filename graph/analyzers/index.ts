import type { Grammar } from "../parse.ts";
import type { Analyzer } from "./analyzer.ts";
import { go } from "./go.ts";
import { java } from "./java.ts";
import { javascript } from "./javascript.ts";
import { python } from "./python.ts";
import { rust } from "./rust.ts";
import { typescript } from "./typescript.ts";

/** Every language that is read. A new one is a file beside these (see `_template.ts`) and a line here. */
export const analyzers = { go, java, javascript, python, rust, typescript } satisfies Record<
  string,
  Analyzer
>;

export type { Analyzer } from "./analyzer.ts";
export type LanguageName = keyof typeof analyzers;

const byEnding = new Map<string, { analyzer: Analyzer; grammar: Grammar }>();
for (const analyzer of Object.values<Analyzer>(analyzers)) {
  for (const [ending, grammar] of Object.entries(analyzer.grammars))
    byEnding.set(ending, { analyzer, grammar });
}

/** Who reads a file, judged by the end of its name; undefined for files that are not code of a known language. */
export function analyzerFor(path: string): { analyzer: Analyzer; grammar: Grammar } | undefined {
  const dot = path.lastIndexOf(".");
  if (dot === -1 || dot < path.lastIndexOf("/")) return undefined;
  return byEnding.get(path.slice(dot).toLowerCase());
}
