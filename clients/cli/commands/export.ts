import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { CommandModule } from "yargs";
import { Failure } from "../failure.ts";
import type { Common } from "../terminal.ts";
import { given, graphOption, listOf, opened, typesOption } from "./options.ts";

/** Forms that other programs read. */
export const FORMATS = ["json", "dot", "mermaid", "graphml", "scip", "sarif"] as const;
export type ExportFormat = (typeof FORMATS)[number];

type Export = Common & {
  graph: string | undefined;
  format: (typeof FORMATS)[number];
  output: string | undefined;
  level: "file" | "symbol";
  focus: string | undefined;
  depth: number;
  "max-nodes": number | undefined;
  types: string | undefined;
};

export const exportCommand: CommandModule<Common, Export> = {
  command: "export",
  describe: "Writes a graph for other programs",
  builder: (yargs) =>
    typesOption(graphOption(yargs))
      .option("format", { alias: "f", choices: FORMATS, default: "json" as const })
      .option("output", {
        alias: "o",
        type: "string",
        describe: "A file. Default: stdout",
        requiresArg: true,
      })
      .option("level", {
        choices: ["file", "symbol"] as const,
        default: "file" as const,
        describe: "dot, mermaid: what is a box",
      })
      .option("focus", { type: "string", describe: "dot, mermaid: nodes to start from, with commas" })
      .option("depth", { type: "number", default: 2, describe: "dot, mermaid: steps from the focus" })
      .option("max-nodes", { type: "number", describe: "dot, mermaid: boxes drawn at most" })
      .example("$0 export -f dot | dot -Tsvg > graph.svg", "A picture of the files")
      .example("$0 export -f mermaid --level symbol --focus Helper.run", "What is around a function")
      .example("$0 export -f scip -o index.scip", "For code search"),
  async handler(args) {
    const { terminal, asker, reader } = await opened(args);
    if (args.format === "scip" && args.output === undefined && process.stdout.isTTY)
      throw new Failure("usage", "SCIP is not text: name a file with --output.");
    const { piecesOf } = await import("../pieces.ts");
    const { format, level, depth } = args;
    const focus = listOf(args.focus) ?? [];
    const chosen = given({ max_nodes: args.maxNodes, types: listOf(args.types) });
    const pieces = await piecesOf({ format, level, depth, focus, ...chosen }, reader, asker);
    if (args.output === undefined) return terminal.pieces(pieces);
    await pipeline(Readable.from(pieces), createWriteStream(args.output)).catch((error: Error) => {
      throw new Failure("usage", `Cannot write "${args.output}": ${error.message}`);
    });
    terminal.note(`Wrote ${args.output}`);
  },
};
