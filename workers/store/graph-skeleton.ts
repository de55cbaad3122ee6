/** The ids of a part and its edges, packed: all that is needed to walk a graph and to find things by name. */
import { Sink, Source } from "../../graph/facts/bytes.ts";
import { byText, lineOf } from "../../graph/order.ts";
import type { Part } from "../../graph/store.ts";
import type { GraphEdge, GraphNode } from "../../models/graph.ts";
import { known, Places, packValue, unpackValue } from "./graph-value.ts";

export interface Skeleton {
  /** Ids of the part's nodes, then of whatever else its edges name. */
  ids: string[];
  /** How many of `ids` are the part's own. */
  own: number;
  /** Of the part's own nodes. */
  types: string[];
  names: string[];
  paths: string[];
  starts: Int32Array;
  /** Source and target (both places in `ids`), style and line of each edge, one after another. */
  edges: Int32Array;
  /** What edges have beside source, target and line. */
  styles: Partial<GraphEdge>[];
}

/** Numbers that each edge takes in `Skeleton.edges`. */
export const EDGE_WIDTH = 4;

export function packSkeleton(part: Part): Uint8Array<ArrayBuffer> {
  const to = new Sink();
  const ids = idsOf(part);
  const texts = new Places();
  const nodes = new Sink();
  for (const node of part.nodes) packNode(nodes, texts, node);
  packIds(to, ids, part.nodes.length);
  to.texts(texts.all);
  to.raw(nodes.finish());
  packEdges(to, ids, part.edges);
  return to.finish();
}

export function unpackSkeleton(bytes: Uint8Array): Skeleton {
  const from = new Source(bytes);
  const { ids, own } = unpackIds(from);
  const texts = from.texts();
  const skeleton: Skeleton = {
    ids,
    own,
    types: [],
    names: [],
    paths: [],
    starts: new Int32Array(own),
    edges: new Int32Array(0),
    styles: [],
  };
  for (let i = 0; i < own; i++) {
    const id = known(ids[i]);
    skeleton.types.push(known(texts[from.uint()]));
    const name = from.uint();
    skeleton.names.push(name & 1 ? known(texts[name >>> 1]) : id.slice(id.length - (name >>> 1)));
    const path = from.uint();
    skeleton.paths.push(path & 1 ? known(texts[path >>> 1]) : id.slice(0, path >>> 1));
    skeleton.starts[i] = from.int();
  }
  return { ...skeleton, ...unpackEdges(from) };
}

/** The nth edge of a skeleton as it travels. */
export function edgeAt(skeleton: Skeleton, nth: number): GraphEdge {
  const { edges, ids, styles } = skeleton;
  const at = nth * EDGE_WIDTH;
  return {
    source: known(ids[edges[at] as number]),
    target: known(ids[edges[at + 1] as number]),
    line: edges[at + 3] as number,
    ...known(styles[edges[at + 2] as number]),
  } as GraphEdge;
}

function idsOf(part: Part): string[] {
  const own = new Set(part.nodes.map((node) => node.id));
  const others = new Set<string>();
  for (const { source, target } of part.edges) {
    if (!own.has(source)) others.add(source);
    if (!own.has(target)) others.add(target);
  }
  return [...part.nodes.map((node) => node.id), ...[...others].sort(byText)];
}

/** Neighbouring ids begin alike: each says how much it shares with the one before. */
function packIds(to: Sink, ids: readonly string[], own: number): void {
  const rests: string[] = [];
  let before = "";
  to.uint(own);
  to.uint(ids.length);
  for (const id of ids) {
    const shared = sharedLength(before, id);
    to.uint(shared);
    rests.push(id.slice(shared));
    before = id;
  }
  to.texts(rests);
}

function unpackIds(from: Source): { ids: string[]; own: number } {
  const own = from.uint();
  const shared = Int32Array.from({ length: from.count() }, () => from.uint());
  const ids = from.texts();
  for (let i = 1; i < ids.length; i++) {
    const length = shared[i] as number;
    if (length > 0) ids[i] = known(ids[i - 1]).slice(0, length) + ids[i];
  }
  return { ids, own };
}

function sharedLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

function packNode(to: Sink, texts: Places, node: GraphNode): void {
  to.uint(texts.of(node.type));
  to.uint(node.id.endsWith(node.name) ? node.name.length * 2 : texts.of(node.name) * 2 + 1);
  to.uint(node.id.startsWith(node.path) ? node.path.length * 2 : texts.of(node.path) * 2 + 1);
  to.int(lineOf(node));
}

function packEdges(to: Sink, ids: readonly string[], edges: readonly GraphEdge[]): void {
  const places = new Map<string, number>();
  for (let i = ids.length - 1; i >= 0; i--) places.set(ids[i] as string, i);
  const styles = new Places();
  const rows = new Sink();
  let [lastSource, lastLine] = [0, 0];
  for (const edge of edges) {
    const source = places.get(edge.source) as number;
    rows.int(source - lastSource);
    rows.uint(places.get(edge.target) as number);
    rows.uint(styles.of(styleOf(edge)));
    rows.int(edge.line - lastLine);
    lastSource = source;
    lastLine = edge.line;
  }
  const packed = packValue(styles.all.map((style) => JSON.parse(style)));
  to.uint(packed.length);
  to.raw(packed);
  to.uint(edges.length);
  to.raw(rows.finish());
}

function styleOf(edge: GraphEdge): string {
  const { source, target, line, ...style } = edge;
  return JSON.stringify(style);
}

function unpackEdges(from: Source): Pick<Skeleton, "edges" | "styles"> {
  const styles = unpackValue(from.raw(from.count())) as Partial<GraphEdge>[];
  const edges = new Int32Array(from.count() * EDGE_WIDTH);
  let [source, line] = [0, 0];
  for (let at = 0; at < edges.length; at += EDGE_WIDTH) {
    source += from.int();
    edges[at] = source;
    edges[at + 1] = from.uint();
    edges[at + 2] = from.uint();
    line += from.int();
    edges[at + 3] = line;
  }
  from.end();
  return { edges, styles };
}
