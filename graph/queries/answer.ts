/** What all answers share: their head, how sure an edge must be, and the error that helps to ask again. */
import type { z } from "zod";
import type { ContextAnswer, ContextRequest } from "../../models/context.ts";
import type { Confidence, EdgeType, GraphEdge, GraphNode } from "../../models/graph.ts";
import type { Answer } from "../../models/questions.ts";
import type { GraphReader } from "../store.ts";

export type QuestionErrorCode = "NOT_FOUND" | "AMBIGUOUS" | "INVALID";

/** A question that has no answer as it was asked; `suggestions` are ids that do. */
export class QuestionError extends Error {
  readonly code: QuestionErrorCode;
  readonly suggestions: string[];

  constructor(code: QuestionErrorCode, message: string, suggestions: readonly string[] = []) {
    super(suggestions.length === 0 ? message : `${message}: ask for ${suggestions.map(quoted).join(" or ")}`);
    this.name = "QuestionError";
    this.code = code;
    this.suggestions = [...suggestions];
  }
}

function quoted(text: string): string {
  return `"${text}"`;
}

/**
 * A question as its schema reads it.
 *
 * @throws {QuestionError} in words: whoever asks through a tool or a command reads it, and the schema's own error is JSON
 */
export function questionOf<Q extends z.ZodType>(schema: Q, question: unknown): z.output<Q> {
  const read = schema.safeParse(question);
  if (read.success) return read.data;
  throw new QuestionError("INVALID", `Cannot use the question: ${issuesOf(read.error)}`);
}

/** What a schema found wrong, as "limit: too big; ..." */
export function issuesOf({ issues }: Pick<z.ZodError, "issues">): string {
  return issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`))
    .join("; ");
}

const RANK: Record<Confidence, number> = { exact: 0, inferred: 1, ambiguous: 2 };

/** 0 exact, 1 inferred, 2 ambiguous. An edge that does not say is what another program wrote as a fact. */
export function doubt(edge: GraphEdge): number {
  return RANK[edge["x-confidence"] ?? "exact"];
}

export function confidenceOf(rank: number): Confidence {
  return rank <= 0 ? "exact" : rank === 1 ? "inferred" : "ambiguous";
}

/** Keeps the edges that are at least as sure as asked. */
export function atLeast(least: Confidence): (edge: GraphEdge) => boolean {
  const most = RANK[least];
  return (edge) => doubt(edge) <= most;
}

/** The types as a reader takes them. CUSTOM_ types are not in its table, but stored under their own name. */
export function typesOf(names: readonly string[] | undefined): EdgeType[] | undefined {
  return names === undefined || names.length === 0 ? undefined : (names as EdgeType[]);
}

/** `Outer.Inner` of `path::class::Outer.Inner`; the name where the id has another form. */
export function qualifiedOf(node: GraphNode): string {
  const head = `${node.path}::${node.type}::`;
  return node.id.startsWith(head) ? node.id.slice(head.length) : node.name;
}

/** Head of an answer about `reader`'s graph; nothing is cut and nothing unsure until said. */
export function head(reader: GraphReader): Answer {
  const { id, sha, repository, warnings } = reader.info;
  return {
    graph_id: id,
    ...(sha === undefined ? {} : { sha }),
    repository,
    unresolved: 0,
    truncated: false,
    totals: {},
    notes: [...(warnings ?? [])],
  };
}

/** One page of a list. */
export function pageOf<T>(list: readonly T[], page: { limit: number; offset: number }): T[] {
  return list.slice(page.offset, page.offset + page.limit);
}

/** Whether there is more than this page shows. */
export function isCut(total: number, page: { limit: number; offset: number }): boolean {
  return page.offset > 0 || total > page.limit;
}

/** How many calls of these nodes could not be followed. */
export async function unresolvedIn(reader: GraphReader, nodes: readonly GraphNode[]): Promise<number> {
  const paths = new Set<string>();
  const ids = new Set<string>();
  for (const node of nodes) {
    if (node.type === "external") continue;
    paths.add(node.path);
    ids.add(node.id);
  }
  if (paths.size === 0) return 0;
  const calls = await reader.unresolved([...paths]);
  return calls.reduce((count, call) => count + (ids.has(call.source) ? 1 : 0), 0);
}

/** "1 call", "2 calls". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * Refuses, as impact does, where nothing that was named is in the graph: an empty answer reads as "nothing to read".
 *
 * @throws {QuestionError}
 */
export function needNamed(asked: ContextRequest, { total_nodes, warnings }: ContextAnswer): void {
  const named = (asked.files?.length ?? 0) + (asked.entry_points?.length ?? 0);
  if (named > 0 && asked.task === undefined && total_nodes === 0)
    throw new QuestionError("NOT_FOUND", warnings.join("; ") || "Nothing that was named is in this graph");
}
