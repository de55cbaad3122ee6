/**
 * Questions to one graph about its structure, and their answers. Numbers and lists may come as text, so that the same
 * schema reads a query string (`edge_types=CALLS,IMPORTS&depth=2`) and a JSON body.
 */
import { z } from "zod";
import { CONFIDENCES, GraphEdge, GraphNode, NODE_TYPES, Repository, UnresolvedCall } from "./graph.ts";

const EdgeName = z.string().regex(/^(IMPORTS|CALLS|EXTENDS|IMPLEMENTS|REFERENCES|TESTS|CUSTOM_.*)$/, {
  error:
    "Unknown type of edge: name some of IMPORTS, CALLS, EXTENDS, IMPLEMENTS, REFERENCES, TESTS or a CUSTOM_ type",
});

/** A list, or its items in one text with commas between. */
export function listOf<T extends z.ZodType>(item: T): z.ZodPreprocess<z.ZodArray<T>> {
  return z.preprocess((value) => {
    if (typeof value !== "string") return value;
    return value
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  }, z.array(item));
}

const whole = (least: number, most: number) =>
  z.coerce.number({ error: "must be a whole number" }).int().min(least).max(most);
const flag = z.union([z.boolean(), z.stringbool()]);

/** The least sure edge that is wanted: `ambiguous` takes guesses by name alone too. */
export const Least = z.enum(CONFIDENCES);
export const Limit = whole(1, 1000);
export const Offset = whole(0, 10_000_000);
const page = { limit: Limit.default(100), offset: Offset.default(0) };
const sure = { confidence: Least.default("inferred") };

/** What every answer says beside its own. */
export const Answer = z.looseObject({
  graph_id: z.string(),
  /** The commit it speaks of. */
  sha: z.string().optional(),
  repository: Repository,
  /** Calls that start in what the answer names and could not be followed. */
  unresolved: z.int(),
  /** Something was left out; `totals` says how much there is. */
  truncated: z.boolean(),
  totals: z.record(z.string(), z.int()),
  /** What the answer cannot be sure of, in sentences. */
  notes: z.array(z.string()),
});
export type Answer = z.infer<typeof Answer>;

export const DependenciesQuestion = z.object({
  /** An id; or a path, `path:line`, or the end of a name or path, if it means one node only. */
  node_id: z.string().min(1),
  depth: whole(1, 5).default(1),
  direction: z.enum(["incoming", "outgoing", "both"]).default("both"),
  edge_types: listOf(EdgeName).optional(),
  /** Ask for all that a file or class holds, not for the node alone. */
  members: flag.default(false),
  max_nodes: whole(1, 5000).default(500),
  ...sure,
});
export type DependenciesQuestion = z.input<typeof DependenciesQuestion>;

export const DependenciesAnswer = Answer.extend({
  root: z.string(),
  depth: z.int(),
  nodes: z.array(GraphNode),
  edges: z.array(GraphEdge),
});
export type DependenciesAnswer = z.infer<typeof DependenciesAnswer>;

export const CallsQuestion = z.object({
  node_id: z.string().min(1),
  depth: whole(1, 10).default(1),
  ...page,
  ...sure,
});
export type CallsQuestion = z.input<typeof CallsQuestion>;

export const Call = z.looseObject({
  node: GraphNode,
  distance: z.int(),
  /** The calls themselves, towards the node asked for. */
  edges: z.array(GraphEdge),
});
export type Call = z.infer<typeof Call>;

export const CallsAnswer = Answer.extend({
  root: z.string(),
  direction: z.enum(["callers", "callees"]),
  depth: z.int(),
  calls: z.array(Call),
  /** Callees: what it calls that could not be followed. Callers: such calls elsewhere that are written with its name. */
  unresolved_calls: z.array(UnresolvedCall),
});
export type CallsAnswer = z.infer<typeof CallsAnswer>;

export const PathsQuestion = z.object({
  from: z.string().min(1),
  to: z.string().min(1),
  edge_types: listOf(EdgeName).optional(),
  max_length: whole(1, 30).default(10),
  /** How many, shortest first. */
  count: whole(1, 20).default(3),
  ...sure,
});
export type PathsQuestion = z.input<typeof PathsQuestion>;

export const PathsAnswer = Answer.extend({
  from: z.string(),
  to: z.string(),
  paths: z.array(z.looseObject({ length: z.int(), nodes: z.array(z.string()), edges: z.array(GraphEdge) })),
});
export type PathsAnswer = z.infer<typeof PathsAnswer>;

export const CyclesQuestion = z.object({
  of: z.enum(["IMPORTS", "CALLS"]).default("IMPORTS"),
  /** Imports that are erased at run time count too. */
  type_only: flag.default(false),
  ...page,
  ...sure,
});
export type CyclesQuestion = z.input<typeof CyclesQuestion>;

export const Cycle = z.looseObject({
  /** In order; the last one leads back to the first. */
  nodes: z.array(z.string()),
  edges: z.array(GraphEdge),
  length: z.int(),
  /** All nodes that reach each other through this ring and others: they can only be untangled together. */
  component: z.int(),
  component_size: z.int(),
});
export type Cycle = z.infer<typeof Cycle>;

export const CyclesAnswer = Answer.extend({ of: z.enum(["IMPORTS", "CALLS"]), cycles: z.array(Cycle) });
export type CyclesAnswer = z.infer<typeof CyclesAnswer>;

/** Files of one commit, newest commit first in a history. */
export const Commit = z.looseObject({ files: z.array(z.string()), sha: z.string().optional() });
export type Commit = z.infer<typeof Commit>;
export const History = z.array(Commit).max(20_000);

export const HotSpotsQuestion = z.object({
  of: z.enum(["function", "file"]).default("function"),
  /** With it, changes count; without it, distinct dependents do. */
  history: History.optional(),
  tests: flag.default(false),
  ...page,
  ...sure,
});
export type HotSpotsQuestion = z.input<typeof HotSpotsQuestion>;

export const HotSpot = z.looseObject({
  id: z.string(),
  path: z.string(),
  name: z.string(),
  lines: z.tuple([z.int(), z.int()]).optional(),
  rank: z.int(),
  score: z.number(),
  complexity: z.int(),
  dependents: z.int(),
  changes: z.int().optional(),
});
export type HotSpot = z.infer<typeof HotSpot>;
export const HotSpotsAnswer = Answer.extend({
  of: z.enum(["function", "file"]),
  formula: z.string(),
  hot_spots: z.array(HotSpot),
});
export type HotSpotsAnswer = z.infer<typeof HotSpotsAnswer>;

export const UnreferencedQuestion = z.object({
  /** List what other programs may use as well. */
  include_exported: flag.default(false),
  paths: listOf(z.string()).optional(),
  ...page,
  /** The least sure edge that counts as a reference. */
  confidence: Least.default("ambiguous"),
});
export type UnreferencedQuestion = z.input<typeof UnreferencedQuestion>;

export const Unreferenced = z.looseObject({
  node: GraphNode,
  /** Why it is listed. */
  reason: z.string(),
  /** Calls that could not be followed and are written with this name: any of them may be the reference. */
  possible_calls: z.int(),
});
export type Unreferenced = z.infer<typeof Unreferenced>;
export const UnreferencedAnswer = Answer.extend({
  no_known_reference: z.array(Unreferenced),
  /** What has no known reference either and is not listed: how many, by why. */
  left_out: z.record(z.string(), z.int()),
});
export type UnreferencedAnswer = z.infer<typeof UnreferencedAnswer>;

export const SearchQuestion = z.object({
  query: z.string().min(1).max(1000),
  /** `graph` compares names, `semantic` the words inside, `hybrid` both. */
  mode: z.enum(["graph", "semantic", "hybrid"]).default("hybrid"),
  types: listOf(z.enum(NODE_TYPES)).optional(),
  /** Folders, paths or patterns as in CODEOWNERS. */
  paths: listOf(z.string()).optional(),
  limit: whole(1, 100).default(20),
  offset: Offset.default(0),
});
export type SearchQuestion = z.input<typeof SearchQuestion>;

export const SEARCH_MATCHES = ["name", "qualified", "prefix", "word", "part", "path", "words"] as const;
export const SearchResult = z.looseObject({
  node: GraphNode,
  /** 0 to 1. */
  score: z.number(),
  match: z.enum(SEARCH_MATCHES),
});
export type SearchResult = z.infer<typeof SearchResult>;
export const SearchAnswer = Answer.extend({
  query: z.string(),
  mode: z.string(),
  results: z.array(SearchResult),
});
export type SearchAnswer = z.infer<typeof SearchAnswer>;

export const DiffQuestion = z.object({ ...page, confidence: Least.default("ambiguous") });
export type DiffQuestion = z.input<typeof DiffQuestion>;

const Counts = z.looseObject({ added: z.int(), removed: z.int(), changed: z.int() });
export const NODE_CHANGES = ["signature", "body", "docstring", "kind", "exported", "content"] as const;
export const ChangedNode = z.looseObject({
  before: GraphNode,
  after: GraphNode,
  changes: z.array(z.enum(NODE_CHANGES)),
});
export type ChangedNode = z.infer<typeof ChangedNode>;

export const DiffAnswer = Answer.extend({
  /** The graph it is compared with. */
  before: z.looseObject({ graph_id: z.string(), sha: z.string().optional() }),
  summary: z.looseObject({ files: Counts.extend({ renamed: z.int() }), nodes: Counts, edges: Counts }),
  changed_files: z.array(z.string()),
  renamed_files: z.array(z.looseObject({ from: z.string(), to: z.string() })),
  added_nodes: z.array(GraphNode),
  removed_nodes: z.array(GraphNode),
  changed_nodes: z.array(ChangedNode),
  added_edges: z.array(GraphEdge),
  removed_edges: z.array(GraphEdge),
});
export type DiffAnswer = z.infer<typeof DiffAnswer>;
