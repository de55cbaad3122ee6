import type { GraphEdge, GraphNode } from "../../models/graph.ts";

/** Reads a file of the commit that the graph speaks of; undefined if it is not there. */
export type ReadSource = (path: string) => Promise<string | undefined>;

/** A statement that imports is not longer than this many lines. */
const MAX_IMPORT_LINES = 60;

export function linesOf(source: string): string[] {
  const lines = source.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** The lines of a node with its decorators; undefined if the source has no such lines and so is not of this graph. */
export function bodyOf(node: GraphNode, lines: readonly string[]): string | undefined {
  if (node.lines === undefined) return undefined;
  let [first, last] = node.lines;
  if (first < 1 || last < first) return undefined;
  // A file ends with a line break or not; its last line may be counted either way.
  if (node.type === "file") last = Math.min(last, lines.length);
  if (last > lines.length || last < first) return undefined;
  if (node.type !== "file") {
    while (first > 1 && isDecorator(lines[first - 2])) first -= 1;
  }
  const body = lines.slice(first - 1, last).join("\n");
  return body.trim() === "" ? undefined : body;
}

function isDecorator(line: string | undefined): boolean {
  return /^\s*(?:@[A-Za-z_]|#\[)/.test(line ?? "");
}

/** The statements at the outermost level that import, in order; undefined if there are none. */
export function importsOf(
  edges: readonly GraphEdge[],
  lines: readonly string[],
): { lines: [number, number]; code: string } | undefined {
  const wanted = new Set<number>();
  for (const edge of edges) {
    if (edge.line < 1 || edge.line > lines.length || wanted.has(edge.line)) continue;
    const first = startOf(edge.line, lines);
    if (first === undefined) continue;
    const last = endOf(first, lines);
    for (let line = first; line <= Math.max(last, first); line += 1) wanted.add(line);
  }
  const kept = [...wanted].sort((a, b) => a - b);
  const first = kept[0];
  const last = kept.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return { lines: [first, last], code: kept.map((line) => lines[line - 1]).join("\n") };
}

/** First line of the statement that a line belongs to; undefined inside of functions. */
function startOf(line: number, lines: readonly string[]): number | undefined {
  for (let at = line; at >= 1 && at > line - MAX_IMPORT_LINES; at -= 1) {
    const text = lines[at - 1] as string;
    if (/^[\s})\]]/.test(text) || text === "") continue;
    if (at === line) return at;
    return /^(?:import|export|from|use|pub use|const|let|var)\b.*[({[]\s*$/.test(text) ? at : undefined;
  }
  return undefined;
}

/** Where the brackets that a statement opens are closed. */
function endOf(first: number, lines: readonly string[]): number {
  let depth = 0;
  for (let at = first; at <= lines.length && at < first + MAX_IMPORT_LINES; at += 1) {
    const text = lines[at - 1] as string;
    for (const sign of text.slice(0, 2_000)) {
      if (sign === "(" || sign === "{" || sign === "[") depth += 1;
      else if (sign === ")" || sign === "}" || sign === "]") depth -= 1;
    }
    if (depth <= 0 && !text.endsWith("\\")) return at;
  }
  return first;
}

const LANGUAGES: Readonly<Record<string, string>> = {
  py: "python",
  pyi: "python",
  js: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  jsx: "jsx",
  ts: "typescript",
  mts: "typescript",
  cts: "typescript",
  tsx: "tsx",
  go: "go",
  java: "java",
  rs: "rust",
};

/** What a code fence says of a file. */
export function languageOf(path: string): string {
  return LANGUAGES[path.slice(path.lastIndexOf(".") + 1).toLowerCase()] ?? "";
}
