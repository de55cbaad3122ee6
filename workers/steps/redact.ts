/**
 * Keeps secrets out of logs: as they are, base64 (and base64url) in every alignment, URL-encoded, hexadecimal,
 * reversed and as JSON writes them; long ones also broken into lines, coloured or in escapes.
 */
import { type Reading, readingsOf, UNFINISHED } from "./readings.ts";

/** Shorter ones would turn half of a log into stars. */
const SHORTEST = 4;
export const MASK = "***";
/** Shorter ones would be found in words that only stand beside each other. */
const SHORTEST_BROKEN = 10;
/** A large file is read in windows: other readings of it would take several times its size. */
const WINDOW = 256 * 1024;

/** All forms in which these secrets are looked for, longest first. */
export function formsOf(secrets: Iterable<string>): string[] {
  const forms = new Set<string>();
  for (const secret of secrets) {
    // A secret of several lines leaks line by line.
    for (const part of [secret, ...secret.split(/\r?\n/)]) {
      if (part.trim().length < SHORTEST) continue;
      for (const form of [
        part,
        ...url(part),
        [...part].reverse().join(""),
        JSON.stringify(part).slice(1, -1),
        hex(part),
        hex(part).toUpperCase(),
        ...base64(part),
        ...base64(part).map((form) => form.replaceAll("+", "-").replaceAll("/", "_")),
      ]) {
        if (form.length >= SHORTEST) forms.add(form);
      }
    }
  }
  return [...forms].sort((a, b) => b.length - a.length);
}

/**
 * As programs write it into URLs: some leave `'`, `/` or `~` as they are, a form has `+` for a space, and digits are
 * large or small.
 */
function url(text: string): string[] {
  const least = encodeURIComponent(text);
  const most = least.replace(/[!'()*]/g, (sign) => `%${hex(sign).toUpperCase()}`);
  const formed = most.replaceAll("~", "%7E").replaceAll("%2A", "*").replaceAll("%20", "+");
  const every = hex(text).toUpperCase().replace(/../g, "%$&");
  const large = [least, most, formed, most.replaceAll("%20", "+")].flatMap((one) => [
    one,
    one.replaceAll("%2F", "/"),
  ]);
  return [...large, every].flatMap((one) => [one, one.replace(/%../g, (code) => code.toLowerCase())]);
}

function hex(text: string): string {
  return [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Base64 looks different after zero, one or two bytes before it; what depends on its neighbours is cut off. */
function base64(text: string): string[] {
  const bytes = new TextEncoder().encode(text);
  return [0, 1, 2].map((offset) => {
    const padded = new Uint8Array(offset + bytes.length);
    padded.set(bytes, offset);
    const whole = btoa(String.fromCharCode(...padded)).replace(/=+$/, "");
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((offset + bytes.length) * 8) / 6);
    return whole.slice(first, last);
  });
}

/**
 * Redacts a piece of a stream. Cut anywhere, the pieces give the same clean text as the whole.
 *
 * @param forms as `formsOf` gives them, longest first
 * @param last true when nothing comes after `text`
 * @returns the clean text, and how much of `text` it stands for: the rest could be the beginning of a secret,
 *   and belongs before the next piece
 */
export function redact(
  forms: readonly string[],
  text: string,
  last: boolean,
): { clean: string; consumed: number } {
  if (forms.length === 0) return { clean: text, consumed: text.length };
  const window = Math.max(WINDOW, 2 * mostHeld(forms));
  let clean = "";
  let consumed = 0;
  for (let to = 0; to < text.length; ) {
    to = Math.min(consumed + window, text.length);
    const piece = redactPiece(forms, text.slice(consumed, to), last && to === text.length);
    clean += piece.clean;
    consumed += piece.consumed;
  }
  return { clean, consumed };
}

function redactPiece(forms: readonly string[], piece: string, last: boolean) {
  // An escape that is not complete is read when it is.
  const text = last ? piece : piece.replace(UNFINISHED, "");
  const readings = readingsOf(text);
  const spans = spansIn(forms, readings);
  const consumed = last ? text.length : cutOf(forms, text, readings, spans);
  let clean = "";
  let at = 0;
  for (const { from, to } of spans) {
    if (from >= consumed) break;
    clean += text.slice(at, from) + MASK;
    at = Math.min(to, consumed);
  }
  return { clean: clean + text.slice(at, consumed), consumed };
}

/** What is looked for in a reading. */
function formsFor(forms: readonly string[], { broken }: Reading): readonly string[] {
  if (!broken) return forms;
  const known = LONG.get(forms);
  if (known !== undefined) return known;
  const long = forms.filter((form) => form.length >= SHORTEST_BROKEN && !/\s/.test(form));
  LONG.set(forms, long);
  return long;
}

/** Of each list of forms those that may be broken: asked for each of many short texts. */
const LONG = new WeakMap<readonly string[], readonly string[]>();

export type Span = { from: number; to: number };

/** Where secrets stand in a text, however it is read. */
export function secretsIn(forms: readonly string[], text: string): Span[] {
  return spansIn(forms, readingsOf(text));
}

/**
 * Where the longest end of a text begins with which a secret begins; the text's length when there is none.
 *
 * @param least how much of a form must be there
 */
export function beginningIn(forms: readonly string[], text: string, least: Least): number {
  const readings = readingsOf(text.replace(UNFINISHED, ""));
  return Math.min(text.length, ...readings.map((one) => heldFrom(formsFor(forms, one), one, least)));
}

function spansIn(forms: readonly string[], readings: readonly Reading[]): Span[] {
  return joined(readings.flatMap((reading) => spansOf(formsFor(forms, reading), reading)));
}

/** Where forms stand in the text, by one reading of it. */
function spansOf(forms: readonly string[], { text, startOf, endOf }: Reading): Span[] {
  const found: Span[] = [];
  for (const form of forms) {
    for (let from = text.indexOf(form); from !== -1; from = text.indexOf(form, from + 1)) {
      found.push({ from: startOf(from), to: endOf(from + form.length - 1) });
    }
  }
  return found;
}

/** Spans that overlap are one, so that no end of either stays readable. */
function joined(found: Span[]): Span[] {
  const spans: Span[] = [];
  for (const span of found.sort((a, b) => a.from - b.from)) {
    const before = spans.at(-1);
    if (before !== undefined && span.from < before.to) before.to = Math.max(before.to, span.to);
    else spans.push({ ...span });
  }
  return spans;
}

/**
 * How much may be said now. The end that could begin a secret waits, and a secret that ends in such an end waits
 * with it: cut in two it would not be found again. Only a secret that repeats into itself is cut after a while.
 */
function cutOf(
  forms: readonly string[],
  text: string,
  readings: readonly Reading[],
  spans: readonly Span[],
): number {
  const held = readings.map((reading) => {
    const least = leastHeld(reading, text);
    return heldFrom(formsFor(forms, reading), reading, () => least);
  });
  const least = text.length - mostHeld(forms);
  const cut = Math.max(least, Math.min(text.length, ...held));
  const across = spans.find(({ from, to }) => from < cut && cut < to);
  return across === undefined || across.from < least ? cut : across.from;
}

/** The most that waits, in characters: twice the longest form, with what may stand between its characters. */
function mostHeld(forms: readonly string[]): number {
  return 4 * (forms[0]?.length ?? 0) + 256;
}

/**
 * A line whose last word is short is over at its end, also when its last letter could begin a secret: a log is read
 * as it grows. Of a word whose beginning was said before nobody knows how long it is.
 */
function leastHeld({ broken }: Reading, text: string): number {
  const over =
    broken && text.endsWith("\n") && !/(?:\S{16}|^\S+)\s*$/.test(text.slice(-SHORTEST_BROKEN * 10));
  return over ? SHORTEST_BROKEN - 2 : 1;
}

type Least = (form: string) => number;

/** Where the longest end of a reading begins with which a form begins, if it is as long as `least`. */
function heldFrom(forms: readonly string[], { text, startOf }: Reading, least: Least): number {
  let held = 0;
  const end = text.at(-1);
  for (const form of forms) {
    const beyond = Math.max(held, least(form) - 1);
    for (let length = Math.min(form.length - 1, text.length); length > beyond; length--) {
      if (form[length - 1] !== end || !form.startsWith(text.slice(-length))) continue;
      held = length;
      break;
    }
  }
  return held === 0 ? Number.POSITIVE_INFINITY : startOf(text.length - held);
}
