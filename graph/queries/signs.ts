import type { GraphNode } from "../../models/graph.ts";
import type { AffectedFile, TestFile } from "../../models/impact.ts";
import type { GraphReader } from "../store.ts";
import type { Change } from "./changes.ts";
import type { Reach } from "./reach.ts";
import type { RiskSigns } from "./risk.ts";
import { isTestFile } from "./test-files.ts";

/** Nodes around the change of which the calls are looked at. */
const MAX_AROUND = 1000;
/** A file that is only imported from counts so much of one that is used. */
const WEAK_FILE = 0.25;

export interface Signs extends RiskSigns {
  /** Calls in and around the change that could not be followed. */
  lost: number;
}

interface Known {
  changes: {
    changes: readonly Change[];
    files: readonly string[];
    unknown: readonly string[];
    stood: ReadonlySet<string>;
  };
  reach: Reach;
  files: readonly GraphNode[];
  details: ReadonlyMap<string, GraphNode>;
  isTest: (id: string) => boolean;
  affected: readonly AffectedFile[];
}

/** The signs of risk of a change. Tests do not count as code that it spreads to. */
export async function signsOf(reader: GraphReader, known: Known, tests: readonly TestFile[]): Promise<Signs> {
  const code = known.changes.changes.filter(({ node }) => node["x-test"] !== true && !known.isTest(node.id));
  const strong = [...known.reach.reached.values()].filter((each) => !each.weak && !known.isTest(each.id));
  const testPaths = new Set(known.files.filter(isTestFile).map((file) => file.path));
  const others = known.affected.filter((file) => !testPaths.has(file.path));
  const changed = new Set(known.changes.files);
  const around = await callsAround(reader, known, code);
  return {
    changed: code.length,
    files: known.files.filter((file) => !testPaths.has(file.path) && !changed.has(file.path)).length,
    files_reached: others.reduce((sum, file) => sum + (file.weak ? WEAK_FILE : 1), 0),
    direct: strong.filter((each) => each.distance === 1).length,
    depth: strong.reduce((most, each) => Math.max(most, each.distance), 0),
    exported: code.filter(({ node, listed }) => listed && node["x-exported"] === true).length,
    signatures: code.filter(
      ({ change, listed }) => listed && (change === "signature" || change === "deleted"),
    ).length,
    complexity: code.reduce((most, { node }) => Math.max(most, node["x-complexity"]?.cyclomatic ?? 0), 0),
    tests: tests.filter((test) => test.by !== "name").length,
    unresolved: around.followed + around.lost === 0 ? 0 : around.lost / (around.followed + around.lost),
    lost: around.lost,
    test_files: known.affected.length - others.length,
    absent: known.changes.unknown.length,
    unknown: unknownCode(known),
    cut: known.reach.cut,
  };
}

/** Changed files that were there before, are written in a language of this graph, and yet are not in it. */
function unknownCode({ changes, files }: Known): number {
  const read = new Set(files.map((file) => endingOf(file.path)));
  return changes.unknown.filter((path) => changes.stood.has(path) && read.has(endingOf(path))).length;
}

/** Of `a/b.test.ts`, `ts`; a name without one is its own ending. */
function endingOf(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("."), path.lastIndexOf("/")) + 1);
}

/** Calls in what changed and in what uses it at once: how many were followed, how many not. */
async function callsAround(
  reader: GraphReader,
  known: Known,
  code: readonly Change[],
): Promise<{ followed: number; lost: number }> {
  const paths = new Map(code.map(({ node }) => [node.id, node.path]));
  for (const { id, distance, weak } of known.reach.reached.values()) {
    const path = known.details.get(id)?.path;
    if (distance === 1 && !weak && path !== undefined) paths.set(id, path);
  }
  const near = [...paths].slice(0, MAX_AROUND);
  if (near.length === 0) return { followed: 0, lost: 0 };
  const ids = new Set(near.map(([id]) => id));
  const [edges, calls] = await Promise.all([
    reader.edges([...ids], "out", ["CALLS"]),
    reader.unresolved([...new Set(near.map(([, path]) => path))]),
  ]);
  return { followed: edges.length, lost: calls.filter((call) => ids.has(call.source)).length };
}
