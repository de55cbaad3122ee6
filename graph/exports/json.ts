import type { Graph, GraphInfo } from "../../models/graph.ts";
import type { GraphReader } from "../store.ts";

/** Version of the protocol that `Graph` is. */
export const PROTOCOL_VERSION = "1.0";

/** Larger pieces cost memory, smaller ones a call each. */
const PIECE = 64 * 1024;

/** The protocol document, piece by piece: a large repository's does not fit into one string. */
export async function* exportJson(reader: GraphReader): AsyncGenerator<string> {
  let piece = `${JSON.stringify(headOf(reader.info)).slice(0, -1)},\n"nodes":[`;
  let first = true;
  for await (const part of reader.parts()) {
    for (const node of part.nodes) {
      piece += `${first ? "\n" : ",\n"}${JSON.stringify(node)}`;
      first = false;
      if (piece.length > PIECE) {
        yield piece;
        piece = "";
      }
    }
  }
  piece += '],\n"edges":[';
  first = true;
  // The parts are read a second time: to hold all edges back until the last node is out would take the memory.
  for await (const part of reader.parts()) {
    for (const edge of part.edges) {
      piece += `${first ? "\n" : ",\n"}${JSON.stringify(edge)}`;
      first = false;
      if (piece.length > PIECE) {
        yield piece;
        piece = "";
      }
    }
  }
  yield `${piece}],\n"x-unresolved":`;
  yield* list(await reader.unresolved());
  yield ',\n"x-findings":';
  yield* list(await reader.findings());
  yield `,\n"x-warnings":${JSON.stringify(reader.info.warnings ?? [])}}\n`;
}

function* list(items: readonly object[]): Generator<string> {
  let piece = "[";
  let first = true;
  for (const item of items) {
    piece += `${first ? "\n" : ",\n"}${JSON.stringify(item)}`;
    first = false;
    if (piece.length > PIECE) {
      yield piece;
      piece = "";
    }
  }
  yield `${piece}]`;
}

/** Everything of the document but its lists. */
function headOf(info: GraphInfo): Omit<Graph, "nodes" | "edges"> {
  return {
    version: PROTOCOL_VERSION,
    generated_at: info.created_at,
    repository: info.repository,
    ...(info.sha !== undefined && { sha: info.sha }),
    // The commit alone does not say what was analyzed when files beside it had changed.
    ...(info["x-dirty"] === true && { "x-dirty": true }),
    "x-id": info.id,
    stats: info.stats ?? NOTHING,
  };
}

const NOTHING: Graph["stats"] = {
  total_nodes: 0,
  total_edges: 0,
  node_types: {},
  edge_types: {},
  average_complexity: 0,
  hot_spots_count: 0,
  files: 0,
  lines: 0,
  sloc: 0,
  languages: {},
  calls: { resolved: 0, external: 0, unresolved: 0 },
};
