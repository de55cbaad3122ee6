/** What terminals show, and nothing that hides from a reader. */
import { expect, test } from "vitest";
import { cleanLines } from "./clean.ts";

const ESC = String.fromCharCode(27);
const BEL = String.fromCharCode(7);

test.each<[string, string, string[]]>([
  ["colours", `${ESC}[31m${ESC}[1mred${ESC}[0m`, ["red"]],
  ["links and titles", `${ESC}]8;;http://x${BEL}here${ESC}]8;;${BEL}${ESC}]0;title${BEL}`, ["here"]],
  ["cursor movements", `${ESC}[2K${ESC}[1Gdone${ESC}[?25h`, ["done"]],
  ["progress that overwrote itself", "10%\r50%\r100%\nnext", ["100%", "next"]],
  ["progress that ends its line", "10%\r100%\r\nnext", ["100%", "next"]],
  ["ends of Windows", "one\r\ntwo\r\n", ["one", "two", ""]],
  ["blanks at the end", "one  \t\n", ["one", ""]],
  ["control characters", `a${String.fromCharCode(0, 8)}b`, ["ab"]],
  ["text turned round", "a\u202eb\u2066c\u200bd", ["abcd"]],
  ["text in invisible letters", "a\u{e0069}\u{e0067}b", ["ab"]],
])("cleanLines() takes out %s", (_, log, lines) => expect(cleanLines(log)).toEqual(lines));

test.each([
  ["2026-01-02T03:04:05.678Z ok\n2026-01-02T03:04:06Z no", ["ok", "no"]],
  ["[2026-01-02 03:04:05] ok\n[2026-01-02 03:04:06,120] no", ["ok", "no"]],
  ["03:04:05.678 ok\n03:04:06 no\nmore", ["ok", "no", "more"]],
])("cleanLines() takes out stamps before most lines: %j", (log, lines) =>
  expect(cleanLines(log)).toEqual(lines),
);

test("cleanLines() leaves a date where only few lines have one: they are about it", () => {
  const log = "expected\n2026-01-02 03:04:05 x\nto be\nanother";
  expect(cleanLines(log)[1]).toBe("2026-01-02 03:04:05 x");
});

test("cleanLines() keeps both ends of a line that is too long", () => {
  const [line = ""] = cleanLines(`begin${"x".repeat(10_000)}end`);
  expect(line.length).toBeLessThan(1_250);
  expect(line).toMatch(/^beginx+ … 8858 characters left out … x+end$/);
});
