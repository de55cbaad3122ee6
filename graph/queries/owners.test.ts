import { expect, test } from "vitest";
import { ownersHit, ownersOf, parseOwners } from "./owners.ts";
import { compilePattern, fits } from "./pattern.ts";

test.each([
  ["*", "a/b.js", true],
  ["*.js", "a/b/c.js", true],
  ["*.js", "a/b.ts", false],
  ["/build/logs/", "build/logs/x/y.txt", true],
  ["/build/logs/", "a/build/logs/x", false],
  ["docs/*", "docs/getting-started.md", true],
  ["docs/*", "docs/build-app/troubleshooting.md", false],
  ["apps/", "x/apps/y/z.ts", true],
  ["apps/", "x/apps", false],
  ["/docs", "docs/a/b.md", true],
  ["/docs", "docsx/a.md", false],
  ["docs/a", "x/docs/a", false],
  ["**/logs", "build/deep/logs/a.txt", true],
  ["**/logs", "logs/a.txt", true],
  ["/scripts/**/deploy.sh", "scripts/deploy.sh", true],
  ["/scripts/**/deploy.sh", "scripts/a/b/deploy.sh", true],
  ["src/**", "src/a/b.c", true],
  ["src/**", "srcs/a", false],
  ["a?c.ts", "x/abc.ts", true],
  ["a?c.ts", "ac.ts", false],
  ["Makefile", "sub/Makefile", true],
  ["/", "any/file", true],
  ["Readme", "readme", false],
])("pattern %s on %s", (text, path, expected) => {
  const pattern = compilePattern(text);
  if (pattern === undefined) throw new Error("no pattern");
  expect(fits(pattern, path)).toBe(expected);
});

test("a pattern of many stars ends", () => {
  const pattern = compilePattern(`${"*a".repeat(40)}*b`);
  if (pattern === undefined) throw new Error("no pattern");
  expect(fits(pattern, "a".repeat(5000))).toBe(false);
  const deep = compilePattern(`${"**/a/".repeat(30)}b`);
  if (deep === undefined) throw new Error("no pattern");
  expect(fits(deep, `${"a/".repeat(500)}c`)).toBe(false);
});

const rules = parseOwners(
  [
    "\uFEFF# everything",
    "*       @all # by default",
    "*.js    @org/js-team someone@example.com",
    "/api/   @api",
    "/api/open/",
    "with\\ blank.txt @blank",
    "!no.js  @nobody",
    "[ab].js @nobody",
    "/bad/ notanowner",
  ].join("\r\n"),
);

test.each([
  ["x.py", ["@all"]],
  ["a/x.js", ["@org/js-team", "someone@example.com"]],
  ["api/x.js", ["@api"]],
  ["api/open/x.js", []],
  ["with blank.txt", ["@blank"]],
  ["no.js", ["@org/js-team", "someone@example.com"]],
  ["bad/x.py", ["@all"]],
])("the last rule that fits %s decides", (path, owners) => {
  expect(ownersOf(rules, path)).toEqual(owners);
});

test("ownersHit() puts the owners of what changed first", () => {
  const hit = ownersHit(rules, ["api/a.py"], ["x.py", "y.py", "z.js"]);
  expect(hit.map(({ owner, changed, affected }) => [owner, changed, affected])).toEqual([
    ["@api", 1, 0],
    ["@all", 0, 2],
    ["@org/js-team", 0, 1],
    ["someone@example.com", 0, 1],
  ]);
});
