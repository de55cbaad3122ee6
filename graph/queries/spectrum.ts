/**
 * How far each function is suspected by tests that fail and tests beside them that do not, as in spectrum-based fault
 * localisation (Abreu, Zoeteweij and van Gemund, "On the Accuracy of Spectrum-based Fault Localization", 2007), with
 * the calls that the graph knows in the place of a measured coverage.
 */
import type { GraphEdge } from "../../models/graph.ts";
import type { GraphReader } from "../store.ts";
import { isExternal } from "./context-neighbours.ts";

/** Steps that are followed from a test, and functions that are looked at in all. */
const MOST = { steps: 6, nodes: 4_000 };
/** What each step away takes, and what a call does that may go elsewhere. */
const STEP = 0.85;
const SURE = { exact: 1, inferred: 0.9, ambiguous: 0.5 } as const;

/** What leads from a test to the code that it runs. */
const WAYS = ["CALLS", "REFERENCES"] as const;
const REFERENCE = 0.6;

/** Where a run is looked at: a function, and the line in it that was reached last. */
export interface Start {
  id: string;
  line?: number | undefined;
}

export interface Spectrum {
  /** Ids of functions -> how far failing tests suspect them, 0 to 1. */
  suspected: Map<string, number>;
  /** Ids of functions -> the share of passing tests that run them. */
  cleared: Map<string, number>;
}

/** Of a failure whose tests are not known nothing is. */
export async function spectrum(
  reader: GraphReader,
  failing: readonly Start[],
  passing: readonly string[],
): Promise<Spectrum> {
  if (failing.length === 0) return { suspected: new Map(), cleared: new Map() };
  const passed = passing.map((id) => ({ id }));
  const steps = await stepsFrom(
    reader,
    [...failing, ...passed].map(({ id }) => id),
  );
  const bad = counted(failing, steps);
  const good = counted(passed, steps);
  const suspected = new Map<string, number>();
  for (const [id, { tests, near }] of bad) {
    const by = tests + (good.get(id)?.tests ?? 0);
    suspected.set(id, (near * tests) / Math.sqrt(failing.length * by));
  }
  for (const { id } of [...failing, ...passed]) suspected.delete(id);
  return { suspected, cleared: new Map([...good].map(([id, { tests }]) => [id, tests / passing.length])) };
}

/** Ids of functions that ran and returned before a place was reached -> how near they are to it, 0 to 1; a mean over places. */
export async function beneath(reader: GraphReader, starts: readonly Start[]): Promise<Map<string, number>> {
  const steps = await stepsFrom(
    reader,
    starts.map(({ id }) => id),
  );
  const scores = new Map<string, number>();
  for (const start of starts) {
    for (const [id, near] of reachOf(start, steps))
      scores.set(id, (scores.get(id) ?? 0) + near / starts.length);
  }
  return scores;
}

type Step = { to: string; sure: number; line: number };

async function stepsFrom(reader: GraphReader, starts: readonly string[]): Promise<Map<string, Step[]>> {
  const steps = new Map<string, Step[]>();
  let frontier = [...new Set(starts)];
  for (let depth = 0; depth < MOST.steps && frontier.length > 0; depth += 1) {
    const edges = (await reader.edges(frontier, "out", WAYS)).filter(({ target }) => !isExternal(target));
    for (const id of frontier) steps.set(id, []);
    for (const edge of edges) {
      steps.get(edge.source)?.push({ to: edge.target, sure: sureness(edge), line: edge.line });
    }
    const room = Math.max(0, MOST.nodes - steps.size);
    frontier = [...new Set(edges.map(({ target }) => target))].filter((id) => !steps.has(id)).slice(0, room);
  }
  return steps;
}

function sureness(edge: GraphEdge): number {
  return SURE[edge["x-confidence"] ?? "exact"] * (edge.type === "CALLS" ? 1 : REFERENCE);
}

/** By how many tests each function is reached, and how near it is to the nearest, as a factor. */
function counted(
  tests: readonly Start[],
  steps: ReadonlyMap<string, readonly Step[]>,
): Map<string, { tests: number; near: number }> {
  const all = new Map<string, { tests: number; near: number }>();
  for (const test of tests) {
    for (const [id, near] of reachOf(test, steps)) {
      const known = all.get(id);
      if (known === undefined) all.set(id, { tests: 1, near });
      else {
        known.tests += 1;
        known.near = Math.max(known.near, near);
      }
    }
  }
  return all;
}

/** What is reached from a start, each by its best way. */
function reachOf(start: Start, steps: ReadonlyMap<string, readonly Step[]>): Map<string, number> {
  const reached = new Map([[start.id, 1]]);
  let frontier = [start.id];
  for (let depth = 0; depth < MOST.steps && frontier.length > 0; depth += 1) {
    const next = new Set<string>();
    for (const id of frontier) {
      const here = reached.get(id) ?? 0;
      for (const { to, sure, line } of steps.get(id) ?? []) {
        const near = here * sure * (depth === 0 ? closeness(line, start.line) : STEP);
        if (near <= (reached.get(to) ?? 0)) continue;
        reached.set(to, near);
        next.add(to);
      }
    }
    frontier = [...next];
  }
  reached.delete(start.id);
  return reached;
}

/** A statement goes on for some lines after the one that is named. */
const STATEMENT = 4;

/** What is called in the line that was reached last tells most; what stands before it ran earlier, what stands after it did not. */
function closeness(line: number, last: number | undefined): number {
  if (last === undefined || line === last) return 1;
  if (line > last) return line - last <= STATEMENT ? 0.6 : 0.15;
  return Math.max(0.4, 0.85 - 0.03 * (last - line));
}
