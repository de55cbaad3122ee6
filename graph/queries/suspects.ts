/** Which code is to blame for a failure: what its stacks name, what its tests run, what was changed. */
import type { ContextAnswer } from "../../models/context.ts";
import { ContextRequest } from "../../models/context.ts";
import type { GraphNode } from "../../models/graph.ts";
import { basic, type ContextPlugin } from "../plugins/context.ts";
import type { GraphReader } from "../store.ts";
import { changesOf } from "./changes.ts";
import { type ContextMeans, context } from "./context.ts";
import type { RankedNode } from "./context-evidence.ts";
import { failingTests } from "./failing-tests.ts";
import { innermost } from "./names.ts";
import { spectrum } from "./spectrum.ts";
import { isTestFile } from "./test-files.ts";

/** What is known of a failure. */
export interface Clues {
  /** Places that it names, those where it went wrong first: one list for each stack. */
  stacks: readonly (readonly { path: string; line: number }[])[];
  /** Tests that failed, as their runner calls them. */
  tests: readonly string[];
  /** Every test that failed is among them: those beside them passed. */
  allTests: boolean;
  /** What was changed, as a unified diff to the graph's commit. */
  diff?: string | undefined;
  /** What was said to be wrong, in words. */
  words: string;
}

/** How much each kind of evidence counts; together they never make more than 1. */
export const EVIDENCE = { changed: 0.9, stack: 0.75, spectrum: 0.8, test: 0.4 } as const;
/** Each frame further out is suspected less. */
const OUTWARDS = 0.8;
/** Of the order: suspicion, nearness in the graph, words in common. */
export const ORDER = { suspicion: 0.75, graph: 0.1, lexical: 0.15 } as const;

/** Ids -> how far each is suspected, 0 to 1. */
export async function suspects(reader: GraphReader, clues: Clues): Promise<Map<string, number>> {
  const places = clues.stacks.flat();
  const paths = [...new Set(places.map(({ path }) => path))];
  const nodes = Map.groupBy(await reader.nodesOf(paths), (node) => node.path);
  const testPaths = new Set(
    [...nodes.values()]
      .flat()
      .filter((node) => node.type === "file" && isTestFile(node))
      .map((node) => node.path),
  );
  const stack = stackScores(clues.stacks, nodes, testPaths);
  const tests = await failingTests(reader, clues.tests, [...testPaths]);
  const failing = tests.failing.map((node) => node.id);
  const passing = clues.allTests ? tests.others.map((node) => node.id) : [];
  const covered = await spectrum(reader, failing, passing);
  const changed = await changedIds(reader, clues.diff);
  const scores = new Map<string, number>();
  const add = (id: string, score: number): void => {
    scores.set(id, 1 - (1 - (scores.get(id) ?? 0)) * (1 - score));
  };
  for (const [id, score] of stack) add(id, EVIDENCE.stack * score);
  for (const [id, score] of covered) add(id, EVIDENCE.spectrum * score);
  for (const [at, id] of failing.entries()) add(id, EVIDENCE.test * 0.9 ** at);
  for (const id of changed) add(id, EVIDENCE.changed);
  return atHome(reader, scores);
}

/** Scores of functions without a name go to those that they stand in: nobody reads the one without the other. */
async function atHome(
  reader: GraphReader,
  scores: ReadonlyMap<string, number>,
): Promise<Map<string, number>> {
  const homes = [...new Set([...scores.keys()].map(homeOf))];
  const there = new Set((await reader.nodes(homes)).map((node) => node.id));
  const moved = new Map<string, number>();
  for (const [id, score] of scores) {
    const home = there.has(homeOf(id)) ? homeOf(id) : id;
    moved.set(home, Math.max(score, moved.get(home) ?? 0));
  }
  return moved;
}

/** Functions around the frames of stacks: a frame that many failures share counts most. */
function stackScores(
  stacks: Clues["stacks"],
  nodes: ReadonlyMap<string, readonly GraphNode[]>,
  testPaths: ReadonlySet<string>,
): Map<string, number> {
  const scores = new Map<string, number>();
  for (const stack of stacks) {
    const seen = new Set<string>();
    let share = 1;
    for (const { path, line } of stack) {
      if (testPaths.has(path)) continue;
      const node =
        innermost(nodes.get(path) ?? [], line, line) ?? nodes.get(path)?.find(({ type }) => type === "file");
      if (node === undefined || seen.has(node.id)) continue;
      seen.add(node.id);
      scores.set(node.id, (scores.get(node.id) ?? 0) + share);
      share *= OUTWARDS;
    }
  }
  const most = Math.max(0, ...scores.values());
  for (const [id, score] of scores) scores.set(id, score / most);
  return scores;
}

async function changedIds(reader: GraphReader, diff: string | undefined): Promise<string[]> {
  if (diff === undefined || diff.trim() === "") return [];
  const question = { files: [], symbols: [], diff, side: "after" as const };
  const { changes } = await changesOf(reader, question).catch(() => ({ changes: [] }));
  return changes.filter(({ listed }) => listed).map(({ node }) => node.id);
}

/** Code worth reading for a failure, likeliest to blame first, as a context within a budget. */
export async function suspectContext(
  reader: GraphReader,
  clues: Clues,
  budget: number,
  means: Pick<ContextMeans, "source"> = {},
): Promise<ContextAnswer> {
  const suspicion = await suspects(reader, clues);
  const request = ContextRequest.parse({
    task: clues.words.slice(0, 20_000) || "failure",
    entry_points: [...suspicion]
      .sort((a, b) => b[1] - a[1])
      .slice(0, 60)
      .map(([id]) => id),
    max_tokens: Math.max(1, Math.floor(budget)),
    max_nodes: 200,
    format: "plain",
    strategy: "bodies",
  });
  return context(reader, request, { ...means, plugin: accusing(suspicion) });
}

/** What tests and those beside them that passed are worth: they are read to understand, not to be mended. */
const TEST_SHARE = { failing: 1, other: 0.15 } as const;
/** A class or file is read whole only when it is short. */
const WHOLE_SHARE = { function: 1, class: 0.5, file: 0.4, external: 0 } as const;

/** The plugin that puts suspects first. */
function accusing(suspicion: ReadonlyMap<string, number>): ContextPlugin {
  return {
    ...basic,
    name: "suspects",
    rankNodes(nodes) {
      const scored = new Map<string, RankedNode>();
      const known = new Map(nodes.map((one) => [one.node.id, one]));
      for (const one of nodes) {
        const relevance = relevanceOf(one, suspicion.get(one.node.id) ?? 0);
        const home = known.get(homeOf(one.node.id)) ?? one;
        const best = scored.get(home.node.id)?.relevance ?? 0;
        scored.set(home.node.id, { ...home, focus: false, relevance: Math.max(best, relevance) });
      }
      return [...scored.values()].sort(
        (a, b) => b.relevance - a.relevance || (a.node.id < b.node.id ? -1 : 1),
      );
    },
  };
}

/** A function without a name is read with the named one that it stands in. A suite of tests has none. */
function homeOf(id: string): string {
  const at = id.indexOf(".<lambda:");
  return at === -1 || id.includes("::<lambda:") ? id : id.slice(0, at);
}

function relevanceOf({ node, scores }: RankedNode, suspected: number): number {
  const { graph = 0, lexical = 0 } = scores;
  const test = node["x-test"] !== true ? 1 : suspected > 0 ? TEST_SHARE.failing : TEST_SHARE.other;
  const order = ORDER.suspicion * suspected + ORDER.graph * graph + ORDER.lexical * lexical;
  return WHOLE_SHARE[node.type] * test * order;
}
