/** What the head has and the base had not: findings, import cycles, functions that grew too complex. */
import { cycles } from "../../graph/queries/cycles.ts";
import { parseDiff } from "../../graph/queries/hunks.ts";
import type { GraphReader } from "../../graph/store.ts";
import type { Finding, GraphEdge, GraphNode } from "../../models/graph.ts";

/** A function may have so many ways through it (cyclomatic complexity), new or grown. */
export const MOST_WAYS = 15;
/** Cycles that are looked at, shortest first. */
const MOST_CYCLES = 1000;

const RANK: Record<Finding["severity"], number> = { error: 0, warning: 1, note: 2 };

/** Where files of the head stood in the base. */
export type Moves = ReadonlyMap<string, string>;

export function movesIn(diff: string): Moves {
  const renamed = parseDiff(diff).filter(
    ({ status, oldPath, path }) => status === "renamed" && oldPath !== path,
  );
  return new Map(renamed.map(({ path, oldPath }) => [path, oldPath ?? path]));
}

/**
 * All new findings, worst first.
 *
 * @param changed files of the head that the change touches: only in them can a finding or a function be new
 */
export async function newFindings(
  before: GraphReader | null,
  after: GraphReader,
  changed: readonly string[],
  moves: Moves,
): Promise<Finding[]> {
  const [findings, complex, rings] = await Promise.all([
    newIn(before, after, changed, moves),
    grownIn(before, after, changed, moves),
    newCycles(before, after, moves),
  ]);
  return [...findings, ...complex, ...rings].sort(
    (a, b) =>
      RANK[a.severity] - RANK[b.severity] ||
      (a.path < b.path ? -1 : a.path > b.path ? 1 : 0) ||
      a.lines[0] - b.lines[0],
  );
}

/** A finding is the same one after its lines moved: rule, file and words tell it, and how often they come. */
async function newIn(
  before: GraphReader | null,
  after: GraphReader,
  changed: readonly string[],
  moves: Moves,
): Promise<Finding[]> {
  if (changed.length === 0) return [];
  const places = changed.map((path) => moves.get(path) ?? path);
  const [old, young] = await Promise.all([before?.findings(places) ?? [], after.findings(changed)]);
  const known = new Map<string, number>();
  for (const finding of old) known.set(keyOf(finding), (known.get(keyOf(finding)) ?? 0) + 1);
  return young.filter((finding) => {
    const key = keyOf({ ...finding, path: moves.get(finding.path) ?? finding.path });
    const left = known.get(key) ?? 0;
    known.set(key, left - 1);
    return left <= 0;
  });
}

function keyOf({ rule, path, message }: Finding): string {
  return `${rule}\0${path}\0${message}`;
}

async function grownIn(
  before: GraphReader | null,
  after: GraphReader,
  changed: readonly string[],
  moves: Moves,
): Promise<Finding[]> {
  const nodes = changed.length === 0 ? [] : await after.nodesOf(changed);
  const complex = nodes.filter((node) => node["x-test"] !== true && waysOf(node) > MOST_WAYS);
  const old =
    complex.length === 0 ? [] : ((await before?.nodes(complex.map((node) => idBefore(node, moves)))) ?? []);
  const ways = new Map(old.map((node) => [node.id, waysOf(node)]));
  return complex.flatMap((node) => {
    const was = ways.get(idBefore(node, moves));
    if (was !== undefined && was > MOST_WAYS) return [];
    const from = was === undefined ? "is new and has" : `had ${was} ways through it and has now`;
    const [first = 1] = node.lines ?? [];
    return {
      rule: "complexity/cyclomatic",
      severity: "warning" as const,
      message: `"${node.name}" ${from} ${waysOf(node)} (more than ${MOST_WAYS} are hard to test): split it.`,
      path: node.path,
      lines: [first, first] as [number, number],
    };
  });
}

function waysOf(node: GraphNode): number {
  return node.type === "function" ? (node["x-complexity"]?.cyclomatic ?? 0) : 0;
}

function idBefore({ id, path }: GraphNode, moves: Moves): string {
  const old = moves.get(path);
  return old === undefined ? id : old + id.slice(path.length);
}

/** A ring of imports is new when one of its imports is. */
async function newCycles(before: GraphReader | null, after: GraphReader, moves: Moves): Promise<Finding[]> {
  const { cycles: rings } = await cycles(after, { limit: MOST_CYCLES });
  if (rings.length === 0) return [];
  const old = (id: string) => {
    const path = id.slice(0, id.lastIndexOf("::"));
    return (moves.get(path) ?? path) + id.slice(path.length);
  };
  const ids = [...new Set(rings.flatMap((ring) => ring.nodes.map(old)))];
  const edges = before === null ? [] : await before.edges(ids, "out", ["IMPORTS"]);
  const known = new Set(
    edges.filter((edge) => edge["x-kind"] !== "type").map((edge) => `${edge.source}\0${edge.target}`),
  );
  const isNew = (edge: GraphEdge) => !known.has(`${old(edge.source)}\0${old(edge.target)}`);
  return rings.flatMap((ring) => {
    const edge = ring.edges.find(isNew);
    if (edge === undefined) return [];
    const names = [...ring.nodes, ring.nodes[0] ?? ""].map((id) => id.slice(0, id.lastIndexOf("::")));
    const line = Math.max(1, edge.line);
    return {
      rule: "imports/cycle",
      severity: "warning" as const,
      message: `This import closes a circle: ${shortened(names).join(" -> ")}. Move what both need to a file of its own.`,
      path: edge.source.slice(0, edge.source.lastIndexOf("::")),
      lines: [line, line] as [number, number],
    };
  });
}

/** A long ring by its beginning and its end. */
function shortened(names: readonly string[]): string[] {
  return names.length <= 8 ? [...names] : [...names.slice(0, 5), "…", ...names.slice(-2)];
}
