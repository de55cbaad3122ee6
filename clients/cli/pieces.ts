import { pathToFileURL } from "node:url";
import { RULES } from "../../graph/analyzers/measures/findings/rules.ts";
import {
  exportDot,
  exportGraphml,
  exportJson,
  exportMermaid,
  exportSarif,
  exportScip,
  type ViewOptions,
} from "../../graph/exports/index.ts";
import { nodeOf } from "../../graph/queries/names.ts";
import type { GraphReader } from "../../graph/store.ts";
import { EDGE_TYPES, type EdgeType } from "../../models/graph.ts";
import type { Asker } from "../mcp/asker.ts";
import type { ExportFormat } from "./commands/export.ts";
import { Failure } from "./failure.ts";
import { VERSION } from "./version.ts";

export interface ExportOptions {
  format: ExportFormat;
  level: "file" | "symbol";
  /** What a person typed for the nodes to start from. */
  focus: readonly string[];
  depth: number;
  max_nodes?: number;
  types?: readonly string[];
}

export type Pieces = AsyncIterable<string | Uint8Array> | Iterable<string>;

/** A graph in the form of another program. */
export async function piecesOf(args: ExportOptions, reader: GraphReader, asker: Asker): Promise<Pieces> {
  const { source } = asker.around(reader.info);
  switch (args.format) {
    case "json":
      return exportJson(reader);
    case "dot":
      return [await exportDot(reader, await viewOf(args, reader))];
    case "mermaid":
      return [await exportMermaid(reader, await viewOf(args, reader))];
    case "graphml":
      return exportGraphml(reader);
    case "scip":
      return exportScip(reader, {
        root: pathToFileURL(reader.info.repository.path).href,
        version: VERSION,
        ...(source !== undefined && { source }),
      });
    case "sarif":
      return [exportSarif(await reader.findings(), { rules: RULES, version: VERSION, sha: reader.info.sha })];
  }
}

async function viewOf(args: ExportOptions, reader: GraphReader): Promise<ViewOptions> {
  const focus = await Promise.all(args.focus.map(async (name) => (await nodeOf(reader, name)).id));
  const types = args.types?.map((type) => type.toUpperCase());
  const unknown = types?.find((type) => !(EDGE_TYPES as readonly string[]).includes(type));
  if (unknown !== undefined)
    throw new Failure(
      "usage",
      `There is no type of edge "${unknown}": name some of ${EDGE_TYPES.join(", ")}`,
    );
  const { level, depth } = args;
  return {
    level,
    depth,
    focus,
    ...(args.max_nodes !== undefined && { max_nodes: args.max_nodes }),
    ...(types !== undefined && { types: types as EdgeType[] }),
  };
}
