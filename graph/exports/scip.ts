import { PbfWriter } from "pbf";
import type { GraphEdge, GraphNode } from "../../models/graph.ts";
import type { GraphReader, Part } from "../store.ts";
import { EXTERNAL_PATH } from "../store.ts";
import { placesIn } from "./places.ts";
import { SymbolNames, type SymbolPackage } from "./symbols.ts";

export interface ScipOptions {
  /** Where the repository is: `file:///home/me/project`. */
  root: string;
  /** Version of the tool. */
  version: string;
  package?: Partial<SymbolPackage>;
  /** Text of a file, for columns; without it an occurrence covers the beginning of its line. */
  source?(path: string): Promise<string | undefined>;
}

export const Role = { DEFINITION: 1, IMPORT: 2, READ: 8, GENERATED: 16, TEST: 32 } as const;

/** Numbers of SCIP's `SymbolInformation.Kind`. */
const KINDS: Record<string, number> = {
  class: 7,
  constructor: 9,
  enum: 11,
  file: 16,
  function: 17,
  interface: 21,
  lambda: 17,
  method: 26,
  module: 29,
  namespace: 30,
  property: 41,
  struct: 49,
  test: 17,
  trait: 53,
  type: 55,
};

const LANGUAGES: Record<string, string> = {
  python: "Python",
  javascript: "JavaScript",
  typescript: "TypeScript",
  tsx: "TypeScriptReact",
  go: "Go",
  java: "Java",
  rust: "Rust",
};

/** Columns count UTF-16 units. */
const UTF16_COLUMNS = 2;

/** An index for Sourcegraph and other readers of SCIP, piece by piece: the metadata, one document a file, externals. */
export async function* exportScip(reader: GraphReader, options: ScipOptions): AsyncGenerator<Uint8Array> {
  const names = new SymbolNames({
    manager: options.package?.manager ?? "",
    name: options.package?.name ?? reader.info.repository.name,
    version: options.package?.version ?? reader.info.sha ?? "",
  });
  const test = new Set<string>();
  // Symbols of all files are needed before the first reference is written.
  for await (const part of reader.parts()) {
    names.add(part.path, part.nodes);
    for (const node of part.nodes) if (node["x-test"] === true) test.add(node.id);
  }
  yield message(1, (pbf) => metadata(pbf, options));
  for await (const part of reader.parts()) {
    const source = part.path === EXTERNAL_PATH ? undefined : await options.source?.(part.path);
    yield part.path === EXTERNAL_PATH
      ? externals(part, names)
      : message(2, (pbf) => document(pbf, part, names, source));
  }
}

/** A message as a field: fields of the index may simply be written one after another. */
function message(field: number, write: (pbf: PbfWriter) => void): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeMessage(field, (_: null, inner: PbfWriter) => write(inner), null);
  return pbf.finish();
}

function metadata(pbf: PbfWriter, options: ScipOptions): void {
  pbf.writeMessage(
    2,
    (_: null, tool: PbfWriter) => {
      tool.writeStringField(1, "scip-tidegate");
      tool.writeStringField(2, options.version);
    },
    null,
  );
  pbf.writeStringField(3, options.root);
  // Text of the files is UTF-8.
  pbf.writeVarintField(4, 1);
}

function externals(part: Part, names: SymbolNames): Uint8Array {
  const pbf = new PbfWriter();
  for (const node of part.nodes)
    pbf.writeMessage(3, (one: GraphNode, inner: PbfWriter) => information(inner, one, names, []), node);
  return pbf.finish();
}

function document(pbf: PbfWriter, part: Part, names: SymbolNames, source: string | undefined): void {
  const file = part.nodes.find((node) => node.type === "file");
  const places = placesIn(source);
  const role =
    (file?.["x-test"] === true ? Role.TEST : 0) | (file?.["x-mark"] === "generated" ? Role.GENERATED : 0);
  pbf.writeStringField(1, part.path.toWellFormed());
  for (const node of part.nodes) {
    const symbol = names.of(node.id);
    if (symbol === undefined) continue;
    const range = node.type === "file" ? [0, 0, 0] : places.name(node.lines?.[0] ?? 1, node.name);
    const lines = node.type === "file" ? undefined : node.lines;
    occurrence(pbf, range, symbol, Role.DEFINITION | role, places.whole(lines));
  }
  references(pbf, part.edges, names, places, role);
  const parents = Map.groupBy(part.edges.filter(isParent), (edge) => edge.source);
  for (const node of part.nodes) {
    const above = parents.get(node.id) ?? [];
    pbf.writeMessage(3, (one: GraphNode, inner: PbfWriter) => information(inner, one, names, above), node);
  }
  const language = file?.["x-language"] ?? "";
  pbf.writeStringField(4, LANGUAGES[language] ?? language);
  pbf.writeVarintField(6, UTF16_COLUMNS);
}

const isParent = (edge: GraphEdge) => edge.type === "EXTENDS" || edge.type === "IMPLEMENTS";

function references(
  pbf: PbfWriter,
  edges: readonly GraphEdge[],
  names: SymbolNames,
  places: ReturnType<typeof placesIn>,
  role: number,
): void {
  const written = new Set<string>();
  for (const edge of edges) {
    const symbol = names.of(edge.target);
    // What tests what is a conclusion of ours, not a place in the text.
    if (symbol === undefined || edge.line < 1 || edge.type === "TESTS") continue;
    const roles = role | (edge.type === "IMPORTS" ? Role.IMPORT : Role.READ);
    const key = `${edge.line} ${roles} ${symbol}`;
    if (written.has(key)) continue;
    written.add(key);
    occurrence(pbf, places.name(edge.line, lastName(edge.target)), symbol, roles, []);
  }
}

/** The word by which a node is most likely called: what stands behind the last dot, slash or colon of its id. */
function lastName(id: string): string {
  return (
    /([^.:/\\]+)(?:::file)?$/.exec(id.replace(/#\d+$/, "").replace(/(\.\w+)?::file$/, ""))?.[1] ?? ""
  ).trim();
}

function occurrence(pbf: PbfWriter, range: number[], symbol: string, roles: number, whole: number[]): void {
  pbf.writeMessage(
    2,
    (_: null, inner: PbfWriter) => {
      inner.writePackedVarint(1, range);
      inner.writeStringField(2, symbol);
      inner.writeVarintField(3, roles);
      if (whole.length > 0) inner.writePackedVarint(7, whole);
    },
    null,
  );
}

function information(
  pbf: PbfWriter,
  node: GraphNode,
  names: SymbolNames,
  parents: readonly GraphEdge[],
): void {
  pbf.writeStringField(1, names.of(node.id) ?? "");
  if (node.docstring) pbf.writeStringField(3, node.docstring.toWellFormed());
  for (const parent of new Set(parents.map((edge) => names.of(edge.target)))) {
    if (parent !== undefined) pbf.writeMessage(4, relationship, parent);
  }
  pbf.writeVarintField(5, KINDS[node["x-kind"] ?? node.type] ?? KINDS[node.type] ?? 0);
  pbf.writeStringField(6, node.name.toWellFormed());
  if (node["x-signature"]) pbf.writeMessage(7, signature, node);
}

function relationship(symbol: string, pbf: PbfWriter): void {
  pbf.writeStringField(1, symbol);
  pbf.writeBooleanField(3, true);
}

function signature(node: GraphNode, pbf: PbfWriter): void {
  const language = node["x-language"] ?? "";
  pbf.writeStringField(4, LANGUAGES[language] ?? language);
  pbf.writeStringField(5, (node["x-signature"] ?? "").toWellFormed());
}
