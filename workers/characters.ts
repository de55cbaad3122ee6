/** Text as bytes, cut between characters and never within one. */

/** The longest beginning of these bytes, up to `end`, that ends with a whole character. */
export function wholeUntil(bytes: Uint8Array, end: number): number {
  if (end >= bytes.length) end = bytes.length;
  for (let back = 1; back <= 4 && back <= end; back++) {
    const byte = bytes[end - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? end - back : end;
  }
  return end;
}

/** The first character that begins at `from` or after it. */
export function wholeFrom(bytes: Uint8Array, from: number): number {
  let at = Math.min(from, bytes.length);
  while (at < bytes.length && ((bytes[at] ?? 0) & 0xc0) === 0x80) at++;
  return at;
}

const encoder = new TextEncoder();
// A mark of byte order within a log is a character as any other: without it all that follows would stand elsewhere.
const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
