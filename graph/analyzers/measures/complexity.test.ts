import { expect, test } from "vitest";
import type { Def } from "../../facts/index.ts";
import { closed } from "./closed.fixture.ts";

/** Title, file, source, and of each definition its name, cyclomatic and cognitive complexity, worked out by hand. */
type Case = [title: string, path: string, source: string, expected: [string, number, number][]];

const PYTHON: Case[] = [
  ["nothing to decide", "a.py", "def f():\n  return 1\n", [["f", 1, 0]]],
  ["if, elif, else", "a.py", "def f(a):\n  if a: pass\n  elif not a: pass\n  else: pass\n", [["f", 3, 3]]],
  // for +1, if +2, and +1, while +3 nested in both
  [
    "nesting costs, a condition is not nested",
    "a.py",
    "def f(a):\n  for x in a:\n    if x and a:\n      while x: pass\n",
    [["f", 5, 7]],
  ],
  [
    "else of loops and of try costs one",
    "a.py",
    "def f(a):\n  for x in a: pass\n  else: pass\n  try: pass\n  except A: pass\n  except (B, C): pass\n  else: pass\n  finally: pass\n",
    [["f", 4, 5]],
  ],
  // two cases that are not the default, one guard; match itself costs 1
  [
    "match",
    "a.py",
    "def f(a):\n  match a:\n    case 1 if a: pass\n    case [x, y]: pass\n    case _: pass\n",
    [["f", 4, 1]],
  ],
  [
    "comprehensions: loops and conditions decide, and are a shorthand",
    "a.py",
    "def f(a):\n  return [x for y in a if y for x in y if x], (1 if a else 2)\n",
    [["f", 6, 1]],
  ],
  [
    "a nested function is one level deeper for the one around it",
    "a.py",
    "def f(a):\n  if a: pass\n  def g(b):\n    if b: pass\n  return g\n",
    [
      ["f", 2, 3],
      ["g", 2, 1],
    ],
  ],
  [
    "a decorator that only holds a function is not charged with it",
    "a.py",
    "def f(a):\n  def g(b):\n    if b: pass\n  return g\n",
    [
      ["f", 1, 0],
      ["g", 2, 1],
    ],
  ],
  ["a lambda nests", "a.py", "def f(a):\n  return lambda k: 1 if k else 2\n", [["f", 2, 2]]],
  [
    "recursion costs one, once; a method calls itself through self alone",
    "a.py",
    "def f(a):\n  return f(a) + f(a) + a.f()\nclass C:\n  def m(self):\n    m()\n    self.m()\n  def n(self):\n    n()\n    self.m()\n",
    [
      ["f", 1, 1],
      ["C", 0, 0],
      ["m", 1, 1],
      ["n", 1, 0],
    ],
  ],
];

const SEQUENCES: Case[] = [
  ["one sequence", "a.js", "function f(a, b, c) { return a && b && c }", [["f", 3, 1]]],
  ["three, in order of appearance", "a.js", "function f() { return a || b && c || d }", [["f", 4, 3]]],
  ["parentheses do not break one", "a.js", "function f() { return a && (b && c) }", [["f", 3, 1]]],
  ["a negation starts another", "a.js", "function f() { return a && !(b && c) }", [["f", 3, 2]]],
  ["an argument starts another", "a.js", "function f() { return a && g(b && c) && d }", [["f", 4, 2]]],
  ["with comments between", "a.js", "function f() { return a /* x */ && b // y\n && c }", [["f", 3, 1]]],
  ["the paper's own", "a.js", "function f() { if (a && b && c || d || e && f) {} }", [["f", 7, 4]]],
  ["?? decides and is a shorthand", "a.js", "function f(a) { a ??= a ?? 1; return a?.b }", [["f", 3, 0]]],
];

const JAVASCRIPT: Case[] = [
  [
    "else if is no level",
    "a.js",
    "function f(a) { if (a) { } else if (b) { if (c) {} } else { for (;;) {} } }",
    [["f", 5, 7]],
  ],
  [
    "switch, catch, loops, conditional",
    "a.ts",
    "function f(a: number): any { switch (a) { case 1: case 2: break; default: }\n try {} catch (e) { return e ? 1 : 2 }\n do {} while (a); for (const k in a) {} }",
    [["f", 7, 6]],
  ],
  ["labels", "a.js", "function f() { out: for (;;) { continue out; } while (1) { break; } }", [["f", 3, 3]]],
  [
    "a callback is its own and counts one deeper",
    "a.js",
    "function f(a) { if (a) { a.map((x) => (x ? 1 : 2)) } }",
    [
      ["f", 2, 4],
      ["<lambda:1:31>", 2, 1],
    ],
  ],
  [
    "methods of a class are not charged to it",
    "a.tsx",
    "class A { m() { return this.m() || <p>{x && y}</p> } }",
    [
      ["A", 0, 0],
      ["m", 3, 3],
    ],
  ],
];

const GO: Case[] = [
  ["else if", "a.go", "package p\nfunc f() { if a { } else if b { } else { } }", [["f", 3, 3]]],
  [
    "switches, select, labels, goto",
    "a.go",
    "package p\nfunc f() {\nout:\n for { switch a { case 1, 2: continue out\n default: } }\n switch x := a.(type) { case int: x() }\n select { case <-c: if a && b {}\n default: }\n goto out }",
    // for 1, switch 2, label 1, type switch 1, select 1, if 2, && 1, goto 1
    [["f", 7, 10]],
  ],
  [
    "a literal nests; recursion",
    "a.go",
    "package p\nfunc f() { g := func() { if a { f() } }; g() }",
    [["f", 2, 3]],
  ],
];

const JAVA: Case[] = [
  [
    "loops, else if, labels",
    "A.java",
    "class A { void f() { out: for (;;) { for (int x : y) { if (a) break out; else if (b) continue; else return; } } while (a) {} } }",
    // for 1, for 2, if 3, label 1, else if 1, else 1, while 1
    [
      ["A", 0, 0],
      ["f", 6, 10],
    ],
  ],
  [
    "both kinds of switch, catch, conditional, lambda",
    "A.java",
    "class A { int f() { switch (a) { case 1: case 2: break; default: }\n try {} catch (E e) {}\n Runnable r = () -> { if (a || b) f(); };\n return switch (a) { case 1, 2 -> 3; case X x when x.y -> a ? 1 : 2; default -> 4; }; } }",
    // switch 1, catch 1, if 2, || 1, recursion 1, switch 1, conditional 2
    [
      ["A", 0, 0],
      ["f", 10, 9],
    ],
  ],
];

const RUST: Case[] = [
  [
    "else if let, let else, ?",
    "a.rs",
    "fn f() { if a && (b || c) { } else if let Some(x) = y { } else { } let Some(z) = w else { return }; q()?; }",
    // if 1, two sequences 2, else if 1, else 1
    [["f", 7, 5]],
  ],
  [
    "loops, match, labels, closures",
    "a.rs",
    "fn f() { 'o: loop { while x { break 'o; } } match a { 1 | 2 => 3, x if x > 1 => 4, _ => 5 }; let g = |k| if k { 1 } else { 2 }; }",
    // loop 1, while 2, label 1, match 1, if 2, else 1
    [["f", 7, 8]],
  ],
  [
    "a method calls itself",
    "a.rs",
    "impl A { fn m(&self) { self.m() } fn n(&self) { n() } }",
    [
      ["A", 0, 0],
      ["m", 1, 1],
      ["n", 1, 0],
    ],
  ],
];

const ALL = [...PYTHON, ...SEQUENCES, ...JAVASCRIPT, ...GO, ...JAVA, ...RUST];

test.each(ALL)("complexity: %s (%s)", async (_title, path, source, expected) => {
  const { defs } = await closed(path, source);
  expect(defs.map((def: Def) => [def.name, def.cyclomatic, def.cognitive])).toEqual(expected);
});

test("complexity is measured in time on code that is deep, long and broken", async () => {
  const deep = `function f() {${"if (a) {".repeat(10_000)}${"}".repeat(10_001)}`;
  const long = `function f() { if (a) {} return ${"a && ".repeat(50_000)} b }`;
  const nested = `${"function f() { if (a) {}".repeat(3_000)}${"}".repeat(3_000)}`;
  const started = performance.now();
  const results = [await closed("a.js", deep), await closed("a.js", long), await closed("a.js", nested)];
  expect(results.map((facts) => facts.trouble)).toEqual(["too_deep", "too_deep", "too_deep"]);
  for (const facts of results) expect(facts.defs[0]?.cyclomatic).toBeGreaterThan(1);
  expect(performance.now() - started).toBeLessThan(5_000);
});
