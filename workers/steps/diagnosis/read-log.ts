/** From the whole log of a step to the failures in it. */
import type { CommandEvidence } from "../../../models/step.ts";
import { type Block, blocksIn } from "./blocks.ts";
import { cleanLines } from "./clean.ts";

export interface Reading {
  /** The command that did not succeed, and how it ended; undefined when none is known. */
  command?: string | undefined;
  outcome?: string | undefined;
  /** Its failures, those of tests and checks first, each sort in its order. */
  blocks: Block[];
  /** All that it said. */
  lines: string[];
}

/** Of a longer log the beginning and the end are read: failures are told of where they happen or at the end. */
const MOST = { head: 600_000, tail: 1_400_000 };

/** Reads the part of a log that the command wrote which failed; all of it where none is known to have. */
export function readLog(log: string, commands: readonly CommandEvidence[] = []): Reading {
  const failed = commands.findLast(({ end, exit_code }) => end !== "exited" || exit_code !== 0);
  const part = bounded(failed === undefined ? log : partOf(log, failed.command));
  const lines = cleanLines(part);
  const found = blocksIn(lines);
  const sure = found.some(({ rank }) => rank < 3);
  return {
    ...(failed !== undefined && { command: failed.command, outcome: outcomeOf(failed) }),
    // Words that sound like failure are all around real ones.
    blocks: found.filter(({ rank }) => !sure || rank < 3).sort((a, b) => a.rank - b.rank),
    lines,
  };
}

/** What stands between the line that names the command and the line that says how it ended. */
function partOf(log: string, command: string): string {
  const begin = `$ ${command}\n`;
  const at = log.startsWith(begin) ? 0 : log.lastIndexOf(`\n${begin}`);
  if (at === -1) return log;
  const rest = log.slice(log.indexOf(begin, at) + begin.length);
  return rest.replace(/(?:^|\n)# (?:exit \d+|".*|The sandbox .*), \d+ ms\s*$/, "");
}

function bounded(log: string): string {
  if (log.length <= MOST.head + MOST.tail) return log;
  return `${log.slice(0, MOST.head)}\n… ${log.length - MOST.head - MOST.tail} characters left out …\n${log.slice(-MOST.tail)}`;
}

function outcomeOf({ end, exit_code, signal }: CommandEvidence): string {
  if (end === "exited")
    return exit_code === null ? `ended by ${signal ?? "a signal"}` : `exit code ${exit_code}`;
  return end === "timeout" ? "stopped: it took too long" : `stopped: ${end}`;
}
