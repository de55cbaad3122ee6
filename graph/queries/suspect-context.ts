/** The code that is worth reading for a failure. */
import { type ContextAnswer, ContextRequest } from "../../models/context.ts";
import { basic, type ContextPlugin } from "../plugins/context.ts";
import type { GraphReader } from "../store.ts";
import { type ContextMeans, context } from "./context.ts";
import type { RankedNode } from "./context-evidence.ts";
import { type Clues, suspects } from "./suspects.ts";

/** Of the order: suspicion, nearness in the graph, words in common. */
export const ORDER = { suspicion: 0.8, graph: 0.05, lexical: 0.15 } as const;
/** Of two bodies the likelier is taken, though the other is shorter. */
const SHARPENED = 1.5;
/** Of the order of the first, what is still worth its tokens: below it more code found no more faults. */
const LEAST = 0.1;
/** Tests that passed are read to understand, not to be mended. */
const OTHER_TEST = 0.15;
/** A class or file is read whole only when it is short. */
const WHOLE = { function: 1, class: 0.5, file: 0.4, external: 0 } as const;
const MOST_STARTS = 200;
/** Each file of a node that is ranked has to be read, and may have to be fetched. */
const MOST_NODES = 100;
const MOST_WORDS = 20_000;

/** Likeliest to blame first, as a context within a budget. */
export async function suspectContext(
  reader: GraphReader,
  clues: Clues,
  budget: number,
  means: Pick<ContextMeans, "source"> = {},
): Promise<ContextAnswer> {
  const suspicion = await suspects(reader, clues);
  const starts = [...suspicion].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST_STARTS);
  const request = ContextRequest.parse({
    task: clues.words.slice(0, MOST_WORDS).trim() || "failure",
    entry_points: starts.map(([id]) => id),
    max_tokens: Math.max(1, Math.floor(budget)),
    max_nodes: MOST_NODES,
    format: "plain",
    strategy: "bodies",
  });
  return context(reader, request, { ...means, plugin: accusing(suspicion), weights: suspicion });
}

/** The plugin that puts suspects first, and leaves out what is far from being one. */
function accusing(suspicion: ReadonlyMap<string, number>): ContextPlugin {
  const scored = (one: RankedNode): RankedNode => {
    return { ...one, focus: false, relevance: relevanceOf(one, suspicion.get(one.node.id) ?? 0) };
  };
  return {
    ...basic,
    name: "suspects",
    rankNodes(nodes) {
      // Functions without a name are read with those that they stand in.
      const named = nodes.filter(({ node }) => suspicion.has(node.id) || !node.id.includes(".<lambda:"));
      const order = named
        .map(scored)
        .sort((a, b) => b.relevance - a.relevance || (a.node.id < b.node.id ? -1 : 1));
      const most = order[0]?.relevance ?? 0;
      return order.filter(({ relevance }) => relevance >= LEAST * most);
    },
  };
}

function relevanceOf({ node, scores }: RankedNode, suspected: number): number {
  const { graph = 0, lexical = 0 } = scores;
  const test = node["x-test"] === true && suspected === 0 ? OTHER_TEST : 1;
  const order = ORDER.suspicion * suspected + ORDER.graph * graph + ORDER.lexical * lexical;
  return (WHOLE[node.type] * test * order) ** SHARPENED;
}
