import { Buffer } from "node:buffer";
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { MAX_FILE_BYTES } from "./parse.ts";
import { blobOf, read, safePath } from "./read.ts";

const bytes = (...parts: (string | number[])[]) =>
  new Uint8Array(
    Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part)))),
  );
const utf16 = (text: string) => [...Buffer.from(text, "utf16le")];
const swapped = (text: string) => [...Buffer.from(text, "utf16le").swap16()];

test.each([
  ["plain", bytes("a = 1\n"), "a.py", { text: "a = 1\n" }],
  ["nothing", bytes(), "a.py", { text: "" }],
  ["UTF-8", bytes("größe 数 🙂"), "a.js", { text: "größe 数 🙂" }],
  ["UTF-8 with its mark", bytes([0xef, 0xbb, 0xbf], "a"), "a.js", { text: "a" }],
  ["UTF-16 little", bytes([0xff, 0xfe], utf16("aß🙂")), "a.js", { text: "aß🙂" }],
  ["UTF-16 big", bytes([0xfe, 0xff], swapped("aß🙂")), "a.js", { text: "aß🙂" }],
  ["half a character", bytes([0xff, 0xfe], utf16("a"), [0x61]), "a.js", { trouble: "encoding" }],
  ["half a character, big", bytes([0xfe, 0xff], swapped("a"), [0x61]), "a.js", { trouble: "encoding" }],
  ["a NUL", bytes("a\0b"), "a.js", { trouble: "binary" }],
  ["a NUL in UTF-16", bytes([0xff, 0xfe], utf16("a\0")), "a.js", { trouble: "binary" }],
  ["Latin-1", bytes("// ", [0xe9]), "a.js", { trouble: "encoding" }],
  ["Latin-1 in Python", bytes("# ", [0xe9]), "a.py", { trouble: "encoding" }],
  [
    "Latin-1 that says so",
    bytes("# -*- coding: latin-1 -*-\n# ", [0xe9]),
    "a.py",
    { text: "# -*- coding: latin-1 -*-\n# é" },
  ],
  [
    "... on the second line",
    bytes("#!python\n# coding=cp1252\n", [0xe9]),
    "a.py",
    { text: "#!python\n# coding=cp1252\né" },
  ],
  ["... behind code", bytes("x = 1\n# coding=cp1252\n", [0xe9]), "a.py", { trouble: "encoding" }],
  ["... on the third line", bytes("#\n#\n# coding=cp1252\n", [0xe9]), "a.py", { trouble: "encoding" }],
  ["too much", new Uint8Array(MAX_FILE_BYTES + 1).fill(0x61), "a.js", { trouble: "too_big" }],
] as const)("read() of %s", (_title, content, path, expected) => {
  expect(read(content, path)).toEqual(expected);
});

test("read() takes a large Latin-1 file", () => {
  const content = new Uint8Array(300_000).fill(0xe9);
  content.set(bytes("# coding: latin-1\n"));
  expect(read(content, "a.py")).toEqual({ text: `# coding: latin-1\n${"é".repeat(300_000 - 18)}` });
});

test.each([
  ["", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"],
  ["hello\n", "ce013625030ba8dba906f756967f9e9ca394464a"],
])("blobOf(%j) is git's name of it", async (text, expected) => {
  expect(await blobOf(bytes(text))).toBe(expected);
});

test("blobOf() says what git says", async () => {
  const content = bytes([0, 255, 13, 10], "größe");
  const git = execFileSync("git", ["hash-object", "--stdin", "--no-filters"], {
    input: content,
    encoding: "utf8",
  });
  expect(await blobOf(content)).toBe(git.trim());
});

test.each([
  ["src/a.ts", "src/a.ts"],
  ["./src/./a.ts", "src/a.ts"],
  ["src//a.ts", "src/a.ts"],
  ['a b/it\'s "x"::y.py', 'a b/it\'s "x"::y.py'],
  ["...a/..b", "...a/..b"],
  ["", undefined],
  [".", undefined],
  ["/etc/passwd", undefined],
  ["../a", undefined],
  ["a/../b", undefined],
  ["a/..", undefined],
  ["a\\..\\b", undefined],
  ["C:/a", undefined],
  ["a\0b", undefined],
  ["a/", undefined],
])("safePath(%j)", (path, expected) => {
  expect(safePath(path)).toBe(expected);
});
