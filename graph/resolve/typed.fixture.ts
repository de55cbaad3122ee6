import { grammars } from "../../clients/grammars.ts";
import type { Analyzer } from "../analyzers/analyzer.ts";
import { type Grammar, Parsers } from "../parse.ts";
import { Outcome, Program, solve } from "./index.ts";
import { natives } from "./natives-table.ts";
import type { Modules } from "./program.ts";

/** Makes the modules of a program from its code and its configuration files. */
export type MakeModules = (paths: readonly string[], configs: ReadonlyMap<string, string>) => Modules;

/** Resolves programs of one language; files are written `-- path --` and their text, or are one file. */
export async function resolver(analyzer: Analyzer, grammar: Grammar, make: MakeModules, only: string) {
  const parsers = await Parsers.open(grammars);
  await parsers.load(grammar);
  return (text: string, types: readonly string[] = ["CALLS"]): string[] => {
    const all = split(text, only);
    const code = all.filter(([path]) => analyzer.grammars[path.slice(path.lastIndexOf("."))] !== undefined);
    const files = code.map(([path, source]) => {
      const tree = parsers.parse(grammar, source);
      if (tree === undefined) throw new Error(`Cannot parse "${path}".`);
      if (tree.broken) throw new Error(`Cannot read "${path}": the program of the test is not valid.`);
      return { path, facts: analyzer.analyze(tree, path) };
    });
    const modules = make(
      code.map(([path]) => path),
      new Map(all),
    );
    const outcome = new Outcome(solve(new Program(files), modules, natives));
    const name = (file: number, def: number): string => {
      const { path, facts } = files[file] as (typeof files)[number];
      const own = facts.defs[def]?.qualified ?? "";
      return files.length === 1 ? own : `${path}:${own}`;
    };
    const edges = new Set<string>();
    files.forEach((_, index) => {
      for (const edge of outcome.of(index).edges) {
        if (!types.includes(edge.type)) continue;
        const target = edge.file === -1 ? edge.outside : name(edge.file, edge.def);
        if (edge.file !== -1 || types.includes("outside"))
          edges.add(`${name(index, edge.from)} -> ${target}`);
      }
    });
    return [...edges].sort();
  };
}

function split(text: string, only: string): [string, string][] {
  const parts = text.split(/^-- (\S+) --\n/m);
  if (parts.length === 1) return [[only, text]];
  const files: [string, string][] = [];
  for (let at = 1; at < parts.length; at += 2) files.push([parts[at] as string, parts[at + 1] ?? ""]);
  return files;
}
