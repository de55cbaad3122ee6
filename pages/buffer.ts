/**
 * The text of a log as it arrives in pieces: from REST and from the socket, twice, or with a hole between.
 * It is kept in chunks of whole lines that never change once they are full, so that a long log costs the
 * drawing of its last chunk only.
 */
import { PLAIN, type Style, spans, strip } from "./ansi.ts";

/** `style`: what is in force where the chunk begins. */
export type Chunk = { key: number; text: string; style: Style };

export type Buffer = {
  chunks: readonly Chunk[];
  /** The byte of the log that the text begins with. */
  start: number;
  /** The byte of the log that is wanted next. */
  next: number;
  /** More was said than is shown while it runs. */
  withheld: boolean;
  /** No more will come. */
  end: boolean;
};

type Piece = { from: number; text: string; end: boolean; withheld?: boolean | undefined };

export const EMPTY: Buffer = { chunks: [], start: 0, next: 0, withheld: false, end: false };

/** A chunk is full at the first line end after this many characters, */
const FULL_CHARS = 8_000;
/** or here even without one: a line without end must not be drawn again with every piece. */
const FORCED_CHARS = 64_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Adds a piece.
 *
 * @returns null when bytes are missing between the buffer and the piece: read again from `buffer.next`
 */
export function append(buffer: Buffer, piece: Piece): Buffer | null {
  if (piece.from > buffer.next) return null;
  const raw = encoder.encode(piece.text);
  const known = buffer.next - piece.from;
  const end = buffer.end || piece.end;
  const withheld = !end && (buffer.withheld || piece.withheld === true);
  if (known >= raw.length)
    return end === buffer.end && withheld === buffer.withheld ? buffer : { ...buffer, end, withheld };
  const text = known === 0 ? piece.text : decoder.decode(raw.subarray(known));
  return { ...buffer, chunks: extend(buffer.chunks, text), next: piece.from + raw.length, end, withheld };
}

/**
 * Adds what a read answered. The server's word on where its bytes stand is taken as it is: text that was cut
 * out or could not be decoded would otherwise be asked for again for ever.
 */
export function taken(buffer: Buffer, piece: Piece & { next: number }): Buffer {
  const begun = buffer.chunks.length > 0 ? buffer : { ...buffer, start: piece.from };
  const added = append({ ...begun, next: Math.max(begun.next, piece.from) }, piece);
  return added === null ? buffer : { ...added, next: Math.max(added.next, piece.next) };
}

function extend(chunks: readonly Chunk[], text: string): Chunk[] {
  const all = chunks.slice(0, -1);
  const last = chunks.at(-1) ?? { key: 0, text: "", style: PLAIN };
  let open: Chunk = { ...last, text: last.text + text };
  for (let cut = full(open.text); cut > 0; cut = full(open.text)) {
    const done = { ...open, text: open.text.slice(0, cut) };
    all.push(done);
    open = { key: open.key + 1, text: open.text.slice(cut), style: spans(done.text, done.style).style };
  }
  all.push(open);
  return all;
}

/** Where a chunk is full; 0 when it is not. */
function full(text: string): number {
  if (text.length <= FULL_CHARS) return 0;
  const line = text.indexOf("\n", FULL_CHARS);
  if (line >= 0) return line + 1;
  return text.length > FORCED_CHARS ? FORCED_CHARS : 0;
}

/** The whole text, as it is copied. */
export function textOf(buffer: Buffer): string {
  return strip(buffer.chunks.map((chunk) => chunk.text).join(""));
}
