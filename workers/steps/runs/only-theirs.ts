/** What an agent prints, without what only Tidegate may say: when it began, and how far its change has grown. */
import { SAID_MARK, Said, SPOILT_MARK } from "../../../models/said.ts";

const OURS: ReadonlySet<Said["kind"]> = new Set<Said["kind"]>(["begin", "diff"]);
/** A longer line is no item for anybody who reads it, so that it need not be waited for, in characters. */
const MOST_LINE = 64 * 1024;

/**
 * Spoils the mark of lines that an agent may not say, or that say nothing, in place: the text keeps its length in
 * bytes. What looks like nothing may become an item of ours once secrets are taken out of it.
 *
 * @param last true when nothing follows
 * @param within the text begins in the middle of a line
 * @returns what can be taken by now; an end that may become such a line waits for what follows it
 */
export function onlyTheirs(text: string, last: boolean, within: boolean): string {
  const lines = text.split(/(?<=\n)/);
  return lines
    .filter((line, nth) => last || (within && nth === 0) || !isUnfinished(line))
    .map((line, nth) =>
      (within && nth === 0) || !line.startsWith(SAID_MARK) || isTheirs(line)
        ? line
        : `${SPOILT_MARK}${line.slice(SAID_MARK.length)}`,
    )
    .join("");
}

function isUnfinished(line: string): boolean {
  if (line.endsWith("\n") || line.length > MOST_LINE) return false;
  return line.startsWith(SAID_MARK) || SAID_MARK.startsWith(line);
}

function isTheirs(line: string): boolean {
  try {
    const item = Said.safeParse(JSON.parse(line.slice(SAID_MARK.length)));
    return item.success && !OURS.has(item.data.kind);
  } catch {
    return false;
  }
}
