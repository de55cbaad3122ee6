import { expect, test } from "vitest";
import { grammars } from "../../clients/grammars.ts";
import { Writer } from "../facts/index.ts";
import { Parsers } from "../parse.ts";
import { close } from "./close.ts";
import { closed } from "./measures/closed.fixture.ts";

test("close() counts lines that are neither blank nor comment", async () => {
  const source = [
    '"""Text of', // a docstring is documentation
    "the module.",
    '"""',
    "",
    "# note",
    "def f(a):  # why",
    '  """Says."""',
    "  b = '''one",
    "",
    "  # part of the text",
    "  three'''",
    "",
    "  return (a,",
    "    # between",
    "    b)",
  ].join("\n");
  const { lines, sloc, defs } = await closed("a.py", source);
  expect([lines, sloc, defs[0]?.sloc]).toEqual([15, 6, 6]);
});

test.each([
  ["a.js", "/* a\n b */ function f() {\n\n  // c\n  return `\nx\n\n`;\n}\n", 5],
  ["a.go", "package p\n\n// c\nfunc f() {\n\tx := `a\n\nb`\n}\n", 5],
  ["A.java", "/** c */\nclass A {\n  // c\n  int f; /* d */\n}\n", 3],
  ["a.rs", "/// c\n//! d\nfn f() {\n\n  /* e\n  */\n  g() }\n", 2],
])("close() counts the lines of code of %s", async (path, source, expected) => {
  expect((await closed(path, source)).sloc).toBe(expected);
});

test.each([
  // def ( : return + and f a a 1: 9 tokens, 8 of them distinct
  ["a.py", "def f(a):\n  '''Says nothing.'''\n  return a + 1 # more\n", 9 * 3],
  // function ( { return + ; and f a a 1: 10 tokens, 9 distinct
  ["a.js", "function f(a) { return a + 1; }", 31.7],
  // func ( { return + and f a int a 1, where "int" is an operand: 10 tokens, 9 distinct
  ["a.go", "package p\nfunc f(a int) { return a + 1 }", 31.7],
  // a string is one operand: function ( { return + ; and f "x" "x": 9 tokens, 8 distinct
  ["b.js", 'function f() { return "x" + "x"; }', 27],
  // nothing of a nested definition: function ( { return ; and f: 6 tokens, 6 distinct
  ["c.js", "function f() { return () => 1; }", 15.51],
])("close() measures the volume of %s", async (path, source, expected) => {
  expect((await closed(path, source)).defs[0]?.volume).toBeCloseTo(expected, 2);
});

test("close() says when a file is broken or too deep, and measures what is there", async () => {
  expect((await closed("a.py", "def f(:\n  if a: pass\n")).trouble).toBe("syntax");
  expect((await closed("a.js", `x = ${"(".repeat(600)}1${")".repeat(600)}`)).trouble).toBe("too_deep");
  expect(await closed("a.js", "")).toMatchObject({
    trouble: "",
    lines: 1,
    sloc: 0,
    defs: [],
    findings: [],
    mark: "",
  });
});

test("close() measures definitions whose node is not the function itself", async () => {
  const parsers = await Parsers.open(grammars);
  await parsers.load("javascript");
  const tree = parsers.parse("javascript", "const f = (a) => { if (a) { } }");
  if (tree === undefined) throw new Error("Cannot parse the fixture");
  const writer = new Writer();
  let declarator = 0;
  while (tree.type(declarator) !== "variable_declarator") declarator += 1;
  const def = writer.define(
    {
      ...{
        type: "function",
        kind: "function",
        name: "f",
        owner: -1,
        lines: [1, 1],
        docstring: "",
        signature: "",
      },
      ...{ exported: false, test: false, cyclomatic: 0, cognitive: 0, sloc: 0, volume: 0 },
    },
    "",
  );
  const owners = new Map([[declarator, def]]);
  const facts = close(tree, "a.js", writer, {
    analyzer: "x@1",
    language: "javascript",
    owners,
    docstring: "",
    package: "",
  });
  expect(facts.defs[0]).toMatchObject({ cyclomatic: 2, cognitive: 1, sloc: 1 });
  expect(() =>
    close(tree, "a.cob", writer, { analyzer: "x@1", language: "cobol", owners, docstring: "", package: "" }),
  ).toThrow('Cannot measure "a.cob": add the language "cobol" to the table in measures/languages.ts');
  parsers.close();
});

test("close() gives the same facts for the same file, whatever was measured before", async () => {
  const source = "function f(a) { if (a) { return a.map((b) => b + a) } }";
  const first = await closed("a.js", source);
  await closed("b.py", "def g(x):\n  return [y for y in x if y]\n");
  expect(await closed("a.js", source)).toEqual(first);
});
