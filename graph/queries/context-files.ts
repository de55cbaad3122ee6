import type { ContextFile, ScoreParts } from "../../models/context.ts";
import type { GraphNode } from "../../models/graph.ts";
import { backFactor, blend, FILE_BLEND, maxOf, recencyOf, round, rounded } from "./context-blend.ts";
import type { Evidence, RankedNode } from "./context-evidence.ts";

/** What the nodes of one file say of it. */
interface Held {
  /** Any node of it. */
  node: GraphNode;
  graph: number;
  similar: number;
  centrality: number;
  seen: number;
}

/** Files by their own words and by the nodes in them. */
export function rankFiles(
  nodes: readonly RankedNode[],
  files: readonly GraphNode[],
  evidence: Evidence,
): ContextFile[] {
  const { lexical, focus, recency, similar, hasTask, task } = evidence;
  const fileNodes = new Map(files.map((file) => [file.path, file]));
  const held = gather(nodes);
  const most = maxOf([...held.values()].map((one) => one.graph));
  const ranked = [...new Set([...held.keys(), ...lexical.files.keys()])].map((path) => {
    const inside = held.get(path);
    const scores: ScoreParts = {
      graph: inside === undefined || most === 0 ? 0 : inside.graph / most,
      centrality: inside?.centrality ?? 0,
    };
    if (hasTask) scores.lexical = lexical.files.get(path) ?? 0;
    if (similar !== undefined) scores.similar = inside?.similar ?? 0;
    if (recency !== undefined) scores.recency = recencyOf(path, recency);
    const node = fileNodes.get(path) ?? inside?.node;
    const put = node === undefined || focus.has(`${path}::file`) ? 1 : backFactor(node, task);
    return { path, score: round(put * blend(scores, FILE_BLEND)), scores: rounded(scores) };
  });
  return ranked.sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1));
}

function gather(nodes: readonly RankedNode[]): Map<string, Held> {
  const held = new Map<string, Held>();
  for (const { node, scores } of nodes) {
    const known = held.get(node.path) ?? { node, graph: 0, similar: 0, centrality: 0, seen: 0 };
    // Each further node counts half: many small hits must not pass one good one.
    known.graph += (scores.graph ?? 0) / 2 ** Math.min(known.seen, 30);
    known.similar = Math.max(known.similar, scores.similar ?? 0);
    known.centrality = Math.max(known.centrality, scores.centrality ?? 0);
    known.seen += 1;
    held.set(node.path, known);
  }
  return held;
}
