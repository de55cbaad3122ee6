import { expect, test } from "vitest";
import { plain, quoted, quotedInCell } from "./markup.ts";

test.each([
  ["nothing", " \n", ""],
  ["markup", "[x](http://evil) <img src=x> @team #1", "`[x](http://evil) <img src=x> @team #1`"],
  ["lines", "a\n\n# b\r\n- c", "`a # b - c`"],
  ["code", "`@team`", "`` `@team` ``"],
  ["more backticks than ours", "a ``` b ` @team", "```` a ``` b ` @team ````"],
  ["text turned round", "a\u202eb\u200b", "`ab`"],
  ["only what does not show", " \u202e", ""],
  ["a backslash at the end", "a\\", "`a\\`"],
])("%s is quoted as code", (_, text, code) => {
  expect(quoted(text)).toBe(code);
});

test("what is long is cut between characters", () => {
  const cut = quoted(`${"a".repeat(499)}😀`);
  expect(cut).toBe(`\`${"a".repeat(499)}\uFFFD\``);
});

test.each([
  ["a bar", "a | b", "`a \\| b`"],
  ["a bar that is escaped already", "a \\| b", "`a \\ \\| b`"],
  ["two backslashes and a bar", "a\\\\|b", "`a\\\\ \\|b`"],
])("%s stays within its cell", (_, text, cell) => {
  expect(quotedInCell(text)).toBe(cell);
});

test("plain() mends halves of characters", () => expect(plain("a\ud800b")).toBe("a\ufffdb"));
