/** Secrets in every form, cut at every place. */
import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { formsOf, redact } from "./redact.ts";

const SECRET = "s3cr3t/päss+word s";
const KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBg\r\nkqhkiG9w0BAQEFAA==\n-----END KEY-----\n";

/** A whole text at once. */
const clean = (secrets: string[], text: string): string => redact(formsOf(secrets), text, true).clean;

/** The same text in pieces of one size, as a step's log reads it: what was not consumed is read again. */
function cleanInPieces(secrets: string[], text: string, size: number): string {
  const forms = formsOf(secrets);
  let said = "";
  for (let from = 0, to = size; ; to += size) {
    const last = to >= text.length;
    const piece = redact(forms, text.slice(from, to), last);
    said += piece.clean;
    from += piece.consumed;
    if (last) return said;
  }
}

/** Base64 of the secret with other bytes around it: it looks different at each of three places. */
const base64At = (secret: string, before: number) =>
  Buffer.from(`${"#".repeat(before)}${secret}tail`).toString("base64");

const ENCODINGS: [string, (secret: string) => string][] = [
  ["as it is", (secret) => secret],
  ["base64", (secret) => Buffer.from(secret).toString("base64")],
  ["base64 in the middle, after 1 byte", (secret) => base64At(secret, 1)],
  ["base64 in the middle, after 2 bytes", (secret) => base64At(secret, 2)],
  ["base64 in the middle, after 3 bytes", (secret) => base64At(secret, 3)],
  ["base64url", (secret) => Buffer.from(secret).toString("base64url")],
  ["URL-encoded", encodeURIComponent],
  ["hexadecimal", (secret) => Buffer.from(secret).toString("hex")],
  ["HEXADECIMAL", (secret) => Buffer.from(secret).toString("hex").toUpperCase()],
  ["reversed", (secret) => [...secret].reverse().join("")],
  ["in JSON", (secret) => JSON.stringify(secret).slice(1, -1)],
];

describe.each([
  ["a secret", SECRET],
  ["a secret with quotes", 'pa"ss\\wo"rd'],
  ["a secret whose base64 has + and /", "???>>>~~~???>>>"],
  ["a secret of emoji", "🔑🗝️🔑 open"],
])("%s", (_, secret) => {
  test.each(ENCODINGS)("is not said %s", (_, encode) => {
    const said = clean([secret], `TOKEN=${encode(secret)};`);
    expect(said).toMatch(/^TOKEN=.*\*\*\*.*;$/);
    // All that may stay of it is what its neighbours changed.
    expect(said.length).toBeLessThanOrEqual("TOKEN=***;".length + 14);
    expect(said).not.toContain(encode(secret));
  });
});

describe("a stream", () => {
  const text = `begin ${ENCODINGS.map(([name, encode]) => `${name}: ${encode(SECRET)}`).join("\n")} end\n`;
  const whole = clean([SECRET, KEY], text);
  const sizes = Array.from({ length: text.length }, (_, index) => index + 1);

  test("cut anywhere is as clean as the whole", () => {
    expect(whole).not.toContain(SECRET);
    for (const size of sizes) expect(cleanInPieces([SECRET, KEY], text, size)).toBe(whole);
  });

  test("of a key of several lines, also with other ends of lines, is as clean as the whole", () => {
    const key = `key:\n${KEY}again:\n${KEY.replaceAll("\r", "")}once more: ${KEY.split(/\r?\n/)[1]}\n`;
    for (let size = 1; size <= key.length; size++) {
      const said = cleanInPieces([KEY], key, size);
      expect(said).toBe(clean([KEY], key));
      for (const line of KEY.split(/\r?\n/).filter(Boolean)) expect(said).not.toContain(line);
    }
  });

  test.each([
    ["that ends as it begins", ["hunter-h"], "x hunter-h y hunter-hunter-h"],
    ["that ends in its own beginning", ["abcab"], "abcab abcabcab xabca abcab"],
    ["that begins another", ["token", "token-long"], "token token-long token-lon token-longtoken"],
    ["whose end begins another", ["abcdef", "defghi"], "abcdefghi abcdef defghi abcdeghi abcdefgh"],
    ["within another", ["cdef", "abcdefgh"], "abcdefgh cdef abcdefg bcdefgh"],
  ])("of a secret %s is as clean as the whole", (_, secrets, sample) => {
    const all = clean(secrets, sample);
    for (const secret of secrets) expect(all).not.toContain(secret);
    for (let size = 1; size <= sample.length; size++) {
      expect(cleanInPieces(secrets, sample, size)).toBe(all);
    }
  });

  test("that stops right after a secret does not say it", () => {
    const forms = formsOf(["hunter-h"]);
    const first = redact(forms, "TOKEN=hunter-h", false);
    expect(first).toEqual({ clean: "TOKEN=", consumed: 6 });
    expect(redact(forms, "hunter-h\n", false).clean).toBe("***\n");
  });
});

describe("overlapping secrets", () => {
  test.each([
    ["side by side", ["abcdef", "ghijkl"], "abcdefghijkl", "******"],
    ["one over the end of the other", ["abcdef", "defghi"], "<abcdefghi>", "<***>"],
    ["one in the other", ["cdef", "abcdefgh"], "<abcdefgh>", "<***>"],
    ["the same twice over itself", ["abab"], "<ababab>", "<***>"],
    ["that look like the mask", ["****", "***a"], "a ***a ****", "a *** ***"],
  ])("%s leave nothing readable", (_, secrets, text, expected) => {
    expect(clean(secrets, text)).toBe(expected);
  });
});

test.each([64, 76])("base64 that is broken after %i characters does not say a long key", (width) => {
  const key = Array.from({ length: 30 }, (_, nth) => `part-${nth * 7919}`).join("/");
  const lines = (
    Buffer.from(key)
      .toString("base64")
      .match(new RegExp(`.{1,${width}}`, "g")) ?? []
  ).slice(0, -1);
  const said = clean([key], `before\n${lines.join("\n")}\nafter`);
  for (const line of lines) expect(said).not.toContain(line);
  expect(said).toMatch(/^before\n(\*{3}\n)+after$/);
});

test("text without secrets stays what it is, byte for byte, however it is cut", () => {
  const text = "ünïcode 🙂 *** \u0000\u001b[31m\r\n\ttabs s3cr3 terces c3VyZQ== %20 deadbeef\n".repeat(3);
  expect(clean([SECRET, KEY], text)).toBe(text);
  for (let size = 1; size <= text.length; size++) expect(cleanInPieces([SECRET, KEY], text, size)).toBe(text);
  expect(redact([], text, false)).toEqual({ clean: text, consumed: text.length });
});

test("what is held back is never longer than twice the longest form", () => {
  const secrets = [SECRET, "aaaa", "abcab", "hunter-h"];
  const forms = formsOf(secrets);
  const most = 2 * Math.max(...forms.map((form) => form.length));
  for (const text of [
    "a".repeat(5_000),
    "abc".repeat(2_000),
    `${SECRET}${SECRET.slice(0, -1)}`,
    "hunter-".repeat(500),
  ]) {
    const { consumed } = redact(forms, text, false);
    expect(text.length - consumed).toBeLessThanOrEqual(most);
    expect(redact(forms, text, true).consumed).toBe(text.length);
  }
});

test("a secret that repeats into itself for ever is still not said, and the log goes on", () => {
  const said = cleanInPieces(["aaaa"], `<${"a".repeat(1_000)}>`, 7);
  expect(said).toMatch(/^<[*]+a{0,3}>$/);
});

describe("formsOf()", () => {
  test.each([
    ["what is too short to look for", ["abc", "  x ", "", "\n"], []],
    ["nothing", [], []],
  ])("has no form of %s", (_, secrets, forms) => {
    expect(formsOf(secrets)).toEqual(forms);
  });

  test("looks for lines of a secret that are long enough, and for no shorter ones", () => {
    const forms = formsOf(["abc\nlong-line\nxy"]);
    expect(forms).toContain("long-line");
    expect(forms).not.toContain("abc");
    expect(forms.every((form) => form.length >= 4)).toBe(true);
  });

  test("gives the longest first, and each once", () => {
    const forms = formsOf([SECRET, SECRET, KEY]);
    expect(forms).toEqual([...new Set(forms)].sort((a, b) => b.length - a.length));
  });

  test("takes the longest secret that can be set", () => {
    expect(clean(["ab".repeat(15_000)], `<${"ab".repeat(15_000)}>`)).toBe("<***>");
  });
});
