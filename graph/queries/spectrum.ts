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

/** Ids of functions -> how far they are suspected, 0 to 1; nothing that no failing test reaches. */
export async function spectrum(
  reader: GraphReader,
  failing: readonly string[],
  passing: readonly string[],
): Promise<Map<string, number>> {
  if (failing.length === 0) return new Map();
  const steps = await stepsFrom(reader, [...failing, ...passing]);
  const failed = counted(failing, steps);
  const passed = counted(passing, steps);
  const scores = new Map<string, number>();
  for (const [id, { tests, near }] of failed) {
    const by = tests + (passed.get(id)?.tests ?? 0);
    scores.set(id, (near * tests) / Math.sqrt(failing.length * by));
  }
  for (const id of [...failing, ...passing]) scores.delete(id);
  return scores;
}

type Step = { to: string; sure: number };

async function stepsFrom(reader: GraphReader, starts: readonly string[]): Promise<Map<string, Step[]>> {
  const steps = new Map<string, Step[]>();
  let frontier = [...new Set(starts)];
  for (let depth = 0; depth < MOST.steps && frontier.length > 0; depth += 1) {
    const edges = (await reader.edges(frontier, "out", WAYS)).filter(({ target }) => !isExternal(target));
    for (const id of frontier) steps.set(id, []);
    for (const edge of edges) steps.get(edge.source)?.push({ to: edge.target, sure: sureness(edge) });
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
  tests: readonly string[],
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

/** What one test reaches, each by its best way. */
function reachOf(test: string, steps: ReadonlyMap<string, readonly Step[]>): Map<string, number> {
  const reached = new Map([[test, 1]]);
  let frontier = [test];
  for (let depth = 0; depth < MOST.steps && frontier.length > 0; depth += 1) {
    const next = new Set<string>();
    for (const id of frontier) {
      const here = reached.get(id) ?? 0;
      for (const { to, sure } of steps.get(id) ?? []) {
        const near = here * sure * (depth === 0 ? 1 : STEP);
        if (near <= (reached.get(to) ?? 0)) continue;
        reached.set(to, near);
        next.add(to);
      }
    }
    frontier = [...next];
  }
  reached.delete(test);
  return reached;
}
