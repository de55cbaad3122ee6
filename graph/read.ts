import { MAX_FILE_BYTES } from "./parse.ts";

export type Read = { text: string } | { trouble: "binary" | "encoding" | "too_big" };

/** The text of a file: UTF-8, UTF-16 with its mark, or Latin-1 where a Python file says so. A mark at the start is left out. */
export function read(bytes: Uint8Array, path: string): Read {
  if (bytes.length > MAX_FILE_BYTES) return { trouble: "too_big" };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decode("utf-16le", bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return decode("utf-16le", swapped(bytes));
  if (bytes.includes(0)) return { trouble: "binary" };
  const text = decode("utf-8", bytes);
  if ("text" in text || !/\.pyw?$/.test(path) || !saysCoding(bytes)) return text;
  return { text: latin1(bytes) };
}

/** Refuses what the encoding does not allow, instead of putting marks in its place: offsets and names would be false. */
function decode(encoding: "utf-8" | "utf-16le", bytes: Uint8Array): Read {
  try {
    const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: false }).decode(bytes);
    return text.includes("\0") ? { trouble: "binary" } : { text };
  } catch {
    return { trouble: "encoding" };
  }
}

/** Big-endian UTF-16 as little-endian, since not every runtime decodes both. */
function swapped(bytes: Uint8Array): Uint8Array {
  const turned = new Uint8Array(bytes.length);
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    turned[at] = bytes[at + 1] as number;
    turned[at + 1] = bytes[at] as number;
  }
  // Half a character stays half, to be refused.
  return bytes.length % 2 === 0 ? turned : turned.fill(bytes.at(-1) as number, bytes.length - 1);
}

/** PEP 263: a comment in the first two lines. */
function saysCoding(bytes: Uint8Array): boolean {
  const [first = "", second = ""] = latin1(bytes.subarray(0, 400)).split(/\r\n|\r|\n/, 2);
  const cookie = /^[ \t\f]*#.*?coding[:=][ \t]*[-\w.]+/;
  return cookie.test(first) || (/^[ \t\f]*(?:#|$)/.test(first) && cookie.test(second));
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  // In pieces: one call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8_192) {
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  }
  return text;
}

/** The part of Web Crypto that is used, the same in Node, workerd and browsers, whose type libraries differ. */
const subtle = (
  globalThis as unknown as {
    crypto: { subtle: { digest(algorithm: string, bytes: Uint8Array): Promise<ArrayBuffer> } };
  }
).crypto.subtle;

/** Git's name for a file's content: SHA-1 of `blob <length>\0` and the bytes. */
export async function blobOf(bytes: Uint8Array): Promise<string> {
  const head = new TextEncoder().encode(`blob ${bytes.length}\0`);
  const whole = new Uint8Array(head.length + bytes.length);
  whole.set(head);
  whole.set(bytes, head.length);
  const digest = new Uint8Array(await subtle.digest("SHA-1", whole));
  let hex = "";
  for (const byte of digest) hex += byte.toString(16).padStart(2, "0");
  return hex;
}

/** The path as ids hold it, relative and with `/`; undefined for one that leaves the repository or pretends to. */
export function safePath(path: string): string | undefined {
  if (path === "" || path.length > 4_096 || /[\0\\]/.test(path)) return undefined;
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return undefined;
  const parts = path.split("/").filter((part) => part !== "." && part !== "");
  if (parts.length === 0 || parts.includes("..") || path.endsWith("/")) return undefined;
  return parts.join("/");
}
