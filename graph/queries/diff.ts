import type { GraphEdge, GraphNode } from "../../models/graph.ts";
import {
  type ChangedNode,
  type DiffAnswer,
  DiffQuestion,
  type DiffQuestion as Question,
} from "../../models/questions.ts";
import { byText } from "../order.ts";
import type { GraphReader, Part } from "../store.ts";
import { atLeast, counted, head, isCut, pageOf, questionOf } from "./answer.ts";

/** Records kept of each list; what is beyond is counted. Bounds the memory when two graphs have nothing in common. */
const MAX_KEPT = 50_000;

/**
 * What changed from one graph to another. Both are read part by part, side by side; only what differs is kept. A file
 * that moved without any other change is a renaming, and its nodes and edges are neither added nor removed.
 */
export async function diff(
  before: GraphReader,
  after: GraphReader,
  question: Question = {},
): Promise<DiffAnswer> {
  const asked = questionOf(DiffQuestion, question);
  const changes = new Changes(atLeast(asked.confidence));
  const left = before.parts()[Symbol.asyncIterator]();
  const right = after.parts()[Symbol.asyncIterator]();
  let [old, young] = await Promise.all([left.next(), right.next()]);
  while (old.done !== true || young.done !== true) {
    const side = old.done === true ? 1 : young.done === true ? -1 : byText(old.value.path, young.value.path);
    if (side < 0) changes.removed(old.value);
    else if (side > 0) changes.added(young.value);
    else changes.both(old.value, young.value);
    if (side <= 0) old = await left.next();
    if (side >= 0) young = await right.next();
  }
  return answer(before, after, asked, changes);
}

interface FileMark {
  path: string;
  blob: string;
}

/** A list that is kept up to a bound and counted beyond it. */
class Kept<T> {
  readonly list: T[] = [];
  beyond = 0;

  add(item: T): void {
    if (this.list.length < MAX_KEPT) this.list.push(item);
    else this.beyond += 1;
  }
}

class Changes {
  readonly addedFiles: FileMark[] = [];
  readonly removedFiles: FileMark[] = [];
  readonly changedFiles: string[] = [];
  readonly addedNodes = new Kept<GraphNode>();
  readonly removedNodes = new Kept<GraphNode>();
  readonly changedNodes = new Kept<ChangedNode>();
  readonly addedEdges = new Kept<GraphEdge>();
  readonly removedEdges = new Kept<GraphEdge>();
  readonly #keep: (edge: GraphEdge) => boolean;

  constructor(keep: (edge: GraphEdge) => boolean) {
    this.#keep = keep;
  }

  added(part: Part): void {
    if (part.path !== "") this.addedFiles.push({ path: part.path, blob: part.blob });
    for (const node of part.nodes) this.addedNodes.add(node);
    for (const edge of part.edges) if (this.#keep(edge)) this.addedEdges.add(edge);
  }

  removed(part: Part): void {
    if (part.path !== "") this.removedFiles.push({ path: part.path, blob: part.blob });
    for (const node of part.nodes) this.removedNodes.add(node);
    for (const edge of part.edges) if (this.#keep(edge)) this.removedEdges.add(edge);
  }

  /** Edges may differ where the text does not: another file gave or took their target. */
  both(old: Part, young: Part): void {
    const same = old.blob === young.blob;
    if (!same && old.path !== "") this.changedFiles.push(old.path);
    this.#nodes(old, young, same);
    const before = edgesByKey(old.edges.filter(this.#keep));
    const now = edgesByKey(young.edges.filter(this.#keep));
    for (const [key, edge] of before) if (!now.has(key)) this.removedEdges.add(edge);
    for (const [key, edge] of now) if (!before.has(key)) this.addedEdges.add(edge);
  }

  #nodes(old: Part, young: Part, same: boolean): void {
    const before = new Map(old.nodes.map((node, at) => [node.id, at]));
    for (const [at, node] of young.nodes.entries()) {
      const was = before.get(node.id);
      before.delete(node.id);
      if (was === undefined) this.addedNodes.add(node);
      else if (!same) {
        const changes = changesOf(old.nodes[was] as GraphNode, node, old.words[was], young.words[at]);
        if (changes.length > 0)
          this.changedNodes.add({ before: old.nodes[was] as GraphNode, after: node, changes });
      }
    }
    for (const at of before.values()) this.removedNodes.add(old.nodes[at] as GraphNode);
  }
}

/** Lines move with every edit above them, so the line is no part of what an edge is. */
function edgesByKey(edges: readonly GraphEdge[]): Map<string, GraphEdge> {
  return new Map(edges.map((edge) => [keyOf(edge.source, edge.type, edge.target), edge]));
}

function keyOf(source: string, type: string, target: string): string {
  return `${source}\0${type}\0${target}`;
}

/** How two versions of a node in a file that changed differ, as far as its measures and words tell. */
function changesOf(
  old: GraphNode,
  young: GraphNode,
  oldWords: ReadonlyMap<string, number> | undefined,
  youngWords: ReadonlyMap<string, number> | undefined,
): ChangedNode["changes"] {
  if (young.type === "file") return ["content"];
  const changes: ChangedNode["changes"] = [];
  if (old["x-signature"] !== young["x-signature"]) changes.push("signature");
  if (old["x-kind"] !== young["x-kind"]) changes.push("kind");
  if (old["x-exported"] !== young["x-exported"]) changes.push("exported");
  if (old.docstring !== young.docstring) changes.push("docstring");
  if (!sameMeasures(old, young) || !sameWords(oldWords, youngWords)) changes.push("body");
  return changes;
}

function sameMeasures(old: GraphNode, young: GraphNode): boolean {
  const a = old["x-complexity"];
  const b = young["x-complexity"];
  const height = (node: GraphNode): number => (node.lines === undefined ? 0 : node.lines[1] - node.lines[0]);
  return (
    height(old) === height(young) &&
    a?.cyclomatic === b?.cyclomatic &&
    a?.cognitive === b?.cognitive &&
    a?.sloc === b?.sloc &&
    a?.maintainability === b?.maintainability
  );
}

function sameWords(
  a: ReadonlyMap<string, number> = new Map(),
  b: ReadonlyMap<string, number> = new Map(),
): boolean {
  if (a.size !== b.size) return false;
  for (const [word, count] of a) if (b.get(word) !== count) return false;
  return true;
}

/** Removed and added files of equal content: first those that keep their name, then in order. */
function renamesOf(changes: Changes): Map<string, string> {
  const renames = new Map<string, string>();
  const taken = new Set<string>();
  const keys = [(file: FileMark) => `${file.blob}/${nameOf(file.path)}`, (file: FileMark) => file.blob];
  for (const key of keys) {
    const free = Map.groupBy(
      changes.addedFiles.filter((file) => !taken.has(file.path)),
      key,
    );
    for (const list of free.values()) list.reverse();
    for (const file of changes.removedFiles) {
      const to = renames.has(file.path) ? undefined : free.get(key(file))?.pop();
      if (to === undefined) continue;
      renames.set(file.path, to.path);
      taken.add(to.path);
    }
  }
  return renames;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** An id of before as it would read after all renamings. */
function movedId(id: string, renames: ReadonlyMap<string, string>): string {
  for (let at = id.indexOf("::"); at !== -1; at = id.indexOf("::", at + 1)) {
    const to = renames.get(id.slice(0, at));
    if (to !== undefined) return to + id.slice(at);
  }
  return id;
}

/** Takes out what only moved. */
function withoutMoved(changes: Changes, renames: ReadonlyMap<string, string>) {
  const moved = new Set(renames.values());
  const edges = edgesByKey(changes.addedEdges.list);
  const gone: GraphEdge[] = [];
  for (const edge of changes.removedEdges.list) {
    const key = keyOf(movedId(edge.source, renames), edge.type, movedId(edge.target, renames));
    if (!edges.delete(key)) gone.push(edge);
  }
  return {
    addedNodes: changes.addedNodes.list.filter((node) => !moved.has(node.path)),
    removedNodes: changes.removedNodes.list.filter((node) => !renames.has(node.path)),
    addedEdges: [...edges.values()],
    removedEdges: gone,
  };
}

function answer(
  before: GraphReader,
  after: GraphReader,
  asked: ReturnType<typeof DiffQuestion.parse>,
  changes: Changes,
): DiffAnswer {
  const renames = renamesOf(changes);
  const { addedNodes, removedNodes, addedEdges, removedEdges } = withoutMoved(changes, renames);
  const count = (list: readonly unknown[], kept: { beyond: number }): number => list.length + kept.beyond;
  const nodes = {
    added: count(addedNodes, changes.addedNodes),
    removed: count(removedNodes, changes.removedNodes),
    changed: count(changes.changedNodes.list, changes.changedNodes),
  };
  const edges = {
    added: count(addedEdges, changes.addedEdges),
    removed: count(removedEdges, changes.removedEdges),
    changed: 0,
  };
  const files = {
    added: changes.addedFiles.length - renames.size,
    removed: changes.removedFiles.length - renames.size,
    changed: changes.changedFiles.length,
    renamed: renames.size,
  };
  const base = head(after);
  if (files.changed > 0) {
    const where = counted(files.changed, "changed file");
    base.notes.push(`In ${where} a body may also differ where neither its measures nor its words do`);
  }
  const lists = { ...flat("nodes", nodes), ...flat("edges", edges), ...flat("files", files) };
  return {
    ...base,
    truncated: Object.values(lists).some((total) => isCut(total, asked)),
    totals: lists,
    before: { graph_id: before.info.id, ...(before.info.sha === undefined ? {} : { sha: before.info.sha }) },
    summary: { files, nodes, edges },
    changed_files: pageOf(changes.changedFiles, asked),
    renamed_files: pageOf([...renames], asked).map(([from, to]) => ({ from, to })),
    added_nodes: pageOf(addedNodes, asked),
    removed_nodes: pageOf(removedNodes, asked),
    changed_nodes: pageOf(changes.changedNodes.list, asked),
    added_edges: pageOf(addedEdges, asked),
    removed_edges: pageOf(removedEdges, asked),
  };
}

function flat(noun: string, counts: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([what, count]) => [`${what}_${noun}`, count]));
}
