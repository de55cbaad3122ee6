/** What an agent said so far: its log is read as it grows, and nothing of it is read twice. */
import { type SaidReader, saidReader } from "../models/read-said.ts";
import type { Said, SaidFormat } from "../models/said.ts";
import { type Buffer, EMPTY } from "./buffer.ts";

export type Heard = { buffer: Buffer; items: readonly Said[]; reader: SaidReader };

/** What was heard after a log has come this far; another reading of the log is heard from its beginning. */
export function hear(before: Heard | null, buffer: Buffer, format: SaidFormat): Heard {
  if (before?.buffer === buffer) return before;
  const goesOn = before !== null && !before.buffer.end && isMore(before.buffer, buffer);
  const now = goesOn ? before : { buffer: EMPTY, items: [], reader: saidReader(format) };
  const said = now.reader.read(textAfter(now.buffer, buffer), buffer.end);
  return { buffer, reader: now.reader, items: said.length === 0 ? now.items : [...now.items, ...said] };
}

/** Whether `after` is `before` with more at its end. A chunk that is full stays the same object for ever. */
function isMore(before: Buffer, after: Buffer): boolean {
  const [known] = before.chunks;
  const [first] = after.chunks;
  if (known === undefined) return true;
  if (first === undefined || before.start !== after.start) return false;
  return before.chunks.length > 1 ? known === first : first.text.startsWith(known.text);
}

/** The text that `after` has beyond `before`. */
function textAfter(before: Buffer, after: Buffer): string {
  const last = before.chunks.at(-1);
  if (last === undefined) return after.chunks.map((chunk) => chunk.text).join("");
  // A chunk's key is its place.
  const rest = after.chunks.slice(last.key).map((chunk) => chunk.text);
  return rest.join("").slice(last.text.length);
}
