import type { Argv, CommandModule } from "yargs";
import { type PlanAnswer, type RunCard, WAITING_PHASES } from "../../../models/run.ts";
import { type Api, ApiError } from "../../api.ts";
import { shownLines } from "../../text/paint.ts";
import {
  agentsText,
  phaseText,
  planHead,
  planText,
  planWords,
  runsText,
  runText,
  whyText,
} from "../../text/run.ts";
import { Failure } from "../failure.ts";
import { nextFor } from "../runs/next.ts";
import { projectOf } from "../runs/project.ts";
import { asking, type Server, serverOf, serverOptions } from "../runs/server.ts";
import { type Common, type Terminal, terminalFor } from "../terminal.ts";
import { projectOption } from "./run.ts";

type OfProject = Server & { project: string | undefined };
type OfRun = Server & { id: string };
type Watched = OfRun & { watch: boolean };
type OfPlan = OfRun & {
  confirm: boolean;
  edit: string | undefined;
  again: string | undefined;
  reject: boolean;
  of: number | undefined;
};

/** `tidegate runs`, and what can be done with one of them. */
export const runsCommand: CommandModule<Common, OfProject> = {
  command: "runs",
  describe: "The runs of a project, newest first; or one of them",
  builder: (yargs) =>
    serverOptions(yargs)
      .option("project", projectOption)
      .command(showCommand)
      .command(planCommand)
      .command(retryCommand)
      .command(stopCommand),
  handler: (args) =>
    asked(args, async (api, terminal) => {
      const { id } = await projectOf(api, args.project, process.cwd());
      const runs = await api.runs(id);
      await terminal.answer(runs, (paint) => runsText(runs, paint));
    }),
};

export const agentsCommand: CommandModule<Common, OfProject> = {
  command: "agents",
  describe: "The agents that a project could use, and what each still lacks",
  builder: (yargs) => serverOptions(yargs).option("project", projectOption),
  handler: (args) =>
    asked(args, async (api, terminal) => {
      const { id } = await projectOf(api, args.project, process.cwd());
      const agents = await api.agents(id);
      await terminal.answer(agents, (paint) => agentsText(agents, paint));
    }),
};

const showCommand: CommandModule<Common, Watched> = {
  command: "show <id>",
  describe: "Where a run stands",
  builder: (yargs) => watchOption(idOption(yargs)),
  handler: (args) =>
    asked(args, async (api, terminal, origin) => {
      if (args.watch) return await watching(api, origin, args);
      const run = await api.run(args.id);
      await terminal.answer(run, (paint) => runText(run, paint));
      if (WAITING_PHASES.has(run.phase)) terminal.note(nextFor(run, origin));
    }),
};

const planCommand: CommandModule<Common, OfPlan> = {
  command: "plan <id>",
  describe: "Shows a run's plan, or answers it; into a file goes its text alone",
  builder: (yargs) =>
    idOption(yargs)
      .option("confirm", {
        type: "boolean",
        default: false,
        describe: "Carries it out; after --edit the edited one",
      })
      .option("edit", { type: "string", requiresArg: true, describe: "Replaces it by this file; - is stdin" })
      .option("again", { type: "string", describe: "Asks for another that heeds this" })
      .option("reject", { type: "boolean", default: false, describe: "Ends the run" })
      .option("of", {
        type: "number",
        requiresArg: true,
        describe: "The version that was read. Default: the newest",
      }),
  handler: (args) =>
    asked(args, async (api, terminal) => {
      const { newestOf } = await import("../runs/ask.ts");
      const run = await api.run(args.id);
      const answers = await answersOf(args, args.of ?? newestOf(run).version);
      if (answers.length === 0) {
        const plan = newestOf(run);
        if (process.stdout.isTTY)
          return await terminal.answer(plan, (paint) => planText(plan, run.plan_version, paint));
        // A heading and an indent in the file would be part of the plan once the file is given to --edit.
        if (!args.json) terminal.note(planHead(plan, run.plan_version));
        return await terminal.answer(plan, () => shownLines(plan.text.trim()));
      }
      let card: RunCard = run;
      for (const answer of answers) card = await api.answerPlan(args.id, answer);
      await sayCard(terminal, card);
    }),
};

const retryCommand: CommandModule<Common, Watched> = {
  command: "retry <id>",
  describe: "Gives a run that waits for a person another go",
  builder: (yargs) => watchOption(idOption(yargs)),
  handler: (args) =>
    asked(args, async (api, terminal, origin) => {
      const card = await retried(api, args.id);
      return args.watch ? await watching(api, origin, args) : await sayCard(terminal, card);
    }),
};

const stopCommand: CommandModule<Common, OfRun> = {
  command: "stop <id>",
  describe: "Ends a run, and what is done for it",
  builder: (yargs) => idOption(yargs),
  handler: (args) => asked(args, async (api, terminal) => sayCard(terminal, await api.stopRun(args.id))),
};

function idOption<T extends Common>(yargs: Argv<T>) {
  return serverOptions(yargs).positional("id", {
    type: "string",
    demandOption: true,
    describe: "The run's id",
  });
}

function watchOption<T>(yargs: Argv<T>) {
  return yargs.option("watch", { type: "boolean", default: false, describe: "Follows it to its end" });
}

async function watching(api: Api, origin: string, args: Watched): Promise<void> {
  const { watch } = await import("../runs/watch.ts");
  await watch({ api, origin }, args.id, { json: args.json, quiet: args.quiet, color: args.color });
}

/** Asks the server that is meant. */
function asked(
  args: Server,
  work: (api: Api, terminal: Terminal, origin: string) => Promise<void>,
): Promise<void> {
  const { api, origin } = serverOf(args);
  return asking(origin, () => work(api, terminalFor(args), origin));
}

/** A run whose plan waits is not tried again: then it is said how plans are answered. */
async function retried(api: Api, id: string): Promise<RunCard> {
  try {
    return await api.retryRun(id);
  } catch (error) {
    if (!(error instanceof ApiError) || error.problem.status !== 409) throw error;
    if ((await api.run(id)).phase !== "awaiting_confirmation") throw error;
    throw new Failure("failed", `${error.problem.detail}.\n${planWords(id)}`, error);
  }
}

/** What is to be said to a plan; an edited one is the next version. */
async function answersOf({ confirm, edit, again, reject }: OfPlan, version: number): Promise<PlanAnswer[]> {
  const chosen = [edit !== undefined || confirm, again !== undefined, reject].filter(Boolean).length;
  if (chosen > 1) throw new Failure("usage", "Choose one of --confirm, --edit, --again and --reject.");
  if (again !== undefined) return [{ answer: "again", version, feedback: again }];
  if (reject) return [{ answer: "reject", version }];
  const edits = edit === undefined ? [] : [await editOf(edit, version)];
  return confirm ? [...edits, { answer: "confirm", version: version + edits.length }] : edits;
}

async function editOf(path: string, version: number): Promise<PlanAnswer> {
  const { textOf } = await import("../runs/watch.ts");
  return { answer: "edit", version, text: textOf(path) };
}

function sayCard(terminal: Terminal, card: RunCard): Promise<void> {
  return terminal.answer(card, (paint) => `${card.id} ${phaseText(card, paint)}${whyText(card.reason)}`);
}
