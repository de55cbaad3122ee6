/**
 * Keeps lines of a log short. Of one that is too long its beginning stays and its end, where a count of tests would
 * stand, and between them how much is missing.
 */
import { z } from "zod";
import { bytesOf, textOf, wholeFrom, wholeUntil } from "../characters.ts";

/** What is kept of a line, in bytes. */
export const LINE_HEAD = 48 * 1024;
export const LINE_TAIL = 16 * 1024;

/** The line that has no end yet: bytes of it that were said, what waits for its end, and how much of that is gone. */
export const Line = z.object({ said: z.number(), held: z.string(), missing: z.number() });
export type Line = z.infer<typeof Line>;

export const NEW_LINE: Line = { said: 0, held: "", missing: 0 };

/**
 * Cuts a piece of a log. However a log is cut into pieces, they give the same text as the whole.
 *
 * @param line what the piece before left
 * @param last true when nothing follows
 */
export function cutLines(line: Line, text: string, last: boolean): { text: string; line: Line } {
  let cut = "";
  let open = line;
  for (const piece of text.split(/(?<=\n)/)) {
    const ends = piece.endsWith("\n");
    // Nearly every line: a character has three bytes at most for each of its units.
    if (ends && open === NEW_LINE && piece.length * 3 <= LINE_HEAD) {
      cut += piece;
      continue;
    }
    const added = extend(open, ends ? piece.slice(0, -1) : piece);
    cut += added.text;
    open = added.line;
    if (!ends) continue;
    cut += `${restOf(open)}\n`;
    open = NEW_LINE;
  }
  return last ? { text: cut + restOf(open), line: NEW_LINE } : { text: cut, line: open };
}

function extend(line: Line, more: string): { text: string; line: Line } {
  const bytes = bytesOf(more);
  const room = LINE_HEAD - line.said;
  if (bytes.length <= room) return { text: more, line: { ...line, said: line.said + bytes.length } };
  const whole = wholeUntil(bytes, room);
  // What is full stays full, also where a character left a byte free.
  const full = { ...line, said: LINE_HEAD };
  return { text: textOf(bytes.subarray(0, whole)), line: hold(full, textOf(bytes.subarray(whole))) };
}

function hold(line: Line, more: string): Line {
  const bytes = bytesOf(line.held + more);
  const from = wholeFrom(bytes, Math.max(0, bytes.length - LINE_TAIL));
  return { ...line, held: textOf(bytes.subarray(from)), missing: line.missing + from };
}

function restOf({ held, missing }: Line): string {
  if (missing === 0) return held;
  return `[tidegate] ${missing} bytes of this line dropped here: limit is ${LINE_HEAD + LINE_TAIL} ${held}`;
}
