import type { CommandModule } from "yargs";
import { statsText } from "../../text/info.ts";
import { Failure } from "../failure.ts";
import { type Common, progressFor, terminalFor } from "../terminal.ts";

type Analyze = Common & {
  path: string;
  include: string[] | undefined;
  exclude: string[] | undefined;
  threads: number | undefined;
  blame: boolean;
};

export const analyzeCommand: CommandModule<Common, Analyze> = {
  command: "analyze [path]",
  describe: "Reads a folder, or a repository of GitHub, and keeps its code graph",
  builder: (yargs) =>
    yargs
      .positional("path", { type: "string", default: ".", describe: "A folder, or owner/name@ref" })
      .option("include", { type: "string", array: true, describe: "Only files that fit (as in .gitignore)" })
      .option("exclude", { type: "string", array: true, describe: "Not files that fit" })
      .option("threads", { type: "number", describe: "Default: as many as there are processors" })
      .option("blame", {
        type: "boolean",
        default: false,
        describe: "Say of each definition who changed it last; takes as long as git blame of every file",
      })
      .example("$0 analyze --json > graph.json", "The graph as the protocol document")
      .example("$0 analyze honojs/hono@v4.6.0", "A commit of GitHub; GITHUB_TOKEN for private ones")
      .example("$0 analyze . --exclude 'fixtures/' --exclude '*.gen.ts'", ""),
  async handler(args) {
    const terminal = terminalFor(args);
    const progress = progressFor(args.quiet);
    const { threads } = args;
    if (threads !== undefined && !(Number.isInteger(threads) && threads > 0))
      throw new Failure("usage", "--threads takes a whole number from 1 on.");
    const { analyze } = await import("../analyze.ts");
    const { storeOf } = await import("../home.ts");
    const store = storeOf();
    const { info, built } = await analyze(args.path, {
      store,
      include: args.include ?? [],
      exclude: args.exclude ?? [],
      threads,
      blame: args.blame,
      progress: progress.at,
    }).finally(progress.end);
    if (!args.json) {
      await terminal.answer(info, (paint) => statsText(info, paint));
      terminal.note(
        `${built.parsed} files parsed, ${built.reused} known already; ${((info.duration_ms ?? 0) / 1000).toFixed(1)} s`,
      );
      return;
    }
    // The warnings are in the document too, but nobody looks there to see why it is empty.
    if (info.stats?.files === 0) for (const warning of info.warnings ?? []) terminal.note(warning);
    const { exportJson } = await import("../../../graph/exports/index.ts");
    const reader = await store.open(info.id);
    if (reader !== undefined) await terminal.pieces(exportJson(reader));
  },
};
