import type { ScoreParts } from "../../models/context.ts";
import type { GraphNode } from "../../models/graph.ts";
import type { Task } from "./context-task.ts";

/** What each part of a score weighs; parts that are not known leave their weight to the others. */
export const BLEND: Readonly<Record<keyof Parts, number>> = {
  lexical: 0.55,
  similar: 0.3,
  graph: 0.25,
  centrality: 0.05,
  recency: 0.05,
};
export const FILE_BLEND: Readonly<Record<keyof Parts, number>> = {
  lexical: 0.7,
  similar: 0.3,
  graph: 0.2,
  centrality: 0.05,
  recency: 0.05,
};
type Parts = Required<Pick<ScoreParts, "lexical" | "graph" | "recency" | "centrality" | "similar">>;

/** Tests are read after what they test, what nobody wrote by hand after everything else. */
const TEST_FACTOR = 0.75;
const MARK_FACTOR = 0.3;

const TEST_PATH =
  /(?:^|\/)(?:tests?|__tests__|spec|testdata|fixtures?)\/|(?:^|\/)(?:test_|conftest\.)|[._-](?:test|spec|fixture)s?\.[^/]+$/i;

export function backFactor(node: GraphNode, task: Task): number {
  const test = node["x-test"] === true || TEST_PATH.test(node.path);
  return (test && !task.aboutTests ? TEST_FACTOR : 1) * (node["x-mark"] ? MARK_FACTOR : 1);
}

export function recencyOf(path: string, recency: ReadonlyMap<string, number>): number {
  const later = recency.get(path);
  return later === undefined ? 0 : 1 / (1 + later / 20);
}

/** Weighted mean of the parts that are known. */
export function blend(scores: ScoreParts, weights: Readonly<Record<keyof Parts, number>>): number {
  let sum = 0;
  let all = 0;
  for (const part of Object.keys(weights) as (keyof Parts)[]) {
    const score = scores[part];
    if (score === undefined) continue;
    sum += weights[part] * score;
    all += weights[part];
  }
  return all === 0 ? 0 : sum / all;
}

export function rounded(scores: ScoreParts): ScoreParts {
  const parts: ScoreParts = {};
  for (const [part, score] of Object.entries(scores)) parts[part] = round(score as number);
  return parts;
}

export function round(score: number): number {
  return Math.round(clamp(score) * 10_000) / 10_000;
}

export function clamp(score: number): number {
  return score > 0 ? Math.min(1, score) : 0;
}

export function maxOf(values: Iterable<number>): number {
  let most = 0;
  for (const value of values) most = Math.max(most, value);
  return most;
}
