import type { GraphNode } from "../../models/graph.ts";
import type { GraphReader } from "../store.ts";
import { labelOf, type View, type ViewEdge, type ViewOptions, viewOf } from "./view.ts";

/** For Graphviz: `dot -Tsvg`. */
export async function exportDot(reader: GraphReader, options: ViewOptions = {}): Promise<string> {
  return drawDot(await viewOf(reader, { max_nodes: 500, ...options }), reader.info.repository.name);
}

function drawDot({ nodes, edges, note }: View, title: string): string {
  const numbers = new Map(nodes.map((node, at) => [node.id, at]));
  const groups = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    const group = node.type === "file" || node.type === "external" ? "" : node.path;
    const there = groups.get(group);
    if (there === undefined) groups.set(group, [node]);
    else there.push(node);
  }
  const box = (node: GraphNode, indent: string) =>
    `${indent}n${numbers.get(node.id)} [label="${quoted(labelOf(node))}", tooltip="${quoted(node.id)}"${SHAPES[node.type]}];`;
  return [
    ...(note === "" ? [] : [`// ${note}`]),
    `digraph "${quoted(title)}" {`,
    "  rankdir=LR;",
    '  node [shape=box, fontname="Helvetica", fontsize=10];',
    '  edge [fontname="Helvetica", fontsize=8];',
    ...(note === "" ? [] : [`  label="${quoted(note)}";`]),
    ...(groups.get("") ?? []).map((node) => box(node, "  ")),
    ...[...groups].flatMap(([path, inside], at) =>
      path === ""
        ? []
        : [
            `  subgraph cluster_${at} {`,
            `    label="${quoted(path)}";`,
            ...inside.map((node) => box(node, "    ")),
            "  }",
          ],
    ),
    ...edges.map((edge) => line(edge, numbers)),
    "}",
    "",
  ].join("\n");
}

const SHAPES: Record<GraphNode["type"], string> = {
  file: ", shape=note",
  class: ", style=filled, fillcolor=lightyellow",
  function: "",
  external: ", style=dashed",
};

function line(edge: ViewEdge, numbers: ReadonlyMap<string, number>): string {
  const label = edge.count === 1 ? edge.type : `${edge.type} ${edge.count}`;
  return `  n${numbers.get(edge.source)} -> n${numbers.get(edge.target)} [label="${quoted(label)}"];`;
}

/** Inside double quotes: Graphviz reads `\N` and the like as its own, and `&lt;` as a character. */
function quoted(text: string): string {
  return (
    text
      .toWellFormed()
      .replace(/[\\"&\r\n]/g, (found) => ESCAPES[found] ?? "")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a NUL ends Graphviz' input
      .replace(/[\u0000-\u001f\u007f]/g, "\ufffd")
  );
}

const ESCAPES: Record<string, string> = { "\\": "\\\\", '"': '\\"', "&": "&amp;", "\n": "\\n", "\r": "" };
