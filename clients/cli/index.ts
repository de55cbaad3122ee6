/** The command `tidegate`: what it can be asked, and how it ends. */
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { QuestionError } from "../../graph/queries/answer.ts";
import { analyzeCommand } from "./commands/analyze.ts";
import { exportCommand } from "./commands/export.ts";
import { listCommand, removeCommand, statsCommand } from "./commands/graphs.ts";
import { cyclesCommand, findingsCommand, hotSpotsCommand, unreferencedCommand } from "./commands/measures.ts";
import { quarantineCommand } from "./commands/quarantine.ts";
import { pauseCommand, queueCommand, resumeCommand } from "./commands/queue.ts";
import { contextCommand, diffCommand, impactCommand, searchCommand } from "./commands/ranked.ts";
import { runCommand } from "./commands/run.ts";
import { agentsCommand, runsCommand } from "./commands/runs.ts";
import { mcpCommand, serveCommand } from "./commands/serving.ts";
import {
  calleesCommand,
  callersCommand,
  depsCommand,
  nodeCommand,
  pathsCommand,
} from "./commands/structure.ts";
import { verifyCommand } from "./commands/verify.ts";
import { whyCommand } from "./commands/why.ts";
import { EXIT, Failure } from "./failure.ts";
import { endQuietlyWhenUnread } from "./terminal.ts";
import { VERSION } from "./version.ts";

const END = `Exit codes: 0 it worked; 1 it worked and the answer is no (paths: there is none; findings
--fail-on: there are some; impact --fail-on: the risk is as high; a run that is followed: it waits
for a person, failed or was stopped; verify: it does not hold); 2 wrong use; 3 not found; 4 it failed: the analysis, or what
the server was asked; 130 Ctrl+C while a run is followed. "tidegate run --help" says more of runs.

Graphs are kept in $TIDEGATE_HOME, else $XDG_DATA_HOME/tidegate, else ~/.local/share/tidegate.
run, runs, agents, why, queue, pause, resume, quarantine and verify of an id speak to a Tidegate:
TIDEGATE_URL and TIDEGATE_TOKEN, which "npm start" prints.
TIDEGATE_DEBUG=1 shows where an unexpected error came from.`;

/** Wrong use: what is wrong, and where to read how it is right. */
class Misuse extends Error {}

endQuietlyWhenUnread();
const command = yargs(hideBin(process.argv))
  .scriptName("tidegate")
  .usage("$0 <command>\n\nTakes goals to merged pull requests, and asks the code graph of a repository.")
  .version(VERSION)
  .option("json", { type: "boolean", default: false, describe: "One JSON document on stdout", global: true })
  .option("quiet", { alias: "q", type: "boolean", default: false, describe: "No progress on stderr" })
  .option("color", { type: "boolean", describe: "Colours; default: on a terminal, unless NO_COLOR is set" })
  .command(analyzeCommand)
  .command(listCommand)
  .command(statsCommand)
  .command(searchCommand)
  .command(nodeCommand)
  .command(depsCommand)
  .command(callersCommand)
  .command(calleesCommand)
  .command(pathsCommand)
  .command(contextCommand)
  .command(impactCommand)
  .command(cyclesCommand)
  .command(hotSpotsCommand)
  .command(unreferencedCommand)
  .command(findingsCommand)
  .command(diffCommand)
  .command(exportCommand)
  .command(removeCommand)
  .command(serveCommand)
  .command(mcpCommand)
  .command(runCommand)
  .command(runsCommand)
  .command(agentsCommand)
  .command(quarantineCommand)
  .command(queueCommand)
  .command(pauseCommand)
  .command(resumeCommand)
  .command(verifyCommand)
  .command(whyCommand)
  .completion("completion", "Prints the script that completes commands in bash and zsh")
  .demandCommand(1, "Name a command.")
  .strict()
  .check((args) => {
    const wrong = Object.entries(args).find(([, value]) => Number.isNaN(value));
    if (wrong !== undefined) throw new Misuse(`--${wrong[0]} takes a number.`);
    return true;
  })
  .recommendCommands()
  .parserConfiguration({ "duplicate-arguments-array": false, "greedy-arrays": false })
  .example("$0 analyze", "Analyzes the current folder")
  .example("$0 callers Helper.run", "Who calls it")
  .example("git diff main | $0 impact --diff -", "What a change may break")
  .example("$0 context --task 'retry failed uploads'", "What to read for a task")
  .epilogue(END)
  .wrap(Math.min(100, process.stdout.columns ?? 100))
  .exitProcess(false)
  .fail((message, error) => {
    throw error ?? new Misuse(message);
  });

try {
  await command.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** Says what went wrong; the exit code that fits. */
function report(error: unknown): number {
  if (error instanceof Failure) {
    console.error(error.message);
    if (process.env.TIDEGATE_DEBUG && error.cause !== undefined) console.error(error.cause);
    return EXIT[error.exit];
  }
  if (error instanceof QuestionError) {
    console.error(error.message);
    return error.code === "NOT_FOUND" ? EXIT.not_found : EXIT.usage;
  }
  if (error instanceof Misuse || (error instanceof Error && error.name === "YError")) {
    console.error(`${error.message}\nSee tidegate ${wordOf(process.argv[2])}--help.`);
    return EXIT.usage;
  }
  if (isZodError(error)) {
    console.error(error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n"));
    return EXIT.usage;
  }
  console.error(error instanceof Error && process.env.TIDEGATE_DEBUG ? error.stack : String(error));
  return EXIT.failed;
}

function wordOf(argument: string | undefined): string {
  return argument === undefined || argument.startsWith("-") ? "" : `${argument} `;
}

function isZodError(error: unknown): error is { issues: { path: PropertyKey[]; message: string }[] } {
  return error instanceof Error && error.name === "ZodError" && "issues" in error;
}
