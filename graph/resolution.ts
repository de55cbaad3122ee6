import { Found } from "./found.ts";
import {
  below,
  externalId,
  type Modules,
  Outcome,
  outsideOf,
  Program,
  type ResolvedEdge,
  solve,
  Tongue,
} from "./resolve/index.ts";
import { goModules } from "./resolve/modules-go.ts";
import { javaModules } from "./resolve/modules-java.ts";
import { nodeModules } from "./resolve/modules-node.ts";
import { pythonModules } from "./resolve/modules-python.ts";
import { rustModules } from "./resolve/modules-rust.ts";
import { natives } from "./resolve/natives-table.ts";
import { cut, type Shard, type ShardLimits } from "./shards.ts";
import type { Read } from "./shelf.ts";

type Configs = ReadonlyMap<string, string>;
type Answer = { path?: string; paths?: readonly string[]; external?: string } | undefined;

interface Family {
  languages: readonly string[];
  tongue: number;
  modules(paths: ReadonlySet<string>, configs: Configs): (from: string, specifier: string) => Answer;
}

/** Languages that call each other are resolved together; no other language sees them. */
const FAMILIES: readonly Family[] = [
  { languages: ["python"], tongue: Tongue.PYTHON, modules: (paths) => pythonModules(paths) },
  { languages: ["javascript", "typescript"], tongue: Tongue.ECMA, modules: nodeModules },
  { languages: ["go"], tongue: Tongue.GO, modules: goModules },
  { languages: ["java"], tongue: Tongue.JAVA, modules: (paths) => javaModules(paths) },
  { languages: ["rust"], tongue: Tongue.RUST, modules: rustModules },
];

export interface ResolveOptions {
  configs: Configs;
  limits: ShardLimits;
  progress(done: number, total: number): void;
}

/** Resolves all files against each other, family by family and piece by piece. */
export function resolveAll(
  files: readonly Read[],
  options: ResolveOptions,
): { found: Found; warnings: string[] } {
  const found = new Found(files.length);
  const warnings: string[] = [];
  let done = 0;
  for (const family of FAMILIES) {
    const members = files.flatMap((file, index) => (family.languages.includes(file.language) ? [index] : []));
    if (members.length === 0) continue;
    const own = members.map((index) => files[index] as Read);
    const modules = modulesOf(family, own, options.configs);
    const numbers = new Map(members.map((index) => [(files[index] as Read).path, index]));
    for (const index of members)
      found.add(index, importsOf(files[index] as Read, family.tongue, modules, numbers));
    const { shards, crowded } = cut(own, modules, options.limits);
    let full = 0;
    let stopped = 0;
    for (const shard of shards) {
      const hit = resolveShard(shard, own, members, modules, found, (count) =>
        options.progress(done + count, files.length),
      );
      full += hit.full;
      if (hit.stopped) stopped += 1;
      done += shard.own.length;
    }
    const outside = outsideOf(family.tongue);
    if (shards.length > 1)
      warnings.push(`${outside}: resolved in ${shards.length} pieces, each with what it imports.`);
    if (crowded > 0)
      warnings.push(
        `${outside}: ${crowded} pieces import more than fits beside them; calls into the rest are missing.`,
      );
    if (stopped > 0)
      warnings.push(`${outside}: values were followed up to the limit only; calls may be missing.`);
    if (full > 0)
      warnings.push(
        `${outside}: ${full} values hold more targets than are followed; calls through them may lack some.`,
      );
  }
  return { found, warnings };
}

function modulesOf(family: Family, own: readonly Read[], configs: Configs): Modules {
  const resolve = family.modules(new Set(own.map((file) => file.path)), configs);
  return (from, specifier) => {
    try {
      const answer = resolve(from, specifier);
      // A relative path that leads nowhere names no package.
      if (answer?.external !== undefined && /^\.{0,2}(?:\/|$)/.test(answer.external)) return undefined;
      return answer?.path === undefined ? answer : { paths: [answer.path] };
    } catch {
      // A configuration that leads in circles must not fail the analysis.
      return undefined;
    }
  };
}

/** Resolves one piece; tells the limits that were hit. Its memory is free afterwards. */
function resolveShard(
  shard: Shard,
  own: readonly Read[],
  members: readonly number[],
  modules: Modules,
  found: Found,
  progress: (done: number) => void,
): { full: number; stopped: boolean } {
  const answered = new Set(shard.own);
  const all = [...shard.own, ...shard.around].sort((left, right) => left - right);
  const program = new Program(
    all.map((index) => ({ path: (own[index] as Read).path, facts: (own[index] as Read).facts() })),
  );
  const engine = solve(program, modules, natives, {
    opens: (file) => answered.has(all[file] as number),
    progress: (count, total) => progress(Math.floor((count * shard.own.length) / Math.max(1, total))),
  });
  const outcome = new Outcome(engine);
  const number = (file: number): number => members[all[file] as number] as number;
  all.forEach((index, file) => {
    const { edges, lost } = outcome.of(file);
    found.add(
      number(file),
      edges.map((edge) => (edge.file === -1 ? edge : { ...edge, file: number(edge.file) })),
      !answered.has(index),
    );
    if (answered.has(index)) found.lose(number(file), lost);
  });
  return { full: engine.flows.crowded.size, stopped: engine.flows.stopped };
}

/** File to file, once per line, and to packages outside. */
function importsOf(
  file: Read,
  tongue: number,
  modules: Modules,
  numbers: ReadonlyMap<string, number>,
): ResolvedEdge[] {
  const found = new Map<string, ResolvedEdge>();
  for (const { specifier, name, line, typeOnly } of file.imports) {
    for (const target of targetsOf(file.path, specifier, name, tongue, modules)) {
      const local = target.path === undefined ? -1 : numbers.get(target.path);
      if (local === undefined || target.path === file.path) continue;
      const key = `${target.path} ${target.outside} ${line}`;
      const known = found.get(key);
      // An import for types and values is one for values.
      if (known !== undefined) known.kind = typeOnly ? known.kind : "";
      else {
        found.set(key, {
          from: -1,
          type: "IMPORTS",
          line,
          confidence: "exact",
          file: local,
          def: -1,
          outside: target.outside,
          kind: typeOnly ? "type" : "",
        });
      }
    }
  }
  return [...found.values()];
}

function targetsOf(
  from: string,
  specifier: string,
  name: string,
  tongue: number,
  modules: Modules,
): { path?: string; outside: string }[] {
  const nested = tongue === Tongue.PYTHON && name !== "" && name !== "*";
  const module = nested ? modules(from, below(specifier, name)) : undefined;
  const target = module?.paths === undefined ? modules(from, specifier) : module;
  if (target?.external !== undefined) return [{ outside: externalId(tongue, target.external) }];
  return (target?.paths ?? []).map((path) => ({ path, outside: "" }));
}
