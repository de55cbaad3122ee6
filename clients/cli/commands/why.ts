import type { CommandModule } from "yargs";
import { whyAnswer } from "../../text/why.ts";
import { inProject, type OfProject } from "../runs/project.ts";
import { serverOptions } from "../runs/server.ts";
import type { Common } from "../terminal.ts";
import { projectOption } from "./run.ts";

interface OfPull extends OfProject {
  number: number;
}

export const whyCommand: CommandModule<Common, OfPull> = {
  command: "why <number>",
  describe: "Why a pull request is not merged: all that is missing, whose turn it is, until when",
  builder: (yargs) =>
    serverOptions(yargs)
      .positional("number", {
        type: "number",
        demandOption: true,
        describe: "The number of the pull request",
      })
      .option("project", projectOption),
  handler: (args) =>
    inProject(args, async (api, id, terminal) => {
      const why = await api.why(id, args.number);
      await terminal.answer(why, (paint) => whyAnswer(why, Date.now(), paint));
    }),
};
