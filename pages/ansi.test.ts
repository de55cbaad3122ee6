import { describe, expect, test } from "vitest";
import { PLAIN, spans, strip, styleClass } from "./ansi.ts";

const drawn = (text: string) => spans(text).spans.map((span) => [span.text, styleClass(span.style)]);

describe("spans()", () => {
  test("plain text is one span", () => {
    expect(drawn("a\nb")).toEqual([["a\nb", ""]]);
  });

  test("colours and weights begin and end", () => {
    expect(drawn("\x1b[1;31mred\x1b[0m \x1b[92mok\x1b[39m.")).toEqual([
      ["red", "ansi-1 ansi-bold"],
      [" ", ""],
      ["ok", "ansi-2"],
      [".", ""],
    ]);
  });

  test("256 colours and true colour are left out whole", () => {
    expect(drawn("\x1b[38;5;196ma\x1b[38;2;1;31;4mb\x1b[48;5;1mc")).toEqual([["abc", ""]]);
  });

  test("what is in force goes on in the next piece", () => {
    const { style } = spans("\x1b[33mwarn");
    expect(spans("ing", style).spans).toEqual([{ text: "ing", style: { ...PLAIN, color: 3 } }]);
  });

  test("markup stays text", () => {
    expect(drawn("<script>alert(1)</script>")).toEqual([["<script>alert(1)</script>", ""]]);
  });
});

describe("strip()", () => {
  test.each([
    ["cursor and erase", "\x1b[2K\x1b[1Gdone\x1b[?25h", "done"],
    ["titles and links", "\x1b]0;title\x07a\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "alink"],
    ["an end without a beginning", "a\x1b", "a"],
    ["controls", "a\x00\x08\x7fb\tc", "ab\tc"],
  ])("throws away %s", (_, text, clean) => {
    expect(strip(text)).toBe(clean);
  });

  test("keeps what a progress bar drew last", () => {
    expect(strip("10%\r50%\r100%\nnext\r\nlast")).toBe("100%\nnext\nlast");
  });

  test("is quick with a long line of escapes that never end", () => {
    const started = performance.now();
    strip("\x1b]0;".repeat(50_000) + "\x1b[".repeat(50_000));
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
