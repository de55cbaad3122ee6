/** What the code graph cannot show of a change. */
import { expect, test } from "vitest";
import { changesBeside } from "./changes.ts";

const part = (path: string, lines: number) =>
  `diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n@@ -1,0 +1,${lines} @@\n${"+x\n".repeat(lines)}`;

test("changesBeside() gives the parts of files that the graph does not hold, each cut", () => {
  const diff = part("src/cart.js", 3) + part("package.json", 2) + part("data.csv", 500);
  const found = changesBeside(diff, new Set(["src/cart.js"]));
  expect(found.map(({ path }) => path)).toEqual(["package.json", "data.csv"]);
  expect(found[0]?.text).toBe(part("package.json", 2).trimEnd());
  expect(found[1]?.text.split("\n")).toHaveLength(41);
  expect(found[1]?.text).toMatch(/… 464 lines more$/);
});

test("changesBeside() of what is no diff is nothing", () => {
  expect(changesBeside("", new Set())).toEqual([]);
  expect(changesBeside("hello\nworld", new Set())).toEqual([]);
});
