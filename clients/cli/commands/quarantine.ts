import type { Argv, CommandModule } from "yargs";
import { inDays, MOST_DAYS, type Quarantine } from "../../../models/quarantine.ts";
import { shown } from "../../text/paint.ts";
import { table } from "../../text/table.ts";
import { Failure } from "../failure.ts";
import { inProject, type OfProject } from "../runs/project.ts";
import { serverOptions } from "../runs/server.ts";
import type { Common } from "../terminal.ts";
import { projectOption } from "./run.ts";

type OfTest = OfProject & { test: string };
type Until = { days: number | undefined; until: string | undefined };
type Adding = OfTest & Until & { owner: string; reason: string };
type Renewing = OfTest & Until & { owner: string | undefined; reason: string | undefined };

/** `tidegate quarantine`: the tests of a project that are known to be flaky. */
export const quarantineCommand: CommandModule<Common, OfProject> = {
  command: "quarantine",
  describe: "Tests that are known to be flaky: they hold no merge until their day",
  builder: (yargs) =>
    serverOptions(yargs)
      .option("project", projectOption)
      .command(listCommand)
      .command(addCommand)
      .command(renewCommand)
      .command(removeCommand)
      .demandCommand(1, "Name what to do: list, add, renew or remove."),
  handler: () => undefined,
};

const listCommand: CommandModule<Common, OfProject> = {
  command: "list",
  describe: "The list, with what expired",
  handler: (args) =>
    inProject(args, async (api, id, terminal) => {
      const list = await api.quarantine(id);
      await terminal.answer(list, () => listText(list));
    }),
};

const addCommand: CommandModule<Common, Adding> = {
  command: "add <test>",
  describe: "Puts a test on the list, by the name that a failing step lists",
  builder: (yargs) =>
    untilOptions(testOptions(yargs))
      .option("owner", { ...ownerOption, demandOption: true })
      .option("reason", { ...reasonOption, demandOption: true }),
  handler: (args) =>
    inProject(args, async (api, id, terminal) => {
      const { test, owner, reason } = args;
      await api.addToQuarantine(id, { test, owner, reason, expires_at: expiryOf(args, Date.now()) });
      terminal.note(`"${shown(test)}" is on the list.`);
    }),
};

const renewCommand: CommandModule<Common, Renewing> = {
  command: "renew <test>",
  describe: "Keeps a test on the list until another day, expired or not",
  builder: (yargs) =>
    untilOptions(testOptions(yargs))
      .option("owner", { ...ownerOption, describe: "Who mends it from now on" })
      .option("reason", { ...reasonOption, describe: "Why it is flaky still" }),
  handler: (args) =>
    inProject(args, async (api, id, terminal) => {
      const { test, owner, reason } = args;
      const expires_at = expiryOf(args, Date.now());
      await api.renewInQuarantine(id, { test, owner, reason, expires_at });
      terminal.note(`"${shown(test)}" stays on the list.`);
    }),
};

const removeCommand: CommandModule<Common, OfTest> = {
  command: "remove <test>",
  describe: "Takes a test off the list",
  builder: testOptions,
  handler: (args) =>
    inProject(args, async (api, id, terminal) => {
      await api.removeFromQuarantine(id, args.test);
      terminal.note(`"${shown(args.test)}" is off the list.`);
    }),
};

const ownerOption = { type: "string", requiresArg: true, describe: "Who mends it" } as const;
const reasonOption = {
  type: "string",
  requiresArg: true,
  describe: "Why it is flaky, or where that is worked on",
} as const;

function testOptions(yargs: Argv<Common>) {
  return serverOptions(yargs)
    .positional("test", { type: "string", demandOption: true, describe: "The test's name" })
    .option("project", projectOption);
}

function untilOptions<T>(yargs: Argv<T>) {
  return yargs
    .option("days", {
      type: "number",
      requiresArg: true,
      describe: `It counts so many days, ${MOST_DAYS} at most`,
    })
    .option("until", {
      type: "string",
      requiresArg: true,
      describe: "Instead: until this day, as 2026-12-31",
    })
    .conflicts("days", "until");
}

/** @throws {Failure} when no day is said, or what is said is none */
export function expiryOf({ days, until }: Until, now: number): number {
  if (days !== undefined) return Math.round(inDays(days, now));
  if (until === undefined)
    throw new Failure("usage", "Say until when, with --days or --until: nothing is flaky for ever.");
  const at = /^\d{4}-\d{2}-\d{2}$/.test(until) ? Date.parse(`${until}T23:59:59.999Z`) : Number.NaN;
  if (Number.isNaN(at))
    throw new Failure("usage", `Cannot read --until ${until}: it must be a day, as 2026-12-31.`);
  return at;
}

function listText(list: readonly Quarantine[]): string {
  if (list.length === 0) return "No test is in quarantine.";
  const rows = list.map(({ test, owner, reason, expires_at, expired }) => [
    shown(test),
    `${expired ? "expired" : "until"} ${new Date(expires_at).toISOString().slice(0, 10)}`,
    shown(owner),
    shown(reason),
  ]);
  return table([["test", "counts", "owner", "reason"], ...rows]).join("\n");
}
