import type { GraphNode } from "../../models/graph.ts";
import type { GraphReader } from "../store.ts";
import { stemOf } from "./context-stems.ts";
import type { Task } from "./context-task.ts";

/** Nodes of one name that are taken when only a name is given. */
const MAX_SAME_NAME = 5;
/** Names of a task that are looked up. */
const MAX_NAMES = 10;
const MAX_PLACES = 30;

/** What was asked for by name. */
export interface Focus {
  /** Ids of the nodes asked for, and of what stands in the files asked for. */
  ids: Set<string>;
  warnings: string[];
}

/** Finds the nodes of `files` and `entry_points`, which may be ids, paths or names. */
export async function findFocus(
  reader: GraphReader,
  files: readonly string[],
  entryPoints: readonly string[],
): Promise<Focus> {
  const ids = new Set<string>();
  const warnings: string[] = [];
  const asked = [...new Set([...files, ...entryPoints].map(tidy))];
  const direct = await reader.nodes(asked.flatMap((text) => [text, `${text}::file`]));
  const known = new Map(direct.map((node) => [node.id, node]));
  for (const text of asked) {
    const node = known.get(text) ?? known.get(`${text}::file`);
    const found = node === undefined ? await named(reader, text) : [node];
    if (found.length === 0) {
      warnings.push(`The graph has nothing called "${text}": give a path, the id of a node or its name.`);
    }
    for (const one of found) ids.add(one.id);
  }
  const whole = [...ids].filter((id) => id.endsWith("::file")).map((id) => id.slice(0, -"::file".length));
  if (whole.length > 0) for (const node of await reader.nodesOf(whole)) ids.add(node.id);
  return { ids, warnings };
}

function tidy(text: string): string {
  return text.replaceAll("\\", "/").replace(/^(?:\.\/)+/, "");
}

/** Nodes with exactly this name, `Class.method` included. */
async function named(reader: GraphReader, text: string): Promise<GraphNode[]> {
  const dotted = text.replaceAll("::", ".").replaceAll("#", ".");
  const last = dotted.slice(dotted.lastIndexOf(".") + 1);
  if (last === "") return [];
  const found = await reader.find(last, 50, 0, ["class", "function"]);
  const exact = found.filter((node) => node.name === last && endsIn(node.id, dotted));
  return exact.slice(0, MAX_SAME_NAME);
}

/** How clearly a task points at nodes, from 0 to 1: by a line in a stack trace, by name. */
export async function findMentions(
  reader: GraphReader,
  task: Task,
  files: readonly GraphNode[],
): Promise<Map<string, number>> {
  const mentions = new Map<string, number>();
  const add = (id: string, strength: number): void => {
    mentions.set(id, Math.max(strength, mentions.get(id) ?? 0));
  };
  const pointed = files.filter((file) => [...task.paths].some((path) => isAt(file.path, path)));
  for (const file of pointed) add(file.id, 1);
  for (const [stem, same] of Map.groupBy(files, (file) => stemOf(file.path))) {
    const strength = task.stems.get(stem) ?? 0;
    if (strength > 0) for (const file of same) add(file.id, strength / Math.sqrt(same.length));
  }
  const places = task.places.slice(0, MAX_PLACES);
  const inTraces = pointed
    .filter((file) => places.some(({ path }) => isAt(file.path, path)))
    .slice(0, MAX_PLACES);
  const [held, ...byName] = await Promise.all([
    inTraces.length === 0 ? [] : reader.nodesOf(inTraces.map((file) => file.path)),
    ...[...task.names].slice(0, MAX_NAMES).map((name) => namedLike(reader, name)),
  ]);
  for (const { path, line } of places) {
    const around = held.filter((node) => isAt(node.path, path) && node.type !== "file" && holds(node, line));
    const innermost = around.sort((a, b) => size(a) - size(b) || (a.id < b.id ? -1 : 1))[0];
    if (innermost !== undefined) add(innermost.id, 1);
  }
  // A name that many nodes share points at none of them.
  for (const nodes of byName) for (const node of nodes) add(node.id, 1 / Math.sqrt(nodes.length));
  return mentions;
}

async function namedLike(reader: GraphReader, name: string): Promise<GraphNode[]> {
  const dotted = name.replaceAll("::", ".").replaceAll("#", ".");
  const last = dotted.slice(dotted.lastIndexOf(".") + 1);
  if (last.length < 3) return [];
  const found = (await reader.find(last, 20, 0, ["class", "function"])).filter((node) => node.name === last);
  const exact = found.filter((node) => endsIn(node.id, dotted));
  return exact.length > 0 ? exact : found;
}

/** `graph/store.ts` is at `store.ts`, `/home/me/graph/store.ts` is at it too; `restore.ts` is not. */
function isAt(path: string, written: string): boolean {
  const own = path.toLowerCase();
  return own === written || own.endsWith(`/${written}`) || (written.endsWith(`/${own}`) && own.includes("/"));
}

/** `path::function::Outer.run#2` ends in `run` and in `Outer.run`. */
function endsIn(id: string, dotted: string): boolean {
  const qualified = id.slice(id.lastIndexOf("::") + 2).replace(/#\d+$/, "");
  return qualified === dotted || qualified.endsWith(`.${dotted}`);
}

function holds(node: GraphNode, line: number): boolean {
  return node.lines !== undefined && node.lines[0] <= line && line <= node.lines[1];
}

function size(node: GraphNode): number {
  return node.lines === undefined ? 0 : node.lines[1] - node.lines[0];
}
