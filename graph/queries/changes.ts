import type { GraphNode } from "../../models/graph.ts";
import type { ChangedSymbol, ChangeKind, ImpactQuestion } from "../../models/impact.ts";
import { byPlace } from "../order.ts";
import type { GraphReader } from "../store.ts";
import { QuestionError } from "./answer.ts";
import { type FileChange, type LineChange, parseDiff } from "./hunks.ts";
import { type Touched, touchedBy } from "./lines.ts";
import { cleanPath, nearest, nodeOf, withMembers } from "./names.ts";

/** A node that changed. */
export interface Change {
  node: GraphNode;
  change: ChangeKind;
  /** It stands in the answer; else it only belongs to something that does. */
  listed: boolean;
}

export interface Changes {
  changes: Change[];
  /** Paths in the graph. */
  files: string[];
  unknown: string[];
  /** Of these, those that were there before the change. */
  stood: ReadonlySet<string>;
  /** Text of the changed lines. */
  text: string;
  notes: string[];
}

type Asked = Pick<ReturnType<typeof ImpactQuestion.parse>, "files" | "symbols" | "diff" | "ranges" | "side">;

/** What changed most says how. */
const WEIGHT: Record<ChangeKind, number> = {
  deleted: 5,
  signature: 4,
  unknown: 3,
  file: 2,
  module: 1,
  body: 0,
};

/** From files, names, line ranges and a diff to the nodes that changed: the innermost definition around each line. */
export async function changesOf(reader: GraphReader, asked: Asked): Promise<Changes> {
  const diff = asked.diff === undefined ? [] : parseDiff(asked.diff);
  checkAsked(asked, diff);
  const [ids, files] = partition(asked.files);
  const ranges = (asked.ranges ?? []).map(({ path, lines }) => ({ path: cleanPath(path), lines }));
  const wholes = files.map(cleanPath);
  const paths = [
    ...wholes,
    ...ranges.map((each) => each.path),
    ...diff.flatMap((f) => [f.path, f.oldPath ?? f.path]),
  ];
  const nodes = Map.groupBy(await reader.nodesOf([...new Set(paths)]), (node) => node.path);
  const marks = new Marks(nodes);
  for (const path of wholes) marks.whole(path, "file");
  for (const { path, lines } of ranges) marks.lines(path, lines.map(plainChange));
  const before = asked.side === "before" || (asked.side === "auto" && isBefore(diff, nodes));
  for (const file of diff) markFile(marks, file, before);
  for (const symbol of [...ids, ...asked.symbols]) await markSymbol(reader, marks, symbol);
  if (marks.changes.size === 0 && diff.length === 0) await refuse(reader, marks.unknown);
  const changes = [...marks.changes.values()].sort((a, b) => byPlace(a.node, b.node));
  const notes =
    marks.unknown.size === 0 ? [] : ["Files that are not in the graph are new, gone, or were not analysed"];
  if (diff.length > 0)
    notes.push(`The diff was read as one ${before ? "from" : "to"} the commit of this graph`);
  return {
    changes,
    files: [...new Set(changes.map((change) => change.node.path))],
    unknown: [...marks.unknown],
    stood: marks.stood,
    text: diff.flatMap((file) => [...file.before, ...file.after].flatMap((change) => change.text)).join("\n"),
    notes,
  };
}

function checkAsked(asked: Asked, diff: readonly FileChange[]): void {
  const named = asked.files.length + asked.symbols.length + (asked.ranges?.length ?? 0);
  const noDiff = (asked.diff ?? "").trim() === "";
  // A diff that says nothing is a mistake, whatever else is named.
  if (diff.length > 0 || (named > 0 && noDiff)) return;
  if (noDiff && asked.diff !== undefined) return;
  const why = asked.diff === undefined ? "nothing is named" : "the diff has no file in it";
  throw new QuestionError(
    "INVALID",
    `Cannot tell what changed: ${why}, give files, symbols, ranges or a unified diff`,
  );
}

/** Ids among the files: who has one need not know where to put it. */
function partition(files: readonly string[]): [ids: string[], files: string[]] {
  const { ids = [], paths = [] } = Object.groupBy(files, (file) => (file.includes("::") ? "ids" : "paths"));
  return [ids, paths];
}

async function refuse(reader: GraphReader, unknown: ReadonlySet<string>): Promise<void> {
  const [path] = unknown;
  if (path === undefined) return;
  throw new QuestionError("NOT_FOUND", `Cannot find "${path}" in this graph`, await nearest(reader, path));
}

function plainChange(lines: readonly [number, number]): LineChange {
  const [first, last] = lines;
  return {
    lines: [Math.min(first, last), Math.max(first, last)],
    gap: false,
    gone: false,
    text: [],
    above: "",
  };
}

async function markSymbol(reader: GraphReader, marks: Marks, symbol: string): Promise<void> {
  const node = await nodeOf(reader, symbol);
  const change = node.type === "file" ? "file" : "unknown";
  for (const each of await withMembers(reader, node)) marks.add(each, change, each.id === node.id);
}

/**
 * Whether the graph is of the commit before the diff: by which files it has, and by which line numbers do not exist.
 * Where both could be, before, since only there is what was deleted.
 */
function isBefore(diff: readonly FileChange[], nodes: ReadonlyMap<string, GraphNode[]>): boolean {
  let votes = 0;
  for (const file of diff) {
    const young = nodes.get(file.path);
    const old = nodes.get(file.oldPath ?? file.path);
    if (file.status === "added") votes += young === undefined ? 1 : -1;
    else if (file.status === "deleted") votes += old === undefined ? -1 : 1;
    else if (file.path !== file.oldPath) votes += (old === undefined ? 0 : 1) - (young === undefined ? 0 : 1);
    const length = (young ?? old)?.find((node) => node.type === "file")?.lines?.[1];
    if (length === undefined || file.status === "added" || file.status === "deleted") continue;
    if (file.before.some((change) => !change.gap && change.lines[1] > length)) votes -= 1;
    if (file.after.some((change) => !change.gap && change.lines[1] > length)) votes += 1;
  }
  return votes >= 0;
}

function markFile(marks: Marks, file: FileChange, before: boolean): void {
  if (file.status === "copied" && file.before.length === 0) return;
  const path = before ? (file.oldPath ?? file.path) : file.path;
  // Nobody can depend on a file that the graph's commit does not have yet.
  if (file.status === "added" && before) marks.miss(path, false);
  else if (file.status === "deleted") marks.whole(path, "deleted");
  else {
    if (file.status === "renamed") marks.fileOf(path, "file");
    if (file.binary) marks.fileOf(path, "file");
    marks.lines(path, before ? file.before : file.after);
  }
}

/** Collects changes by node, each with the kind that matters most. */
class Marks {
  readonly changes = new Map<string, Change>();
  readonly unknown = new Set<string>();
  readonly stood = new Set<string>();
  readonly #nodes: ReadonlyMap<string, GraphNode[]>;

  constructor(nodes: ReadonlyMap<string, GraphNode[]>) {
    this.#nodes = nodes;
  }

  add(node: GraphNode, change: ChangeKind, listed: boolean): void {
    const known = this.changes.get(node.id);
    if (known === undefined) this.changes.set(node.id, { node, change, listed });
    else {
      if (WEIGHT[known.change] < WEIGHT[change]) known.change = change;
      known.listed ||= listed;
    }
  }

  miss(path: string, stood = true): void {
    if (this.#nodes.has(path)) return;
    this.unknown.add(path);
    if (stood) this.stood.add(path);
  }

  fileOf(path: string, change: ChangeKind): void {
    const file = this.#nodes.get(path)?.find((node) => node.type === "file");
    if (file === undefined) this.miss(path);
    else this.add(file, change, true);
  }

  whole(path: string, change: "file" | "deleted"): void {
    const nodes = this.#nodes.get(path);
    if (nodes === undefined) this.miss(path);
    for (const node of nodes ?? []) this.add(node, change, change === "deleted" || node.type === "file");
  }

  lines(path: string, lines: readonly LineChange[]): void {
    const nodes = this.#nodes.get(path);
    if (nodes === undefined) {
      this.miss(path);
      return;
    }
    for (const touched of touchedBy(nodes, lines)) this.#touch(nodes, touched);
  }

  #touch(nodes: readonly GraphNode[], { node, change }: Touched): void {
    this.add(node, change, true);
    if (node.type !== "class" || change === "body") return;
    // Another base, or none of it any more: what the class holds changes with it.
    const prefix = `${node.id.replace("::class::", "::function::")}.`;
    for (const each of nodes) if (each.id.startsWith(prefix)) this.add(each, "unknown", false);
  }
}

/** As it stands in the answer. */
export function symbolOf({ node, change }: Change): ChangedSymbol {
  const { id, type, name, path, lines } = node;
  return { id, type, name, path, ...(lines === undefined ? {} : { lines }), change };
}
