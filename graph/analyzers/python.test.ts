import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { grammars } from "../../clients/grammars.ts";
import type { Facts } from "../facts/index.ts";
import { show } from "../facts/show.fixture.ts";
import { Parsers } from "../parse.ts";
import { python } from "./python.ts";

let parsers: Parsers;
beforeAll(async () => {
  parsers = await Parsers.open(grammars);
  await parsers.load("python");
});

function facts(source: string, path = "pkg/mod.py"): Facts {
  const tree = parsers.parse("python", source);
  if (tree === undefined) throw new Error("The parser gave up.");
  return python.analyze(tree, path);
}

/** The ops of one unit of `source`, joined for reading. */
function ops(source: string, qualified = ""): string {
  return show(facts(source), qualified).join("\n");
}

/** Name of the variable that the module exports as `name`. */
function exported(source: string, name: string): string {
  const line = show(facts(source), "").find((op) => op.startsWith(`EXPORT "${name}" `));
  return line?.split(" ")[2] ?? "";
}

describe("definitions", () => {
  const names = (source: string, path?: string) =>
    facts(source, path).defs.map((def) => `${def.kind} ${def.qualified} ${def.lines.join("-")}`);

  test("nested ones are named by what is around them, with lines that leave decorators out", () => {
    const source = [
      "@deco",
      "class Outer(Base):",
      "    class Inner:",
      "        async def run(self):",
      "            def helper(): return 1",
      "            return helper",
      "    @property",
      "    def size(self): return 0",
      "    @size.setter",
      "    def size(self, value):",
      "        pass",
      "class Color(enum.Enum):",
      "    RED = 1",
      "key = sorted(xs, key=lambda x: x)",
    ].join("\n");
    expect(names(source)).toEqual([
      "class Outer 2-11",
      "class Outer.Inner 3-6",
      "method Outer.Inner.run 4-6",
      "function Outer.Inner.run.helper 5-5",
      "property Outer.size 8-8",
      "property Outer.size#2 10-11",
      "enum Color 12-13",
      "lambda <lambda:14:21> 14-14",
    ]);
  });

  test("signatures are one line without comments, docstrings are dedented", () => {
    const [def] = facts(
      'def f(a,  # first\n      b: "X" = 1,\n      *args) -> int:\n    """Does\n\n       much.\n    more\n    """\n',
    ).defs;
    expect(def?.signature).toBe('def f(a, b: "X" = 1, *args) -> int');
    expect(def?.docstring).toBe("Does\n\n   much.\nmore");
    expect(facts('"""Of the module."""\nx = 1').docstring).toBe("Of the module.");
    expect(facts('f"""no {docstring}"""\n').docstring).toBe("");
  });

  test("public names are exported, or those that __all__ lists", () => {
    const seen = (source: string) =>
      facts(source)
        .defs.filter((def) => def.exported)
        .map((def) => def.qualified);
    expect(
      seen("def a(): pass\ndef _b(): pass\nclass C:\n  def d(self): pass\n  def _e(self): pass"),
    ).toEqual(["a", "C", "C.d"]);
    expect(seen("__all__ = ['_b']\n__all__ += ('c',)\ndef a(): pass\ndef _b(): pass\ndef c(): pass")).toEqual(
      ["_b", "c"],
    );
    expect(seen("__all__ = names()\ndef a(): pass")).toEqual(["a"]);
  });

  test("tests are told by file, class and name", () => {
    const source =
      "def test_a(): pass\ndef helper(): pass\nclass TestB:\n  def test_c(self): pass\n  def set_up(self): pass";
    const kinds = (path: string) =>
      facts(source, path).defs.map((def) => `${def.kind}${def.test ? "!" : ""}`);
    expect(kinds("tests/test_x.py")).toEqual(["test!", "function!", "class!", "test!", "method!"]);
    expect(kinds("pkg/x.py")).toEqual(["function", "function", "class", "method", "method"]);
    const [, method] = facts("class A(unittest.TestCase):\n  def test_a(self): pass", "pkg/x.py").defs;
    expect(method?.kind).toBe("test");
  });
});

describe("names", () => {
  test("an assignment anywhere makes a local; a closure sees every value of it", () => {
    const source = "def f():\n  a = 1\n  def g():\n    return a\n  a = g\n  return a";
    expect(show(facts(source), "f")).toEqual([
      'CONST v1 "1"',
      "FUNC v2 f.g",
      "RETURN v2",
      "COPY v3 v1",
      "COPY v3 v2",
    ]);
    expect(ops(source, "f.g")).toBe("RETURN outer1");
  });

  test("a class body is not seen from its methods", () => {
    const source = "x = 1\nclass A:\n  x = 2\n  y = x\n  def f(self): return x";
    expect(ops(source, "A")).toContain('STORE self "y" v1');
    expect(ops(source, "A.f")).toBe("RETURN outer2");
    expect(facts(source).variables[variableOf(source, "A.f", "RETURN")]).toBe(0);
  });

  test("a class body reads the name outside until it has its own", () => {
    const text = ops("def x(): pass\nclass A:\n  x = x", "A");
    expect(text).toMatch(/^STORE self "x" outer\d$/);
  });

  test("global and nonlocal write the name of the other unit", () => {
    expect(ops("def f():\n  global g\n  g = 1", "f")).toMatch(/CONST v1 "1"\nCOPY outer2 v1/);
    expect(ops("def f():\n  global g\n  g = 1")).toContain('EXPORT "g"');
    expect(ops("def f():\n  n = 0\n  def g():\n    nonlocal n\n    n = f\n  return n", "f.g")).toMatch(
      /^COPY outer\d outer\d$/,
    );
  });

  test("a comprehension has its own names, a walrus in it does not", () => {
    const source = "def f(xs):\n  x = f\n  [x for x in xs if (y := x)]\n  return x, y";
    const text = ops(source, "f");
    expect(text).toContain("ITER v3 xs");
    const [, first, second] = /PUT v\d+ "0" (\w+)\nPUT v\d+ "1" (\w+)/.exec(text) ?? [];
    expect(first).toMatch(/^outer/);
    expect(second).toBe("v3");
  });

  test("what no scope binds is asked for by GLOBAL, once per unit", () => {
    expect(ops("print(print)")).toBe('GLOBAL v0 "print"\nCALL v1 = v0(v0) "print"');
  });

  test("a builtin that the module replaces is still the builtin before", () => {
    expect(ops("input = input")).toMatch(/COPY v0 v1\nGLOBAL v2 "input"\nCOPY v0 v2\nEXPORT "input" v0/);
  });

  test("type parameters are names of the function", () => {
    expect(ops("def f[T](x: T) -> T: return T(x)", "f")).toContain("CALL");
    expect(ops("def f[T](x: T) -> T: return T(x)", "f")).not.toContain("GLOBAL");
  });
});

describe("values", () => {
  test("straight lines keep versions apart, ways that meet join them", () => {
    expect(ops("a = f\na()\na = g\na()")).toContain('CALL v1 = v0() "a"\nGLOBAL v2 "g"\nCALL v3 = v2() "a"');
    expect(ops("if c: a = f\nelse: a = g\na()")).toMatch(
      /COPY (v\d) v\d\nCOPY \1 v\d\nCALL v\d = \1\(\) "a"/,
    );
  });

  test("tuples that match are taken apart without a tuple, others by place", () => {
    expect(ops("a, b = f, g")).not.toContain("NEW");
    expect(ops("a, (b, *c) = x")).toContain('ITER v1 v0\nITEM v2 v0 "0"');
    expect(ops("a, (b, *c) = x")).toMatch(
      /ITEM (v\d) v0 "1"\nITER v\d \1\nITEM v\d \1 "0"\nNEW v\d 1\nITEM v\d \1 "\*"/,
    );
    expect(ops("a, *b = f, g, h")).toMatch(/NEW v3 1\nPUT v3 "0" v1\nPUT v3 "1" v2/);
  });

  test("what a field or key was set to is known until something may have changed it", () => {
    expect(ops("o.f = g\no.f()")).not.toContain('"f" 2');
    expect(ops("o = C()\no.f = g\no.f()")).toMatch(
      /LOAD v3 v1 "f" 2\nCOPY v4 v3\nCOPY v4 v2\nCALL v5 = v4\(\)/,
    );
    expect(ops('d = {}\nd["k"] = g\nd["k"]()')).toMatch(/PUT v0 "k" v1\nCALL v2 = v1\(\)/);
    expect(ops('d = {}\nd["k"] = g\nrun(d)\nd["k"]()')).toContain('ITEM v4 v0 "k"');
  });

  test("literals keep what is under each key", () => {
    expect(ops("[f, *xs]")).toMatch(
      /NEW v0 1\nGLOBAL v1 "f"\nPUT v0 "0" v1\nGLOBAL v2 "xs"\nITER v3 v2\nPUT v0 "\*" v3/,
    );
    expect(ops("{1: f, k: g, **d}")).toMatch(
      /PUT v0 "1" v1\n.*\n.*\nPUTV v0 v2 v3\n.*\nLOAD v5 v0 "update"\nCALL v6 = v5\(v4\)/,
    );
    expect(ops("x[1:]()")).toMatch(/ITEM v\d v0 "1::"/);
    expect(ops("x[-1]()")).toMatch(/ITEM v\d v0 "-1"/);
    expect(ops("x[i]()")).toContain("ITEMV v2 v0 v1");
  });

  test("operators ask the left side first, and nothing between literals", () => {
    expect(ops("1 + 2")).not.toContain("LOAD");
    expect(ops("a + 1")).toContain('LOAD v2 v0 "__add__" 4');
    expect(ops("2 * a")).toContain('"__rmul__" 4');
    expect(ops("a += b")).toContain('"__iadd__|__add__" 4');
    expect(ops("a in b")).toContain('LOAD v2 v1 "__contains__|__iter__|__getitem__" 4');
    expect(ops("a is b")).not.toContain("LOAD");
    expect(ops("-a")).toContain('"__neg__" 4');
    expect(ops("del a[b]")).toContain('"__delitem__" 4');
    expect(ops('f"{a!r} {b:>{c}}"')).toMatch(/"__repr__" 4[\s\S]*"__format__\|__str__\|__repr__" 4/);
  });

  test("and gives its right side, or either", () => {
    expect(ops("(a and b)()")).toContain('CALL v4 = v3() "(a and b)"');
    expect(ops("(a or b)()")).toMatch(/COPY v4 v0\nCOPY v4 v3/);
    expect(ops("(a if c else b)()")).toMatch(/COPY (v\d) v\d\nCOPY \1 v\d\nCALL/);
  });

  test("loops feed what a round leaves into the next", () => {
    const text = ops("def f(xs):\n  r = None\n  for x in xs:\n    r = x(r)\n  return r", "f");
    expect(text).toMatch(/COPY (v\d) v2\nCALL (v\d) = v3\(\1\) "x"\nCOPY \1 \2\nRETURN \1/);
  });

  test("with, try, match and raise", () => {
    expect(ops("with a as b: b()")).toMatch(
      /"__enter__" 4\nCALL (v\d) [^\n]*\nCALL v\d = \1\(\) "b"[\s\S]*"__exit__" 4/,
    );
    expect(ops("async def f():\n  async with a as b: b()", "f")).toMatch(/"__aenter__" 4\n[^\n]*\nAWAIT/);
    expect(ops("try: pass\nexcept (A, b.B) as e: e()")).toMatch(/CATCH v\d v0\nCATCH v\d v2/);
    expect(ops("raise A")).toMatch(/THROW v0\nCALL v1 = v0\(\) !4 "A"\nTHROW v1/);
    const text = ops(
      "match x:\n  case {'k': v, **r}: v()\n  case [p, *q]: p()\n  case C(n=w) as c: w()\n  case z: z()",
    );
    expect(text).toContain('ITEM v1 v0 "k"');
    expect(text).toMatch(/ITEM (v\d) v0 "0"\n[\s\S]*CALL v\d = \1\(\) "p"/);
    expect(text).toMatch(/HINT v\d+ v\d+\nLOAD (v\d+) v\d+ "n"\n[\s\S]*CALL v\d+ = \1\(\) "w"/);
    expect(text).toMatch(/CALL v\d+ = v0\(\) "z"/);
  });

  test("generators yield, also what others yield", () => {
    const one = facts("def f():\n  x = yield 1\n  return x");
    expect(one.units[1]?.flags).toBe(1);
    expect(ops("def f(g):\n  return (yield from g)", "f")).toBe("ITER v2 g\nYIELD v2\nAWAIT v3 g\nRETURN v3");
  });
});

describe("calls", () => {
  test("arguments of every kind", () => {
    expect(ops("f(a, *b, k=c, **d)")).toContain('CALL v5 = v0(v1, *v2, k=v3, **v4) "f"');
    expect(ops("f(x for x in y)")).toMatch(/NEW v1 1/);
  });

  test("parameters of every kind; defaults belong to the unit around", () => {
    const { units, strings } = facts("def f(a, /, b=g, *c, d=h, **e): pass");
    expect(units[1]?.params.map((param) => `${strings[param.name]}:${param.kind}`)).toEqual([
      "a:0",
      "b:0",
      "c:1",
      "d:2",
      "e:3",
    ]);
    const [, b, , d] = units[1]?.params ?? [];
    expect([b?.fallback, d?.fallback]).not.toContain(-1);
  });

  test("super() knows its class and its object", () => {
    const source =
      "class A(B):\n  def f(self):\n    super().f()\n    super(A, self).g()\n    super(B, self).h()";
    const text = ops(source, "A.f");
    expect(text.match(/SUPER v\d+ self A/g)).toHaveLength(2);
    expect(text).toContain('GLOBAL v8 "super"');
  });

  test("getattr, setattr and imports by literal names", () => {
    expect(ops('getattr(a, "b")()')).toContain('LOAD v1 v0 "b"');
    expect(ops("getattr(a, b)()")).toContain('GLOBAL v0 "getattr"');
    expect(ops('setattr(a, "b", c)')).toContain('STORE v0 "b" v1');
    expect(ops('importlib.import_module("p.q").f()')).toContain('IMPORT v0 "p.q"');
    expect(ops('def getattr(a, b): pass\ngetattr(a, "b")')).not.toContain("LOAD");
  });

  test("decorators are called from the inside out", () => {
    expect(ops("@a\n@b(1)\ndef f(): pass")).toMatch(
      /CALL (v\d) = v3\(v4\) !2 "b\(1\)"\nCALL v6 = v0\(\1\) !2 "a"\nEXPORT "f" v6/,
    );
  });

  test("a call stands where its name is written", () => {
    const source = "x = (a\n     .b()\n     .c())";
    const { ops: words } = facts(source);
    expect([...words].length).toBeGreaterThan(0);
    expect(callPlaces(source)).toEqual(["2:6", "3:6"]);
  });
});

describe("classes and annotations", () => {
  test("bases, metaclass, members and annotated fields", () => {
    const text = ops("@dataclass\nclass A(B, metaclass=M, k=1):\n  x: int\n  y: B = f\n  def g(self): pass");
    expect(text).toMatch(/CLASS v4 A v1\nSTORE v4 "__metaclass__" v2/);
    expect(text).toMatch(/"__init_subclass__" 4\nCALL v\d = v\d\(k=v3\)/);
    const body = ops("@dataclass\nclass A:\n  x: int\n  y: B = f\n  def g(self): pass", "A");
    expect(body).toMatch(
      /STORE self "y" [\s\S]*STORE self "g" [\s\S]*FUNC v\d+ unit3\nSTORE self "__init__"/,
    );
  });

  const hint = (type: string) => ops(`def f(x: ${type}): pass`);
  test("annotations hint, also in quotes", () => {
    expect(hint("A")).toMatch(/GLOBAL v0 "A"\nINSTANCE v1 v0/);
    expect(hint('"m.A"')).toMatch(/GLOBAL v0 "m"\nLOAD v1 v0 "A"\nINSTANCE v2 v1/);
    expect(hint("Optional[A]")).toBe(hint("A"));
    expect(hint("A | None").split("\n").slice(0, 2)).toEqual(['GLOBAL v0 "A"', "INSTANCE v1 v0"]);
    expect(hint("Union[A, B]")).toMatch(/COPY v4 v1\nCOPY v4 v3/);
    expect(hint("dict[str, list[A]]")).toMatch(/NEW v2 1\nPUT v2 "\*" v1\nNEW v3 4\nPUT v3 "\*" v2/);
    expect(hint("tuple[A, int]")).toMatch(/NEW v3 2\nPUT v3 "0" v1\nPUT v3 "1" v2/);
    expect(hint("type[A]")).not.toContain("INSTANCE");
    expect(hint("Callable[[A], B]")).not.toContain("INSTANCE");
    expect(ops("def f(x: type[A]) -> B: return x()", "f")).toMatch(/HINT x outer2\nHINT result outer3/);
  });
});

describe("imports", () => {
  test("each is bound as Python binds it", () => {
    expect(ops("import a.b")).toBe('IMPORT v0 "a.b"\nIMPORT v1 "a"\nEXPORT "a" v1');
    expect(ops("import a.b as c")).toBe('IMPORT v0 "a.b"\nEXPORT "c" v0');
    expect(ops("from ..p import q as r")).toBe('FROM v0 "..p" "q"\nEXPORT "r" v0');
    expect(ops("from . import *")).toBe('STAR "."');
  });

  test("all are listed, with those for types alone", () => {
    const source = "import a.b, c\nif TYPE_CHECKING:\n  from d import e, f as g\ndef h():\n  from . import *";
    expect(facts(source).imports).toEqual([
      { specifier: "a.b", name: "", line: 1, typeOnly: false },
      { specifier: "c", name: "", line: 1, typeOnly: false },
      { specifier: "d", name: "e", line: 3, typeOnly: true },
      { specifier: "d", name: "f", line: 3, typeOnly: true },
      { specifier: ".", name: "*", line: 5, typeOnly: false },
    ]);
  });

  test("a literal __all__ is exported with its names", () => {
    expect(ops('__all__ = ["a"]')).toBe('NEW v0 1\nCONST v1 "a"\nPUT v0 "0" v1\nEXPORT "__all__" v0');
    expect(exported("a = f\ndef b():\n  global a\n  a = g", "a")).not.toBe("");
  });
});

describe("hostile input", () => {
  test("nothing, a byte order mark, Python 2, and code that is none", () => {
    for (const source of [
      "",
      "\n",
      "\uFEFF",
      "\uFEFFdef f(): pass",
      "print 'a', x\nexec 'b'\nexcept E, e: pass",
      "def (((",
      "yield\nreturn\nawait x\n*a\n",
    ]) {
      expect(facts(source).units.length).toBeGreaterThan(0);
    }
    expect(facts("\uFEFFdef f(): pass").defs).toHaveLength(1);
    expect(ops("try: pass\nexcept E, e: e()")).toContain("CATCH");
  });

  test("a real file cut anywhere", () => {
    const source = readFileSync(new URL("./python.fixture.py", import.meta.url), "utf8");
    const whole = facts(source);
    expect(whole.trouble).toBe("");
    for (let end = 0; end < source.length; end += 7) facts(source.slice(0, end));
    for (let start = 0; start < source.length; start += 31) facts(source.slice(start));
  });

  test.each([
    ["parentheses", `${"(".repeat(5000)}f${")".repeat(5000)}`],
    ["lists", "[".repeat(5000)],
    ["sums", `a${" + a".repeat(5000)}`],
    ["attributes", `a${".b()".repeat(5000)}`],
    ["blocks", Array.from({ length: 300 }, (_, depth) => `${" ".repeat(depth)}if a${depth}:`).join("\n")],
    ["elifs", `if a: pass\n${"elif b: c = 1\n".repeat(3000)}`],
    ["lambdas", `${"lambda: ".repeat(3000)}1`],
    ["annotations", `x: ${"List[".repeat(3000)}`],
    ["quoted annotations", `x: "${"List[".repeat(70)}"`],
    ["assignments", "a.b = c\n".repeat(20_000)],
    ["names", Array.from({ length: 20_000 }, (_, index) => `n${index} = f`).join("\n")],
  ])("deep or long: %s", (_what, source) => {
    const before = performance.now();
    facts(source);
    expect(performance.now() - before).toBeLessThan(4000);
  });

  test("the same text gives the same facts", () => {
    const source = readFileSync(new URL("./python.fixture.py", import.meta.url), "utf8");
    expect(facts(source)).toEqual(facts(source));
  });
});

/** Local number of the variable that the first op of this name of a unit has as its first operand. */
function variableOf(source: string, qualified: string, op: string): number {
  const all = facts(source);
  const def = all.defs.findIndex((one) => one.qualified === qualified);
  const unit = all.units.find((one) => one.def === def);
  if (unit === undefined || op !== "RETURN") throw new Error("There is no such op.");
  return all.ops[unit.start + 1] as number;
}

/** Line and column of each call of the module in order. */
function callPlaces(source: string): string[] {
  const { ops: words, units } = facts(source);
  const places: string[] = [];
  const CALL = 11;
  for (let at = 0; at < (units[0]?.end ?? 0); at++) {
    if (words[at] === CALL && words[at + 7] === 0 && words[at + 5] === 0)
      places.push(`${words[at + 3]}:${words[at + 4]}`);
  }
  return places;
}
