/** A log as lines that can be read: without colours, progress that overwrote itself, and stamps before every line. */
import { plain } from "../markup.ts";

const ESC = String.fromCharCode(27);
const BEL = String.fromCharCode(7);
/** Colours and cursor movements, titles and links of terminals. */
const ANSI = new RegExp(
  `${ESC}(?:\\[[0-9;:?<=>]*[ -/]*[@-~]|\\][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)?|[@-Z\\\\^_])`,
  "g",
);
/** 2026-01-02T03:04:05.678Z, [2026-01-02 03:04:05], 03:04:05.678 */
const STAMP = /^\[?(?:\d{4}-\d\d-\d\d[T ])?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?[ \t]/;
const LONGEST_LINE = 1_200;
const KEPT = { head: 900, tail: 250 };

/** The lines of a log. */
export function cleanLines(log: string): string[] {
  const lines = log.replace(ANSI, "").split(/\r?\n/).map(lastWritten);
  const stamped = lines.filter((line) => STAMP.test(line)).length;
  // A date in a few lines is what they are about; before every line it is the logger's.
  const bare = stamped * 2 > lines.length ? lines.map((line) => line.replace(STAMP, "")) : lines;
  return bare.map((line) => shortened(plain(line)).trimEnd());
}

/** What a carriage return left to see. */
function lastWritten(line: string): string {
  return line.includes("\r") ? (line.split("\r").findLast((part) => part !== "") ?? "") : line;
}

function shortened(line: string): string {
  if (line.length <= LONGEST_LINE) return line;
  const left = line.length - KEPT.head - KEPT.tail;
  return `${line.slice(0, KEPT.head)} … ${left} characters left out … ${line.slice(-KEPT.tail)}`;
}
