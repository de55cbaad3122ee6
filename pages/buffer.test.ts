import { describe, expect, test } from "vitest";
import { append, type Buffer, EMPTY, taken, textOf } from "./buffer.ts";

const add = (buffer: Buffer, from: number, text: string, end = false): Buffer => {
  const next = append(buffer, { from, text, end });
  if (next === null) throw new Error("a hole");
  return next;
};

describe("append()", () => {
  test("pieces follow each other, counted in bytes", () => {
    const buffer = add(add(EMPTY, 0, "grün "), 6, "ok", true);
    expect([textOf(buffer), buffer.next, buffer.end]).toEqual(["grün ok", 8, true]);
  });

  test("what was heard twice is kept once", () => {
    const first = add(EMPTY, 0, "grün");
    expect(append(first, { from: 0, text: "grün", end: false })).toBe(first);
    expect(textOf(add(first, 2, "ün\n"))).toBe("grün\n");
  });

  test("a hole is told, not papered over", () => {
    expect(append(add(EMPTY, 0, "abc"), { from: 5, text: "f", end: false })).toBeNull();
  });

  test("an empty piece may bring the end", () => {
    expect(add(add(EMPTY, 0, "a"), 1, "", true).end).toBe(true);
  });

  test("says that more was said than is shown, until its end says the rest", () => {
    const silent = append(add(EMPTY, 0, "a"), { from: 1, text: "", end: false, withheld: true }) ?? EMPTY;
    expect(silent.withheld).toBe(true);
    expect(add(silent, 1, "").withheld).toBe(true);
    expect(add(silent, 1, "b", true)).toMatchObject({ next: 2, end: true, withheld: false });
  });

  test("full chunks stay the same objects, so that only the last is drawn anew", () => {
    const line = `\x1b[31m${"x".repeat(98)}\n`;
    const size = line.length;
    let buffer = EMPTY;
    for (let index = 0; index < 500; index++) buffer = add(buffer, index * size, line);
    const more = add(buffer, buffer.next, "end\n");
    expect(buffer.chunks.length).toBeGreaterThan(4);
    expect(more.chunks.slice(0, -1)).toEqual(buffer.chunks.slice(0, -1));
    more.chunks.slice(0, -1).forEach((chunk, index) => {
      expect(chunk).toBe(buffer.chunks[index]);
      expect(chunk.text.endsWith("\n")).toBe(true);
    });
    expect(more.chunks.at(-1)?.style.color).toBe(1);
  });

  test("a line without end is cut as well", () => {
    expect(add(EMPTY, 0, "x".repeat(300_000)).chunks.length).toBeGreaterThan(3);
  });
});

describe("taken()", () => {
  test("what is read from the end on begins there", () => {
    const buffer = taken(EMPTY, { from: 10, next: 13, text: "abc", end: false });
    expect([buffer.start, textOf(buffer), add(buffer, 13, "d").start]).toEqual([10, "abc", 10]);
  });

  test("a read is believed where its bytes stand, so that it is not made for ever", () => {
    const buffer = taken(add(EMPTY, 0, "abc"), { from: 10, next: 20, text: "rest", end: false });
    expect([textOf(buffer), buffer.next]).toEqual(["abcrest", 20]);
  });
});
