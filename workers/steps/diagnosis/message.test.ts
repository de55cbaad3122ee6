/** Which lines of a failure say what is wrong. Of real logs: blocks.test.ts. */
import { expect, test } from "vitest";
import { messageOf } from "./message.ts";

const rows = (word: string, count: number) => Array.from({ length: count }, (_, at) => `${word} ${at}`);
const said = (lines: string[], name?: string) =>
  messageOf({ lines, ...(name !== undefined && { test: name }) }).split("\n");

test.each([
  ["", "Traceback (most recent call last):", "stack backtrace:", "goroutine 7 [running]:"],
  ["> 12 | total()", "12 | total()", "  | total()", "│ total()", "5   return items;"],
  ["  ^^^^", "~~~~~^~~", "----", "-- 8< --", "...", "note: run with it", "error: |-", "stack: |-"],
  ["location: src", "{", "],", "    at total (/workspace/src/cart.js:3:7)"],
])("messageOf() takes no line from beside it: %j", (...beside) => {
  expect(said(["boom", ...beside, "5 !== 4", "3 < 4"])).toEqual(["boom", "5 !== 4", "3 < 4"]);
});

test.each([
  ["adds up", ["FAIL adds up", "boom"], ["boom"]],
  ["cart > adds up", ["heading", "✖ adds up (1.5ms)", "boom"], ["boom"]],
  ["cart > adds up", ["heading", "adds up:", "boom"], ["boom"]],
  ["cart > adds up", ["heading", "adds up, or not", "boom"], ["adds up, or not", "boom"]],
])("messageOf() the test %j does not repeat its name: %j", (name, lines, message) => {
  expect(said(lines, name)).toEqual(message);
});

test("messageOf() a test takes its first lines, and of the rest some that compare", () => {
  const compared = ["- 4", "+ 5", "a != b", "Expected: 4", "ACTUAL: 5", "received 5", "got 5"];
  expect(said(["heading", ...rows("word", 5), ...compared], "x")).toEqual([
    ...rows("word", 3),
    ...compared.slice(0, 6),
  ]);
  for (const one of ["want 5", "left: 5", "right: 4", "got 5"])
    expect(said(["heading", ...rows("word", 4), one, "leftover wanted"], "x")).toEqual([
      ...rows("word", 3),
      one,
    ]);
});

test("messageOf() takes every complaint of a list that is no test, up to a bound", () => {
  expect(said(rows("complaint", 12))).toHaveLength(12);
  expect(said(rows("complaint", 20))).toEqual(rows("complaint", 12));
});

test("messageOf() a failure that says nothing is its first line", () => {
  expect(said(["  --- FAIL: TestX  ", ""], "TestX")).toEqual(["--- FAIL: TestX"]);
  expect(messageOf({ lines: [] })).toBe("");
});
