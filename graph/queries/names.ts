/** From what a person types to a node. */

import type { GraphNode } from "../../models/graph.ts";
import { byText } from "../order.ts";
import type { GraphReader } from "../store.ts";
import { QuestionError, qualifiedOf } from "./answer.ts";

const CANDIDATES = 300;
const SUGGESTIONS = 5;
/** Longer names are compared by their beginning: the table of a distance grows with the square. */
const COMPARED = 80;

/**
 * The node that `text` means: an id, a path, `path:line`, `path::Outer.method`, a qualified name, or the end of one.
 *
 * @throws {QuestionError} when nothing or more than one thing fits, with the ids that do or nearly do
 */
export async function nodeOf(reader: GraphReader, text: string): Promise<GraphNode> {
  const asked = text.trim();
  const path = cleanPath(asked);
  const exact = await reader.nodes([asked, `${path}::file`]);
  const found = exact.find((node) => node.id === asked) ?? exact[0];
  if (found !== undefined) return found;
  const placed = await atLine(reader, path);
  if (placed !== undefined) return placed;
  const best = await fitting(reader, asked);
  if (best.length === 1) return best[0] as GraphNode;
  if (best.length > 1) {
    const ids = best.slice(0, SUGGESTIONS).map((node) => node.id);
    throw new QuestionError(
      "AMBIGUOUS",
      `Cannot tell which "${asked}" is meant, ${best.length} nodes fit`,
      ids,
    );
  }
  throw new QuestionError("NOT_FOUND", `Cannot find "${asked}" in this graph`, await nearest(reader, asked));
}

/** `./src\a.py` and `/src/a.py` are `src/a.py`. */
export function cleanPath(text: string): string {
  return text
    .trim()
    .replaceAll("\\", "/")
    .replace(/^(?:\.\/)+/, "")
    .replace(/^\/+/, "");
}

/** The innermost definition around a line, else the file. */
async function atLine(reader: GraphReader, text: string): Promise<GraphNode | undefined> {
  const split = /^(.+):(\d{1,9})$/.exec(text);
  if (split === null) return undefined;
  const [, path = "", digits = ""] = split;
  const nodes = await reader.nodesOf([path]);
  const file = nodes.find((node) => node.type === "file");
  const last = file?.lines?.[1] ?? Infinity;
  if (file !== undefined && Number(digits) > last)
    throw new QuestionError("NOT_FOUND", `Cannot find "${text}": the file ends at line ${last}`);
  return innermost(nodes, Number(digits), Number(digits)) ?? file;
}

/** The smallest definition that holds all lines from `first` to `last`. */
export function innermost(nodes: readonly GraphNode[], first: number, last: number): GraphNode | undefined {
  let best: GraphNode | undefined;
  for (const node of nodes) {
    if (node.type === "file" || node.lines === undefined) continue;
    if (node.lines[0] > first || node.lines[1] < last) continue;
    if (best?.lines === undefined || size(node) <= best.lines[1] - best.lines[0]) best = node;
  }
  return best;
}

function size(node: GraphNode): number {
  return node.lines === undefined ? 0 : node.lines[1] - node.lines[0];
}

/** The nodes that fit best; fewer ways of fitting win over more. */
async function fitting(reader: GraphReader, asked: string): Promise<GraphNode[]> {
  const [before, after] = splitPath(asked);
  const last = after.slice(Math.max(after.lastIndexOf("."), after.lastIndexOf("/")) + 1);
  const wanted = await reader.find(last === "" ? after : last, CANDIDATES, 0);
  if (last !== after) wanted.push(...(await reader.find(after, CANDIDATES, 0)));
  const unique = new Map(wanted.map((node) => [node.id, node]));
  const groups: GraphNode[][] = [[], [], [], []];
  for (const node of unique.values()) groups[rank(node, before, after)]?.push(node);
  return groups.find((group) => group.length > 0) ?? [];
}

/** `src/a.py::Helper.run` and `src/a.py#Helper.run` -> the path and the rest. */
function splitPath(asked: string): [string, string] {
  const marks = [asked.lastIndexOf("::"), asked.lastIndexOf("#")];
  const at = Math.max(...marks);
  if (at <= 0 || /^\d+$/.test(asked.slice(at + 1))) return ["", asked];
  const before = asked.slice(0, at).replace(/::(?:class|function|external)$/, "");
  return [cleanPath(before), asked.slice(at + (asked[at] === "#" ? 1 : 2))];
}

/** 0 the qualified name, 1 the name or whole path, 2 its end, 3 without case; 9 not at all. */
function rank(node: GraphNode, path: string, name: string): number {
  if (path !== "" && node.path !== path && !node.path.endsWith(`/${path}`)) return 9;
  const qualified = qualifiedOf(node);
  if (node.type === "file") return endsAt(node.path, cleanPath(name), "/") ? (node.path === name ? 1 : 2) : 9;
  if (qualified === name) return 0;
  if (node.name === name || qualified.endsWith(`.${name}`)) return 1;
  if (node.id.endsWith(`::${name}`) || endsAt(node.id, name, "/")) return 2;
  return qualified.toLowerCase() === name.toLowerCase() || node.name.toLowerCase() === name.toLowerCase()
    ? 3
    : 9;
}

function endsAt(text: string, end: string, mark: string): boolean {
  return text === end || (end !== "" && text.endsWith(`${mark}${end}`));
}

/** Existing ids that look most like `asked`. */
export async function nearest(reader: GraphReader, asked: string): Promise<string[]> {
  const [path, after] = splitPath(asked);
  const last = after.slice(after.lastIndexOf("/") + 1).slice(0, COMPARED);
  const dot = last.lastIndexOf(".") + 1;
  const name = last.length - dot > 3 ? last.slice(dot) : last;
  const near = new Map<string, number>();
  const add = (nodes: readonly GraphNode[]): void => {
    for (const node of nodes) {
      const far = Math.min(distance(node.name, name), distance(qualifiedOf(node), last));
      if (far <= Math.max(2, Math.ceil(name.length * 0.5))) near.set(node.id, far);
    }
  };
  if (path !== "") add(await reader.nodesOf([path]));
  for (const piece of piecesOf(name)) add(await reader.find(piece, CANDIDATES, 0));
  if (near.size === 0) for (const other of swapped(name)) add(await reader.find(other, SUGGESTIONS, 0));
  const best = [...near].sort((a, b) => a[1] - b[1] || byText(a[0], b[0]));
  return best.slice(0, SUGGESTIONS).map(([id]) => id);
}

/** What a name with one slip still has in common with the right one. */
function piecesOf(name: string): Set<string> {
  const least = name.length > 5 ? 3 : 2;
  const lengths = [name.length, Math.ceil(name.length / 2), Math.ceil(name.length / 3)];
  const pieces = lengths.flatMap((length) => {
    const size = Math.max(least, length);
    return [name.slice(0, size), name.slice(-size)];
  });
  return new Set(pieces.filter((piece) => piece.length >= Math.min(least, name.length) && piece !== ""));
}

/** The name with two neighbouring letters in the other order, each in turn. */
function swapped(name: string): string[] {
  if (name.length > 12) return [];
  return Array.from(
    name.slice(1),
    (letter, at) => name.slice(0, at) + letter + name[at] + name.slice(at + 2),
  );
}

/** Edits from one name to the other, without case. */
function distance(a: string, b: string): number {
  const left = a.slice(0, COMPARED).toLowerCase();
  const right = b.slice(0, COMPARED).toLowerCase();
  let row = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const same = left[i - 1] === right[j - 1] ? 0 : 1;
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}

/** What a file or class holds, itself first; any other node alone. */
export async function withMembers(reader: GraphReader, node: GraphNode): Promise<GraphNode[]> {
  if (node.type !== "file" && node.type !== "class") return [node];
  const nodes = await reader.nodesOf([node.path]);
  const prefix = `${qualifiedOf(node)}.`;
  const held = nodes.filter(
    (each) => each.id !== node.id && (node.type === "file" || qualifiedOf(each).startsWith(prefix)),
  );
  return [node, ...held];
}
