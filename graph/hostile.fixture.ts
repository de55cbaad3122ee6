/** Repositories that somebody made to break us, or that a careless tool made without meaning it. */

export interface Hostile {
  name: string;
  files: Record<string, string | Uint8Array>;
  /** What the nodes of these files must say went wrong; of all others nothing may. `any` allows whatever is said. */
  trouble?: Record<string, string> | "any";
  /** Edges that must be there all the same: `source -> target`, without `::file` or `::function::` in between. */
  edges?: string[];
  /** More edges than this are an explosion. */
  most?: number;
}

export type Text = string | Uint8Array;

export const DEEP = 10_000;

/** `make(0) + make(1) + ...`, joined by line ends. */
export function lines(count: number, make: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => make(index)).join("\n");
}

export function nested(open: string, middle: string, close: string, depth = DEEP): string {
  return open.repeat(depth) + middle + close.repeat(depth);
}

/** A file and a caller in each language, to stand beside a bad file that must not disturb them. */
export const GOOD: Record<string, string> = {
  "good/a.py": "def helper():\n    pass\n\ndef caller():\n    helper()\n",
  "good/b.js": "function helper() {}\nfunction caller() { helper(); }\n",
  "good/c.ts": "function helper(): void {}\nexport function caller(): void { helper(); }\n",
  "good/d/d.go": "package d\n\nfunc helper() {}\n\nfunc caller() { helper() }\n",
  "good/E.java": "class E {\n  static void helper() {}\n  static void caller() { helper(); }\n}\n",
  "good/f.rs": "fn helper() {}\n\nfn caller() { helper(); }\n",
};

export const GOOD_EDGES = [
  "good/a.py:caller -> good/a.py:helper",
  "good/b.js:caller -> good/b.js:helper",
  "good/c.ts:caller -> good/c.ts:helper",
  "good/d/d.go:caller -> good/d/d.go:helper",
  "good/E.java:E.caller -> good/E.java:E.helper",
  "good/f.rs:caller -> good/f.rs:helper",
];

const utf8 = (text: string) => new TextEncoder().encode(text);

function bytes(...parts: (string | readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...utf8(part)] : part)));
}

function utf16(text: string, little: boolean): Uint8Array {
  const units = [0xfeff, ...Array.from({ length: text.length }, (_, at) => text.charCodeAt(at))];
  return Uint8Array.from(
    units.flatMap((unit) => (little ? [unit & 255, unit >> 8] : [unit >> 8, unit & 255])),
  );
}

const PYTHON = "def f():\n    g()\n\ndef g():\n    pass\n";
const SCRIPT = "function f() { g(); }\nfunction g() {}\n";
/** The same call in every file that spells it. */
const found = (path: string) => `${path}:f -> ${path}:g`;

const ENDINGS = ["py", "js", "ts", "tsx", "go", "java", "rs"];

function inAll(make: (ending: string) => Text): Record<string, Text> {
  return Object.fromEntries(ENDINGS.map((ending) => [`bad.${ending}`, make(ending)]));
}

function allSay(trouble: string): Record<string, string> {
  return Object.fromEntries(ENDINGS.map((ending) => [`bad.${ending}`, trouble]));
}

const GARBAGE =
  "def (((( class {{{ => ]] function } 'open \\ \u{1f600} <<<< fn impl :: ;;; func interface @ # \n";

const CUT_OFF: Record<string, string> = {
  py: "class A:\n    def f(self):\n        return self.g(1, [2, {'a': (",
  js: "class A { f() { return this.g(1, [2, { a: `${",
  ts: "class A<T { f(): Promise<Array< { return this.g(1, [2, { a: (",
  tsx: "export const A = () => <div a={() => <b>{x.map((y) => <",
  go: "package a\n\ntype A struct { b func(",
  java: "class A { <T extends B<C<D> void f() { g(new E() { void h( ",
  rs: "impl<T: A<B<C>> D for E { fn f(&self) -> Result<(), { match x { Some(",
};

/** Files that are no good text, or no good code. */
export const FILES: Hostile[] = [
  { name: "empty files", files: inAll(() => "") },
  { name: "only blank lines", files: inAll(() => "\n\r\n\t \n") },
  {
    name: "only comments",
    files: inAll((ending) => (ending === "py" ? "# one\n# two" : "// one\n/* two\n */")),
  },
  { name: "NUL bytes", files: inAll(() => bytes("a = 1\n", [0], "\nb = 2\n")), trouble: allSay("binary") },
  {
    name: "bytes of no encoding",
    files: inAll(() => bytes("a = '", [0xff, 0xfe, 0x80], "'\n")),
    trouble: allSay("encoding"),
  },
  {
    name: "half a character of UTF-16",
    files: inAll(() => bytes([0xff, 0xfe, 0x61, 0x00, 0x62])),
    trouble: allSay("encoding"),
  },
  {
    name: "UTF-16 with its mark, both ways around",
    files: {
      "little.py": utf16(PYTHON, true),
      "big.py": utf16(PYTHON, false),
      "little.js": utf16(SCRIPT, true),
      "big.js": utf16(SCRIPT, false),
    },
    edges: ["little.py", "big.py", "little.js", "big.js"].map(found),
  },
  {
    name: "UTF-8 with its mark",
    files: { "mark.py": `\ufeff${PYTHON}`, "mark.js": `\ufeff${SCRIPT}` },
    edges: ["mark.py", "mark.js"].map(found),
  },
  {
    name: "line ends of Windows and of old Macs",
    files: {
      "crlf.py": PYTHON.replaceAll("\n", "\r\n"),
      "crlf.js": SCRIPT.replaceAll("\n", "\r\n"),
      "cr.js": SCRIPT.replaceAll("\n", "\r"),
    },
    edges: ["crlf.py", "crlf.js", "cr.js"].map(found),
  },
  { name: "garbage", files: inAll(() => GARBAGE), trouble: "any" },
  { name: "much garbage", files: inAll(() => GARBAGE.repeat(300)), trouble: "any" },
  {
    name: "calls before and after what is broken",
    files: {
      "broken.py": `${PYTHON}\ndef h(:\n    g(\n\nclass (\n\ndef k():\n    g()\n`,
      "broken.js": `${SCRIPT}\nfunction h( { g(; }\n`,
    },
    trouble: { "broken.py": "syntax", "broken.js": "syntax" },
    edges: ["broken.py", "broken.js"].map(found),
  },
  {
    name: "files cut off in the middle",
    files: inAll((ending) => CUT_OFF[ending] as string),
    trouble: allSay("syntax"),
  },
  {
    name: "one line of two megabytes",
    files: {
      "long.js": `${"of_a_long_name(argument_one, argument_two);".repeat(45_000)}`,
      "long.py": `x = [${'"an element that is a rather long text, to get there sooner", '.repeat(30_000)}]`,
      "text.py": `x = "${"a".repeat(1_990_000)}"`,
      "long.go": `package a\nvar x = "${"a".repeat(1_900_000)}"\n`,
    },
  },
  { name: "more than is read", files: inAll(() => "a".repeat(2_000_001)), trouble: allSay("too_big") },
];

/** What has no end when it is walked by recursion, kind by kind. */
export const NESTED: Hostile[] = (
  [
    ["brackets", "bad.py", `x = ${nested("[", "", "]")}\n`],
    ["calls", "bad.py", `f = lambda x: x\ny = ${nested("f(", "1", ")")}\n`],
    ["blocks", "bad.py", lines(400, (at) => `${" ".repeat(at)}if x:`)],
    ["functions", "bad.py", lines(900, (at) => `${" ".repeat(at)}def f${at}():`)],
    ["unary operators", "bad.py", `x = ${"not ".repeat(DEEP)}y\n`],
    ["binary operators", "bad.py", `x = ${"y + ".repeat(DEEP)}y\n`],
    ["attributes", "bad.py", `x = y${".z".repeat(DEEP)}()\n`],
    ["chained calls", "bad.py", `def y():\n    return y\nx = y${"()".repeat(DEEP)}\n`],
    ["else-ifs", "bad.py", `if x:\n    pass\n${"elif x:\n    pass\n".repeat(DEEP)}`],
    ["lambdas", "bad.py", `x = ${"lambda: ".repeat(DEEP)}1\n`],
    ["brackets", "bad.js", `x = ${nested("[", "", "]")};\n`],
    ["objects", "bad.js", `x = ${nested("{a:", "1", "}")};\n`],
    ["arrows", "bad.js", `x = ${"() => ".repeat(DEEP)}1;\n`],
    ["functions", "bad.js", `${nested("function f() {", "f();", "}")}\n`],
    ["blocks", "bad.js", `${nested("{", "f();", "}")}\n`],
    ["chained calls", "bad.js", `function y() { return y; }\nx = y${"()".repeat(DEEP)};\n`],
    ["promises", "bad.js", `p${".then(() => q)".repeat(DEEP)};\n`],
    ["else-ifs", "bad.js", `${"if (x) {} else ".repeat(DEEP)}{}\n`],
    ["conditions", "bad.js", `x = ${"a ? b : ".repeat(DEEP)}c;\n`],
    ["patterns", "bad.js", `const ${nested("{a:", "b", "}")} = c;\n`],
    ["templates", "bad.js", `x = ${nested("`${", "1", "}`", 2_000)};\n`],
    ["types", "bad.ts", `type A = ${nested("B<", "C", ">")};\n`],
    ["objects of types", "bad.ts", `type A = ${nested("{ a: ", "B", " }")};\n`],
    ["namespaces", "bad.ts", `${nested("namespace A { ", "export const x = 1;", " }")}\n`],
    ["elements", "bad.tsx", `const x = ${nested("<a>", "", "</a>")};\n`],
    ["parentheses", "bad.go", `package a\nvar x = ${nested("(", "1", ")")}\n`],
    ["functions", "bad.go", `package a\nvar x = ${nested("func() { ", "", " }")}\n`],
    ["types", "bad.go", `package a\ntype A ${"[]".repeat(DEEP)}int\n`],
    ["blocks", "bad.go", `package a\nfunc f() ${nested("{", "f()", "}")}\n`],
    ["parentheses", "bad.java", `class A { int x = ${nested("(", "1", ")")}; }\n`],
    ["classes", "bad.java", `${nested("class A { ", "", " }")}\n`],
    ["lambdas", "bad.java", `class A { Object x = ${"() -> ".repeat(DEEP)}1; }\n`],
    ["parentheses", "bad.rs", `fn f() { let x = ${nested("(", "1", ")")}; }\n`],
    ["blocks", "bad.rs", `fn f() ${nested("{", "f()", "}")}\n`],
    ["types", "bad.rs", `type A = ${nested("Vec<", "u8", ">")};\n`],
    ["macros", "bad.rs", `fn f() { ${nested("m!(", "1", ")")}; }\n`],
    ["modules", "bad.rs", `${nested("mod a { ", "fn f() {}", " }")}\n`],
    ["closures", "bad.rs", `fn f() { let x = ${"|| ".repeat(DEEP)}1; }\n`],
  ] as const
).map(([what, path, text]) => ({
  name: `${what} in ${path.slice(path.indexOf("."))}`,
  files: { [path]: text },
  trouble: "any",
  most: 3 * DEEP,
}));
