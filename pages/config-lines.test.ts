import { expect, test } from "vitest";
import { configErrors, lineProblems, lineRange } from "./config-lines.ts";

test("lineProblems() finds the line and keeps the field", () => {
  expect(lineProblems("line 2, test: must be a command\nline 9: is not YAML\nis too long")).toEqual([
    { line: 2, message: "test: must be a command" },
    { line: 9, message: "is not YAML" },
    { line: 1, message: "is too long" },
  ]);
});

test("configErrors() gathers what is about the configuration, and nothing else", () => {
  expect(configErrors({ "config:2": "line 2: a", config: "b", setup_commands: "c" })).toBe("line 2: a\nb");
  expect(configErrors({ configuration: "x" })).toBeUndefined();
});

test("lineRange() covers exactly one line", () => {
  const text = "version: 1\ntest: npm test\n";
  const { start, end } = lineRange(text, 2);
  expect(text.slice(start, end)).toBe("test: npm test");
  expect(lineRange(text, 99).end).toBeGreaterThanOrEqual(text.length);
});
