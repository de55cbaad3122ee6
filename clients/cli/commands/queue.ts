import type { CommandModule } from "yargs";
import type { QueueAction } from "../../../models/fact.ts";
import { queuesText } from "../../text/queue.ts";
import { inProject, type OfProject } from "../runs/project.ts";
import { serverOptions } from "../runs/server.ts";
import type { Common } from "../terminal.ts";
import { projectOption } from "./run.ts";

type OfPull = OfProject & { number: number };

/** `tidegate queue`, and what can be asked for one that stands in it. */
export const queueCommand: CommandModule<Common, OfProject> = {
  command: "queue",
  describe: "What waits to be merged, a queue for each base, first to last",
  builder: (yargs) =>
    serverOptions(yargs)
      .option("project", projectOption)
      .command(act("jump", "Puts a pull request first in its queue"))
      .command(act("hold", "Keeps it from its merge, in its place, until it is released"))
      .command(act("release", "Lets it be merged again"))
      .command(act("remove", "Takes it out: it is not merged by itself"))
      .command(act("join", "Asks for its merge again")),
  handler: (args) =>
    inProject(args, async (api, id, terminal) => {
      const lanes = await api.queues(id);
      await terminal.answer(lanes, (paint) => queuesText(lanes, paint));
    }),
};

export const pauseCommand: CommandModule<Common, OfProject> = {
  command: "pause",
  describe: "Begins nothing and merges nothing of a project until it is resumed; what runs goes on",
  builder: (yargs) => serverOptions(yargs).option("project", projectOption),
  handler: (args) =>
    inProject(args, async (api, id, terminal) => {
      const project = await api.pause(id);
      await terminal.answer(project, () => `${project.id} is paused by ${project.paused_by ?? "nobody"}.`);
    }),
};

export const resumeCommand: CommandModule<Common, OfProject> = {
  command: "resume",
  describe: "Goes on after a pause",
  builder: (yargs) => serverOptions(yargs).option("project", projectOption),
  handler: (args) =>
    inProject(args, async (api, id, terminal) => {
      const project = await api.resume(id);
      await terminal.answer(project, () => `${project.id} goes on.`);
    }),
};

/** What is answered is the queue as it is then: who asked sees what became of it. */
function act(action: QueueAction, describe: string): CommandModule<Common, OfPull> {
  return {
    command: `${action} <number>`,
    describe,
    builder: (yargs) =>
      serverOptions(yargs)
        .positional("number", { type: "number", demandOption: true, describe: "The pull request's number" })
        .option("project", projectOption),
    handler: (args) =>
      inProject(args, async (api, id, terminal) => {
        await api.inQueue(id, args.number, action);
        const lanes = await api.queues(id);
        await terminal.answer(lanes, (paint) => queuesText(lanes, paint));
      }),
  };
}
