import type { GraphNode } from "../../models/graph.ts";
import type { GraphReader } from "../store.ts";
import { labelOf, type View, type ViewOptions, viewOf } from "./view.ts";

/** What Mermaid draws unless its host allows more: so many edges, so many characters. */
const MAX_EDGES = 500;
const MAX_TEXT = 50_000;

/** For Markdown on GitHub and elsewhere. */
export async function exportMermaid(reader: GraphReader, options: ViewOptions = {}): Promise<string> {
  let max = Math.max(1, options.max_nodes ?? 60);
  for (;;) {
    const view = await viewOf(reader, {
      ...options,
      max_nodes: max,
      max_edges: Math.min(options.max_edges ?? MAX_EDGES, MAX_EDGES),
    });
    const text = drawMermaid(view);
    if (text.length <= MAX_TEXT || max === 1) return text;
    max = Math.floor(max / 2);
  }
}

function drawMermaid({ nodes, edges, note }: View): string {
  const numbers = new Map(nodes.map((node, at) => [node.id, at]));
  return [
    "flowchart LR",
    ...(note === "" ? [] : [`%% ${note}`]),
    ...nodes.map((node, at) => `  n${at}${box(node)}`),
    ...edges.map(({ source, target, type, count }) => {
      const label = count === 1 ? type : `${type} ${count}`;
      return `  n${numbers.get(source)} -->|"${quoted(label)}"| n${numbers.get(target)}`;
    }),
    "",
  ].join("\n");
}

function box(node: GraphNode): string {
  const label = `"${quoted(labelOf(node)) || "?"}"`;
  if (node.type === "file") return `[${label}]`;
  if (node.type === "class") return `[[${label}]]`;
  if (node.type === "external") return `[(${label})]`;
  return `(${label})`;
}

/** Anything that Mermaid, Markdown or HTML could take for its own becomes a numbered character. */
function quoted(text: string): string {
  return text
    .toWellFormed()
    .slice(0, 200)
    .toWellFormed()
    .replace(/\s+/gu, " ")
    .replace(/[^\p{L}\p{N} _./:,@()+=-]/gu, (found) => `#${found.codePointAt(0)};`);
}
