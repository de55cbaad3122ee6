import type { GraphNode } from "../../models/graph.ts";
import {
  type Commit,
  type HotSpot,
  type HotSpotsAnswer,
  HotSpotsQuestion,
  type HotSpotsQuestion as Question,
} from "../../models/questions.ts";
import { byText } from "../order.ts";
import type { GraphReader } from "../store.ts";
import { atLeast, head, isCut, pageOf, questionOf } from "./answer.ts";
import { isTestFile } from "./test-files.ts";

/** Files read at a time. */
export const FILES_AT_ONCE = 500;

/**
 * Where complexity meets unrest: cyclomatic complexity times the number of commits that changed the file, or, without a
 * history, times the number of distinct dependents. A file has the complexity of its functions together. Ordered by
 * rank; generated, vendored and minified files are left out.
 */
export async function hotSpots(reader: GraphReader, question: Question = {}): Promise<HotSpotsAnswer> {
  const asked = questionOf(HotSpotsQuestion, question);
  const dependents = await countDependents(reader, asked.of, asked.confidence);
  const changes = asked.history === undefined ? undefined : changesOf(asked.history);
  const spots: HotSpot[] = [];
  for await (const nodes of writtenFiles(reader, asked.tests)) {
    for (const measured of asked.of === "file" ? [fileOf(nodes)] : functionsOf(nodes)) {
      if (measured === undefined) continue;
      const { node, complexity } = measured;
      const users = dependents.get(node.id)?.size ?? 0;
      const changed = changes === undefined ? undefined : (changes.get(node.path) ?? 0);
      const score = complexity * (changed ?? users);
      if (score > 0) spots.push(spotOf(node, complexity, users, changed, score));
    }
  }
  spots.sort((a, b) => b.score - a.score || b.complexity - a.complexity || byText(a.id, b.id));
  for (const [at, spot] of spots.entries()) spot.rank = at + 1;
  const base = head(reader);
  if (changes !== undefined && asked.of === "function") {
    base.notes.push("Changes are counted per file: all functions of a file share them");
  }
  return {
    ...base,
    unresolved: reader.info.stats?.calls.unresolved ?? 0,
    truncated: isCut(spots.length, asked),
    totals: { hot_spots: spots.length },
    of: asked.of,
    formula: changes === undefined ? "complexity × distinct dependents" : "complexity × changes",
    hot_spots: pageOf(spots, asked),
  };
}

function spotOf(
  node: GraphNode,
  complexity: number,
  dependents: number,
  changes: number | undefined,
  score: number,
): HotSpot {
  const { id, path, name, lines } = node;
  return {
    id,
    path,
    name,
    ...(lines === undefined ? {} : { lines }),
    rank: 0,
    score,
    complexity,
    dependents,
    ...(changes === undefined ? {} : { changes }),
  };
}

/** Nodes of each file that people wrote, file by file. */
export async function* writtenFiles(reader: GraphReader, tests: boolean): AsyncGenerator<GraphNode[]> {
  const files = await reader.files();
  const paths = files
    .filter((file) => (file["x-mark"] ?? "") === "" && (tests || !isTestFile(file)))
    .map((file) => file.path);
  for (let at = 0; at < paths.length; at += FILES_AT_ONCE) {
    const nodes = await reader.nodesOf(paths.slice(at, at + FILES_AT_ONCE));
    for (const group of Map.groupBy(nodes, (node) => node.path).values()) yield group;
  }
}

function functionsOf(nodes: readonly GraphNode[]): { node: GraphNode; complexity: number }[] {
  return nodes
    .filter((node) => node.type === "function" && node["x-test"] !== true)
    .map((node) => ({ node, complexity: node["x-complexity"]?.cyclomatic ?? 0 }));
}

function fileOf(nodes: readonly GraphNode[]): { node: GraphNode; complexity: number } | undefined {
  const node = nodes.find((each) => each.type === "file");
  if (node === undefined) return undefined;
  return { node, complexity: functionsOf(nodes).reduce((sum, each) => sum + each.complexity, 0) };
}

/** Who uses each node, itself left out; of files, which files do. */
async function countDependents(
  reader: GraphReader,
  of: "function" | "file",
  least: "exact" | "inferred" | "ambiguous",
): Promise<Map<string, Set<string>>> {
  const users = new Map<string, Set<string>>();
  const keep = atLeast(least);
  const fileOfId = of === "file" ? fileFinder(await reader.files()) : undefined;
  const types = ["CALLS", "REFERENCES", "EXTENDS", "IMPLEMENTS"] as const;
  for await (const edge of reader.edgesOf(of === "file" ? [...types, "IMPORTS"] : types)) {
    if (!keep(edge)) continue;
    const source = fileOfId === undefined ? edge.source : fileOfId(edge.source);
    const target = fileOfId === undefined ? edge.target : fileOfId(edge.target);
    if (source === target || source === undefined || target === undefined) continue;
    const set = users.get(target);
    if (set === undefined) users.set(target, new Set([source]));
    else set.add(source);
  }
  return users;
}

/** From the id of a node to the id of its file. Paths may contain `::` themselves, so only known files count. */
export function fileFinder(files: readonly GraphNode[]): (id: string) => string | undefined {
  const known = new Set(files.map((file) => file.id));
  const found = new Map<string, string | undefined>();
  const look = (id: string): string | undefined => {
    for (let at = id.indexOf("::"); at !== -1; at = id.indexOf("::", at + 1)) {
      const file = `${id.slice(0, at)}::file`;
      if (known.has(file)) return file;
    }
    return undefined;
  };
  return (id) => {
    const before = found.get(id);
    if (before !== undefined || found.has(id)) return before;
    const file = look(id);
    found.set(id, file);
    return file;
  };
}

/** In how many commits each file is. */
function changesOf(history: readonly Commit[]): Map<string, number> {
  const changes = new Map<string, number>();
  for (const commit of history) {
    for (const path of new Set(commit.files)) changes.set(path, (changes.get(path) ?? 0) + 1);
  }
  return changes;
}
