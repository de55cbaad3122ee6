import type { Confidence, EdgeType } from "../../models/graph.ts";

/** An edge from a definition (or file, -1) of one file to a definition of another, or to a name outside. */
export interface ResolvedEdge {
  /** Definition in the file the edge belongs to; -1 for the file itself. */
  from: number;
  type: EdgeType;
  line: number;
  confidence: Confidence;
  /** File and definition (-1: the file) that it leads to; file -1: `outside`. */
  file: number;
  def: number;
  outside: string;
  kind: string;
}
