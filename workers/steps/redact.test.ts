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

const hexOf = (text: string) => Buffer.from(text).toString("hex");
const small = (url: string) => url.replace(/%../g, (code) => code.toLowerCase());
const strict = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${hexOf(sign).toUpperCase()}`);

const ENCODINGS: [string, (secret: string) => string][] = [
  ["as it is", (secret) => secret],
  ["base64", (secret) => Buffer.from(secret).toString("base64")],
  ["base64 in the middle, after 1 byte", (secret) => base64At(secret, 1)],
  ["base64 in the middle, after 2 bytes", (secret) => base64At(secret, 2)],
  ["base64 in the middle, after 3 bytes", (secret) => base64At(secret, 3)],
  ["base64url", (secret) => Buffer.from(secret).toString("base64url")],
  ["URL-encoded", encodeURIComponent],
  ["URL-encoded with small digits", (secret) => small(encodeURIComponent(secret))],
  ["URL-encoded as a path", (secret) => encodeURIComponent(secret).replaceAll("%2F", "/")],
  ["URL-encoded as a form", (secret) => new URLSearchParams({ "": secret }).toString().slice(1)],
  ["URL-encoded with all that may be", (secret) => strict(secret)],
  ["URL-encoded with all that may be, as a path", (secret) => strict(secret).replaceAll("%2F", "/")],
  ["URL-encoded in every byte", (secret) => hexOf(secret).replace(/../g, "%$&")],
  ["hexadecimal", (secret) => Buffer.from(secret).toString("hex")],
  ["HEXADECIMAL", (secret) => Buffer.from(secret).toString("hex").toUpperCase()],
  ["reversed", (secret) => [...secret].reverse().join("")],
  ["in JSON", (secret) => JSON.stringify(secret).slice(1, -1)],
];

describe.each([
  ["a secret", SECRET],
  ["a secret with quotes", 'pa"ss\\wo"rd'],
  ["a secret whose base64 has + and /", "???>>>~~~???>>>"],
  ["a secret that programs write into URLs in ways of their own", "it's/(all) *that*!~ ok?"],
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
  // One way of writing URLs is enough where every place to cut is tried.
  const streamed = ENCODINGS.filter(([name]) => !name.startsWith("URL-encoded "));
  const text = `begin ${streamed.map(([name, encode]) => `${name}: ${encode(SECRET)}`).join("\n")} end\n`;
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
    expect(redact(forms, "hunter-h;\n", false).clean).toBe("***;\n");
  });

  test("says a line of words at its end, whatever letter it ends in", () => {
    const forms = formsOf([SECRET, "hunter-h", "abcdefghijkl"]);
    for (const letter of "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/") {
      const line = `it was don${letter}\n`;
      expect(redact(forms, line, false)).toEqual({ clean: line, consumed: line.length });
    }
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

/** A key as an environment lists it, with as much before it. */
const listed = (before: number) => `${"#".repeat(before)}\nKEY=${LONG}\nHOME=/root\n`;
const LONG = `sk-ant-${Array.from({ length: 12 }, (_, nth) => `part${nth * 7919}`).join("-")}`;
const lines = (text: string, width: number) => text.match(new RegExp(`.{1,${width}}`, "g")) ?? [];
const base64Lines = (before: number, width = 76) =>
  lines(Buffer.from(listed(before)).toString("base64"), width);
const hexLines = (text: string) => lines(Buffer.from(text).toString("hex"), 60);
const escaped = (text: string) =>
  [...text].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");

const BROKEN: [string, string][] = [
  ...[0, 1, 2, 3, 40, 75].flatMap((before): [string, string][] => [
    [`in base64 of 76 columns after ${before}`, base64Lines(before).join("\n")],
    [`in base64 of 64 columns after ${before}`, base64Lines(before, 64).join("\r\n")],
    [
      `in a diff of base64 after ${before}`,
      base64Lines(before)
        .map((line) => `+${line}`)
        .join("\n"),
    ],
    [`in JSON of base64 after ${before}`, JSON.stringify({ output: base64Lines(before).join("\n") })],
    [
      `in JSON of a diff after ${before}`,
      JSON.stringify(
        base64Lines(before)
          .map((line) => `-${line}`)
          .join("\n"),
      ),
    ],
  ]),
  [
    "in indented base64",
    base64Lines(5)
      .map((line) => `        ${line}`)
      .join("\n"),
  ],
  ["in hex of 60 columns", hexLines(listed(7)).join("\n")],
  ["in hex byte for byte", (Buffer.from(listed(7)).toString("hex").match(/../g) ?? []).join(" ")],
  ["in UTF-16", [...listed(3)].join("\0")],
  ["in colours", [...listed(3)].join("\u001b[1;31m")],
  ["in colours of JSON", JSON.stringify(lines(listed(3), 9).join("\u001b[0m"))],
  ["in characters that do not show", [...listed(3)].join("\u200b\u2060")],
  ["in escapes", escaped(listed(3))],
  ["in some escapes", `KEY=\\u0073k${LONG.slice(2)}`],
  ["in lines of a narrow terminal", lines(LONG, 20).join("\n  ")],
];

/** Whether as much of the key is left as would help to guess the rest, however it is written. */
function remains(said: string): boolean {
  const hidden = new RegExp(
    String.raw`\\n|(?:\\u001b|${String.fromCharCode(27)})\[[\d;]*m|[\s\0\u200b\u2060]`,
    "g",
  );
  const bare = said
    .replace(/\\u00([2-7][0-9a-f])/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(hidden, "")
    .replace(/(?<=\*{3}|^"?)[+-]/g, "");
  const forms = [
    LONG,
    Buffer.from(LONG).toString("hex"),
    ...[0, 1, 2].map((before) => base64At(LONG, before)),
  ];
  return forms.some((form) => lines(form, 16).some((part) => part.length === 16 && bare.includes(part)));
}

describe.each(BROKEN)("a long key %s", (_, text) => {
  test("is not said, however the text is cut", () => {
    const said = clean([LONG], text);
    expect(said).toContain("***");
    expect(remains(said)).toBe(false);
    for (let size = 1; size <= text.length; size += 5) expect(cleanInPieces([LONG], text, size)).toBe(said);
  });
});

test("the search for what remains finds what was not cleaned", () => {
  for (const [name, text] of BROKEN.filter(([name]) => !name.includes("diff")))
    expect([name, remains(text)]).toEqual([name, true]);
});

test("a key is found wherever it stands in a text of many windows", () => {
  const text = "0123456789 abcde\n".repeat(17_000);
  for (let at = 262_144 - LONG.length - 1; at <= 262_145; at += 40) {
    const whole = `${text.slice(0, at)}${LONG}${text.slice(at)}`;
    expect(clean([LONG], whole)).toBe(`${text.slice(0, at)}***${text.slice(at)}`);
  }
});

test("a key with slashes is not said where JSON has them escaped", () => {
  const key = "https://hooks.test/T0/abcdefgh";
  const text = JSON.stringify({ text: `<${key}>` }).replaceAll("/", "\\/");
  expect(JSON.parse(clean([key], text))).toEqual({ text: "<***>" });
  for (let size = 1; size <= text.length; size++)
    expect(cleanInPieces([key], text, size)).toBe(clean([key], text));
});

test("words that only stand beside each other are no short secret", () => {
  const text = "pass word, the\nme, dead\nbeef 12\n34";
  expect(clean(["password", "theme", "1234", "deadbeef"], text)).toBe(text);
});

test("a word does not go on after a page of nothing", () => {
  const text = `${LONG.slice(0, 20)}${" ".repeat(5_000)}${LONG.slice(20)}`;
  expect(clean([LONG], text)).toBe(text);
  expect(cleanInPieces([LONG], text, 7)).toBe(text);
});

test("text without secrets stays what it is, byte for byte, however it is cut", () => {
  const text = "ünïcode 🙂 *** \u0000\u001b[31m\r\n\ttabs s3cr3 terces c3VyZQ== %20 deadbeef\n".repeat(3);
  expect(clean([SECRET, KEY], text)).toBe(text);
  for (let size = 1; size <= text.length; size++) expect(cleanInPieces([SECRET, KEY], text, size)).toBe(text);
  expect(redact([], text, false)).toEqual({ clean: text, consumed: text.length });
});

test("what is held back is bounded by the longest form", () => {
  const secrets = [SECRET, "aaaa", "abcab", "hunter-h"];
  const forms = formsOf(secrets);
  const most = 4 * Math.max(...forms.map((form) => form.length)) + 256;
  for (const text of [
    "a".repeat(5_000),
    "abc".repeat(2_000),
    `${SECRET}${SECRET.slice(0, -1)}`,
    "hunter-".repeat(500),
    [...SECRET.repeat(50)].join("\n".repeat(30)),
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
