/**
 * Secrets that an agent's program says in pieces, one event a line: who reads the log joins the pieces, or shows them
 * one below the other, and each by itself is clean.
 */
import { SAID_MARK } from "../../../models/said.ts";
import { beginningIn, MASK, type Span, secretsIn } from "../redact.ts";

/** By a number for each stream: what it said last that may be the beginning of a secret, and was taken already. */
export type Begun = Record<string, string>;

/** A longer line is no event for anybody who reads it; no more than this waits for what follows it, in characters. */
const MOST_HELD = 64 * 1024;
/** Lines of others after which a stream is not waited for: words come late otherwise, where they end like a key begins. */
const MOST_OTHERS = 4;
/** What is remembered between two looks: streams, and characters of each. */
const MOST_STREAMS = 200;
const MOST_BEGUN = 4_096;

const MARK = SAID_MARK.trim();
const EVENT = new RegExp(String.raw`^\s*(?:${MARK}\s+)?["{[]`);
const MAY_BE_EVENT = new RegExp(String.raw`^\s*(?:${MARK}\s*)?(?:["{[]|$)`);
/** Fields that say whose text it is. */
const NAMES: ReadonlySet<string> = new Set(["type", "subtype", "role", "kind"]);

/** A text within an event: between its quotes, and in which line. */
type Piece = { key: string; from: number; to: number; line: number };
type Line = { from: number; pieces: Piece[]; names: string };
/** What one stream says: its pieces one after another. `at`: where a piece begins in it; null: what was taken before. */
type Stream = { text: string; parts: { at: number; piece: Piece | null }[] };

export type Hearing = {
  begun: Begun;
  /** Nothing follows, or nothing of it comes again. */
  last: boolean;
  /** The text begins in the middle of a line. */
  within: boolean;
};

/**
 * Masks secrets that go over several pieces, in place: the text keeps its length in bytes, by blanks between fields.
 *
 * @returns the text that can be taken by now; lines that may begin such a secret wait for what follows them
 */
export function cleanStreams(
  forms: readonly string[],
  text: string,
  { begun, last, within }: Hearing,
): { text: string; begun: Begun } {
  if (forms.length === 0) return { text, begun: {} };
  const { lines, end } = linesOf(text, last, within);
  const streams = streamsOf(lines, text, begun);
  const held = last ? lines.length : firstHeld(forms, lines, streams, end);
  const taken = lines[held]?.from ?? end;
  const edits = [...streams.values()].flatMap((stream) => editsOf(forms, stream));
  return { text: edited(text.slice(0, taken), edits), begun: begunIn(forms, streams, held) };
}

function linesOf(text: string, last: boolean, within: boolean): { lines: Line[]; end: number } {
  const lines: Line[] = [];
  let from = 0;
  for (const line of text === "" ? [] : text.split(/(?<=\n)/)) {
    const rest = within && from === 0;
    const whole = last || line.endsWith("\n") || line.length > MOST_HELD;
    // The end of an event that is taken in part would be no event when it comes.
    if (!whole && !rest && MAY_BE_EVENT.test(line)) return { lines, end: from };
    const isEvent = !rest && line.length <= MOST_HELD && EVENT.test(line);
    lines.push(isEvent ? eventOf(line, from, lines.length) : { from, pieces: [], names: "" });
    from += line.length;
  }
  return { lines, end: from };
}

/** The texts of an event as they stand in its line: positions are what is needed of them, so nothing is parsed. */
function eventOf(text: string, from: number, line: number): Line {
  const pieces: Piece[] = [];
  let names = "";
  let key = "";
  const colon = /\s*:/y;
  for (let open = text.indexOf('"'); open !== -1; ) {
    const close = closeOf(text, open + 1);
    if (close === -1) break;
    const value = text.slice(open + 1, close);
    colon.lastIndex = close + 1;
    if (colon.test(text)) key = value;
    else if (NAMES.has(key)) names += `${value} `;
    else if (value !== "") pieces.push({ key, from: from + open + 1, to: from + close, line });
    open = text.indexOf('"', close + 1);
  }
  return { from, pieces, names };
}

function closeOf(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '"') return at;
    if (text[at] === "\\") at += 1;
  }
  return -1;
}

/**
 * A stream is what stands in fields of one name: in all events, as a timeline shows them, and in events of one kind, as
 * a reader joins them that passes over all others.
 */
function streamsOf(lines: readonly Line[], text: string, begun: Begun): Map<string, Stream> {
  const streams = new Map<string, Stream>();
  for (const [name, said] of Object.entries(begun))
    streams.set(name, { text: said, parts: [{ at: 0, piece: null }] });
  for (const { pieces, names } of lines) {
    for (const piece of pieces) {
      for (const name of new Set([numberOf(piece.key), numberOf(`${names}${piece.key}`)])) {
        const stream = streams.get(name) ?? { text: "", parts: [] };
        // The newest is the last that is forgotten.
        streams.delete(name);
        streams.set(name, stream);
        stream.parts.push({ at: stream.text.length, piece });
        stream.text += text.slice(piece.from, piece.to);
      }
    }
  }
  return streams;
}

/** A name of any length may be a secret itself, so it is not what is remembered. Two of one number are one stream. */
function numberOf(name: string): string {
  let hash = 0;
  for (let at = 0; at < name.length; at++) hash = (Math.imul(hash, 31) + name.charCodeAt(at)) | 0;
  return `s${hash >>> 0}`;
}

/** The first line that waits: what a stream said last in it and after it may be the beginning of a secret. */
function firstHeld(
  forms: readonly string[],
  lines: readonly Line[],
  streams: ReadonlyMap<string, Stream>,
  end: number,
): number {
  let held = lines.length;
  for (const { text, parts } of streams.values()) {
    const newest = parts.at(-1)?.piece?.line;
    if (newest === undefined || lines.length - 1 - newest > MOST_OTHERS) continue;
    const at = beginningIn(forms, text, leastHeld);
    if (at === text.length) continue;
    const nth = parts.findLastIndex((part) => part.at <= at);
    const first = (parts[nth]?.piece ?? parts[nth + 1]?.piece)?.line ?? newest;
    if (end - (lines[first]?.from ?? 0) <= MOST_HELD) held = Math.min(held, first);
  }
  return held;
}

/** A letter or two that a secret begins with end many texts: these are taken, and what follows them is masked. */
function leastHeld(form: string): number {
  return Math.max(2, Math.min(8, Math.ceil(form.length / 4)));
}

/** What the streams said last before a line that may be the beginning of a secret. */
function begunIn(forms: readonly string[], streams: ReadonlyMap<string, Stream>, held: number): Begun {
  const newest = [...streams].slice(-MOST_STREAMS);
  const begun = newest.flatMap(([name, { text, parts }]) => {
    const taken = text.slice(0, parts.find(({ piece }) => piece !== null && piece.line >= held)?.at);
    const end = taken.slice(beginningIn(forms, taken, () => 1)).slice(-MOST_BEGUN);
    // A longer secret may begin with another that is whole.
    const said = end.slice(secretsIn(forms, end).at(-1)?.to ?? 0);
    return said === "" ? [] : [[name, said] as const];
  });
  return Object.fromEntries(begun);
}

/** `close`: the quote after its piece. */
type Edit = Span & { put: string; close: number };

/** Secrets over several pieces become the mask; one within a piece is found where all secrets are. */
function editsOf(forms: readonly string[], { text, parts }: Stream): Edit[] {
  const edits: Edit[] = [];
  if (parts.length < 2) return edits;
  let first = 0;
  for (const span of secretsIn(forms, text)) {
    while ((parts[first + 1]?.at ?? text.length) <= span.from) first += 1;
    let next = first + 1;
    while ((parts[next]?.at ?? span.to) < span.to) next += 1;
    if (next - first < 2) continue;
    let mask = MASK;
    for (const { at, piece } of parts.slice(first, next)) {
      if (piece === null) continue;
      const from = piece.from + Math.max(0, span.from - at);
      const to = Math.min(piece.to, piece.from + span.to - at);
      edits.push({ from, to, put: mask.slice(0, to - from), close: piece.to });
      mask = mask.slice(to - from);
    }
  }
  return edits;
}

function edited(text: string, edits: Edit[]): string {
  let clean = "";
  let at = 0;
  let blanks = 0;
  const all = joined(edits).filter(({ from }) => from < text.length);
  for (const [nth, { from, to, put, close }] of all.entries()) {
    clean += text.slice(at, from) + put;
    blanks += new TextEncoder().encode(text.slice(from, to)).length - put.length;
    at = to;
    if (all[nth + 1]?.close === close) continue;
    clean += text.slice(at, close + 1) + " ".repeat(blanks);
    at = close + 1;
    blanks = 0;
  }
  return clean + text.slice(at);
}

/** A piece is in two streams, and both may have found it. */
function joined(edits: Edit[]): Edit[] {
  const all: Edit[] = [];
  for (const edit of edits.sort((one, other) => one.from - other.from)) {
    const before = all.at(-1);
    if (before === undefined || edit.from >= before.to) {
      all.push({ ...edit });
      continue;
    }
    before.to = Math.max(before.to, edit.to);
    if (edit.put.length > before.put.length) before.put = edit.put;
  }
  return all;
}
