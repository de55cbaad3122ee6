import type { GraphEdge, GraphNode, UnresolvedCall } from "../models/graph.ts";
import type { Def, Facts } from "./facts/index.ts";
import { maintainability } from "./measure.ts";
import type { FileOutcome, ResolvedEdge } from "./resolve/index.ts";
import type { Part } from "./store.ts";

/** A file whose facts are at hand. */
export interface Opened {
  path: string;
  blob: string;
  facts: Facts;
}

export function fileId(path: string): string {
  return `${path}::file`;
}

/** `path::class::Outer.Inner`, `path::function::Helper.run`; the file itself for -1. */
export function idOf(file: Opened, def: number): string {
  const found = file.facts.defs[def];
  return found === undefined ? fileId(file.path) : `${file.path}::${found.type}::${found.qualified}`;
}

/** What one file gives to the graph: its own nodes, and the edges that were found for it. */
export function partOf(file: Opened, outcome: FoundInFile, targets: Targets): Part {
  const edges = outcome.edges.map((edge) => edgeOf(file, edge, targets));
  for (const edge of outcome.edges) {
    const tested = testEdge(file, edge, targets);
    if (tested !== undefined) edges.push(tested);
  }
  return {
    path: file.path,
    blob: file.blob,
    nodes: [fileNode(file), ...file.facts.defs.map((def) => defNode(file, def))],
    edges: edges.sort(byPlace),
    unresolved: outcome.lost.map(
      (lost): UnresolvedCall => ({
        source: idOf(file, lost.from),
        line: lost.line,
        text: lost.text,
        reason: lost.reason,
      }),
    ),
    findings: file.facts.findings.map((finding) => ({ ...finding, path: file.path })),
    words: file.facts.words,
  };
}

/** What edges may lead to, by number of the file. */
export interface Targets {
  id(file: number, def: number): string;
  isTest(file: number, def: number): boolean;
  path(file: number): string;
}

/** Edges and unresolved calls of one file, targets numbered as in the repository. */
export type FoundInFile = FileOutcome;

/** Nodes of the world outside, which edges lead to. */
export function outsidePart(ids: ReadonlySet<string>): Part {
  const nodes = [...ids].sort(compare).map((id): GraphNode => {
    const [, language, name] = id.split("::") as [string, string, string];
    return { id, type: "external", name, path: "", "x-language": language };
  });
  return {
    path: "",
    blob: "",
    nodes,
    edges: [],
    unresolved: [],
    findings: [],
    words: nodes.map(() => new Map()),
  };
}

function fileNode({ path, facts }: Opened): GraphNode {
  return {
    id: fileId(path),
    type: "file",
    name: path.slice(path.lastIndexOf("/") + 1),
    path,
    lines: [1, Math.max(1, facts.lines)],
    "x-kind": "file",
    "x-language": facts.language,
    ...(facts.docstring === "" ? {} : { docstring: facts.docstring }),
    ...(facts.mark === "" ? {} : { "x-mark": facts.mark }),
    ...(facts.trouble === "" ? {} : { "x-trouble": facts.trouble }),
    "x-sloc": facts.sloc,
  };
}

function defNode({ path, facts }: Opened, def: Def): GraphNode {
  const node: GraphNode = {
    id: `${path}::${def.type}::${def.qualified}`,
    type: def.type,
    name: def.name,
    path,
    lines: def.lines,
    "x-kind": def.kind,
    "x-language": facts.language,
    "x-exported": def.exported,
  };
  if (def.docstring !== "") node.docstring = def.docstring;
  if (def.signature !== "") node["x-signature"] = def.signature;
  if (def.test) node["x-test"] = true;
  if (def.type === "function") {
    node["x-complexity"] = {
      cyclomatic: def.cyclomatic,
      cognitive: def.cognitive,
      loc: def.lines[1] - def.lines[0] + 1,
      sloc: def.sloc,
      maintainability: maintainability(def),
    };
  }
  return node;
}

function edgeOf(file: Opened, edge: ResolvedEdge, targets: Targets): GraphEdge {
  return {
    source: idOf(file, edge.from),
    target: edge.file === -1 ? edge.outside : targets.id(edge.file, edge.def),
    type: edge.type,
    line: edge.line,
    "x-confidence": edge.confidence,
    ...(edge.kind === "" ? {} : { "x-kind": edge.kind }),
  };
}

/** A test that calls something of the repository tests it. */
function testEdge(file: Opened, edge: ResolvedEdge, targets: Targets): GraphEdge | undefined {
  // A test is not shown to test what its calls only might reach.
  if (edge.type !== "CALLS" || edge.confidence === "ambiguous" || edge.file === -1 || edge.def === -1)
    return undefined;
  if (!isTest(file.facts, edge.from)) return undefined;
  if (targets.path(edge.file) === file.path || targets.isTest(edge.file, edge.def)) return undefined;
  const target = targets.id(edge.file, edge.def);
  return {
    source: idOf(file, edge.from),
    target,
    type: "TESTS",
    line: edge.line,
    "x-confidence": edge.confidence,
  };
}

function isTest(facts: Facts, def: number): boolean {
  for (let at = def; at !== -1; at = (facts.defs[at] as Def).owner)
    if ((facts.defs[at] as Def).test) return true;
  return false;
}

function byPlace(left: GraphEdge, right: GraphEdge): number {
  return (
    compare(left.source, right.source) ||
    left.line - right.line ||
    compare(left.type, right.type) ||
    compare(left.target, right.target)
  );
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
