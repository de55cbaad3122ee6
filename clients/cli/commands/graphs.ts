import type { CommandModule } from "yargs";
import { listText, statsText } from "../../text/info.ts";
import { Failure } from "../failure.ts";
import { type Common, terminalFor } from "../terminal.ts";
import { graphOption, opened, REPEATED } from "./options.ts";

export const listCommand: CommandModule<Common, Common & { limit: number }> = {
  command: "list",
  describe: "The graphs that there are, newest first",
  builder: (yargs) => yargs.option("limit", { type: "number", default: 100 }),
  async handler(args) {
    const { storeOf } = await import("../home.ts");
    const graphs = await storeOf().list({ limit: args.limit });
    await terminalFor(args).answer(graphs, (paint) => listText(graphs, paint));
  },
};

export const statsCommand: CommandModule<Common, Common & { graph: string | undefined }> = {
  command: "stats [graph]",
  describe: "How large a graph is, and what is in it",
  builder: (yargs) => graphOption(yargs),
  async handler(args) {
    const { terminal, reader } = await opened(args);
    await terminal.answer(reader.info, (paint) => statsText(reader.info, paint));
  },
};

export const removeCommand: CommandModule<Common, Common & { graphs: string[] | undefined; all: boolean }> = {
  command: "remove [graphs..]",
  describe: "Forgets graphs",
  builder: (yargs) =>
    yargs
      .parserConfiguration(REPEATED)
      .positional("graphs", { type: "string", array: true, describe: "Ids, folders or names" })
      .option("all", { type: "boolean", default: false, describe: "All of them" }),
  async handler(args) {
    const { findGraph, storeOf } = await import("../home.ts");
    const store = storeOf();
    const asked = args.graphs ?? [];
    if (asked.length === 0 && !args.all)
      throw new Failure("usage", "Name the graphs to remove, or say --all.");
    const found = args.all
      ? await store.list()
      : await Promise.all(asked.map((one) => findGraph(store, one, process.cwd())));
    const removed: string[] = [];
    for (const { id } of found) if (await store.remove(id)) removed.push(id);
    await terminalFor(args).answer({ removed }, () => removed.map((id) => `Removed ${id}`).join("\n"));
  },
};
