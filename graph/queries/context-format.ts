import type { ContextFormat } from "../../models/context.ts";
import type { GraphNode } from "../../models/graph.ts";
import { type Piece, type SelectedFile, type Selection, signatureOf, titleOf } from "./context-selection.ts";

/** Writes a selection in a format. Text that is not valid Unicode is mended. */
export function formatSelection(selection: Selection, format: ContextFormat): string {
  return FORMATS[format](selection).toWellFormed();
}

const FORMATS: Readonly<Record<ContextFormat, (selection: Selection) => string>> = {
  markdown,
  xml,
  json,
  plain,
};

function markdown(selection: Selection): string {
  const parts = [`# Context of ${about(selection)}\n`];
  for (const file of selection.files) {
    parts.push(`\n## ${oneLine(file.path)}\n`);
    if (file.imports !== undefined) {
      parts.push(`\nImports, ${lines(file.imports.lines)}:\n\n${fenced(file.imports.code, file.language)}\n`);
    }
    let before = "";
    for (const piece of file.pieces) {
      if (piece.code !== undefined) {
        parts.push(`\n### ${heading(piece)}\n\n${fenced(piece.code, file.language)}\n`);
      } else if (piece.node.type === "file") {
        parts.push(piece.summary === undefined ? "" : `\n${piece.summary}\n`);
      } else {
        const summary = piece.summary === undefined ? "" : `: ${piece.summary}`;
        parts.push(
          `${before === "item" ? "" : "\n"}- ${inline(signatureOf(piece.node))} (${place(piece.node)})${summary}\n`,
        );
      }
      before = piece.code === undefined && piece.node.type !== "file" ? "item" : "";
    }
  }
  if (selection.left_out > 0) parts.push(`\nLeft out: ${selection.left_out} more.\n`);
  return parts.join("");
}

/** A block whose fence is longer than any in it. */
export function fenced(code: string, language: string): string {
  let longest = 2;
  for (const [run] of code.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${code}\n${fence}`;
}

function inline(code: string): string {
  let longest = 0;
  for (const [run] of code.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const mark = "`".repeat(longest + 1);
  const pad = longest > 0 ? " " : "";
  return `${mark}${pad}${code}${pad}${mark}`;
}

function plain(selection: Selection): string {
  const parts = [`Context of ${about(selection)}\n`];
  for (const file of selection.files) {
    parts.push(`\n=== ${oneLine(file.path)} ===\n`);
    if (file.imports !== undefined) {
      parts.push(`--- imports, ${lines(file.imports.lines)}\n${file.imports.code}\n`);
    }
    for (const piece of file.pieces) {
      if (piece.code !== undefined) parts.push(`--- ${heading(piece)}\n${piece.code}\n`);
      else {
        if (piece.node.type !== "file") parts.push(`--- ${place(piece.node)}: ${signatureOf(piece.node)}\n`);
        if (piece.summary !== undefined) parts.push(`    ${piece.summary}\n`);
      }
    }
  }
  if (selection.left_out > 0) parts.push(`\nLeft out: ${selection.left_out} more.\n`);
  return parts.join("");
}

function xml(selection: Selection): string {
  const parts = [
    `<context${attributes({ repository: selection.repository, graph: selection.graph_id, sha: selection.sha })}>\n`,
  ];
  for (const file of selection.files) {
    parts.push(`<file${attributes({ path: file.path })}>\n`);
    if (file.imports !== undefined) {
      const at = { lines: file.imports.lines.join("-") };
      parts.push(`<imports${attributes(at)}>\n${escaped(file.imports.code)}\n</imports>\n`);
    }
    for (const piece of file.pieces) parts.push(xmlPiece(piece));
    parts.push("</file>\n");
  }
  if (selection.left_out > 0) parts.push(`<left_out>${selection.left_out}</left_out>\n`);
  parts.push("</context>\n");
  return parts.join("");
}

function xmlPiece({ node, form, code, summary }: Piece): string {
  const at = attributes({ id: node.id, type: node.type, lines: node.lines?.join("-"), form });
  if (code !== undefined) return `<node${at}>\n${escaped(code)}\n</node>\n`;
  const said = summary === undefined ? "" : `\n<summary>${escaped(summary)}</summary>`;
  return `<node${at}><signature>${escaped(signatureOf(node))}</signature>${said}</node>\n`;
}

function attributes(values: Record<string, string | undefined>): string {
  let text = "";
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) text += ` ${name}="${escaped(value).replaceAll('"', "&quot;")}"`;
  }
  return text;
}

// Control signs and halves of pairs make a document that no XML reader opens, escaped or not.
const NOT_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

function escaped(text: string): string {
  return text
    .replace(NOT_XML, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}

function json(selection: Selection): string {
  const { repository, graph_id, sha, left_out } = selection;
  const files = selection.files.map(jsonFile);
  return JSON.stringify({ repository, graph_id, sha, files, left_out: left_out || undefined });
}

function jsonFile({ path, imports, pieces }: SelectedFile): unknown {
  return {
    path,
    imports,
    nodes: pieces.map(({ node, form, code, summary }) => ({
      id: node.id,
      type: node.type,
      lines: node.lines,
      form,
      signature: code === undefined ? signatureOf(node) : undefined,
      summary,
      code,
    })),
  };
}

function about({ repository, sha, graph_id }: Selection): string {
  return `${oneLine(repository)} at ${sha?.slice(0, 12) ?? graph_id}`;
}

function heading({ node }: Piece): string {
  return node.type === "file" ? place(node) : `${oneLine(titleOf(node))} (${place(node)})`;
}

function place(node: GraphNode): string {
  const kind = node["x-kind"] ?? node.type;
  return node.lines === undefined ? kind : `${kind}, ${lines(node.lines)}`;
}

function lines([first, last]: readonly [number, number]): string {
  return first === last ? `line ${first}` : `lines ${first}-${last}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
