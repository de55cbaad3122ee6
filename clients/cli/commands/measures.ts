import type { CommandModule } from "yargs";
import type { Finding } from "../../../models/graph.ts";
import { findingsText, hotSpotsText } from "../../text/rank.ts";
import { cyclesText, unreferencedText } from "../../text/structure.ts";
import { EXIT } from "../failure.ts";
import type { Common } from "../terminal.ts";
import { confidenceOption, given, graphOption, listOf, opened, pageOptions } from "./options.ts";

interface Asked extends Common {
  graph: string | undefined;
  limit: number;
  offset: number;
}
type Confidence = "exact" | "inferred" | "ambiguous";

type Cycles = Asked & { of: "imports" | "calls"; "type-only": boolean; confidence: Confidence };

export const cyclesCommand: CommandModule<Common, Cycles> = {
  command: "cycles",
  describe: "Files that import each other, functions that call each other",
  builder: (yargs) =>
    confidenceOption(pageOptions(graphOption(yargs), 20))
      .option("of", { choices: ["imports", "calls"] as const, default: "imports" as const })
      .option("type-only", { type: "boolean", default: false, describe: "Count imports of types too" }),
  async handler(args) {
    const { terminal, reader, ask } = await opened(args);
    const { limit, offset, confidence } = args;
    const of = args.of === "imports" ? "IMPORTS" : "CALLS";
    const answer = await ask.cycles(reader, { of, type_only: args.typeOnly, limit, offset, confidence });
    await terminal.answer(answer, (paint) => cyclesText(answer, paint));
  },
};

type HotSpots = Asked & { of: "function" | "file"; tests: boolean };

export const hotSpotsCommand: CommandModule<Common, HotSpots> = {
  command: "hot-spots",
  describe: "Where complexity meets change",
  builder: (yargs) =>
    pageOptions(graphOption(yargs), 20)
      .option("of", { choices: ["function", "file"] as const, default: "function" as const })
      .option("tests", { type: "boolean", default: false, describe: "Tests too" }),
  async handler(args) {
    const { terminal, asker, reader, ask } = await opened(args);
    const { of, tests, limit, offset } = args;
    const answer = await ask.askHotSpots(asker, reader, { of, tests, limit, offset });
    await terminal.answer(answer, (paint) => hotSpotsText(answer, paint));
  },
};

type Unreferenced = Asked & {
  "include-exported": boolean;
  paths: string[] | undefined;
  confidence: Confidence;
};

export const unreferencedCommand: CommandModule<Common, Unreferenced> = {
  command: "unreferenced [paths..]",
  describe: "Definitions that nothing is known to use",
  builder: (yargs) =>
    confidenceOption(pageOptions(graphOption(yargs)), "ambiguous")
      .positional("paths", { type: "string", array: true, describe: "Only in these files and folders" })
      .option("include-exported", {
        type: "boolean",
        default: false,
        describe: "Also what other programs may use",
      }),
  async handler(args) {
    const { terminal, reader, ask } = await opened(args);
    const { limit, offset, confidence, paths } = args;
    const answer = await ask.unreferenced(reader, {
      include_exported: args.includeExported,
      limit,
      offset,
      confidence,
      ...(paths !== undefined && paths.length > 0 && { paths }),
    });
    await terminal.answer(answer, (paint) => unreferencedText(answer, paint));
  },
};

const SEVERITIES = ["note", "warning", "error"] as const;
type Findings = Asked & {
  paths: string[] | undefined;
  severity: Finding["severity"];
  rule: string | undefined;
  "fail-on": Finding["severity"] | undefined;
};

export const findingsCommand: CommandModule<Common, Findings> = {
  command: "findings [paths..]",
  describe: "What was noticed while reading, with a place and a rule each",
  builder: (yargs) =>
    pageOptions(graphOption(yargs), 1000)
      .positional("paths", { type: "string", array: true, describe: "Only in these files and folders" })
      .option("severity", { choices: SEVERITIES, default: "note" as const, describe: "The least severe" })
      .option("rule", { type: "string", describe: "Only these rules, with commas", requiresArg: true })
      .option("fail-on", { choices: SEVERITIES, describe: "Exit 1 if one is at least as severe" })
      .example("$0 findings --fail-on error", "For CI")
      .example("$0 export --format sarif -o findings.sarif", "For GitHub code scanning"),
  async handler(args) {
    const { terminal, reader, ask } = await opened(args);
    const { severity, limit, offset, paths, failOn } = args;
    const asked = { ...given({ rules: listOf(args.rule), paths }), limit, offset };
    const answer = await ask.askFindings(reader, { ...asked, severity });
    await terminal.answer(answer, (paint) => findingsText(answer, paint));
    if (failOn === undefined) return;
    const failing = await ask.askFindings(reader, { ...asked, severity: failOn, limit: 1, offset: 0 });
    if (failing.findings.length > 0) process.exitCode = EXIT.negative;
  },
};
