import { expect, test } from "vitest";
import { rank } from "./context-rank.ts";
import { mentionedStems, stemOf } from "./context-stems.ts";
import { type Fixture, file, fn, readerOf } from "./reader.fixture.ts";

test.each([
  ["lib/rules/one-var.js", "onevar"],
  ["src/geometry/LineUtil.js", "lineutil"],
  ["app/line_util.py", "lineutil"],
  ["lib/rules/indentation/index.js", "indentation"],
  ["shop/cart/__init__.py", "cart"],
  ["index.js", "index"],
])("stemOf(%j) is %s", (path, stem) => expect(stemOf(path)).toBe(stem));

test.each([
  ["support requires in one-var", "onevar", 1],
  ["`LineUtil` iterates over values", "lineutil", 1],
  ["LineUtil iterates over values", "lineutil", 1],
  ["`Schema.clone()` loses options", "schema", 0.5],
  ["fix(parser): commas", "parser", 0.5],
  ["* **proxy:** set timeouts", "proxy", 0.5],
  ["`import/first` crashes", "first", 1],
])("mentionedStems() of %j has %s", (text, stem, strength) =>
  expect(
    mentionedStems(
      text,
      ["LineUtil"].filter((name) => text.includes(name)),
    ).get(stem),
  ).toBe(strength),
);

test("mentionedStems() takes plain words for words", () => {
  expect([...mentionedStems("Fix the first error of the parser, e.g. in a list", [])]).toEqual([]);
});

test("a file called as a name in the task comes first, though others have more of its words", async () => {
  const fixture: Fixture = { nodes: [], edges: [], words: {} };
  for (const path of ["rules/one-var.js", "rules/vars.js", "rules/imports.js"]) {
    fixture.nodes.push(file(path), fn(path, "check"));
    const often = path === "rules/one-var.js" ? 1 : 6;
    (fixture.words as Record<string, object>)[`${path}::function::check`] = {
      require: often,
      separate: often,
    };
  }
  const { files } = await rank(readerOf(fixture), { task: "Separate requires in one-var", depth: 2 });
  expect(files[0]?.path).toBe("rules/one-var.js");
});
