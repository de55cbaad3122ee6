import { randomUUID } from "node:crypto";
import type { CommandModule } from "yargs";
import { AGENT_NAMES } from "../../../models/agent.ts";
import { NewRun } from "../../../models/run.ts";
import { Failure } from "../failure.ts";
import { imageOf } from "../runs/images.ts";
import { pageOf } from "../runs/next.ts";
import { projectOf } from "../runs/project.ts";
import { asking, type Server, serverOf, serverOptions } from "../runs/server.ts";
import { type Common, terminalFor } from "../terminal.ts";
import { given, lastOf, REPEATED } from "./options.ts";

interface Run extends Server {
  goal: string[];
  project: string | undefined;
  agent: string | undefined;
  file: string[] | undefined;
  image: string[] | undefined;
  attempts: number | undefined;
  cost: number | undefined;
  minutes: number | undefined;
  yes: boolean;
  plan: string | undefined;
  pull: number | undefined;
  watch: boolean;
  "show-prompt": boolean;
}

export const runCommand: CommandModule<Common, Run> = {
  command: "run <goal..>",
  describe: "Takes a goal to a merged pull request, and shows how",
  builder: (yargs) =>
    serverOptions(yargs)
      .parserConfiguration(REPEATED)
      .coerce(["server", "token", "project", "agent", "attempts", "cost", "minutes", "plan", "pull"], lastOf)
      .positional("goal", {
        type: "string",
        array: true,
        demandOption: true,
        describe: "What is to be reached",
      })
      .option("project", projectOption)
      .option("agent", { choices: AGENT_NAMES, describe: "Default: the project's own", requiresArg: true })
      .option("file", { type: "string", array: true, describe: "A path of the repository; may be repeated" })
      .option("image", { type: "string", array: true, describe: "A picture of this disk; may be repeated" })
      .option("attempts", { type: "number", describe: "Repairs at most", requiresArg: true })
      .option("cost", { type: "number", describe: "US dollars at most", requiresArg: true })
      .option("minutes", { type: "number", describe: "Minutes at most", requiresArg: true })
      .option("yes", { alias: "y", type: "boolean", default: false, describe: "Carries the plan out unread" })
      .option("plan", {
        type: "string",
        describe: "Carries this file out instead of the plan",
        requiresArg: true,
      })
      .option("pull", { type: "number", describe: "A pull request that is there already", requiresArg: true })
      .option("watch", { type: "boolean", default: true, describe: "--no-watch only starts it" })
      .option("show-prompt", { type: "boolean", default: false, describe: "Only shows what would be sent" })
      .example("$0 run 'Show how many items are left'", "Shows the plan and asks before anything is written"),
  async handler(args) {
    const { api, origin } = serverOf(args);
    const terminal = terminalFor(args);
    const { textOf, watch } = await import("../runs/watch.ts");
    // A file that is missing is missed before anything is started for it.
    if (args.plan !== undefined) textOf(args.plan);
    const body = checked(await newRunOf(args));
    await asking(origin, async () => {
      const { id } = await projectOf(api, args.project, process.cwd());
      if (args.showPrompt) {
        const preview = await api.promptOf(id, body);
        return terminal.answer(preview, () => preview.prompt);
      }
      const run = await api.startRun(id, body, randomUUID());
      if (!args.watch) return terminal.answer(run, () => `${run.id}\n${pageOf(origin, run)}`);
      terminal.note(`Run ${run.id}: ${pageOf(origin, run)}`);
      return watch({ api, origin }, run.id, args);
    });
  },
};

export const projectOption = {
  type: "string",
  describe: "Its id or repository. Default: by the folder's remotes, or the only one",
  requiresArg: true,
} as const;

/** What a person typed, by the fields in which it travels. */
const TYPED: Record<string, string> = {
  target_text: "The goal",
  files: "--file",
  images: "--image",
  pr_number: "--pull",
  "limits.max_attempts": "--attempts",
  "limits.max_cost_usd": "--cost",
  "limits.max_minutes": "--minutes",
};

/** @throws {Failure} in the words of the command line, which knows no fields */
function checked(run: NewRun): NewRun {
  const known = NewRun.safeParse(run);
  if (known.success) return run;
  const wrong = known.error.issues.map(({ path, message }) => {
    const typed = TYPED[path.join(".")] ?? TYPED[String(path[0])] ?? path.join(".");
    return `${typed}: ${message}`;
  });
  throw new Failure("usage", wrong.join("\n"));
}

async function newRunOf(args: Run): Promise<NewRun> {
  const limits = given({
    max_attempts: args.attempts,
    max_cost_usd: args.cost,
    max_minutes: args.minutes,
  });
  return {
    target_text: args.goal.join(" "),
    source: "cli",
    // A plan of one's own takes the place of the agent's, which therefore must wait for it.
    ...(args.plan !== undefined ? { auto_confirm: false } : args.yes && { auto_confirm: true }),
    ...given({ agent: args.agent, files: args.file, pr_number: args.pull }),
    ...(args.image !== undefined && { images: await Promise.all(args.image.map(imageOf)) }),
    ...(Object.keys(limits).length > 0 && { limits }),
  };
}
