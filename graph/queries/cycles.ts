import type { GraphEdge } from "../../models/graph.ts";
import {
  type Cycle,
  type CyclesAnswer,
  CyclesQuestion,
  type CyclesQuestion as Question,
} from "../../models/questions.ts";
import { byText } from "../order.ts";
import type { GraphReader } from "../store.ts";
import { atLeast, head, isCut, pageOf, questionOf } from "./answer.ts";

/** Rings shown of one component. */
const MAX_RINGS = 10;
/** Edges looked at to find the shortest rings of one component. */
const MAX_LOOKS = 2_000_000;

/** A graph of numbers: the names sorted, the edges of each in order of their target. */
interface Numbers {
  names: string[];
  out: number[][];
  edges: Map<string, GraphEdge>;
}

/**
 * Import cycles between files, or call cycles between functions: of each strongly connected component the shortest
 * ring, and further ones until every member was seen or there are ten. Self-loops (recursion) are not counted.
 */
export async function cycles(reader: GraphReader, question: Question = {}): Promise<CyclesAnswer> {
  const asked = questionOf(CyclesQuestion, question);
  const numbers = await numbered(reader, asked);
  const found: Cycle[] = [];
  const components = stronglyConnected(numbers.out).filter((component) => component.length > 1);
  for (const [at, component] of components.entries()) {
    for (const ring of rings(numbers.out, component))
      found.push(cycleOf(numbers, ring, at, component.length));
  }
  found.sort((a, b) => a.length - b.length || byText(a.nodes.join("\0"), b.nodes.join("\0")));
  const base = head(reader);
  const shown = components.every((component) => component.length <= 2) ? found.length : undefined;
  if (shown === undefined)
    base.notes.push(`Of each component at most ${MAX_RINGS} rings are shown, which cover its members`);
  return {
    ...base,
    unresolved: asked.of === "CALLS" ? (reader.info.stats?.calls.unresolved ?? 0) : 0,
    truncated: isCut(found.length, asked),
    totals: {
      cycles: found.length,
      components: components.length,
      members: components.reduce((sum, component) => sum + component.length, 0),
    },
    of: asked.of,
    cycles: pageOf(found, asked),
  };
}

async function numbered(
  reader: GraphReader,
  asked: ReturnType<typeof CyclesQuestion.parse>,
): Promise<Numbers> {
  const edges = new Map<string, GraphEdge>();
  const names = new Set<string>();
  const keep = atLeast(asked.confidence);
  for await (const edge of reader.edgesOf([asked.of])) {
    if (edge.source === edge.target || !keep(edge)) continue;
    if (edge.target.startsWith("external::")) continue;
    if (asked.of === "IMPORTS" && !asked.type_only && edge["x-kind"] === "type") continue;
    const key = `${edge.source}\0${edge.target}`;
    if (edges.has(key)) continue;
    edges.set(key, edge);
    names.add(edge.source);
    names.add(edge.target);
  }
  const sorted = [...names].sort(byText);
  const numbers = new Map(sorted.map((name, at) => [name, at]));
  const out: number[][] = sorted.map(() => []);
  for (const edge of edges.values()) out[numbers.get(edge.source) ?? 0]?.push(numbers.get(edge.target) ?? 0);
  for (const list of out) list.sort((a, b) => a - b);
  return { names: sorted, out, edges };
}

/** Tarjan's strongly connected components, without recursion. Members in order; components by their first member. */
export function stronglyConnected(out: readonly (readonly number[])[]): number[][] {
  const count = out.length;
  const order = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const onStack = new Uint8Array(count);
  const place = new Int32Array(count);
  const stack: number[] = [];
  const components: number[][] = [];
  let next = 0;
  const enter = (node: number): void => {
    order[node] = next;
    low[node] = next;
    next += 1;
    stack.push(node);
    onStack[node] = 1;
  };
  for (let root = 0; root < count; root += 1) {
    if (order[root] !== -1) continue;
    const way = [root];
    enter(root);
    while (way.length > 0) {
      const node = way[way.length - 1] as number;
      const target = out[node]?.[place[node] as number];
      if (target !== undefined) {
        place[node] = (place[node] as number) + 1;
        if (order[target] === -1) {
          enter(target);
          way.push(target);
        } else if (onStack[target] === 1) low[node] = Math.min(low[node] as number, order[target] as number);
        continue;
      }
      way.pop();
      const above = way[way.length - 1];
      if (above !== undefined) low[above] = Math.min(low[above] as number, low[node] as number);
      if (low[node] === order[node]) components.push(popTo(stack, node, onStack));
    }
  }
  return components.sort((a, b) => (a[0] as number) - (b[0] as number));
}

function popTo(stack: number[], node: number, onStack: Uint8Array): number[] {
  const component: number[] = [];
  for (;;) {
    const member = stack.pop() as number;
    onStack[member] = 0;
    component.push(member);
    if (member === node) return component.sort((a, b) => a - b);
  }
}

/** The shortest ring of a component, then rings through members that no ring before went through. */
function rings(out: readonly (readonly number[])[], component: readonly number[]): number[][] {
  const inside = new Set(component);
  const budget = { looks: MAX_LOOKS };
  const through: number[][] = [];
  for (const member of component) {
    const ring = ringThrough(out, inside, member, budget);
    if (ring !== undefined) through.push(ring);
    if (budget.looks <= 0) break;
  }
  through.sort((a, b) => a.length - b.length || (a[0] as number) - (b[0] as number));
  const covered = new Set<number>();
  const kept: number[][] = [];
  for (const ring of through) {
    if (kept.length >= MAX_RINGS) break;
    if (ring.every((member) => covered.has(member))) continue;
    for (const member of ring) covered.add(member);
    kept.push(ring);
  }
  return kept;
}

/** Breadth-first from a member until an edge leads back to it; starts with its smallest number, so it is unique. */
function ringThrough(
  out: readonly (readonly number[])[],
  inside: ReadonlySet<number>,
  start: number,
  budget: { looks: number },
): number[] | undefined {
  const from = new Map<number, number>([[start, -1]]);
  const queue = [start];
  for (let at = 0; at < queue.length; at += 1) {
    const node = queue[at] as number;
    for (const target of out[node] ?? []) {
      budget.looks -= 1;
      if (target === start) return turned(wayTo(from, node));
      if (!inside.has(target) || from.has(target)) continue;
      from.set(target, node);
      queue.push(target);
    }
  }
  return undefined;
}

function wayTo(from: ReadonlyMap<number, number>, node: number): number[] {
  const way: number[] = [];
  for (let at = node; at !== -1; at = from.get(at) ?? -1) way.push(at);
  return way.reverse();
}

function turned(ring: readonly number[]): number[] {
  const at = ring.indexOf(ring.reduce((least, member) => Math.min(least, member)));
  return [...ring.slice(at), ...ring.slice(0, at)];
}

function cycleOf(numbers: Numbers, ring: readonly number[], component: number, size: number): Cycle {
  const nodes = ring.map((member) => numbers.names[member] as string);
  const edges = nodes.flatMap((node, at) => {
    return numbers.edges.get(`${node}\0${nodes[(at + 1) % nodes.length]}`) ?? [];
  });
  return { nodes, edges, length: nodes.length, component, component_size: size };
}
