/** What a failure says is wrong, without where and how it came to be. */
import type { Block } from "./blocks.ts";
import { sidesOf } from "./stack.ts";

/** Longer messages say it in their first lines, and in those that compare. */
const MOST = { first: 3, compared: 6, rows: 12 };
const COMPARED = /^[+-]\s*\S|!==?|\b(?:expected|actual|received|got|want|left|right)\b/i;
/** pytest marks what is wrong. */
const MARKED = /^E {2,}(.*)$/;
/** Of a line without its indentation: headings, excerpts of code, carets, nothing. */
const BESIDE =
  /^(?:$|Traceback \(most|stack backtrace:|goroutine \d+|>?\s*\d*\s*[|│]|\d+ (?![!=<>])|[\^~\s]+$|--+(?:$| )|\.\.\.|note: |(?:error|stack): \|-$|location: |[{}[\],]+$)/;

/** The lines of the message of a failure; of a failure that says nothing, its first line. */
export function messageOf({ lines, test }: Pick<Block, "lines" | "test">): string {
  const marked = lines.flatMap((line) => MARKED.exec(line)?.[1] ?? []);
  const sides = sidesOf(lines, () => undefined);
  const spoken = (line: string, at: number): boolean => {
    if (BESIDE.test(line.trim()) || sides[at] !== undefined) return false;
    return test === undefined || (at > 0 && !test.includes(bare(line)));
  };
  const told = (marked.length > 0 ? marked : lines.filter(spoken)).map((line) => line.trim());
  // What is no test is a list of complaints, and each of them counts.
  const first = test === undefined ? MOST.rows : MOST.first;
  const compared = told.slice(first).filter((line) => COMPARED.test(line));
  const message = [...told.slice(0, first), ...compared.slice(0, MOST.compared)];
  return message.length === 0 ? (lines[0]?.trim() ?? "") : message.join("\n");
}

/** A line as it would stand in the name of a test. */
function bare(line: string): string {
  return line
    .trim()
    .replace(/^✖ /, "")
    .replace(/:$| \([\d.]+ms\)$/, "");
}
