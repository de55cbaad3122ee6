/** The numbers as Markdown. */
import type { Spread } from "./counts.ts";

/** A time that was measured; `ratio`: to the bare request among the same deliveries. */
export type Time = { what: string; spread: Spread; ratio?: number };
/** What must be none, and of how many. `which` names some of them. */
export type Zero = { what: string; found: number; of: number; which?: readonly string[] };
export type Report = { machine: string; notes: string[]; times: Time[]; zeros: Zero[] };

/** So many are named of what should not be. */
const NAMED = 3;

export function markdown({ machine, notes, times, zeros }: Report): string {
  const timed = times.map(({ what, spread, ratio }) => [
    what,
    count(spread.count),
    ...[spread.median, spread.p95, spread.p99, spread.worst].map(duration),
    ratio === undefined ? "" : ratio.toFixed(2),
  ]);
  const counted = zeros.map(({ what, found, of, which = [] }) => [
    what,
    found === 0 ? "0" : [`**${count(found)}**`, ...which.slice(0, NAMED)].join(" "),
    count(of),
  ]);
  return [
    machine,
    table(["time", "count", "median", "95th", "99th", "worst", "÷ health"], timed),
    table(["must be 0", "found", "of"], counted),
    notes.map((note) => `* ${note}`).join("\n"),
  ].join("\n\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function duration(ms: number): string {
  if (Number.isNaN(ms)) return "";
  return ms < 1_000 ? `${ms.toFixed(ms < 10 ? 1 : 0)} ms` : `${(ms / 1_000).toFixed(2)} s`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
