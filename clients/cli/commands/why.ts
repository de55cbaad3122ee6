import type { CommandModule } from "yargs";
import { whyAnswer } from "../../text/why.ts";
import { projectOf } from "../runs/project.ts";
import { asking, type Server, serverOf, serverOptions } from "../runs/server.ts";
import { type Common, terminalFor } from "../terminal.ts";
import { projectOption } from "./run.ts";

interface OfPull extends Server {
  number: number;
  project: string | undefined;
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
  handler(args) {
    const { api, origin } = serverOf(args);
    return asking(origin, async () => {
      const { id } = await projectOf(api, args.project, process.cwd());
      const why = await api.why(id, args.number);
      await terminalFor(args).answer(why, (paint) => whyAnswer(why, Date.now(), paint));
    });
  },
};
