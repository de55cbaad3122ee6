import type { ContextForm } from "../../models/context.ts";
import type { GraphNode } from "../../models/graph.ts";

/** What was chosen for a context, ready to be written out. */
export interface Selection {
  /** Name of the repository. */
  repository: string;
  graph_id: string;
  sha?: string;
  files: SelectedFile[];
  /** Ranked nodes that did not find room. */
  left_out: number;
}

export interface SelectedFile {
  path: string;
  /** Name of the language for code fences, or "". */
  language: string;
  /** Import statements as whole lines. */
  imports?: { lines: [number, number]; code: string };
  /** In order of line. */
  pieces: Piece[];
}

export interface Piece {
  node: GraphNode;
  relevance: number;
  form: Exclude<ContextForm, "within">;
  /** Whole lines of the source; of a `body` alone. */
  code?: string;
  /** First line of the docstring; of a `signature` alone. */
  summary?: string;
}

/** Header of a definition as one line; of what has none, its kind and name. */
export function signatureOf(node: GraphNode): string {
  return node["x-signature"] || `${node["x-kind"] ?? node.type} ${node.name}`;
}

/** The qualified name out of an id: `Helper.run`; of a file, its path. */
export function titleOf(node: GraphNode): string {
  return node.type === "file" ? node.path : node.id.slice(node.id.lastIndexOf("::") + 2);
}
