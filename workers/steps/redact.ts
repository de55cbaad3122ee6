/** Keeps secrets out of logs: as they are, base64 in every alignment, URL-encoded, hexadecimal and reversed. */

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
        hex(part),
        ...base64(part),
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
 * Redacts a piece of a stream.
 *
 * @param last true when nothing comes after `text`
 * @returns the clean text, and how much of `text` it stands for: the rest could be the beginning of a secret,
 *   and belongs before the next piece
 */
export function redact(
  forms: readonly string[],
  text: string,
  last: boolean,
): { clean: string; consumed: number } {
  const held = last ? 0 : heldBack(forms, text);
  const consumed = text.length - held;
  let clean = text.slice(0, consumed);
  for (const form of forms) clean = clean.replaceAll(form, MASK);
  return { clean, consumed };
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
