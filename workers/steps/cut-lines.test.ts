import { describe, expect, test } from "vitest";
import { countTests } from "./count-tests.ts";
import { cutLines, LINE_HEAD, LINE_TAIL, Line, NEW_LINE } from "./cut-lines.ts";

const LIMIT = LINE_HEAD + LINE_TAIL;

/** What becomes of pieces; between two of them stands a visit, of which only JSON is left. */
function cut(...pieces: string[]): string {
  let line = NEW_LINE;
  return pieces
    .map((piece, index) => {
      const done = cutLines(line, piece, index === pieces.length - 1);
      line = Line.parse(JSON.parse(JSON.stringify(done.line)));
      return done.text;
    })
    .join("");
}

const marker = (bytes: number) => `[tidegate] ${bytes} bytes of this line dropped here: limit is ${LIMIT} `;

describe("cutLines()", () => {
  test.each<[string, string, string]>([
    ["nothing", "", ""],
    ["short lines", "a\n\nb", "a\n\nb"],
    ["a line of exactly the limit", `${"x".repeat(LIMIT)}\ny\n`, `${"x".repeat(LIMIT)}\ny\n`],
    [
      "one byte more",
      `${"x".repeat(LIMIT + 1)}\ny\n`,
      `${"x".repeat(LINE_HEAD)}${marker(1)}${"x".repeat(LINE_TAIL)}\ny\n`,
    ],
    [
      "a line without an end",
      `a\n${"x".repeat(LIMIT + 10)}end`,
      `a\n${"x".repeat(LINE_HEAD)}${marker(13)}${"x".repeat(LINE_TAIL - 3)}end`,
    ],
    [
      "characters of three bytes, none of which is cut in two",
      "€".repeat(30_000),
      `${"€".repeat(LINE_HEAD / 3)}${marker(90_000 - LINE_HEAD - 16_383)}${"€".repeat(5_461)}`,
    ],
    [
      "two long lines, each with its own count",
      `${"x".repeat(LIMIT + 1)}\n${"y".repeat(LIMIT + 2)}\n`,
      `${"x".repeat(LINE_HEAD)}${marker(1)}${"x".repeat(LINE_TAIL)}\n${"y".repeat(LINE_HEAD)}${marker(2)}${"y".repeat(LINE_TAIL)}\n`,
    ],
  ])("%s, in one piece and in many", (_, text, wanted) => {
    expect(cut(text)).toBe(wanted);
    for (const size of [1_000, 7_777, LINE_HEAD, LIMIT]) {
      const pieces = text.match(new RegExp(`[\\s\\S]{1,${size}}`, "g")) ?? [""];
      expect(cut(...pieces)).toBe(wanted);
      expect(cut(...pieces, "")).toBe(wanted);
    }
  });

  test("of 30 MB without an end the limit is kept", () => {
    const pieces = Array.from({ length: 30 }, () => "z".repeat(1024 * 1024));
    const text = cut(...pieces);
    expect(text).toContain(marker(30 * 1024 * 1024 - LIMIT));
    expect(text.length).toBe(LIMIT + marker(30 * 1024 * 1024 - LIMIT).length);
  });

  test("what counts tests still sees them: after a line that is too long, and at its end", () => {
    const noise = "\rworking".repeat(20_000);
    expect(countTests(cut(`${noise}\nTests:       1 failed, 4 passed, 5 total\n`), undefined)).toMatchObject({
      run: 5,
      failed: 1,
    });
    expect(countTests(cut(`${noise} ran 7 tests`), "ran (\\d+) tests")).toMatchObject({ run: 7 });
  });
});
