import type { CommandModule } from "yargs";
import { CONTEXT_FORMATS, CONTEXT_STRATEGIES } from "../../../models/context.ts";
import { RISK_LEVELS } from "../../../models/impact.ts";
import { shownLines } from "../../text/paint.ts";
import { diffText, impactText, searchText } from "../../text/rank.ts";
import { EXIT, Failure } from "../failure.ts";
import { gitLine, git as runGit } from "../files/git.ts";
import type { Common } from "../terminal.ts";
import {
  confidenceOption,
  given,
  graphOption,
  listOf,
  opened,
  pageOptions,
  standardInput,
} from "./options.ts";

interface Graph extends Common {
  graph: string | undefined;
}
interface Page {
  limit: number;
  offset: number;
}
type Confidence = "exact" | "inferred" | "ambiguous";

type Search = Graph &
  Page & {
    query: string[];
    mode: "graph" | "semantic" | "hybrid";
    types: string | undefined;
    in: string | undefined;
  };

export const searchCommand: CommandModule<Common, Search> = {
  command: "search <query..>",
  describe: "Finds files and definitions by their names and by words in them",
  builder: (yargs) =>
    pageOptions(graphOption(yargs), 20)
      .positional("query", { type: "string", array: true, demandOption: true })
      .option("mode", {
        choices: ["graph", "semantic", "hybrid"] as const,
        default: "hybrid" as const,
        describe: "By names, by words inside, by both",
      })
      .option("types", { type: "string", describe: "file, class, function, external, with commas" })
      .option("in", { type: "string", describe: "Only in these folders, with commas" }),
  async handler(args) {
    const { terminal, reader, ask } = await opened(args);
    const { mode, limit, offset } = args;
    const answer = await ask.search(reader, {
      query: args.query.join(" "),
      mode,
      limit,
      offset,
      ...given({ types: listOf(args.types) as never, paths: listOf(args.in) }),
    });
    await terminal.answer(answer, (paint) => searchText(answer, paint));
  },
};

type Context = Graph & {
  files: string[] | undefined;
  task: string | undefined;
  from: string[] | undefined;
  depth: number;
  "max-tokens": number;
  "max-nodes": number;
  model: string | undefined;
  format: (typeof CONTEXT_FORMATS)[number];
  strategy: (typeof CONTEXT_STRATEGIES)[number];
};

export const contextCommand: CommandModule<Common, Context> = {
  command: "context [files..]",
  describe: "What is worth reading for a task or around files, within a budget of tokens",
  builder: (yargs) =>
    graphOption(yargs)
      .positional("files", { type: "string", array: true })
      .option("task", { alias: "t", type: "string", describe: "What is to be done, in words" })
      .option("from", { type: "string", array: true, describe: "Definitions to start from" })
      .option("depth", { alias: "d", type: "number", default: 2 })
      .option("max-tokens", { type: "number", default: 16_000 })
      .option("max-nodes", { type: "number", default: 50 })
      .option("model", { type: "string", describe: "Whose tokens are counted, e.g. gpt-4o" })
      .option("format", { choices: CONTEXT_FORMATS, default: "markdown" as const })
      .option("strategy", { choices: CONTEXT_STRATEGIES, default: "balanced" as const })
      .example("$0 context -t 'retry failed uploads' --max-tokens 8000", ""),
  async handler(args) {
    const { terminal, asker, reader, ask } = await opened(args);
    const answer = await ask.askContext(asker, reader, {
      ...given({ task: args.task, model: args.model, entry_points: args.from }),
      ...(args.files !== undefined && args.files.length > 0 && { files: args.files }),
      depth: args.depth,
      max_tokens: args.maxTokens,
      max_nodes: args.maxNodes,
      format: args.format,
      strategy: args.strategy,
    });
    await terminal.answer(answer, () => shownLines(answer.text));
    for (const warning of answer.warnings) terminal.note(warning);
  },
};

type Impact = Graph &
  Page & {
    files: string[] | undefined;
    symbols: string | undefined;
    diff: string | undefined;
    since: string | undefined;
    depth: number | undefined;
    confidence: Confidence;
    "fail-on": (typeof RISK_LEVELS)[number] | undefined;
  };

export const impactCommand: CommandModule<Common, Impact> = {
  command: "impact [files..]",
  describe: "What a change may break, which tests to run, and how risky it is",
  builder: (yargs) =>
    confidenceOption(pageOptions(graphOption(yargs), 50))
      .positional("files", { type: "string", array: true, describe: "Files or definitions that change" })
      .option("symbols", { type: "string", describe: "Definitions that change, with commas" })
      .option("diff", {
        type: "string",
        describe: "A unified diff: a file, or - for stdin",
        requiresArg: true,
      })
      .option("since", { type: "string", describe: "What changed since this commit", requiresArg: true })
      .option("depth", { alias: "d", type: "number", describe: "Steps that are listed. Default: all" })
      .option("fail-on", { choices: RISK_LEVELS, describe: "Exit 1 if the risk is at least so high" })
      .example("$0 impact --since main", "What this branch may break")
      .example("git diff --cached | $0 impact --diff -", "What the staged change may break"),
  async handler(args) {
    const { terminal, asker, reader, ask } = await opened(args);
    const diff = await diffOf(args, reader.info.repository.path);
    const { limit, offset, depth, confidence, failOn } = args;
    const { files, symbols } = await ask.filesAndSymbols(reader, args.files ?? []);
    symbols.push(...(listOf(args.symbols) ?? []));
    if (diff === undefined && files.length === 0 && symbols.length === 0)
      throw new Failure("usage", "Say what changes: files, --symbols, --diff FILE, or --since COMMIT.");
    const asked = { files, symbols, confidence, limit, offset, ...given({ diff, depth }) };
    const answer = await ask.askImpact(asker, reader, asked);
    await terminal.answer(answer, (paint) => impactText(answer, paint));
    if (failOn !== undefined && RISK_LEVELS.indexOf(answer.risk.level) <= RISK_LEVELS.indexOf(failOn))
      process.exitCode = EXIT.negative;
  },
};

async function diffOf(args: Impact, root: string): Promise<string | undefined> {
  if (args.diff === "-") return standardInput();
  if (args.diff !== undefined) {
    const { readFile } = await import("node:fs/promises");
    return readFile(args.diff, "utf8").catch((error: Error) => {
      throw new Failure("not_found", `Cannot read the diff "${args.diff}": ${error.message}`);
    });
  }
  if (args.since === undefined) return undefined;
  const commit = await gitLine(root, "rev-parse", "--verify", "--end-of-options", `${args.since}^{commit}`);
  if (!commit) throw new Failure("not_found", `Cannot find the commit "${args.since}" in ${root}`);
  const output = await runGit(
    root,
    "diff",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--relative",
    commit,
    "--",
  );
  return output?.toString("utf8") ?? "";
}

export const diffCommand: CommandModule<
  Common,
  Common & Page & { before: string; after: string | undefined }
> = {
  command: "diff <before> [after]",
  describe: "What changed from one graph to another",
  builder: (yargs) =>
    pageOptions(yargs)
      .positional("before", { type: "string", demandOption: true, describe: "The older graph" })
      .positional("after", {
        type: "string",
        describe: "The newer graph. Default: the newest of this folder",
      }),
  async handler(args) {
    const { terminal, asker, reader: after, ask } = await opened({ ...args, graph: args.after });
    const { limit, offset } = args;
    const answer = await ask.diff(await asker.open(args.before), after, { limit, offset });
    await terminal.answer(answer, (paint) => diffText(answer, paint));
  },
};
