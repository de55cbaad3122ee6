import { expect, test } from "vitest";
import { closed } from "./closed.fixture.ts";
import { MAX_WORDS, splitWords } from "./words.ts";

test.each([
  ["parseURL2html", ["parse", "url", "html"]],
  ["HTTPServerError", ["http", "server", "error"]],
  ["__init__", ["init"]],
  ["MAX_FILE_BYTES", ["max", "file", "bytes"]],
  ["userIDs and URLs", ["user", "ids", "urls"]],
  ["x self the a1b2", []],
  ["#privateName $scope", ["private", "name", "scope"]],
  ["größe naïve_Übung 数据", ["größe", "naïve", "übung", "数据"]],
  ["graph/analyzers/close.ts", ["graph", "analyzers", "close", "ts"]],
  [`${"a".repeat(41)} kept`, ["kept"]],
  ["", []],
])("splitWords(%s)", (text, expected) => {
  expect(splitWords(text)).toEqual(expected);
});

test("words belong to the innermost definition, its name to the one around it too", async () => {
  const source =
    "import numpy\n# outer note\ndef loadRows(path):\n  # inner note\n  def parse_row(row):\n    return row\n  return parse_row(path)\n";
  const { words } = await closed("src/rows.py", source);
  expect(words.map((map) => Object.fromEntries(map))).toEqual([
    { src: 1, rows: 2, py: 1, numpy: 1, outer: 1, note: 1, load: 1 },
    { parse: 2, row: 2, inner: 1, note: 1, load: 1, rows: 1, path: 2 },
    { parse: 1, row: 3 },
  ]);
});

test("a documenting comment counts for its definition alone, a licence for nobody", async () => {
  const source =
    "// Copyright Somebody, all rights reserved\n// tidy tables\nlet first;\n/** Reads frames. */\nexport function take() {}\n/* plain */ let last;";
  const { words } = await closed("a.js", source, { take: "Reads frames." });
  expect(Object.fromEntries(words[0] ?? [])).toEqual({
    js: 1,
    tidy: 1,
    tables: 1,
    first: 1,
    take: 1,
    plain: 1,
    last: 1,
  });
  expect(Object.fromEntries(words[1] ?? [])).toEqual({ reads: 1, frames: 1, take: 1 });
});

test("docstrings of Python count, other strings do not", async () => {
  const source = '"""Module text."""\ndef f():\n  """Inner text."""\n  return "nothing here"\n';
  const { words } = await closed("m.py", source, { "": "Module text.", f: "Inner text." });
  expect(words.map((map) => [...map.keys()])).toEqual([
    ["py", "module", "text"],
    ["inner", "text"],
  ]);
});

test("a definition keeps a limited number of words, a minified file only its path", async () => {
  const letters = (n: number) => [...String(n)].map((digit) => "abcdefghij"[Number(digit)]).join("");
  const names = Array.from({ length: 900 }, (_, n) => `word${letters(n)}x`);
  const source = `function f() { ${names.join("; ")} }`;
  const { words } = await closed(
    "a.js",
    `${names.map((name) => `// ${name}`).join("\n")}\n${source.replaceAll(";", ";\n")}`,
  );
  expect(words.map((map) => map.size)).toEqual([MAX_WORDS, MAX_WORDS]);
  const minified = await closed("lib/table.min.js", source);
  expect(minified.words.map((map) => [...map.keys()])).toEqual([["lib", "table", "min", "js"], []]);
});
