import type { ContextFile, ContextRequest, ScoreParts } from "../../models/context.ts";
import type { GraphNode } from "../../models/graph.ts";
import type { GraphReader } from "../store.ts";
import { BLEND, backFactor, blend, clamp, maxOf, recencyOf, round, rounded } from "./context-blend.ts";
import type { Evidence, RankedNode } from "./context-evidence.ts";
import { rankFiles } from "./context-files.ts";
import { findFocus, findMentions } from "./context-focus.ts";
import { type Lexical, lexicalScores } from "./context-lexical.ts";
import { MAX_NEIGHBOURS, type Neighbourhood, neighbourhood } from "./context-neighbours.ts";
import { readTask } from "./context-task.ts";
import { pageRank } from "./page-rank.ts";

/** Of a node's lexical part, what its file gives. */
const FILE_SHARE = 0.5;
/** What being pointed at by the task adds to the lexical part. */
const MENTION = 0.6;
/** Words alone lead to this many nodes, from which the graph is walked; more of them are ranked. */
const LEXICAL_STARTS = 12;
const LEXICAL_RANKED = 400;
/** Of a walk's restarts, what the best hits of words take when files or entry points are given as well. */
const LEXICAL_RESTART = 0.4;

export interface Ranking {
  nodes: RankedNode[];
  files: ContextFile[];
  warnings: string[];
}

/** What is known besides the graph; all of it may be absent. */
export interface RankHints {
  /** Nodes by meaning: the score is from 0 to 1. */
  similar?(text: string, limit: number): Promise<{ id: string; score: number }[]>;
  /** Path -> how many files changed after it: 0 is the newest. */
  recency?: ReadonlyMap<string, number>;
  /** Entry points -> how often the walk through the graph begins there, as a weight; each as often as another when absent. */
  weights?: ReadonlyMap<string, number>;
}

/** Nodes and files in the order in which they are worth reading; ties by id. */
export async function rank(
  reader: GraphReader,
  asked: Pick<ContextRequest, "files" | "entry_points" | "task" | "depth" | "edge_types">,
  hints: RankHints = {},
): Promise<Ranking> {
  const task = readTask(asked.task ?? "");
  const hasTask = (asked.task ?? "").trim() !== "";
  const [focus, files, near] = await Promise.all([
    findFocus(reader, asked.files ?? [], asked.entry_points ?? []),
    hasTask ? reader.files() : [],
    hasTask ? hints.similar?.(asked.task ?? "", 50) : undefined,
  ]);
  const [lexical, mentions] = await Promise.all([
    lexicalScores(reader, task, files),
    findMentions(reader, task, files),
  ]);
  addMentions(lexical, mentions, files);
  const similar = near === undefined ? undefined : new Map(near.map(({ id, score }) => [id, clamp(score)]));
  const restart = restartsOf(focus.ids, lexical, similar, hints.weights);
  const around = await neighbourhood(reader, [...restart.keys()], asked.depth, asked.edge_types);
  const graph = graphScores(around, restart);
  const evidence = {
    task,
    hasTask,
    focus: focus.ids,
    lexical,
    similar,
    around,
    graph,
    recency: hints.recency,
  };
  const nodes = await rankNodes(reader, evidence);
  const warnings = [...focus.warnings];
  if (around.cut) {
    warnings.push(
      `Only the ${MAX_NEIGHBOURS} nearest nodes were ranked: name fewer files or a smaller depth.`,
    );
  }
  return { nodes, files: rankFiles(nodes, files, evidence), warnings };
}

/** What the task points at comes before what shares words with it. */
function addMentions(
  lexical: Lexical,
  mentions: ReadonlyMap<string, number>,
  files: readonly GraphNode[],
): void {
  const paths = new Map(files.map((file) => [file.id, file.path]));
  for (const [id, strength] of mentions) {
    lexical.nodes.set(id, (lexical.nodes.get(id) ?? 0) + MENTION * strength);
    const path = paths.get(id) ?? files.find((file) => id.startsWith(`${file.path}::`))?.path;
    if (path !== undefined) {
      const whole = paths.has(id) ? 1 : 0.5;
      lexical.files.set(path, (lexical.files.get(path) ?? 0) + MENTION * whole * strength);
    }
  }
  for (const scores of [lexical.nodes, lexical.files]) {
    const most = Math.max(1, maxOf(scores.values()));
    for (const [id, score] of scores) scores.set(id, score / most);
  }
}

/** Where the walker of PageRank starts, and how often at each. */
function restartsOf(
  focus: ReadonlySet<string>,
  lexical: Lexical,
  similar: ReadonlyMap<string, number> | undefined,
  weights: ReadonlyMap<string, number> | undefined,
): Map<string, number> {
  const restart = new Map<string, number>();
  const add = (ids: readonly (readonly [string, number])[], share: number): void => {
    const sum = ids.reduce((all, [, weight]) => all + weight, 0);
    if (sum === 0) return;
    for (const [id, weight] of ids) restart.set(id, (restart.get(id) ?? 0) + (share * weight) / sum);
  };
  add(
    [...focus].map((id) => [id, weights?.get(id) ?? 1] as const),
    1,
  );
  add(best(lexical.nodes, LEXICAL_STARTS), LEXICAL_RESTART);
  if (similar !== undefined) add(best(similar, LEXICAL_STARTS), LEXICAL_RESTART);
  return restart;
}

function graphScores(around: Neighbourhood, restart: ReadonlyMap<string, number>): Map<string, number> {
  const places = new Map(around.ids.map((id, place) => [id, place]));
  const homes = new Map<number, number>();
  for (const [id, weight] of restart) {
    const place = places.get(id);
    if (place !== undefined) homes.set(place, weight);
  }
  const ranks = pageRank(around.ids.length, around.links, homes);
  const most = maxOf(ranks);
  return new Map(around.ids.map((id, place) => [id, most === 0 ? 0 : (ranks[place] as number) / most]));
}

async function rankNodes(reader: GraphReader, evidence: Evidence): Promise<RankedNode[]> {
  const { around, lexical, similar } = evidence;
  const candidates = new Map([...around.nodes].filter(([, node]) => node.type !== "external"));
  const others = [...best(lexical.nodes, LEXICAL_RANKED), ...(similar ?? [])].map(([id]) => id);
  const missing = [...new Set(others)].filter((id) => !candidates.has(id));
  for (const node of await reader.nodes(missing)) if (node.type !== "external") candidates.set(node.id, node);
  const mostUsed = Math.log1p(maxOf(around.inDegrees.values()));
  const ranked = [...candidates.values()].map((node) => rankNode(node, evidence, mostUsed));
  return ranked.sort((a, b) => b.relevance - a.relevance || (a.node.id < b.node.id ? -1 : 1));
}

function rankNode(node: GraphNode, evidence: Evidence, mostUsed: number): RankedNode {
  const { lexical, hasTask, focus } = evidence;
  const scores: ScoreParts = {
    graph: evidence.graph.get(node.id) ?? 0,
    centrality: mostUsed === 0 ? 0 : Math.log1p(evidence.around.inDegrees.get(node.id) ?? 0) / mostUsed,
  };
  if (hasTask) {
    const own = lexical.nodes.get(node.id) ?? 0;
    scores.lexical = (1 - FILE_SHARE) * own + FILE_SHARE * (lexical.files.get(node.path) ?? 0);
  }
  if (evidence.similar !== undefined) scores.similar = evidence.similar.get(node.id) ?? 0;
  if (evidence.recency !== undefined) scores.recency = recencyOf(node.path, evidence.recency);
  const inFocus = focus.has(node.id);
  const put = inFocus ? 1 : backFactor(node, evidence.task);
  const distance = evidence.around.distances.get(node.id);
  return {
    node,
    relevance: round(put * blend(scores, BLEND)),
    scores: rounded(scores),
    ...(distance === undefined ? {} : { distance }),
    focus: inFocus,
  };
}

function best(scores: ReadonlyMap<string, number>, count: number): [string, number][] {
  return [...scores].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, count);
}
