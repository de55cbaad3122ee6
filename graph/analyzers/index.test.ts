import { expect, test } from "vitest";
import { GRAMMARS } from "../parse.ts";
import { template } from "./_template.ts";
import { analyzerFor, analyzers } from "./index.ts";

test.each([
  ["a/b.py", "python", "python"],
  ["a.pyi", "python", "python"],
  ["a.js", "javascript", "javascript"],
  ["a.mjs", "javascript", "javascript"],
  ["a.ts", "typescript", "typescript"],
  ["a.tsx", "typescript", "tsx"],
  ["a.d.ts", "typescript", "typescript"],
  ["main.go", "go", "go"],
  ["Main.java", "java", "java"],
  ["lib.rs", "rust", "rust"],
  ["A.PY", "python", "python"],
])("%s is read by %s", (path, language, grammar) => {
  const found = analyzerFor(path);
  expect(found?.analyzer.language).toBe(language);
  expect(found?.grammar).toBe(grammar);
});

test.each(["README.md", "Makefile", "a.go/b", ".py/x", "go", "a.", ""])("%s is read by nobody", (path) => {
  expect(analyzerFor(path)).toBeUndefined();
});

test("no ending belongs to two languages, and every grammar is used", () => {
  const endings = Object.values(analyzers).flatMap((analyzer) => Object.keys(analyzer.grammars));
  expect(new Set(endings).size).toBe(endings.length);
  const used = new Set(Object.values(analyzers).flatMap((analyzer) => Object.values(analyzer.grammars)));
  expect([...used].sort()).toEqual([...GRAMMARS].sort());
  expect(template.grammars).toEqual({});
});
