/**
 * Keeps secrets out of logs: as they are, base64 (and base64url) in every alignment, URL-encoded, hexadecimal,
 * reversed and as JSON writes them.
 */

/** Shorter ones would turn half of a log into stars. */
const SHORTEST = 4;
const MASK = "***";

/** All forms in which these secrets are looked for, longest first. */
export function formsOf(secrets: Iterable<string>): string[] {
  const forms = new Set<string>();
  for (const secret of secrets) {
    // A secret of several lines leaks line by line.
    for (const part of [secret, ...secret.split(/\r?\n/)]) {
      if (part.trim().length < SHORTEST) continue;
      for (const form of [
        part,
        encodeURIComponent(part),
        [...part].reverse().join(""),
        JSON.stringify(part).slice(1, -1),
        hex(part),
        hex(part).toUpperCase(),
        ...base64(part),
        ...base64(part).map((form) => form.replaceAll("+", "-").replaceAll("/", "_")),
        ...wrapped(base64(part)[0] ?? ""),
      ]) {
        if (form.length >= SHORTEST) forms.add(form);
      }
    }
  }
  return [...forms].sort((a, b) => b.length - a.length);
}

function hex(text: string): string {
  return [...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Lines as `base64` and `openssl` break them; what is left of a last short one is no secret any more. */
function wrapped(whole: string): string[] {
  return [64, 76].flatMap((width) =>
    whole.length <= width
      ? []
      : (whole.match(new RegExp(`.{1,${width}}`, "g")) ?? []).filter((line) => line.length >= SHORTEST * 2),
  );
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
  const spans = spansOf(forms, text);
  const consumed = last ? text.length : cutOf(forms, text, spans);
  let clean = "";
  let at = 0;
  for (const { from, to } of spans) {
    if (from >= consumed) break;
    clean += text.slice(at, from) + MASK;
    at = Math.min(to, consumed);
  }
  return { clean: clean + text.slice(at, consumed), consumed };
}

type Span = { from: number; to: number };

/** Where forms stand in the text; those that overlap are one span, so that no end of either stays readable. */
function spansOf(forms: readonly string[], text: string): Span[] {
  const found: Span[] = [];
  for (const form of forms) {
    for (let from = text.indexOf(form); from !== -1; from = text.indexOf(form, from + 1)) {
      found.push({ from, to: from + form.length });
    }
  }
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
function cutOf(forms: readonly string[], text: string, spans: readonly Span[]): number {
  const cut = text.length - heldBack(forms, text);
  const across = spans.find(({ from, to }) => from < cut && cut < to);
  if (across === undefined) return cut;
  const longest = forms[0]?.length ?? 0;
  return text.length - across.from <= 2 * longest ? across.from : cut;
}

/** The length of the longest end of `text` with which a form begins. */
function heldBack(forms: readonly string[], text: string): number {
  let held = 0;
  for (const form of forms) {
    for (let length = Math.min(form.length - 1, text.length); length > held; length--) {
      if (form.startsWith(text.slice(-length))) held = length;
    }
  }
  return held;
}
