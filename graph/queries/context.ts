import type { ContextAnswer, ContextNode, ContextRequest } from "../../models/context.ts";
import { basic, type ContextPlugin } from "../plugins/context.ts";
import type { GraphReader } from "../store.ts";
import { type Choice, choose, covers, type Material } from "./context-choose.ts";
import type { RankedNode } from "./context-evidence.ts";
import { isExternal } from "./context-neighbours.ts";
import { type RankHints, rank } from "./context-rank.ts";
import { importsOf, linesOf, type ReadSource } from "./context-source.ts";
import { type LoadEncoding, tokenizerFor } from "./tokens.ts";

/** Files whose source is read for one answer. */
const MAX_SOURCES = 100;
/** Ids that an answer lists as left out; `total_nodes` counts them all. */
const MAX_LEFT_OUT = 100;
const MAX_FILES = 50;

/** What an answer is made with besides the graph; each may be missing. */
export interface ContextMeans extends RankHints {
  /** Without it there are signatures, but no bodies. */
  source?: ReadSource;
  plugin?: ContextPlugin;
  /** Without it tokens are estimated, whatever the model. */
  encoding?: LoadEncoding;
}

/** What is worth reading for a task or around some files, best first, in no more tokens than asked for. */
export async function context(
  reader: GraphReader,
  asked: ContextRequest,
  means: ContextMeans = {},
): Promise<ContextAnswer> {
  const plugin = means.plugin ?? basic;
  const [ranking, tokenizer] = await Promise.all([
    rank(reader, asked, means),
    tokenizerFor(asked.model, means.encoding),
  ]);
  const ordered = plugin.rankNodes?.(ranking.nodes, asked.task ?? "") ?? ranking.nodes;
  const ranked = ordered.slice(0, asked.max_nodes);
  const strategy = asked.include_code ? asked.strategy : "metadata";
  const wantsCode = strategy === "balanced" || strategy === "bodies";
  const { material, warnings } = wantsCode ? await read(reader, ranked, means.source) : NOTHING;
  const { id, sha, repository } = reader.info;
  const about = { repository: repository.name, graph_id: id, ...(sha === undefined ? {} : { sha }) };
  const write = (selection: Parameters<ContextPlugin["formatContext"]>[0]): string =>
    plugin.formatContext(selection, asked.format);
  const total = ordered.length;
  const choice = choose(ranked, material, {
    budget: asked.max_tokens,
    strategy,
    tokenizer,
    about,
    files: new Map(ranking.files.map(({ path, score }) => [path, score])),
    total,
    write,
  });
  const context_nodes = ranked.flatMap((one) => shown(one, choice) ?? []);
  const there = new Set(context_nodes.map((node) => node.id));
  const left_out = ordered.filter(({ node }) => !there.has(node.id));
  const within = new Set(ranked.map(({ node }) => node.id));
  return {
    graph_id: id,
    ...(sha === undefined ? {} : { sha }),
    context_nodes,
    total_nodes: total,
    truncated: left_out.length > 0,
    files: ranking.files.slice(0, MAX_FILES),
    text: choice.text,
    format: asked.format,
    total_tokens: choice.tokens,
    budget: asked.max_tokens,
    tokenizer: tokenizer.name,
    left_out: left_out.slice(0, MAX_LEFT_OUT).map(({ node }) => ({
      id: node.id,
      reason: within.has(node.id) ? ("budget" as const) : ("max_nodes" as const),
    })),
    warnings: [...ranking.warnings, ...warnings],
  };
}

const NOTHING: { material: Material; warnings: string[] } = {
  material: { lines: new Map(), imports: new Map() },
  warnings: [],
};

/** Reads the sources of the best nodes and what they import. */
async function read(
  reader: GraphReader,
  ranked: readonly RankedNode[],
  source: ReadSource | undefined,
): Promise<{ material: Material; warnings: string[] }> {
  if (source === undefined) {
    return { ...NOTHING, warnings: ["The sources are not at hand: signatures stand for bodies."] };
  }
  const all = [...new Set(ranked.map(({ node }) => node.path))];
  const paths = all.slice(0, MAX_SOURCES);
  const [texts, edges] = await Promise.all([
    Promise.all(paths.map((path) => source(path))),
    reader.edges(
      paths.map((path) => `${path}::file`),
      "out",
      ["IMPORTS"],
    ),
  ]);
  const lines = new Map<string, string[]>();
  const imports = new Map<string, { lines: [number, number]; code: string }>();
  const bySource = Map.groupBy(edges, (edge) => edge.source);
  for (const [at, path] of paths.entries()) {
    const text = texts[at];
    if (text === undefined) continue;
    const own = linesOf(text);
    lines.set(path, own);
    const found = importsOf(bySource.get(`${path}::file`) ?? [], own);
    if (found !== undefined) imports.set(path, found);
  }
  const missing = all.filter((path) => !lines.has(path));
  const warnings =
    missing.length === 0
      ? []
      : [`${missing.length} files could not be read, such as "${missing[0]}": signatures stand for bodies.`];
  return { material: { lines, imports }, warnings };
}

/** A ranked node as it stands in the text; undefined if it does not. */
function shown(one: RankedNode, { files, costs }: Choice): ContextNode | undefined {
  const { node, relevance, scores, distance } = one;
  if (isExternal(node.id)) return undefined;
  const file = files.find(({ path }) => path === node.path);
  if (file === undefined) return undefined;
  const piece = file.pieces.find((each) => each.node.id === node.id);
  const base = {
    id: node.id,
    type: node.type,
    name: node.name,
    path: node.path,
    lines: node.lines,
    relevance,
    scores,
    ...(distance === undefined ? {} : { distance }),
  };
  if (piece !== undefined) {
    const code = piece.code ?? (piece.form === "signature" ? node["x-signature"] : undefined);
    const tokens = costs.get(node.id) ?? 0;
    return { ...base, ...(code === undefined ? {} : { code }), form: piece.form, tokens };
  }
  const { lines } = node;
  if (lines === undefined) return undefined;
  const inside = file.pieces.some((each) => each.form === "body" && covers(each.node, lines));
  return inside ? { ...base, form: "within", tokens: 0 } : undefined;
}
