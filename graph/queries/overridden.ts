import type { GraphEdge } from "../../models/graph.ts";
import type { GraphReader } from "../store.ts";

const METHOD = /::function::.*\./;

/**
 * The methods above, however many classes above, in whose place these stand: who calls one of those may run one of
 * these. Keyed by the method above, each with the edge that leads to it. Those that are `known` are left out.
 */
export async function overridden(
  reader: GraphReader,
  ids: readonly string[],
  known: (id: string) => boolean,
): Promise<Map<string, GraphEdge>> {
  const found = new Map<string, GraphEdge>();
  let methods = ids.filter((id) => METHOD.test(id));
  while (methods.length > 0) {
    const edges = await reader.edges(methods, "out", ["IMPLEMENTS"]);
    methods = [];
    for (const edge of edges) {
      if (known(edge.target) || found.has(edge.target)) continue;
      found.set(edge.target, edge);
      methods.push(edge.target);
    }
  }
  return found;
}
