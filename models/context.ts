import { z } from "zod";
import { EDGE_TYPES, GraphNode, NODE_TYPES } from "./graph.ts";

/** What is worth reading for a task or around some files, within a budget of tokens. */

export const CONTEXT_FORMATS = ["markdown", "xml", "json", "plain"] as const;
export type ContextFormat = (typeof CONTEXT_FORMATS)[number];

/** `bodies`: code alone. `signatures`: no bodies. `metadata`: no code at all. `balanced`: bodies first, then signatures. */
export const CONTEXT_STRATEGIES = ["balanced", "bodies", "signatures", "metadata"] as const;
export type ContextStrategy = (typeof CONTEXT_STRATEGIES)[number];

export const DEFAULT_MAX_TOKENS = 16_000;
export const DEFAULT_MAX_NODES = 50;

/** One body for the three forms of the field: `files` + `max_tokens`, `entry_points` + `depth`, `task` + `model`. */
export const ContextRequest = z
  .looseObject({
    files: z.array(z.string().min(1).max(1_000)).max(200).optional(),
    /** Ids of nodes, paths, or names. */
    entry_points: z.array(z.string().min(1).max(1_000)).max(200).optional(),
    /** What is to be done, in words: an issue, a commit message, a stack trace. */
    task: z.string().max(100_000).optional(),
    depth: z.int().min(1).max(5).default(2),
    include_code: z.boolean().default(true),
    max_nodes: z.int().min(1).max(1_000).default(DEFAULT_MAX_NODES),
    max_tokens: z.int().min(1).max(2_000_000).default(DEFAULT_MAX_TOKENS),
    /** Decides the tokenizer: `gpt-4o`, `claude-...`. */
    model: z.string().max(200).optional(),
    format: z.enum(CONTEXT_FORMATS).default("markdown"),
    strategy: z.enum(CONTEXT_STRATEGIES).default("balanced"),
    edge_types: z.array(z.enum(EDGE_TYPES)).min(1).optional(),
    plugin: z.string().max(100).optional(),
  })
  .refine(
    (asked) => Boolean(asked.files?.length || asked.entry_points?.length || asked.task?.trim()),
    "Name at least one of `files`, `entry_points` or `task`.",
  );
export type ContextRequest = z.infer<typeof ContextRequest>;

/** Parts of a score, each from 0 to 1; a part that was not known is absent. */
export const ScoreParts = z.looseObject({
  lexical: z.number().optional(),
  graph: z.number().optional(),
  recency: z.number().optional(),
  centrality: z.number().optional(),
  similar: z.number().optional(),
});
export type ScoreParts = z.infer<typeof ScoreParts>;

/** `body`: its lines. `signature`: its header and first docstring line. `within`: in the body of its owner. `metadata`: no code. */
export const CONTEXT_FORMS = ["body", "signature", "within", "metadata"] as const;
export type ContextForm = (typeof CONTEXT_FORMS)[number];

export const ContextNode = z.looseObject({
  id: z.string(),
  type: z.enum(NODE_TYPES),
  name: z.string(),
  path: z.string(),
  lines: GraphNode.shape.lines,
  code: z.string().optional(),
  relevance: z.number().min(0).max(1),
  scores: ScoreParts,
  /** Edges between it and what was asked for; absent when found by words alone. */
  distance: z.int().optional(),
  form: z.enum(CONTEXT_FORMS),
  /** Its own share of the text. */
  tokens: z.int(),
});
export type ContextNode = z.infer<typeof ContextNode>;

export const ContextFile = z.looseObject({
  path: z.string(),
  score: z.number().min(0).max(1),
  scores: ScoreParts,
});
export type ContextFile = z.infer<typeof ContextFile>;

export const LEFT_OUT_REASONS = ["budget", "max_nodes"] as const;

export const ContextAnswer = z.looseObject({
  graph_id: z.string(),
  sha: z.string().optional(),
  context_nodes: z.array(ContextNode),
  /** Nodes that were ranked, those left out included. */
  total_nodes: z.int(),
  truncated: z.boolean(),
  /** Files in order of how likely they are to matter. */
  files: z.array(ContextFile),
  text: z.string(),
  format: z.enum(CONTEXT_FORMATS),
  total_tokens: z.int(),
  budget: z.int(),
  /** Encoding that counted, or `estimate`. */
  tokenizer: z.string(),
  /** The best of those that are not in the text. */
  left_out: z.array(z.looseObject({ id: z.string(), reason: z.enum(LEFT_OUT_REASONS) })),
  /** Entry points and files that the graph does not have, limits that were hit: in words. */
  warnings: z.array(z.string()),
});
export type ContextAnswer = z.infer<typeof ContextAnswer>;
