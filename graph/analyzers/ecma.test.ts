import { beforeAll, describe, expect, test } from "vitest";
import { grammars } from "../../clients/grammars.ts";
import { type Facts, packFacts, unpackFacts } from "../facts/index.ts";
import { show } from "../facts/show.fixture.ts";
import { Parsers } from "../parse.ts";
import { javascript } from "./javascript.ts";
import { typescript } from "./typescript.ts";

let parsers: Parsers;

beforeAll(async () => {
  parsers = await Parsers.open(grammars);
  for (const name of ["javascript", "typescript", "tsx"] as const) await parsers.load(name);
});

function analyze(source: string, path = "a.js"): Facts {
  const ending = path.slice(path.lastIndexOf("."));
  const analyzer = ending in typescript.grammars ? typescript : javascript;
  const grammar = analyzer.grammars[ending];
  const tree = grammar === undefined ? undefined : parsers.parse(grammar, source);
  if (tree === undefined) throw new Error(`Cannot parse "${path}".`);
  return analyzer.analyze(tree, path);
}

/** `kind qualified first-last`, with `+` when exported. */
function defs(source: string, path?: string): string[] {
  return analyze(source, path).defs.map(
    (def) => `${def.kind} ${def.qualified} ${def.lines.join("-")}${def.exported ? " +" : ""}`,
  );
}

function ops(source: string, qualified = "", path?: string): string[] {
  return show(analyze(source, path), qualified);
}

describe("definitions", () => {
  test("functions are named by what they are given to", () => {
    expect(
      defs(`function a() {}
const b = () => {};
let c = function () {}, d = function own() {};
x = { e() {}, f: () => 1, get g() { return 1; } };
x.h = async () => {};
Foo.prototype.i = function () {};
run(() => {}, function () {});`),
    ).toEqual([
      "function a 1-1",
      "function b 2-2",
      "function c 3-3",
      "function own 3-3",
      "method x.e 4-4",
      "function x.f 4-4",
      "property x.g 4-4",
      "function h 5-5",
      "method Foo.i 6-6",
      "lambda <lambda:7:4> 7-7",
      "lambda <lambda:7:14> 7-7",
    ]);
  });

  test("a function in a variable spans its statement, a decorated class starts behind its decorators", () => {
    expect(defs("export const a =\n  () => {\n  };\n@dec\nclass B {\n  @dec\n  m() {}\n}")).toEqual([
      "function a 1-3 +",
      "class B 5-8",
      "method B.m 7-7",
    ]);
  });

  test("repeated names are told apart, nested ones qualified", () => {
    expect(
      defs("const o = { get x() {}, set x(v) {} }; function f() { function g() { return () => 1; } }"),
    ).toEqual([
      "property o.x 1-1",
      "property o.x#2 1-1",
      "function f 1-1",
      "function f.g 1-1",
      "lambda f.g.<lambda:1:76> 1-1",
    ]);
  });

  test("members of classes", () => {
    expect(
      defs(
        "class A { constructor() {} static s() {} #p() {} f = () => {}; get x() {} [k]() {} ['lit']() {} } (class {})",
      ),
    ).toEqual([
      "class A 1-1",
      "constructor A.constructor 1-1",
      "method A.s 1-1",
      "method A.#p 1-1",
      "method A.f 1-1",
      "property A.x 1-1",
      "method A.[k] 1-1",
      "method A.lit 1-1",
      "class <class:1:99> 1-1",
    ]);
  });

  test("exported in each way", () => {
    expect(
      defs(`export function a() {}
export default () => {};
const b = () => {}; function c() {} function d() {} function no() {}
export { b, c as other };
export class K { m() {} #p() {} }`),
    ).toEqual([
      "function a 1-1 +",
      "function default 2-2 +",
      "function b 3-3 +",
      "function c 3-3 +",
      "function d 3-3",
      "function no 3-3",
      "class K 5-5 +",
      "method K.m 5-5 +",
      "method K.#p 5-5",
    ]);
    expect(
      defs(
        "exports.a = () => {}; function b() {} module.exports.b = b; function c() {} module.exports = { c };",
      ),
    ).toEqual(["function a 1-1 +", "function b 1-1 +", "function c 1-1 +"]);
    expect(defs("module.exports = function () {};")).toEqual(["function exports 1-1 +"]);
  });

  test("what is only TypeScript's", () => {
    expect(
      defs(
        `interface I { m(): void; p: string; (x: number): void }
type T = string;
enum E { A }
namespace N.M { export function f() {} }
declare function g(): void;
function h(x: string): void;
function h(x: unknown) {}
abstract class A { abstract a(): void; m(x: string): void; m(x: unknown) {} }`,
        "a.ts",
      ),
    ).toEqual([
      "interface I 1-1",
      "method I.m 1-1",
      "type T 2-2",
      "enum E 3-3",
      "namespace N.M 4-4",
      "function N.M.f 4-4 +",
      "function g 5-5",
      "function h 7-7",
      "class A 8-8",
      "method A.a 8-8",
      "method A.m 8-8",
    ]);
  });

  test("callbacks of test functions are tests, in test files only", () => {
    const source = 'describe("x", () => { it.only("y", async () => { run(() => 1); }); });';
    expect(defs(source, "src/a.test.ts").map((line) => line.split(" ")[0])).toEqual([
      "test",
      "test",
      "lambda",
    ]);
    expect(analyze(source, "test/a.js").defs.map((def) => def.test)).toEqual([true, true, false]);
    expect(analyze(source, "test/a.js").defs.map((def) => def.docstring)).toEqual(["x", "y", ""]);
    expect(analyze(source, "src/a.js").defs.map((def) => def.kind)).toEqual(["lambda", "lambda", "lambda"]);
  });

  test("headers and comments", () => {
    const facts = analyze(`/** About the file. */

/**
 * Adds.
 *   Twice.
 */
export async function add(
  a, // first
  b = { c: 1 },
) {}
/* no doc */
const f = (x) => x;`);
    expect(facts.docstring).toBe("About the file.");
    expect(facts.defs.map((def) => def.signature)).toEqual([
      "export async function add( a, b = { c: 1 }, )",
      "const f = (x)",
    ]);
    expect(facts.defs.map((def) => def.docstring)).toEqual(["Adds.\n  Twice.", ""]);
  });
});

describe("names", () => {
  test("the value at each point, without any op", () => {
    expect(ops("function f() {} function g() {} let h = f; h(); h = g; h();")).toEqual([
      "FUNC v0 f",
      "FUNC v1 g",
      'CALL v2 = v0() "h"',
      'CALL v3 = v1() "h"',
    ]);
  });

  test("ways that meet", () => {
    expect(ops("let h = a; if (x) h = b; h();").slice(-3)).toEqual([
      "COPY v3 v0",
      "COPY v3 v2",
      'CALL v4 = v3() "h"',
    ]);
  });

  test("blocks have names of their own, var belongs to the function", () => {
    expect(ops("const f = a; { const f = b; f(); } f(); { var v = c; } v();")).toEqual([
      'GLOBAL v0 "a"',
      'GLOBAL v1 "b"',
      'CALL v2 = v1() "f"',
      'CALL v3 = v0() "f"',
      'GLOBAL v4 "c"',
      'CALL v5 = v4() "v"',
    ]);
  });

  test("a name that an inner function assigns has one variable", () => {
    const lines = ops("let h = a; function set() { h = b; } h();");
    expect(lines).toEqual(["FUNC v0 set", 'GLOBAL v1 "a"', "COPY v2 v1", 'CALL v3 = v2() "h"']);
  });

  test("what was just stored is known", () => {
    expect(ops("const o = {}; o.x = f; const y = o.x; o.x();").slice(1)).toEqual([
      'GLOBAL v1 "f"',
      'STORE v0 "x" v1',
      'LOAD v2 v1 "call" 1',
      'CALL v3 = v2(v0) "o.x"',
    ]);
    expect(ops("const o = {}; o.x = f; run(); o.x();").at(-2)).toBe('LOAD v4 v0 "x" 1');
  });

  test("defaults: outside where that runs nothing, a hint where it does", () => {
    const facts = analyze("function f(a = g, b = () => 1, c = h(), d = a) {}");
    const fallbacks = facts.units[1]?.params.map((param) => param.fallback !== -1);
    expect(fallbacks).toEqual([true, true, false, false]);
    expect(show(facts, "f")).toEqual(['GLOBAL v6 "h"', 'CALL v7 = v6() "h"', "HINT c v7", "HINT d a"]);
  });

  test("destructuring", () => {
    expect(ops("const { a, b: [c, ...d], ['e']: e = 1, ...rest } = o; rest(c);")).toEqual([
      'GLOBAL v0 "o"',
      'LOAD v1 v0 "a"',
      'LOAD v2 v0 "b"',
      'ITEM v3 v2 "0"',
      'CONST v4 "1"',
      'LOAD v5 v2 "slice" 1',
      'CALL v6 = v5(v4) !4 "slice"',
      'LOAD v7 v0 "e"',
      "NEW v8 7",
      "COPY v9 v7",
      "HINT v9 v8",
      'CALL v10 = v0(v3) "rest"',
    ]);
  });
});

describe("expressions", () => {
  test("methods are bound, items are not", () => {
    expect(
      ops("o.m(); o['m'](); o[0](); o[k](); (0, o.m)(); new o.C(...xs);").filter(
        (line) => !/GLOBAL|NEW/.test(line),
      ),
    ).toEqual([
      'LOAD v1 v0 "m" 1',
      'CALL v2 = v1() "o.m"',
      'LOAD v3 v0 "m" 1',
      "CALL v4 = v3() \"o['m']\"",
      'ITEM v5 v0 "0"',
      'CALL v6 = v5() "o[0]"',
      "ITEMV v8 v0 v7",
      'CALL v9 = v8() "o[k]"',
      'LOAD v11 v0 "m"',
      'CALL v12 = v11() "(0, o.m)"',
      'LOAD v13 v0 "C"',
      'CALL v15 = v13(*v14) !1 "o.C"',
    ]);
  });

  test("literals", () => {
    expect(
      ops("const o = { a, m() {}, get v() { return 1; }, [k]: f, ...rest }; const l = [a, ...o, f];"),
    ).toEqual([
      "NEW v0 5",
      'GLOBAL v1 "a"',
      'STORE v0 "a" v1',
      "FUNC v2 o.m",
      'STORE v0 "m" v2',
      "FUNC v3 o.v",
      'STORE v0 "v" v3',
      'GLOBAL v4 "k"',
      'GLOBAL v5 "f"',
      "PUTV v0 v4 v5",
      'GLOBAL v6 "rest"',
      'GLOBAL v7 "Object"',
      'LOAD v8 v7 "assign"',
      'CALL v9 = v8(v0, v6) !4 "Object.assign"',
      "NEW v10 6",
      'PUT v10 "0" v1',
      "ITER v11 v0",
      'PUT v10 "*" v11',
      'PUT v10 "*" v5',
    ]);
  });

  test("await, yield, templates, choices", () => {
    expect(
      ops(
        "async function* f() { await a; yield b; yield* c; for await (const d of e) d(); t`x$" +
          "{a}`; return a ? b : c && d2; }",
        "f",
      ),
    ).toEqual([
      'GLOBAL v2 "a"',
      "AWAIT v3 v2",
      'GLOBAL v4 "b"',
      "YIELD v4",
      'GLOBAL v5 "c"',
      "ITER v6 v5",
      "YIELD v6",
      "AWAIT v7 v5",
      'GLOBAL v8 "e"',
      "ITER v9 v8",
      "AWAIT v10 v9",
      'CALL v11 = v10() "d"',
      'GLOBAL v12 "t"',
      "NEW v13 7",
      'CALL v14 = v12(v13, v2) "t"',
      "COPY v15 v4",
      'GLOBAL v16 "d2"',
      "COPY v17 v16",
      "COPY v15 v17",
      "RETURN v15",
    ]);
  });

  test("arguments and this", () => {
    expect(ops("function f(a) { this.x = a; return () => [this, arguments]; }", "f")).toEqual([
      "NEW v4 6",
      'PUT v4 "0" a',
      "ITER v5 ",
      'PUT v4 "*" v5',
      'STORE self "x" a',
      "FUNC v6 f.<lambda:1:35>",
      "RETURN v6",
    ]);
  });

  test("components are calls, tags are not", () => {
    expect(ops("const e = <Foo a={x} {...y}><div>{z()}</div></Foo>;", "", "a.jsx")).toEqual([
      "NEW v0 5",
      'GLOBAL v1 "x"',
      'STORE v0 "a" v1',
      'GLOBAL v2 "y"',
      'GLOBAL v3 "Object"',
      'LOAD v4 v3 "assign"',
      'CALL v5 = v4(v0, v2) !4 "Object.assign"',
      "NEW v6 5",
      'GLOBAL v7 "z"',
      'CALL v8 = v7() "z"',
      'STORE v6 "children" v8',
      'STORE v0 "children" v6',
      'GLOBAL v9 "Foo"',
      'CALL v10 = v9(v0) "Foo"',
      'STORE v10 "props" v0',
      'LOAD v11 v10 "render" 5',
      'CALL v12 = v11() !4 "render"',
    ]);
  });
});

describe("classes", () => {
  test("members are stored by the body, fields by the constructor", () => {
    const source =
      "class A extends B { static s = f; x = g; constructor() { super(1); } m() { super.m(); } get v() { return 1; } static { h(); } }";
    expect(ops(source)).toEqual(['GLOBAL v0 "B"', "CLASS v1 A v0"]);
    expect(ops(source, "A")).toEqual([
      'GLOBAL v1 "f"',
      'STORE self "s" v1',
      'LOAD v2 self "prototype"',
      "FUNC v3 A.constructor",
      'STORE v2 "constructor" v3',
      "FUNC v4 A.m",
      'STORE v2 "m" v4',
      "FUNC v5 A.v",
      'STORE v2 "v" v5',
      'GLOBAL v6 "h"',
      'CALL v7 = v6() "h"',
    ]);
    expect(ops(source, "A.constructor")).toEqual([
      'GLOBAL v2 "g"',
      'STORE self "x" v2',
      "NEW v3 7",
      "SUPER v4 self A",
      'LOAD v5 v4 "constructor" 1',
      'CALL v6 = v5(v3) "super"',
    ]);
    expect(ops(source, "A.m")).toEqual(["SUPER v2 self A", 'LOAD v3 v2 "m" 1', 'CALL v4 = v3() "super.m"']);
  });

  test("fields without a constructor get one that calls the parent's", () => {
    const facts = analyze("class A extends B { x = f; }");
    const unit = facts.units.findIndex((one) => one.def === -1 && one.parent > 0);
    expect(facts.units[unit]?.params).toHaveLength(1);
    expect(facts.defs).toHaveLength(1);
  });

  test("decorators call, and give back what they decorate", () => {
    expect(ops("@a @b() class C { @c m() {} }")).toEqual([
      'GLOBAL v0 "a"',
      'GLOBAL v1 "b"',
      'CALL v2 = v1() "b"',
      "CLASS v3 C",
      "COPY v4 v3",
      "NEW v5 7",
      'CALL v6 = v2(v3, v5) !2 "b()"',
      "COPY v4 v6",
      "COPY v7 v4",
      'CALL v8 = v0(v4, v5) !2 "a"',
      "COPY v7 v8",
    ]);
  });

  test("parameter properties and implements", () => {
    const source = "class A implements I { constructor(private readonly x: X, y: string) {} declare z: Z; }";
    expect(ops(source, "A", "a.ts")).toContain('STORE self "__implements__" v1');
    expect(ops(source, "A.constructor", "a.ts")).toEqual([
      'GLOBAL v4 "X"',
      "INSTANCE v5 v4",
      "COPY x v5",
      'STORE self "x" x',
    ]);
  });
});

describe("modules", () => {
  test("imports and exports", () => {
    const facts = analyze(
      'import d, { a as b } from "./m"; import * as n from "./n"; import "./side"; export * from "./s"; export { x as y } from "./t"; export * as z from "./u"; let l = b; export { l }; export default d;',
    );
    expect(show(facts, "")).toEqual([
      'FROM v0 "./m" "default"',
      'FROM v1 "./m" "a"',
      'IMPORT v2 "./n"',
      'FROM v2 "./n" "="',
      'STAR "./s"',
      'FROM v3 "./t" "x"',
      'EXPORT "y" v3',
      'IMPORT v4 "./u"',
      'EXPORT "z" v4',
      'EXPORT "l" v1',
      'EXPORT "default" v0',
    ]);
    expect(facts.imports.map((one) => `${one.specifier} ${one.name}`)).toEqual([
      "./m ",
      "./n ",
      "./side ",
      "./s *",
      "./t ",
      "./u ",
    ]);
  });

  test("what the grammar does not know of TypeScript is no syntax error", () => {
    const source = `export type * from "./a";
export type * as N from "./b";
interface Box<in T, out U = never> { put(value: T): U }
type Both<in out T extends object> = T;
`;
    const read = analyze(source, "a.ts");
    expect(read.trouble).toBe("");
    expect(read.imports.map((one) => one.specifier)).toEqual(["./a", "./b"]);
    expect(read.defs.map((def) => def.qualified)).toContain("Box.put");
  });

  test("types are imported as types", () => {
    const facts = analyze(
      'import type { A } from "./a"; import { type B } from "./b"; import { type C, d } from "./c"; export type { E } from "./e";',
      "a.ts",
    );
    expect(facts.imports.map((one) => one.typeOnly)).toEqual([true, true, false, true]);
  });

  test("CommonJS", () => {
    expect(
      ops('const m = require("./m"); exports.a = m; module.exports.b = m; module.exports = m; exports.a();'),
    ).toEqual([
      'IMPORT v0 "./m"',
      'FROM v0 "./m" "="',
      'EXPORT "a" v0',
      'EXPORT "b" v0',
      'EXPORT "=" v0',
      'IMPORT v1 "#self"',
      'LOAD v2 v1 "a" 1',
      'CALL v3 = v2() "exports.a"',
    ]);
    expect(ops('function f(require, exports) { require("x"); exports.a = 1; }', "f")).not.toContain(
      'IMPORT v3 "x"',
    );
  });

  test("a module that is loaded later is a promise", () => {
    expect(ops('import("./m");')).toEqual(["NEW v0 8", 'IMPORT v1 "./m"', 'STORE v0 "value" v1']);
  });
});

describe("types", () => {
  test("annotations of parameters are taken, of values and results only as hints; all leave out other classes", () => {
    const source = "class A {} function f(a: A | string, b: A[]): A { const c: A = a.x; return c; }";
    expect(ops(source, "f", "a.ts")).toEqual([
      "COPY a outer4",
      "NEW v5 6",
      'PUT v5 "*" outer4',
      "COPY b v5",
      "NARROW v6 a outer7",
      'LOAD v8 v6 "x"',
      "NARROW v9 v8 outer7",
      "HINT v9 outer4",
      "NARROW v10 v9 outer7",
      "RETURN v10",
      "HINT result outer4",
    ]);
  });

  test("aliases, promises, maps, members of types", () => {
    const facts = analyze(
      "interface I { a: B; m(): C } type T = Promise<I> | Map<string, I>; declare const x: T;",
      "a.ts",
    );
    expect(show(facts, "I")).toEqual([
      'LOAD v1 self "prototype"',
      'GLOBAL v2 "B"',
      "INSTANCE v3 v2",
      'STORE v1 "a" v3',
      'GLOBAL v4 "C"',
      "INSTANCE v5 v4",
      "FUNC v6 I.m",
      'STORE v1 "m" v6',
    ]);
    expect(show(facts, "I.m")).toEqual(["RETURN outer2"]);
    expect(show(facts, "").slice(-1)).toEqual(["INSTANCE v3 v1"]);
  });

  test("a type parameter is what it extends", () => {
    const lines = ops("class A {} function f<T extends A, U extends U[]>(x: T, y: U) {}", "f", "a.ts");
    expect(lines[0]).toMatch(/^COPY x outer/);
  });
});

describe("bad input", { timeout: 60_000 }, () => {
  const SAMPLE = `#!/usr/bin/env node
import a, { b as c } from "./m"; export * from "./n";
@dec export class A<T> extends f(B) { static #x = 1; y = () => this.z?.[k]; constructor(p = 1, { q, r: [s] = [] } = {}, ...t) { super(...t); } static { g(); } get v() { return 1 } async *m() { yield* x; await y } [k]() {} }
const { h, ...i } = o, j = [1, ...k], l = \`a\${b}c\`; label: for (const n of m) { if (n) continue label; else break; }
try { switch (x) { case 1: f(); default: g() } } catch ({ e }) { throw e } finally { d() }
(async () => { const z = await import("./z"); x ||= z; x.y.z = function () { return arguments } })(); export default <T,>(a) => a;
`;
  const TYPED = `${SAMPLE}
abstract class C<T extends D> implements I { constructor(private x: X) { super() } abstract n(): this; declare o: typeof p; }
interface I<T> extends J { (x: T): void; m?(a: T): Promise<T>; readonly [k: string]: Map<string, T> } enum E { A = 1 } namespace N.M { export const x = 1 } declare module "m" { export = N }
type U<T> = { [K in keyof T]: T[K] extends (infer R)[] ? R : never } | A["b"] | [A, B?] ; function f(this: A, x?: B): asserts x is C; import r = require("r"); const el = x as unknown as Y satisfies Z;
`;

  test("files that end anywhere", () => {
    for (const [source, path] of [
      [SAMPLE, "a.js"],
      [TYPED, "a.ts"],
      [TYPED.replace("<T,>", ""), "a.tsx"],
    ] as const) {
      for (let end = 0; end <= source.length; end += 5) {
        const facts = analyze(source.slice(0, end), path);
        expect(unpackFacts(packFacts(facts)).ops.length).toBe(facts.ops.length);
      }
      for (let start = 1; start < source.length; start += 11) analyze(source.slice(start), path);
    }
  });

  test("files in which pieces are missing", () => {
    const words = TYPED.split(" ");
    for (let gone = 0; gone < words.length; gone++) analyze(words.toSpliced(gone, 2).join(" "), "a.ts");
  });

  test("nesting that no one writes", () => {
    const deep = (open: string, close: string) => open.repeat(10_000) + close.repeat(10_000);
    for (const source of [
      deep("(", ")"),
      deep("[", "]"),
      deep("{", "}"),
      deep("a(", ")"),
      deep("() => {", "}"),
      deep("if (x) {", "}"),
      "a.b".repeat(5000),
      "a?b:".repeat(10_000),
      "x=".repeat(10_000),
      "class A { m() {".repeat(3000),
    ]) {
      expect(() => analyze(source)).not.toThrow();
    }
  });

  test("a file without anything, a mark of byte order, syntax of others", () => {
    expect(analyze("").defs).toEqual([]);
    expect(defs("\ufefffunction a() {}")).toEqual(["function a 1-1"]);
    expect(
      defs(
        "// @flow\ntype A = {| x: ?number |};\nfunction f(x: ?A): %checks { return x; }\nconst g = () => 1;",
      ).at(-1),
    ).toContain("function g 4-4");
    expect(() =>
      analyze(
        "with (o) { f(); } <!-- x\n__proto__ = constructor; ({ __proto__: a, toString() {} }).toString();",
      ),
    ).not.toThrow();
  });

  test("long files take time in proportion to their length", () => {
    const time = (source: string) => {
      const tree = parsers.parse("javascript", source);
      if (tree === undefined) throw new Error("Cannot parse the file.");
      const before = performance.now();
      javascript.analyze(tree, "a.js");
      return performance.now() - before;
    };
    const shapes = [
      (n: number) => `let x;${"x = f; if (x) x = g; else { x(); }\n".repeat(n)}`,
      (n: number) =>
        `const o = {};${Array.from({ length: n }, (_, i) => `o.p${i} = function () { return ${i}; };`).join("\n")}`,
      (n: number) =>
        Array.from({ length: n }, (_, i) => `let v${i} = a; if (b) v${i} = v${i ? i - 1 : 0};`).join(""),
      (n: number) =>
        `class A { ${Array.from({ length: n }, (_, i) => `@d m${i}() { this.m${i}(); }`).join("\n")} }`,
      (n: number) =>
        `!function(){${"for (;;) { try { if (a) b = c; } catch (e) { continue } }".repeat(n)}}()`,
    ];
    for (const shape of shapes) {
      time(shape(500));
      const small = Math.max(time(shape(1000)), 4);
      // Four times as long: sixteen would be the square. What else the machine does is allowed for.
      expect(Math.min(time(shape(4000)), time(shape(4000))) / small).toBeLessThan(14);
    }
  });
});
