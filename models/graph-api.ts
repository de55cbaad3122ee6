/** Bodies of the code graph's API that are more than one noun. */
import { z } from "zod";
import { Finding, GraphInfo, GraphNode, UnresolvedCall } from "./graph.ts";
import { Answer, Limit, listOf, Offset } from "./questions.ts";

/** What is to be analyzed: a repository under Tidegate's care, at a commit or at what a branch or tag names now. */
export const AnalyzeRequest = z
  .object({
    repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/, "must be owner/name"),
    sha: z
      .string()
      .regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, "must be a whole commit hash")
      .optional(),
    ref: z.string().min(1).max(250).optional(),
  })
  .strict();
export type AnalyzeRequest = z.infer<typeof AnalyzeRequest>;

/** How an uploaded archive is called, and how long to wait for its graph. */
export const UploadQuery = z.object({
  name: z
    .string()
    .regex(/^[\w][\w .@+-]{0,99}$/, "must be letters, digits, spaces and . @ + - _, at most 100")
    .default("upload"),
  sha: z
    .string()
    .regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/, "must be a whole commit hash")
    .optional(),
});
export const WaitQuery = z.object({
  /** Seconds to wait for the graph; afterwards the answer is 202 and says where to look. */
  wait: z.coerce.number().min(0).max(25).default(20),
});

export const Analyzed = z.looseObject({
  graph_id: z.string(),
  status: GraphInfo.shape.status,
  stats: z
    .looseObject({
      files: z.int(),
      classes: z.int(),
      functions: z.int(),
      edges: z.record(z.string(), z.int()),
      lines: z.int(),
    })
    .optional(),
  duration_ms: z.int().optional(),
  progress: GraphInfo.shape.progress,
});
export type Analyzed = z.infer<typeof Analyzed>;

export const GraphsQuery = z.object({
  repository: z.string().max(300).optional(),
  sha: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const GraphList = z.object({ graphs: z.array(GraphInfo) });

export const NodeAnswer = Answer.extend({
  node: GraphNode,
  members: z.array(GraphNode),
  edges_out: z.int(),
  edges_in: z.int(),
  code: z.string().optional(),
});

export const FindingsQuestion = z.object({
  /** The least severe that is wanted. */
  severity: z.enum(["note", "warning", "error"]).default("note"),
  rules: listOf(z.string()).optional(),
  /** Files or folders. */
  paths: listOf(z.string()).optional(),
  limit: Limit.default(100),
  offset: Offset.default(0),
});
export const FindingsAnswer = Answer.extend({ findings: z.array(Finding) });

export const UnresolvedQuestion = z.object({
  paths: listOf(z.string()).optional(),
  limit: Limit.default(100),
  offset: Offset.default(0),
});
export const UnresolvedAnswer = Answer.extend({ unresolved_calls: z.array(UnresolvedCall) });

export const Capabilities = z.looseObject({
  languages: z.array(z.looseObject({ language: z.string(), endings: z.array(z.string()) })),
  edge_types: z.array(z.string()),
  node_types: z.array(z.string()),
  context_formats: z.array(z.string()),
  export_formats: z.array(z.string()),
  plugins: z.looseObject({ context: z.array(z.string()), impact: z.array(z.string()) }),
  rules: z.array(z.looseObject({ id: z.string(), severity: z.string(), title: z.string() })),
  limits: z.record(z.string(), z.number()),
});
export const ServerInfo = z.looseObject({
  name: z.string(),
  version: z.string(),
  protocol: z.string(),
});
