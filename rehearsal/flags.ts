/** What `npm start -- ...` takes. */
import { parseArgs } from "node:util";
import { stringify } from "yaml";
import { AGENT_NAMES } from "../models/agent.ts";

export const HELP = `npm start                        Tidegate with a sample project, on this machine
npm start -- --repo PATH         the same with any git repository of this disk (it is cloned, never touched)

How that repository is validated stands in its .tidegate.yml, or is said here:
  --setup CMD     a set-up command; may be repeated; "none" when nothing needs setting up
  --test CMD      a test command; may be repeated
  --count REGEX   finds the number of tests in their output, when their runner is not known
  --report FILE   a JUnit report the tests write, relative to the repository
  --serve CMD     starts the app, which then is opened in a browser
  --app-port N    where the app listens (default 3000; also given to it as PORT)

  --agent NAME    who writes changes: ${AGENT_NAMES.filter((name) => name !== "codegen").join(", ")}; the keys of
                  such a program are taken from your environment and become secrets of the project
  --agent-command CMD  the command of your own agent: started in a working copy, with its prompt on stdin.
                  A script that it begins with is looked for in the folder in which you start, and
                  taken along as it is then; else in the working copy, where it must be committed

  --port N        where the dashboard listens (default 8787, or the next free one)
  --github URL    a real GitHub (https://api.github.com) instead of the rehearsal one; needs
                  GITHUB_APP_ID with GITHUB_APP_PRIVATE_KEY, or GITHUB_TOKEN, and GITHUB_WEBHOOK_SECRET
  --public-url U  where GitHub reaches this machine, when it is a real one
  --data DIR      where all it knows is kept for the next start, then (default .tidegate/data)
  --verbose       show the log of the Worker
`;

export type Flags = {
  repo: string | null;
  /** A .tidegate.yml made from the flags; null when they say nothing of it. */
  config: string | null;
  /** Who writes changes; null: nobody was named. */
  agent: string | null;
  agentCommand: string | null;
  port: number | null;
  github: string | null;
  publicUrl: string | null;
  /** Where a start on a real GitHub keeps what it knows; null: the default. */
  data: string | null;
  verbose: boolean;
  help: boolean;
};

/** @throws with a sentence that says what is wrong and what to do */
export function readFlags(args: string[]): Flags {
  const { values } = parseArgs({
    args,
    options: {
      repo: { type: "string" },
      setup: { type: "string", multiple: true },
      test: { type: "string", multiple: true },
      count: { type: "string" },
      report: { type: "string" },
      serve: { type: "string" },
      "app-port": { type: "string" },
      agent: { type: "string" },
      "agent-command": { type: "string" },
      port: { type: "string" },
      github: { type: "string" },
      "public-url": { type: "string" },
      data: { type: "string" },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const { test, setup, count, report, serve } = values;
  const says = setup ?? count ?? report ?? serve ?? values["app-port"];
  if (test === undefined && says !== undefined)
    throw new Error("Cannot start: --test is missing; what are the tests of this repository?");
  if (test !== undefined && values.repo === undefined)
    throw new Error("Cannot start: --test goes with --repo PATH");
  if (values.data !== undefined && values.github === undefined)
    throw new Error("Cannot start: --data goes with --github URL; the rehearsal GitHub is gone when it ends");
  const { agent, "agent-command": agentCommand } = values;
  checkAgent(agent ?? null, agentCommand ?? null, values.github !== undefined);
  return {
    repo: values.repo ?? null,
    config:
      test === undefined
        ? null
        : configOf(test, values.setup ?? ["none"], {
            count,
            report,
            serve,
            port: portIn(values["app-port"]),
          }),
    agent: agent ?? (agentCommand === undefined ? null : "custom"),
    agentCommand: agentCommand ?? null,
    port: portIn(values.port),
    github: values.github ?? null,
    publicUrl: values["public-url"] ?? null,
    data: values.data ?? null,
    verbose: values.verbose,
    help: values.help,
  };
}

/** @throws when what is said of the agent cannot be done */
function checkAgent(agent: string | null, command: string | null, github: boolean): void {
  if (agent === null && command === null) return;
  const refuse = (why: string) => new Error(`Cannot start: ${why}`);
  if (github) throw refuse("on a real GitHub the agent is chosen in a project's settings, not by --agent");
  if (agent === "codegen")
    throw refuse("Codegen works on its own machines, which cannot reach a GitHub that lives on this one");
  if (agent !== null && !AGENT_NAMES.includes(agent))
    throw refuse(`there is no agent "${agent}"; there are ${AGENT_NAMES.join(", ")}`);
  if (agent === "custom" && command === null)
    throw refuse("--agent custom needs --agent-command CMD, the program that edits the working copy");
  if (command !== null && (agent ?? "custom") !== "custom")
    throw refuse(`--agent-command is for an agent of your own, and --agent says ${agent}`);
}

type More = {
  count: string | undefined;
  report: string | undefined;
  serve: string | undefined;
  port: number | null;
};

function configOf(test: string[], setup: string[], { count, report, serve, port }: More): string {
  return stringify({
    setup: setup.length === 1 && setup[0] === "none" ? "none" : setup,
    test: { run: test, ...(count && { count }), ...(report && { report }) },
    ...(serve && { serve: { run: serve, ...(port !== null && { port }) } }),
  });
}

function portIn(text: string | undefined): number | null {
  if (text === undefined) return null;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new Error(`Cannot use port "${text}": it must be 1 to 65535`);
  return port;
}
