import { z } from "zod";

/**
 * The graph as it travels: the protocol of Codex Aura, whose own extensions start with `x-` and `CUSTOM_`.
 * `graph/` builds it, `tidegate analyze --json` prints it, `models/graph.schema.json` is it as a JSON Schema.
 */

export const NODE_TYPES = ["file", "class", "function", "external"] as const;
export const EDGE_TYPES = ["IMPORTS", "CALLS", "EXTENDS", "IMPLEMENTS", "REFERENCES", "TESTS"] as const;
export const CONFIDENCES = ["exact", "inferred", "ambiguous"] as const;

export type NodeType = (typeof NODE_TYPES)[number];
export type EdgeType = (typeof EDGE_TYPES)[number];
export type Confidence = (typeof CONFIDENCES)[number];

const Blame = z.looseObject({ author: z.string(), commit: z.string(), at: z.string() });

/** Ids: `path::file`, `path::class::Outer.Inner`, `path::function::Helper.run`, `external::python::os.path.join`. */
export const GraphNode = z.looseObject({
  id: z.string(),
  type: z.enum(NODE_TYPES),
  name: z.string(),
  /** Relative, with `/`. Of an external, the package or "". */
  path: z.string(),
  /** First and last line, 1-based. Absent for externals. */
  lines: z.tuple([z.int().min(0), z.int().min(0)]).optional(),
  docstring: z.string().optional(),
  blame: Blame.optional(),
  "x-kind": z.string().optional(),
  "x-signature": z.string().optional(),
  "x-exported": z.boolean().optional(),
  "x-test": z.boolean().optional(),
  "x-language": z.string().optional(),
  /** Of files: generated, minified, vendored, declarations; and what went wrong reading it. */
  "x-mark": z.string().optional(),
  "x-trouble": z.string().optional(),
  "x-complexity": z
    .looseObject({
      cyclomatic: z.int(),
      cognitive: z.int(),
      loc: z.int(),
      sloc: z.int(),
      maintainability: z.number(),
    })
    .optional(),
});
export type GraphNode = z.infer<typeof GraphNode>;

export const GraphEdge = z.looseObject({
  source: z.string(),
  target: z.string(),
  type: z.union([z.enum(EDGE_TYPES), z.string().regex(/^CUSTOM_/)]),
  line: z.int().min(0),
  "x-confidence": z.enum(CONFIDENCES).optional(),
  /** `type`: an import erased at run time. `instantiates`: a reference that makes an object without constructor of ours. */
  "x-kind": z.string().optional(),
});
export type GraphEdge = z.infer<typeof GraphEdge>;

/** A call that could not be followed, and why. */
export const UnresolvedCall = z.looseObject({
  source: z.string(),
  line: z.int(),
  /** The callee as written. */
  text: z.string(),
  reason: z.enum(["unknown_receiver", "unknown_name", "unknown_module", "dynamic"]),
});
export type UnresolvedCall = z.infer<typeof UnresolvedCall>;

export const Finding = z.looseObject({
  rule: z.string(),
  severity: z.enum(["error", "warning", "note"]),
  message: z.string(),
  path: z.string(),
  lines: z.tuple([z.int(), z.int()]),
});
export type Finding = z.infer<typeof Finding>;

export const GraphStats = z.looseObject({
  total_nodes: z.int(),
  total_edges: z.int(),
  node_types: z.record(z.string(), z.int()),
  edge_types: z.record(z.string(), z.int()),
  /** Mean cyclomatic complexity of functions, generated and vendored code left out. */
  average_complexity: z.number(),
  hot_spots_count: z.int(),
  files: z.int(),
  lines: z.int(),
  sloc: z.int(),
  languages: z.record(z.string(), z.int()),
  /** Calls inside the repository that were resolved, calls to the outside, calls that could not be followed. */
  calls: z.looseObject({ resolved: z.int(), external: z.int(), unresolved: z.int() }),
});
export type GraphStats = z.infer<typeof GraphStats>;

export const Repository = z.looseObject({ path: z.string(), name: z.string() });

export const Graph = z.looseObject({
  version: z.string(),
  generated_at: z.string(),
  repository: Repository,
  sha: z.string().optional(),
  stats: GraphStats,
  nodes: z.array(GraphNode),
  edges: z.array(GraphEdge),
  "x-unresolved": z.array(UnresolvedCall).optional(),
  "x-findings": z.array(Finding).optional(),
  /** Limits that were hit and what that means, in words. */
  "x-warnings": z.array(z.string()).optional(),
});
export type Graph = z.infer<typeof Graph>;

export const GRAPH_STATUSES = ["queued", "reading", "resolving", "saving", "ready", "failed"] as const;

/** What is known of a graph without its nodes and edges. */
export const GraphInfo = z.looseObject({
  /** `g_` and 12 hexadecimal digits. */
  id: z.string(),
  repository: Repository,
  sha: z.string().optional(),
  status: z.enum(GRAPH_STATUSES),
  /** Files done and in all, while it is made. */
  progress: z.looseObject({ done: z.int(), total: z.int() }).optional(),
  error: z.string().optional(),
  created_at: z.string(),
  duration_ms: z.int().optional(),
  stats: GraphStats.optional(),
  warnings: z.array(z.string()).optional(),
});
export type GraphInfo = z.infer<typeof GraphInfo>;
