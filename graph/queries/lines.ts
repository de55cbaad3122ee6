/** From changed lines of one file to the definitions around them. */
import type { GraphNode } from "../../models/graph.ts";
import type { ChangeKind } from "../../models/impact.ts";
import { lineOf } from "../order.ts";
import type { LineChange } from "./hunks.ts";
import { innermost } from "./names.ts";

export interface Touched {
  node: GraphNode;
  change: ChangeKind;
}

/** A header of one line is at most so long; a longer one was written on several. */
const HEADER_WIDTH = 100;
/** A decorator stands at most so many lines above what it decorates. */
const DECORATOR_LINES = 10;
const WORD = /[\p{L}\p{N}_]/u;
/** Lines of one range that are looked at; a range from 1 to a billion means the whole file. */
const MAX_LINES = 1_000_000;

/** What the changed lines of one file touch; lines outside of every definition touch the file's module level. */
export function touchedBy(nodes: readonly GraphNode[], changes: readonly LineChange[]): Touched[] {
  const file = nodes.find((node) => node.type === "file");
  const definitions = nodes
    .filter((node) => node.type !== "file" && node.lines !== undefined)
    .sort((a, b) => lineOf(a) - lineOf(b) || endOf(b) - endOf(a));
  const end = Math.max(file?.lines?.[1] ?? 0, ...definitions.slice(-1).map(endOf), 0);
  const touched: Touched[] = [];
  const walk = new Walk(definitions);
  for (const change of [...changes].sort((a, b) => a.lines[0] - b.lines[0])) {
    if (change.gap) touched.push(...gapIn(definitions, file, change));
    else touched.push(...linesIn(walk, definitions, file, change, end));
  }
  return touched;
}

function endOf(node: GraphNode): number {
  return node.lines?.[1] ?? 0;
}

/** Goes down a file once and knows the innermost definition at each line. */
class Walk {
  readonly #definitions: readonly GraphNode[];
  #open: GraphNode[] = [];
  #next = 0;
  #line = 0;

  constructor(definitions: readonly GraphNode[]) {
    this.#definitions = definitions;
  }

  at(line: number): readonly GraphNode[] {
    if (line < this.#line) {
      this.#open = [];
      this.#next = 0;
    }
    this.#line = line;
    for (let node = this.#definitions[this.#next]; node !== undefined; node = this.#definitions[this.#next]) {
      if (lineOf(node) > line) break;
      this.#close(lineOf(node));
      this.#open.push(node);
      this.#next += 1;
    }
    this.#close(line);
    return this.#open;
  }

  #close(line: number): void {
    while (this.#open.length > 0 && endOf(this.#open.at(-1) as GraphNode) < line) this.#open.pop();
  }
}

function linesIn(
  walk: Walk,
  definitions: readonly GraphNode[],
  file: GraphNode | undefined,
  change: LineChange,
  end: number,
): Touched[] {
  const touched: Touched[] = [];
  const first = Math.max(1, change.lines[0]);
  const last = Math.min(change.lines[1], first + MAX_LINES, Math.max(end, first));
  for (let line = first; line <= last; line += 1) {
    const text = change.text[line - change.lines[0]];
    if (text !== undefined && text.trim() === "") continue;
    const decorated = text?.trimStart().startsWith("@") ? decoratedBy(definitions, line) : undefined;
    const open = walk.at(line);
    if (decorated !== undefined) touched.push({ node: decorated, change: "signature" });
    else if (open.length === 0) pushFile(touched, file);
    else pushInnermost(touched, open, line, text, change);
  }
  return touched;
}

function pushFile(touched: Touched[], file: GraphNode | undefined): void {
  if (file !== undefined && touched.at(-1)?.node !== file) touched.push({ node: file, change: "module" });
}

/** A lambda is part of what its owner does, so the owner changes too. */
function pushInnermost(
  touched: Touched[],
  open: readonly GraphNode[],
  line: number,
  text: string | undefined,
  change: LineChange,
): void {
  for (let at = open.length - 1; at >= 0; at -= 1) {
    const node = open[at] as GraphNode;
    const whole = change.lines[0] <= lineOf(node) && change.lines[1] >= endOf(node);
    const kind = whole && change.gone ? "deleted" : inHeader(node, line, text) ? "signature" : "body";
    const last = touched.at(-1);
    if (last?.node !== node || last.change !== kind) touched.push({ node, change: kind });
    if (node["x-kind"] !== "lambda") return;
  }
}

function decoratedBy(definitions: readonly GraphNode[], line: number): GraphNode | undefined {
  const next = definitions.find((node) => lineOf(node) > line);
  return next !== undefined && lineOf(next) - line <= DECORATOR_LINES ? next : undefined;
}

/** Whether a line belongs to the header: by its text where that is known, else by how long the header is. */
function inHeader(node: GraphNode, line: number, text: string | undefined): boolean {
  const offset = line - lineOf(node);
  if (offset === 0) return true;
  const signature = node["x-signature"] ?? "";
  const most = signature.split(",").length + 1;
  if (offset > most) return false;
  return text === undefined ? signature.length > HEADER_WIDTH : holds(signature, text);
}

/** Whether the text is a piece of the signature that begins and ends where a word does. */
function holds(signature: string, text: string): boolean {
  const plain = text.trim().replace(/,$/, "").replaceAll(/\s+/g, " ");
  const whole = signature.replaceAll(/\s+/g, " ");
  if (!WORD.test(plain)) return false;
  for (let at = whole.indexOf(plain); at !== -1; at = whole.indexOf(plain, at + 1)) {
    const before = whole[at - 1] ?? " ";
    const after = whole[at + plain.length] ?? " ";
    if (
      !(WORD.test(before) && WORD.test(plain[0] ?? "")) &&
      !(WORD.test(after) && WORD.test(plain.at(-1) ?? ""))
    ) {
      return true;
    }
  }
  return false;
}

function gapIn(
  definitions: readonly GraphNode[],
  file: GraphNode | undefined,
  change: LineChange,
): Touched[] {
  if (change.text.every((text) => text.trim() === "")) return [];
  const [above, below] = change.lines;
  const around = innermost(definitions, above, below) ?? endingAt(definitions, change);
  const node = endingAt(definitions, change) ?? around;
  if (node === undefined) return file === undefined ? [] : [{ node: file, change: "module" }];
  const open = /[(,]\s*$/.test(change.above) && inHeader(node, above, change.above);
  const touched: Touched[] = [{ node, change: open ? "signature" : "body" }];
  if (node["x-kind"] === "lambda") {
    const owner = definitions.findLast(
      (each) => each !== node && lineOf(each) <= above && endOf(each) >= endOf(node),
    );
    if (owner !== undefined) touched.push({ node: owner, change: "body" });
  }
  return touched;
}

/** What was put right behind the last line of a definition belongs to it when it is indented as that line is. */
function endingAt(definitions: readonly GraphNode[], change: LineChange): GraphNode | undefined {
  const put = change.text.find((text) => text.trim() !== "") ?? "";
  if (change.above.trim() === "" || /^\s*(?:[}\])]|end\b)/.test(change.above)) return undefined;
  if (indent(put) === 0 || indent(put) < indent(change.above)) return undefined;
  const ending = definitions.filter(
    (node) => endOf(node) === change.lines[0] && lineOf(node) < change.lines[0],
  );
  return ending.at(-1);
}

function indent(text: string): number {
  return text.length - text.trimStart().length;
}
