/** The question what a change may break, and its answer. */
import { z } from "zod";
import { CONFIDENCES, GraphEdge, NODE_TYPES } from "./graph.ts";
import { Answer, History, Least, Limit, listOf, Offset } from "./questions.ts";

const Range = z.tuple([z.int().min(0), z.int().min(0)]);
const MAX_DIFF_CHARACTERS = 20_000_000;

export const ImpactQuestion = z.object({
  /** Files of which any line may have changed. */
  files: listOf(z.string()).default([]),
  /** Ids or names of definitions. */
  symbols: listOf(z.string()).default([]),
  /** A unified diff, as `git diff` writes it. */
  diff: z.string().max(MAX_DIFF_CHARACTERS).optional(),
  /** Changed lines, first and last, as numbered in the graph's commit. */
  ranges: z.array(z.looseObject({ path: z.string(), lines: z.array(Range) })).optional(),
  /** Which side of the diff the graph's commit is; `auto` looks at which files it has. */
  side: z.enum(["before", "after", "auto"]).default("auto"),
  /** Steps that are listed; the risk is judged by all. Default: to the end. */
  depth: z.coerce.number({ error: "must be a whole number" }).int().min(1).max(100).optional(),
  /** Commits before the change, newest first. */
  history: History.optional(),
  /** The text of a CODEOWNERS file. */
  codeowners: z.string().max(3_000_000).optional(),
  confidence: Least.default("inferred"),
  limit: Limit.default(200),
  offset: Offset.default(0),
});
export type ImpactQuestion = z.input<typeof ImpactQuestion>;

/** How a definition changed; `file` and `unknown`: somewhere in it. */
export const CHANGE_KINDS = ["signature", "body", "deleted", "module", "file", "unknown"] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

export const ChangedSymbol = z.looseObject({
  id: z.string(),
  type: z.enum(NODE_TYPES),
  name: z.string(),
  path: z.string(),
  lines: Range.optional(),
  change: z.enum(CHANGE_KINDS),
});
export type ChangedSymbol = z.infer<typeof ChangedSymbol>;

const ImpactType = z.enum(["direct", "transitive"]);
const reached = {
  impact_type: ImpactType,
  distance: z.int(),
  /** Of the least sure edge on the way. */
  confidence: z.enum(CONFIDENCES),
  /** Only an import leads here: it may notice, or use something else of the file. */
  weak: z.boolean(),
};

export const AffectedFile = z.looseObject({
  path: z.string(),
  /** Types of the edges that reach it. */
  edges: z.array(z.string()),
  ...reached,
  symbols: z.int(),
});
export type AffectedFile = z.infer<typeof AffectedFile>;

export const AffectedSymbol = z.looseObject({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  path: z.string(),
  ...reached,
  /** From here to what changed. */
  via: z.array(GraphEdge),
});
export type AffectedSymbol = z.infer<typeof AffectedSymbol>;

export const TestFile = z.looseObject({
  path: z.string(),
  distance: z.int(),
  /** `changed`: it is part of the change. `graph`: edges lead from it. `name`: only its name says so. */
  by: z.enum(["changed", "graph", "name"]),
  tests: z.array(z.looseObject({ id: z.string(), name: z.string(), distance: z.int() })),
});
export type TestFile = z.infer<typeof TestFile>;

export const LikelyFile = z.looseObject({
  path: z.string(),
  /** 0 to 1. */
  score: z.number(),
  /** What each sign gives to the score. */
  parts: z.record(z.string(), z.number()),
});
export type LikelyFile = z.infer<typeof LikelyFile>;

export const OwnerImpact = z.looseObject({
  owner: z.string(),
  changed: z.int(),
  affected: z.int(),
  files: z.array(z.string()),
});
export type OwnerImpact = z.infer<typeof OwnerImpact>;

export const RISK_LEVELS = ["critical", "high", "medium", "low"] as const;
export const Risk = z.looseObject({
  /** 0 to 100. */
  score: z.int().min(0).max(100),
  level: z.enum(RISK_LEVELS),
  /** The reach goes on beyond what was followed: the risk may be higher. */
  at_least: z.boolean().optional(),
  reasons: z.array(z.string()),
  /** Points by sign. */
  parts: z.record(z.string(), z.number()),
});
export type Risk = z.infer<typeof Risk>;

export const ImpactAnswer = Answer.extend({
  plugin: z.string(),
  changed_files: z.array(z.string()),
  changed_symbols: z.array(ChangedSymbol),
  /** Named by the change and not in the graph: new, or not analysed. */
  unknown_files: z.array(z.string()),
  /** Reach: what can break, nearest first. */
  affected_files: z.array(AffectedFile),
  affected_symbols: z.array(AffectedSymbol),
  /** Where the reach ends without anything of ours behind it: commands, routes, exported functions. */
  entry_points: z.array(z.looseObject({ id: z.string(), name: z.string(), path: z.string() })),
  /** Paths of test files, those to run first in front. */
  affected_tests: z.array(z.string()),
  tests: z.array(TestFile),
  /** Likely: files ranked by how probably they change or fail too. */
  likely: z.array(LikelyFile),
  owners: z.array(OwnerImpact),
  risk: Risk,
});
export type ImpactAnswer = z.infer<typeof ImpactAnswer>;
