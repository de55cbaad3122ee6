import type { Confidence, GraphEdge, GraphNode, UnresolvedCall } from "../../models/graph.ts";
import {
  type Call,
  type CallsAnswer,
  CallsQuestion,
  type CallsQuestion as Question,
} from "../../models/questions.ts";
import type { GraphReader } from "../store.ts";
import { atLeast, counted, head, isCut, pageOf, questionOf } from "./answer.ts";
import { nodeOf, withMembers } from "./names.ts";
import { overridden } from "./overridden.ts";

/** Reading every unresolved call of a larger graph would cost more than the answer. */
const MAX_UNRESOLVED_READ = 20_000;
const MAX_UNRESOLVED_SHOWN = 50;
const MAX_CALLS = 20_000;

/** Who calls a function; of a class or file, who calls anything in it from outside. */
export function callers(reader: GraphReader, question: Question): Promise<CallsAnswer> {
  return follow(reader, question, "callers");
}

/** What a function calls; of a class or file, what all of it calls outside of it. */
export function callees(reader: GraphReader, question: Question): Promise<CallsAnswer> {
  return follow(reader, question, "callees");
}

type Direction = "callers" | "callees";

async function follow(reader: GraphReader, question: Question, direction: Direction): Promise<CallsAnswer> {
  const asked = questionOf(CallsQuestion, question);
  const root = await nodeOf(reader, asked.node_id);
  const start = await withMembers(reader, root);
  const { found, above, doubtful } = await walk(reader, start, direction, asked);
  const page = pageOf([...found], asked);
  const nodes = new Map((await reader.nodes(page.map(([id]) => id))).map((node) => [node.id, node]));
  const calls = page.flatMap(([id, { distance, edges }]): Call[] => {
    const node = nodes.get(id);
    return node === undefined ? [] : [{ node, distance, edges }];
  });
  const lost = direction === "callees" ? await lostIn(reader, start) : await lostTo(reader, root);
  const base = head(reader);
  base.notes.push(...notesOf(direction, lost, root), ...throughOf(found, above));
  if (doubtful > 0)
    base.notes.push(
      `${counted(doubtful, "call")} less sure than ${asked.confidence} ${doubtful === 1 ? "is" : "are"} left out: ask with a lower confidence`,
    );
  return {
    ...base,
    unresolved: lost?.length ?? reader.info.stats?.calls.unresolved ?? 0,
    truncated: isCut(found.size, asked) || found.size >= MAX_CALLS,
    totals: { calls: found.size, unresolved_calls: lost?.length ?? 0 },
    root: root.id,
    direction,
    depth: asked.depth,
    calls,
    unresolved_calls: (lost ?? []).slice(0, MAX_UNRESOLVED_SHOWN),
  };
}

type Found = Map<string, { distance: number; edges: GraphEdge[] }>;

async function walk(
  reader: GraphReader,
  start: readonly GraphNode[],
  direction: Direction,
  asked: { depth: number; confidence: Confidence },
): Promise<{ found: Found; above: Set<string>; doubtful: number }> {
  const own = new Set(start.map((node) => node.id));
  const found: Found = new Map();
  const above = new Set<string>();
  let doubtful = 0;
  const keep = atLeast(asked.confidence);
  let frontier = [...own];
  for (let level = 1; level <= asked.depth && frontier.length > 0 && found.size < MAX_CALLS; level += 1) {
    const known = (id: string) => own.has(id) || above.has(id);
    const places = direction === "callers" ? await overridden(reader, frontier, known) : new Map();
    for (const id of places.keys()) above.add(id);
    const asking = [...frontier, ...places.keys()];
    const edges = await reader.edges(asking, direction === "callers" ? "in" : "out", ["CALLS"]);
    frontier = [];
    for (const edge of edges) {
      const id = direction === "callers" ? edge.source : edge.target;
      if (!keep(edge)) doubtful += 1;
      // A function that calls itself is its own caller; a member that calls its sibling is not news.
      if (!keep(edge) || (own.has(id) && (own.size > 1 || level > 1))) continue;
      const known = found.get(id);
      if (known === undefined) {
        found.set(id, { distance: level, edges: [edge] });
        if (!own.has(id)) frontier.push(id);
      } else if (known.distance === level) known.edges.push(edge);
    }
  }
  return { found, above, doubtful };
}

/** Calls inside these nodes that could not be followed. */
async function lostIn(reader: GraphReader, nodes: readonly GraphNode[]): Promise<UnresolvedCall[]> {
  const ids = new Set(nodes.map((node) => node.id));
  const paths = [...new Set(nodes.map((node) => node.path))];
  return (await reader.unresolved(paths)).filter((call) => ids.has(call.source));
}

/** Calls anywhere that are written with the node's name and could not be followed; undefined if too many to read. */
async function lostTo(reader: GraphReader, node: GraphNode): Promise<UnresolvedCall[] | undefined> {
  if (node.type === "file") return [];
  if ((reader.info.stats?.calls.unresolved ?? 0) > MAX_UNRESOLVED_READ) return undefined;
  return (await reader.unresolved()).filter((call) => calledName(call.text) === node.name);
}

/** `run` of `self.helpers[0].run`. */
export function calledName(text: string): string {
  return /([\p{L}\p{N}_$]+)\s*$/u.exec(text.slice(-120))?.[1] ?? text;
}

/** Says which callers name another method than the one asked for. */
function throughOf(found: Found, above: ReadonlySet<string>): string[] {
  const named = [...found.values()].flatMap(({ edges }) => edges).filter((edge) => above.has(edge.target));
  if (named.length === 0) return [];
  const [first] = named as [GraphEdge];
  return [
    `${counted(named.length, "call")} ${named.length === 1 ? "names" : "name"} a method above that is overridden ` +
      `or implemented here, such as ${first.target}, and may run another`,
  ];
}

function notesOf(direction: Direction, lost: UnresolvedCall[] | undefined, root: GraphNode): string[] {
  if (lost === undefined)
    return ["Too many calls of this graph could not be followed to look for its name in them"];
  if (lost.length === 0) return [];
  if (direction === "callees") return [`${counted(lost.length, "call")} in it could not be followed`];
  return [
    `${counted(lost.length, "call")} elsewhere named "${root.name}" could not be followed and may come here`,
  ];
}
