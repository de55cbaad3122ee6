/** Options that several commands share. */
import type { Argv } from "yargs";
import type { GraphReader } from "../../../graph/store.ts";
import { CONFIDENCES, EDGE_TYPES } from "../../../models/graph.ts";
import type { Asker } from "../../mcp/asker.ts";
import { Failure } from "../failure.ts";
import { type Common, type Terminal, terminalFor } from "../terminal.ts";

export function graphOption<T>(yargs: Argv<T>) {
  return yargs.option("graph", {
    alias: "g",
    type: "string",
    describe:
      "Which graph: an id, a folder, a repository's name, a commit. Default: the newest of this folder",
    requiresArg: true,
  });
}

export function pageOptions<T>(yargs: Argv<T>, limit = 100) {
  return yargs
    .option("limit", { type: "number", default: limit, describe: "Items shown", requiresArg: true })
    .option("offset", { type: "number", default: 0, describe: "Items passed over", requiresArg: true });
}

export function confidenceOption<T>(yargs: Argv<T>, least: (typeof CONFIDENCES)[number] = "inferred") {
  return yargs.option("confidence", {
    choices: CONFIDENCES,
    default: least,
    describe: "The least sure edges that count",
  });
}

export function typesOption<T>(yargs: Argv<T>) {
  return yargs.option("types", {
    type: "string",
    describe: `Types of edges, with commas: ${EDGE_TYPES.join(", ")}`,
    requiresArg: true,
  });
}

/** Keeps every word of a positional that takes several, and every value of an option that is repeated. */
export const REPEATED = { "duplicate-arguments-array": true, "greedy-arrays": false };

/** The last of several: an option that counts once takes what was said last, as everywhere else. */
export function lastOf<T>(value: T | T[]): T | undefined {
  return Array.isArray(value) ? value.at(-1) : value;
}

/** `a,b` and `--x a --x b` alike. */
export function listOf(value: string | readonly string[] | undefined): string[] | undefined {
  if (value === undefined) return undefined;
  const all = typeof value === "string" ? [value] : value;
  return all.flatMap((one) => one.split(",")).filter((one) => one !== "");
}

/** The options of a record that were given. */
export function given<T extends object>(options: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}

/** Where to say, whom to ask, and what. */
export async function opened(args: Common & { graph?: string | undefined }): Promise<{
  terminal: Terminal;
  asker: Asker;
  reader: GraphReader;
  ask: typeof import("../../mcp/ask.ts");
}> {
  // The engine takes a while to load, and `--help` and completion do without.
  const [{ diskAsker }, ask] = await Promise.all([import("../asker.ts"), import("../../mcp/ask.ts")]);
  const asker = diskAsker(process.cwd());
  return { terminal: terminalFor(args), asker, reader: await asker.open(args.graph), ask };
}

/** All that comes on stdin. */
export async function standardInput(): Promise<string> {
  if (process.stdin.isTTY)
    throw new Failure(
      "usage",
      'Nothing comes on stdin: pipe a diff in, as in "git diff | tidegate impact --diff -"',
    );
  let text = "";
  process.stdin.setEncoding("utf8");
  for await (const piece of process.stdin) text += piece;
  return text;
}
