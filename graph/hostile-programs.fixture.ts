/** Programs that parse well and are meant to make an analysis run in circles, explode, or trip over a name. */
import { type Hostile, lines } from "./hostile.fixture.ts";

const MANY = 5_000;
/** Names that every JavaScript object has. */
const OWN = [
  "constructor",
  "__proto__",
  "toString",
  "hasOwnProperty",
  "valueOf",
  "prototype",
  "__defineGetter__",
];

/** Names of files and of what is in them. */
export const NAMES: Hostile[] = [
  {
    name: "names that every object has, as functions",
    files: {
      "a.py": lines(
        OWN.length,
        (at) => `def ${OWN[at]}():\n    pass\n\n\ndef call_${at}():\n    ${OWN[at]}()\n`,
      ),
      "a.js": lines(OWN.length, (at) => `function ${OWN[at]}() {}\nfunction call_${at}() { ${OWN[at]}(); }`),
      "a.go": `package a\n\n${lines(OWN.length, (at) => `func ${OWN[at]}() {}\nfunc call_${at}() { ${OWN[at]}() }`)}\n`,
    },
    edges: ["a.py", "a.js", "a.go"].flatMap((path) =>
      OWN.map((name, at) => `${path}:call_${at} -> ${path}:${name}`),
    ),
  },
  {
    name: "names that every object has, as keys, fields and methods",
    files: {
      "a.py": `${lines(OWN.length, (at) => `def f${at}():\n    pass`)}\nd = {${OWN.map((name, at) => `"${name}": f${at}`).join(", ")}}\n${lines(OWN.length, (at) => `def call_${at}():\n    d["${OWN[at]}"]()`)}\n`,
      "b.js": `${lines(OWN.length, (at) => `function f${at}() {}`)}\nconst m = new Map();\n${lines(OWN.length, (at) => `m.set("${OWN[at]}", f${at});\nfunction call_${at}() { m.get("${OWN[at]}")(); }`)}\nconst o = {};\n${lines(OWN.length, (at) => `o["${OWN[at]}"] = f${at}; o.${OWN[at]}();`)}\n`,
      "c.ts": `class A {\n${lines(OWN.length, (at) => `  static ${OWN[at] === "prototype" ? "prototypes" : OWN[at]}(): void {}\n  ${OWN[at]}: number = 1;`)}\n}\nnew A();\n`,
    },
    edges: OWN.map((_, at) => `a.py:call_${at} -> a.py:f${at}`),
    trouble: "any",
  },
  {
    name: "names that every object has, as files, folders and modules",
    files: {
      ...Object.fromEntries(
        OWN.flatMap((name) => [
          [`${name}/${name}.py`, "def f():\n    g()\n\ndef g():\n    pass\n"],
          [`${name}.js`, "export function f() {}\n"],
        ]),
      ),
      "all.py": lines(
        OWN.length,
        (at) => `from ${OWN[at]}.${OWN[at]} import f as f${at}\ndef call_${at}():\n    f${at}()`,
      ),
      "all.js": `${lines(OWN.length, (at) => `import { f as f${at} } from "./${OWN[at]}.js";`)}\nimport x from "constructor";\nimport y from "__proto__";\n${lines(OWN.length, (at) => `function call_${at}() { f${at}(); }`)}\nx(); y();\n`,
      "package.json":
        '{"name":"__proto__","dependencies":{"constructor":"1"},"imports":{"__proto__":"./x"},"exports":{"toString":1}}',
    },
    edges: OWN.flatMap((name, at) => [
      `all.py:call_${at} -> ${name}/${name}.py:f`,
      `all.js:call_${at} -> ${name}.js:f`,
    ]),
  },
  {
    name: "paths with spaces, quotes, line ends, colons and other signs",
    files: Object.fromEntries(
      [
        "a b.py",
        "it's.py",
        'say "x".py',
        "line\nend.py",
        "a::b.py",
        "a::function::f.py",
        "é/日本.py",
        "🙂.py",
        "-rf.py",
        "%2e%2e.py",
        "a\tb.py",
        "#1.py",
        "a;b.py",
        "'; DROP TABLE graph_parts; --.py",
        "$HOME.py",
        "..py",
        "a..b/c.py",
        " .py",
      ].map((path) => [path, "def f():\n    g()\n\ndef g():\n    pass\n"]),
    ),
    edges: [
      "a b.py",
      "it's.py",
      "line\nend.py",
      "a::b.py",
      "🙂.py",
      "'; DROP TABLE graph_parts; --.py",
      " .py",
    ].map((path) => `${path}:f -> ${path}:g`),
  },
  {
    name: "names that differ in case alone",
    files: {
      "a/Mod.py": "def f():\n    pass\n",
      "a/mod.py": "def f():\n    pass\n",
      "A/mod.py": "def F():\n    pass\n",
      "a/x.js": "export function f() {}\nexport function F() {}\n",
      "a/X.js": "export function f() {}\n",
      "b.py": "from a.mod import f\nfrom a.Mod import f as g\ndef one():\n    f()\ndef two():\n    g()\n",
      "b.js":
        'import { f, F } from "./a/x.js";\nimport { f as g } from "./a/X.js";\nfunction one() { f(); F(); }\nfunction two() { g(); }\n',
    },
    edges: [
      "b.py:one -> a/mod.py:f",
      "b.py:two -> a/Mod.py:f",
      "b.js:one -> a/x.js:f",
      "b.js:one -> a/x.js:F",
      "b.js:two -> a/X.js:f",
    ],
  },
  {
    name: "identifiers of other alphabets, very long names",
    files: {
      "a.py": `def größe():\n    pass\ndef 高さ():\n    größe()\ndef ${"n".repeat(20_000)}():\n    高さ()\n`,
      "a.js": `function größe() {}\nfunction 高さ() { größe(); }\nfunction ${"n".repeat(20_000)}() { 高さ(); }\n`,
    },
    edges: ["a.py:高さ -> a.py:größe", "a.js:高さ -> a.js:größe"],
  },
];

/** Much of one thing. */
export const MASSES: Hostile[] = [
  {
    name: "5,000 definitions of one name",
    files: {
      "a.py": `${"def f():\n    pass\n".repeat(MANY)}\ndef caller():\n    f()\n`,
      "a.js": `${"function f() {}\n".repeat(MANY)}\nfunction caller() { f(); }\n`,
      "a.ts": `${"function f(x: number): void;\n".repeat(MANY)}function f(x: any): void {}\nfunction caller() { f(1); }\n`,
      "a.go": `package a\n${"func f() {}\n".repeat(MANY)}func caller() { f() }\n`,
      "A.java": `class A {\n${"  void f() {}\n".repeat(MANY)}  void caller() { f(); }\n}\n`,
      "a.rs": `${"fn f() {}\n".repeat(MANY)}fn caller() { f(); }\n`,
    },
    most: 12 * MANY,
  },
  {
    name: "5,000 methods of one name, in as many classes",
    files: {
      "a.py": `${lines(MANY, (at) => `class C${at}:\n    def go(self):\n        self.go()`)}\ndef caller(x):\n    x.go()\n`,
      "a.ts": `${lines(MANY, (at) => `class C${at} { go() { this.go(); } }`)}\nfunction caller(x) { x.go(); }\n`,
    },
    edges: ["a.py:C0.go -> a.py:C0.go", "a.ts:C4999.go -> a.ts:C4999.go"],
    most: 6 * MANY,
  },
  {
    name: "20,000 imports in one file",
    files: {
      "a.py": lines(20_000, (at) => `import m${at}.n as k${at}`),
      "a.js": lines(20_000, (at) => `import k${at} from "m${at}/n";`),
      "a.go": `package a\n\nimport (\n${lines(5_000, (at) => `\tk${at} "m/n${at}"`)}\n)\n`,
      "a.rs": lines(5_000, (at) => `use m${at}::n as k${at};`),
      "A.java": `${lines(5_000, (at) => `import m.n${at}.K${at};`)}\nclass A {}\n`,
    },
    most: 5 * 21_000,
  },
  {
    name: "5,000 names from one module",
    files: {
      "a.py": lines(5_000, (at) => `from b import k${at}`),
      "b.py": lines(5_000, (at) => `def k${at}():\n    pass`),
    },
    most: 12_000,
  },
  {
    name: "a circle of 2,000 files that import each other's names",
    files: Object.fromEntries([
      ...Array.from({ length: 2_000 }, (_, at): [string, string] => [
        `m${at}.py`,
        `from m${(at + 1) % 2_000} import *\ndef f${at}():\n    f${(at + 1) % 2_000}()\n`,
      ]),
      ...Array.from({ length: 2_000 }, (_, at): [string, string] => [
        `m${at}.js`,
        `export * from "./m${(at + 1) % 2_000}.js";\nimport { f${(at + 1) % 2_000} as g } from "./m${(at + 1) % 2_000}.js";\nexport function f${at}() { g(); }\n`,
      ]),
    ]),
    edges: ["m0.py:f0 -> m1.py:f1", "m1999.js:f1999 -> m0.js:f0"],
    most: 20_000,
  },
  {
    name: "a star that every file imports, and back",
    files: Object.fromEntries([
      ["hub.py", lines(300, (at) => `from s${at} import *`)],
      ...Array.from({ length: 300 }, (_, at): [string, string] => [
        `s${at}.py`,
        `from hub import *\ndef f${at}():\n    f${(at + 7) % 300}()\n`,
      ]),
    ]),
    most: 20_000,
  },
  {
    name: "a chain of 5,000 wrappers",
    files: {
      "a.py": `def w0(f):\n    return f()\n${lines(MANY, (at) => `def w${at + 1}(f):\n    return w${at}(f)`)}\ndef leaf():\n    pass\nw${MANY}(leaf)\n`,
      "a.js": `function w0(f) { return f(); }\n${lines(MANY, (at) => `function w${at + 1}(f) { return w${at}(f); }`)}\nfunction leaf() {}\nw${MANY}(leaf);\n`,
      "a.go": `package a\nfunc w0(f func()) { f() }\n${lines(MANY, (at) => `func w${at + 1}(f func()) { w${at}(f) }`)}\nfunc leaf() {}\nfunc main() { w${MANY}(leaf) }\n`,
    },
    edges: ["a.py:w0 -> a.py:leaf", "a.js:w0 -> a.js:leaf", "a.go:w0 -> a.go:leaf"],
    most: 8 * MANY,
  },
  {
    name: "a chain of 5,000 closures, each around the one before",
    files: {
      "a.py": `def wrap(f):\n    def g():\n        return f()\n    return g\ndef leaf():\n    pass\nx0 = leaf\n${lines(MANY, (at) => `x${at + 1} = wrap(x${at})`)}\nx${MANY}()\n`,
      "a.js": `const wrap = (f) => () => f();\nfunction leaf() {}\nconst x0 = leaf;\n${lines(MANY, (at) => `const x${at + 1} = wrap(x${at});`)}\nx${MANY}();\n`,
    },
    most: 8 * MANY,
  },
  {
    name: "a dispatch table of 5,000 functions",
    files: {
      "a.py": `${lines(MANY, (at) => `def f${at}(x):\n    return run(x)`)}\nTABLE = {${lines(MANY, (at) => `"k${at}": f${at},`)}}\ndef run(x):\n    return TABLE[x.kind](x)\n`,
      "a.js": `${lines(MANY, (at) => `function f${at}(x) { return run(x); }`)}\nconst table = {${lines(MANY, (at) => `k${at}: f${at},`)}};\nfunction run(x) { return table[x.kind](x); }\n`,
      "a.go": `package a\n${lines(MANY, (at) => `func f${at}(x string) { run(x) }`)}\nvar table map[string]func(string)\nfunc init() {\n\ttable = map[string]func(string){\n${lines(MANY, (at) => `"k${at}": f${at},`)}\n}\n}\nfunc run(x string) { table[x](x) }\n`,
    },
    edges: ["a.py:f0 -> a.py:run", "a.js:f4999 -> a.js:run"],
    most: 12 * MANY,
  },
  {
    name: "300 functions that each call all others through tables of tables",
    files: {
      "a.py": `${lines(300, (at) => `def f${at}(t):\n    for g in t:\n        g(t)\n    t[${at}](t)\n    return t`)}\nALL = [${lines(300, (at) => `f${at},`)}]\nfor f in ALL:\n    f(ALL)(ALL)\n`,
      "a.js": `${lines(300, (at) => `function f${at}(t) { for (const g of t) g(t); t[${at}](t); return t.map((h) => h(t)); }`)}\nconst ALL = [${lines(300, (at) => `f${at},`)}];\nfor (const f of ALL) f(ALL);\n`,
    },
    most: 300 * 300 * 4,
  },
  {
    name: "150 objects that queue what they do with each other",
    files: {
      "a.js": `let queue = [];\nfunction schedule(f) { queue.push(f); run(() => flush()); }\nfunction flush() { const now = queue; queue = []; now.forEach((f) => run(() => now.forEach((g) => run(g, f)))); }\nfunction run(f) { f(); wait(() => f()); }\nfunction wait(f) { schedule(f); }\n${lines(150, (at) => `class C${at} { constructor() { this.x = { at: ${at} }; } go(o) { schedule(() => { o.go(this); this.x.go(); queue.forEach((f) => f(o)); }); } }`)}\nconst all = [${lines(150, (at) => `new C${at}(),`)}];\nall.forEach((one) => all.forEach((other) => one.go(other)));\nfunction last() { end(); }\nfunction end() {}\n`,
    },
    // What comes last is found too, however much was spent before.
    edges: ["a.js:last -> a.js:end"],
    most: 5_000,
  },
];
