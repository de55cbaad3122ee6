import type { CommandModule } from "yargs";
import { nodeText } from "../../text/rank.ts";
import { callsText, dependenciesText, pathsText } from "../../text/structure.ts";
import { EXIT } from "../failure.ts";
import type { Common } from "../terminal.ts";
import { confidenceOption, given, graphOption, listOf, opened, pageOptions, typesOption } from "./options.ts";

const NODE = 'An id, a path, "path:line", or a name such as Helper.run';
interface Graph extends Common {
  graph: string | undefined;
}
interface Page {
  limit: number;
  offset: number;
}
type Confidence = "exact" | "inferred" | "ambiguous";

type Deps = Graph & {
  node: string;
  depth: number;
  direction: "incoming" | "outgoing" | "both";
  types: string | undefined;
  members: boolean;
  "max-nodes": number;
  confidence: Confidence;
};

export const depsCommand: CommandModule<Common, Deps> = {
  command: "deps <node>",
  describe: "What a file or definition depends on, and what depends on it",
  builder: (yargs) =>
    confidenceOption(typesOption(graphOption(yargs)))
      .positional("node", { type: "string", demandOption: true, describe: NODE })
      .option("depth", { alias: "d", type: "number", default: 1, describe: "Steps, 1 to 5" })
      .option("direction", { choices: ["incoming", "outgoing", "both"] as const, default: "both" as const })
      .option("members", { type: "boolean", default: false, describe: "For all that a file or class holds" })
      .option("max-nodes", { type: "number", default: 500 })
      .example("$0 deps src/api.ts --members --direction incoming", "Who uses anything of a file"),
  async handler(args) {
    const { terminal, reader, ask } = await opened(args);
    const answer = await ask.dependencies(reader, {
      node_id: args.node,
      depth: args.depth,
      direction: args.direction,
      members: args.members,
      max_nodes: args.maxNodes,
      confidence: args.confidence,
      ...given({ edge_types: listOf(args.types) }),
    });
    await terminal.answer(answer, (paint) => dependenciesText(answer, paint));
  },
};

type Calls = Graph & Page & { function: string; depth: number; confidence: Confidence };

const callsCommand = (direction: "callers" | "callees", describe: string): CommandModule<Common, Calls> => ({
  command: `${direction} <function>`,
  describe,
  builder: (yargs) =>
    confidenceOption(pageOptions(graphOption(yargs)))
      .positional("function", { type: "string", demandOption: true, describe: NODE })
      .option("depth", { alias: "d", type: "number", default: 1, describe: "Steps, 1 to 10" }),
  async handler(args) {
    const { terminal, reader, ask } = await opened(args);
    const { depth, limit, offset, confidence } = args;
    const asked = direction === "callers" ? ask.callers : ask.callees;
    const answer = await asked(reader, { node_id: args.function, depth, limit, offset, confidence });
    await terminal.answer(answer, (paint) => callsText(answer, paint));
  },
});

export const callersCommand = callsCommand("callers", "Who calls a function");
export const calleesCommand = callsCommand("callees", "What a function calls");

type Paths = Graph & {
  from: string;
  to: string;
  types: string | undefined;
  "max-length": number;
  count: number;
  confidence: Confidence;
};

export const pathsCommand: CommandModule<Common, Paths> = {
  command: "paths <from> <to>",
  describe: "How one definition or file leads to another",
  builder: (yargs) =>
    confidenceOption(typesOption(graphOption(yargs)))
      .positional("from", { type: "string", demandOption: true, describe: NODE })
      .positional("to", { type: "string", demandOption: true, describe: NODE })
      .option("max-length", { type: "number", default: 10 })
      .option("count", { type: "number", default: 3, describe: "How many, shortest first" }),
  async handler(args) {
    const { terminal, reader, ask } = await opened(args);
    const answer = await ask.paths(reader, {
      from: args.from,
      to: args.to,
      max_length: args.maxLength,
      count: args.count,
      confidence: args.confidence,
      ...given({ edge_types: listOf(args.types) }),
    });
    await terminal.answer(answer, (paint) => pathsText(answer, paint));
    if (answer.paths.length === 0) process.exitCode = EXIT.negative;
  },
};

export const nodeCommand: CommandModule<Common, Graph & Page & { node: string }> = {
  command: "node <node>",
  describe: "One file, class or function: where it is and what is in it",
  builder: (yargs) =>
    pageOptions(graphOption(yargs)).positional("node", {
      type: "string",
      demandOption: true,
      describe: NODE,
    }),
  async handler(args) {
    const { terminal, reader, ask } = await opened(args);
    const answer = await ask.askNode(reader, args.node, args);
    await terminal.answer(answer, (paint) => nodeText(answer, paint));
  },
};
