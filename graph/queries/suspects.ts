/** Which code is to blame for a failure: what its stacks name, what its tests run, what was changed. */
import type { GraphNode } from "../../models/graph.ts";
import type { GraphReader } from "../store.ts";
import { QuestionError } from "./answer.ts";
import { changesOf } from "./changes.ts";
import { failingTests } from "./failing-tests.ts";
import { innermost } from "./names.ts";
import { namesakes } from "./namesakes.ts";
import { beneath, type Start, spectrum } from "./spectrum.ts";
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

/**
 * How much each kind of evidence counts; together they never make more than 1.
 *
 * changed   it is part of the diff
 * stack     a stack goes through it
 * beneath   it ran and returned before a stack's innermost place was reached
 * spectrum  failing tests run it, passing ones less
 * named     failing tests are named after its file
 * test      it is a failing test
 */
export const EVIDENCE = {
  changed: 0.9,
  stack: 0.8,
  beneath: 0.7,
  spectrum: 0.6,
  named: 0.25,
  test: 0.15,
} as const;
export type Evidence = Record<keyof typeof EVIDENCE, Map<string, number>>;

/** Each frame further out is suspected less, and so is each further test. */
const OUTWARDS = 0.8;
const NEXT_TEST = 0.9;
/** Of its share, what a function loses that every passing test runs as well. */
const CLEARED = 0.6;
const MOST_NAMESAKES = 8;

/** Ids -> how far each is suspected, 0 to 1. */
export async function suspects(reader: GraphReader, clues: Clues): Promise<Map<string, number>> {
  const evidence = await evidenceOf(reader, clues);
  const scores = new Map<string, number>();
  for (const kind of Object.keys(EVIDENCE) as (keyof Evidence)[]) {
    for (const [id, share] of evidence[kind]) {
      scores.set(id, 1 - (1 - (scores.get(id) ?? 0)) * (1 - EVIDENCE[kind] * share));
    }
  }
  return scores;
}

/** What speaks against each function, by kind, 0 to 1. */
export async function evidenceOf(reader: GraphReader, clues: Clues): Promise<Evidence> {
  const paths = [...new Set(clues.stacks.flat().map(({ path }) => path))];
  const ground = new Ground(await reader.nodesOf(paths));
  const tests = await failingTests(reader, clues.tests, clues.stacks.flat());
  const failing = tests.failing.map(({ id }): Start => ({ id, line: ground.lineIn(id, clues.stacks) }));
  const passing = clues.allTests ? tests.others.map((node) => node.id) : [];
  const inner = clues.stacks.flatMap((stack) => ground.startOf(stack) ?? []);
  const [{ suspected, cleared }, below, changed] = await Promise.all([
    spectrum(reader, failing, passing),
    beneath(reader, inner),
    changedIds(reader, clues.diff),
  ]);
  const testFiles = [...tests.failing.map((node) => node.path), ...ground.testPaths];
  const evidence: Evidence = {
    changed: new Map(changed.map((id) => [id, 1])),
    stack: ground.stackScores(clues.stacks),
    beneath: below,
    spectrum: suspected,
    named: await namedAfter(reader, testFiles),
    test: new Map(failing.map(({ id }, at) => [id, NEXT_TEST ** at])),
  };
  for (const kind of ["stack", "beneath"] as const) {
    for (const [id, share] of evidence[kind])
      evidence[kind].set(id, share * (1 - CLEARED * (cleared.get(id) ?? 0)));
  }
  const moved = await homesOf(
    reader,
    Object.values(evidence).flatMap((map) => [...map.keys()]),
  );
  return Object.fromEntries(
    Object.entries(evidence).map(([kind, map]) => [kind, atHome(map, moved)]),
  ) as Evidence;
}

/** The nodes of the files that stacks go through. */
class Ground {
  readonly #nodes: ReadonlyMap<string, readonly GraphNode[]>;
  readonly testPaths: readonly string[];

  constructor(nodes: readonly GraphNode[]) {
    this.#nodes = Map.groupBy(nodes, (node) => node.path);
    this.testPaths = nodes
      .filter((node) => node.type === "file" && isTestFile(node))
      .map((node) => node.path);
  }

  at(path: string, line: number): GraphNode | undefined {
    return innermost(this.#nodes.get(path) ?? [], line, line);
  }

  /** The line of a test that was reached last, when a stack names it. */
  lineIn(test: string, stacks: Clues["stacks"]): number | undefined {
    return stacks.flat().find(({ path, line }) => this.at(path, line)?.id === test)?.line;
  }

  /** Where a stack ends inside of what is no test. */
  startOf(stack: Clues["stacks"][number]): Start | undefined {
    const place = stack.find(({ path }) => !this.testPaths.includes(path));
    const node = place && this.at(place.path, place.line);
    return node && { id: node.id, line: place.line };
  }

  /** Functions around the frames of stacks, tests left out: a frame that many failures share counts most. */
  stackScores(stacks: Clues["stacks"]): Map<string, number> {
    const scores = new Map<string, number>();
    for (const stack of stacks) {
      const own = stack.filter(({ path }) => !this.testPaths.includes(path));
      const ids = own.flatMap(({ path, line }) => {
        const file = this.#nodes.get(path)?.find(({ type }) => type === "file");
        return (this.at(path, line) ?? file)?.id ?? [];
      });
      for (const [at, id] of [...new Set(ids)].entries())
        scores.set(id, (scores.get(id) ?? 0) + OUTWARDS ** at);
    }
    const most = Math.max(0, ...scores.values());
    for (const [id, score] of scores) scores.set(id, score / most);
    return scores;
  }
}

async function changedIds(reader: GraphReader, diff: string | undefined): Promise<string[]> {
  if (diff === undefined || diff.trim() === "") return [];
  try {
    const { changes } = await changesOf(reader, { files: [], symbols: [], diff, side: "after" });
    return changes.filter(({ listed }) => listed).map(({ node }) => node.id);
  } catch (error) {
    // A diff that names no file says nothing; a graph that cannot be read is another matter.
    if (error instanceof QuestionError) return [];
    throw error;
  }
}

/** Functions of the files that tests are named after. */
async function namedAfter(reader: GraphReader, tests: readonly string[]): Promise<Map<string, number>> {
  if (tests.length === 0) return new Map();
  const files = (await reader.files()).filter((file) => !isTestFile(file)).map((file) => file.path);
  const named = [...namesakes(tests, files)].sort((a, b) => b[1] - a[1]).slice(0, MOST_NAMESAKES);
  const clearness = new Map(named);
  const nodes = await reader.nodesOf([...clearness.keys()]);
  const functions = nodes.filter((node) => node.type === "function");
  return new Map(functions.map((node) => [node.id, clearness.get(node.path) ?? 0]));
}

/** A function without a name is read with the named one that it stands in. A suite of tests has none. */
function homeOf(id: string): string {
  const at = id.indexOf(".<lambda:");
  return at === -1 || id.includes("::<lambda:") ? id : id.slice(0, at);
}

async function homesOf(reader: GraphReader, ids: readonly string[]): Promise<Map<string, string>> {
  const wanted = new Map(ids.filter((id) => homeOf(id) !== id).map((id) => [id, homeOf(id)]));
  const there = new Set((await reader.nodes([...new Set(wanted.values())])).map((node) => node.id));
  return new Map([...wanted].filter(([, home]) => there.has(home)));
}

function atHome(
  shares: ReadonlyMap<string, number>,
  homes: ReadonlyMap<string, string>,
): Map<string, number> {
  const moved = new Map<string, number>();
  for (const [id, share] of shares) {
    const home = homes.get(id) ?? id;
    moved.set(home, Math.max(share, moved.get(home) ?? 0));
  }
  return moved;
}
