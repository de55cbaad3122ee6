import type { GraphEdge, GraphNode } from "../../models/graph.ts";
import { EDGE_TYPES } from "../../models/graph.ts";
import type { GraphReader } from "../store.ts";

const KEYS: [id: string, on: "node" | "edge" | "graph", name: string, type: string][] = [
  ["id", "node", "id", "string"],
  ["type", "node", "type", "string"],
  ["name", "node", "name", "string"],
  ["path", "node", "path", "string"],
  ["start", "node", "start_line", "int"],
  ["end", "node", "end_line", "int"],
  ["kind", "node", "kind", "string"],
  ["signature", "node", "signature", "string"],
  ["cyclomatic", "node", "cyclomatic", "int"],
  ["etype", "edge", "type", "string"],
  ["line", "edge", "line", "int"],
  ["confidence", "edge", "confidence", "string"],
  ["repository", "graph", "repository", "string"],
  ["sha", "graph", "sha", "string"],
];

/** For Gephi, yEd, NetworkX, igraph: the whole graph, piece by piece. */
export async function* exportGraphml(reader: GraphReader): AsyncGenerator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n';
  for (const [id, on, name, type] of KEYS)
    yield `<key id="${id}" for="${on}" attr.name="${name}" attr.type="${type}"/>\n`;
  yield `<graph id="G" edgedefault="directed">\n${data("repository", reader.info.repository.name)}${data("sha", reader.info.sha)}\n`;
  const numbers = new Map<string, number>();
  for await (const part of reader.parts()) {
    let piece = "";
    for (const node of part.nodes) {
      numbers.set(node.id, numbers.size);
      piece += box(node, numbers.get(node.id) ?? 0);
    }
    if (piece !== "") yield piece;
  }
  let piece = "";
  for await (const edge of reader.edgesOf(EDGE_TYPES)) {
    piece += line(edge, numbers);
    if (piece.length < 65_536) continue;
    yield piece;
    piece = "";
  }
  yield `${piece}</graph>\n</graphml>\n`;
}

function box(node: GraphNode, number: number): string {
  const fields = [
    data("id", node.id),
    data("type", node.type),
    data("name", node.name),
    data("path", node.path),
    data("start", node.lines?.[0]),
    data("end", node.lines?.[1]),
    data("kind", node["x-kind"]),
    data("signature", node["x-signature"]),
    data("cyclomatic", node["x-complexity"]?.cyclomatic),
  ];
  return `<node id="n${number}">${fields.join("")}</node>\n`;
}

function line(edge: GraphEdge, numbers: ReadonlyMap<string, number>): string {
  const source = numbers.get(edge.source);
  const target = numbers.get(edge.target);
  if (source === undefined || target === undefined) return "";
  const fields = [
    data("etype", edge.type),
    data("line", edge.line),
    data("confidence", edge["x-confidence"]),
  ];
  return `<edge source="n${source}" target="n${target}">${fields.join("")}</edge>\n`;
}

function data(key: string, value: string | number | undefined): string {
  return value === undefined ? "" : `<data key="${key}">${escaped(String(value))}</data>`;
}

/** XML 1.0 knows no control characters, not even escaped: they become the mark for what cannot be shown. */
function escaped(text: string): string {
  return (
    text
      .toWellFormed()
      .replace(/[&<>"]/g, (found) => ESCAPES[found] ?? "")
      .replace(/\r/g, "&#13;")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
  );
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
