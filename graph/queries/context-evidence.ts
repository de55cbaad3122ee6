import type { ScoreParts } from "../../models/context.ts";
import type { GraphNode } from "../../models/graph.ts";
import type { Lexical } from "./context-lexical.ts";
import type { Neighbourhood } from "./context-neighbours.ts";
import type { Task } from "./context-task.ts";

/** Everything that is known about the nodes to rank. */
export interface Evidence {
  task: Task;
  hasTask: boolean;
  focus: ReadonlySet<string>;
  lexical: Lexical;
  similar: ReadonlyMap<string, number> | undefined;
  around: Neighbourhood;
  graph: ReadonlyMap<string, number>;
  recency: ReadonlyMap<string, number> | undefined;
}

export interface RankedNode {
  node: GraphNode;
  relevance: number;
  scores: ScoreParts;
  distance?: number;
  /** It was asked for by name. */
  focus: boolean;
}
