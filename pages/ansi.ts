/** Terminal output as spans of text: colours are kept, every other escape sequence is thrown away. */

export type Style = { color: number | null; bold: boolean; dim: boolean; underline: boolean };
export type Span = { text: string; style: Style };

export const PLAIN: Style = { color: null, bold: false, dim: false, underline: false };

// CSI sequences, OSC sequences (titles, links) with either end, two-character escapes, and lone controls.
const ESCAPE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /\x1b\[([0-9;:?<=>]*)[ -/]*([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[ -/]*[0-~]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g;

/** Text without escapes, as it is copied. */
export function strip(text: string): string {
  return overwritten(text).replace(ESCAPE, "");
}

/**
 * Cuts text into spans of one style.
 *
 * @param style what was in force before the text
 * @returns the spans, and what is in force after them
 */
export function spans(text: string, style: Style = PLAIN): { spans: Span[]; style: Style } {
  const found: Span[] = [];
  const clean = overwritten(text);
  let now = style;
  let at = 0;
  const take = (end: number): void => {
    if (end > at) found.push({ text: clean.slice(at, end), style: now });
  };
  for (const match of clean.matchAll(ESCAPE)) {
    take(match.index);
    at = match.index + match[0].length;
    if (match[2] === "m") now = restyle(now, match[1] ?? "");
  }
  take(clean.length);
  return { spans: merged(found), style: now };
}

/** A progress bar draws over its own line: only what was drawn last is shown. */
function overwritten(text: string): string {
  if (!text.includes("\r")) return text;
  return text
    .replaceAll(/\r+\n/g, "\n")
    .split("\n")
    .map((line) => line.slice(line.lastIndexOf("\r", line.length - 2) + 1))
    .join("\n");
}

/** Neighbours of one style become one: a log that resets its colour after every word stays small. */
function merged(found: Span[]): Span[] {
  const all: Span[] = [];
  for (const span of found) {
    const last = all.at(-1);
    if (last !== undefined && styleClass(last.style) === styleClass(span.style)) last.text += span.text;
    else all.push({ ...span });
  }
  return all;
}

function restyle(style: Style, parameters: string): Style {
  const codes = parameters.split(/[;:]/).map((code) => Number(code === "" ? 0 : code));
  let now = style;
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] ?? 0;
    // 256 colours and true colour take more numbers; read as codes those would be nonsense.
    if (code === 38 || code === 48) index += codes[index + 1] === 5 ? 2 : 4;
    else now = apply(now, code);
  }
  return now;
}

function apply(style: Style, code: number): Style {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 4) return { ...style, underline: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 24) return { ...style, underline: false };
  if (code === 39) return { ...style, color: null };
  if (code >= 30 && code <= 37) return { ...style, color: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, color: code - 90 };
  return style;
}

/** The classes of a style; empty for plain text. */
export function styleClass(style: Style): string {
  const classes = [
    // Bright colours are drawn as the plain ones: both must be readable on both themes.
    style.color !== null && `ansi-${style.color}`,
    style.bold && "ansi-bold",
    style.dim && "ansi-dim",
    style.underline && "ansi-underline",
  ];
  return classes.filter((name) => name !== false).join(" ");
}
