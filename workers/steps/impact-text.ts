/** The code graph's part of the check run: a section of the summary, and remarks on lines. */
import type { Analysis } from "../../models/analysis.ts";
import type { Finding } from "../../models/graph.ts";
import type { StepRecord } from "../../models/step.ts";
import type { Annotation } from "../providers/github/index.ts";
import { quoted } from "./markup.ts";

/** Rows of each list. */
const MOST_ROWS = 15;

/** The section "Impact"; nothing when no analysis was wanted or begun. */
export function impactLines(record: StepRecord | undefined): string[] {
  if (record === undefined || record.state === "not_required" || record.state === "cancelled") return [];
  return ["", "### Impact", "", ...bodyOf(record)];
}

function bodyOf({ state, reason, evidence }: StepRecord): string[] {
  const found = evidence?.analysis;
  if (found !== undefined) return foundLines(found);
  if (state === "running" || state === "queued") return ["The code is being analysed."];
  return [
    `The analysis ${state.replace("_", " ")}: ${quoted(reason ?? "no reason is known")}. What this change may break is not known.`,
  ];
}

function foundLines(found: Analysis): string[] {
  const { risk, totals, tests, owners, affected_files } = found;
  const said =
    risk === null ? "**The risk is not known.**" : `**Risk: ${risk.level}, ${risk.score} of 100.**`;
  return [
    said,
    ...(risk?.reasons ?? []).map((reason) => `- ${quoted(reason)}`),
    "",
    `${counted(totals.changed_symbols, "definition")} changed; ${counted(totals.affected_symbols, "definition")} in ${counted(totals.affected_files, "other file")} may be affected, ${totals.direct} of them directly.`,
    ...part(
      "Affected files",
      totals.affected_files,
      affected_files,
      ({ path, impact_type, symbols, weak }) =>
        `${quoted(path)} ${weak ? "imports it" : impact_type}, ${counted(symbols, "definition")}`,
    ),
    ...part(
      "Tests to run",
      totals.tests,
      tests,
      ({ path, by }) => `${quoted(path)}${by === "name" ? " (by its name)" : ""}`,
    ),
    ...part(
      "Owners",
      owners.length,
      owners,
      ({ owner, changed, affected }) => `${quoted(owner)}: ${changed} changed, ${affected} affected`,
    ),
    ...part(
      "New findings",
      totals.findings,
      found.findings,
      ({ path, lines, rule, severity, message }) =>
        `${severity} ${quoted(`${path}:${lines[0]}`)} ${quoted(rule)} ${quoted(message)}`,
    ),
    "",
    ...found.notes.map((note) => `- ${quoted(note)}`),
    `Code graph of \`${found.sha}\`, compared with \`${found.base_sha}\`.`,
  ];
}

function part<T>(title: string, total: number, list: readonly T[], row: (item: T) => string): string[] {
  if (total === 0) return [];
  const shown = list.slice(0, MOST_ROWS);
  const rest = total - shown.length;
  return [
    "",
    `<details><summary>${title}: ${total}</summary>`,
    "",
    ...shown.map((item) => `- ${row(item)}`),
    ...(rest > 0 ? [`- and ${rest} more`] : []),
    "",
    "</details>",
  ];
}

const LEVELS: Record<Finding["severity"], Annotation["annotation_level"]> = {
  error: "failure",
  warning: "warning",
  note: "notice",
};

/** New findings as remarks on their lines. */
export function annotationsOf(record: StepRecord | undefined): Annotation[] {
  return (record?.evidence?.analysis?.findings ?? []).map(({ rule, severity, message, path, lines }) => {
    const start_line = Math.max(1, lines[0]);
    return {
      path,
      start_line,
      end_line: Math.max(start_line, lines[1]),
      annotation_level: LEVELS[severity],
      title: rule.slice(0, 255),
      message: message.slice(0, 2_000),
    };
  });
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
