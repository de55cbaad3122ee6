import { beforeAll, describe, expect, test } from "vitest";
import { grammars } from "../../clients/grammars.ts";
import { javascript } from "../analyzers/javascript.ts";
import { python } from "../analyzers/python.ts";
import { Parsers } from "../parse.ts";
import { Outcome, Program, solve } from "./index.ts";
import { nodeModules } from "./modules-node.ts";
import { pythonModules } from "./modules-python.ts";
import { natives } from "./natives-table.ts";

let parsers: Parsers;

beforeAll(async () => {
  parsers = await Parsers.open(grammars);
  await parsers.load("python");
  await parsers.load("javascript");
});

/** `REFERENCES` between definitions of a program: `a.py::f -> b.py::g`. */
function mentions(language: "python" | "javascript", texts: Record<string, string>): string[] {
  const analyzer = language === "python" ? python : javascript;
  const files = Object.entries(texts).map(([path, text]) => {
    const tree = parsers.parse(language, text);
    if (tree === undefined) throw new Error(`Cannot parse "${path}"`);
    return { path, facts: analyzer.analyze(tree, path) };
  });
  const paths = new Set(Object.keys(texts));
  const modules = language === "python" ? pythonModules(paths) : nodeModules(paths, new Map());
  const outcome = new Outcome(solve(new Program(files), modules, natives));
  const name = (file: number, def: number) => files[file]?.facts.defs[def]?.qualified ?? "<module>";
  return files
    .flatMap((_file, index) =>
      outcome
        .of(index)
        .edges.filter((edge) => edge.type === "REFERENCES" && edge.file !== -1)
        .map((edge) => `${name(index, edge.from)} -> ${name(edge.file, edge.def)}`),
    )
    .sort();
}

describe("Python", () => {
  test("a function that is returned, stored or passed is named by who does so", () => {
    const text = `
def make():
    def inner(): pass
    return inner
def kept(): pass
def given(): pass
table = {"a": kept}
def run(log): log(given)
def alone(): pass
`;
    expect(mentions("python", { "a.py": text })).toEqual([
      "<module> -> kept",
      "make -> make.inner",
      "run -> given",
    ]);
  });

  test("a method under another name, and one taken from self", () => {
    const text = `
class A:
    def one(self): pass
    two = one
    def three(self): pass
    def start(self): self.hook = self.three
`;
    expect(mentions("python", { "a.py": text })).toEqual(["A -> A.one", "A.start -> A.three"]);
  });

  test("a class of another file in an annotation, in isinstance and in except", () => {
    const texts = {
      "lib.py": "class A: pass\nclass B: pass\nclass C(Exception): pass\n",
      "main.py": `
from lib import A, B, C
def one(a: A): pass
def two(b): return isinstance(b, B)
def three():
    try: pass
    except C as problem: return problem
`,
    };
    expect(mentions("python", texts)).toEqual(["<module> -> A", "three -> C", "two -> B"]);
  });

  test("a decorator does not make what it decorates known to the module", () => {
    const text = "def plain(f): return f\n@plain\ndef g(): pass\n";
    expect(mentions("python", { "a.py": text })).toEqual([]);
  });
});

describe("JavaScript", () => {
  test("a function passed on or put on an object under another name, not where it is defined", () => {
    const text = `
function a() {}
function b() {}
function c() {}
const table = { own() {}, other: a };
exports.c = function c2() {};
function run(log) { log.call(b); }
function make() { function inner() {} return inner; }
`;
    expect(mentions("javascript", { "a.js": text })).toEqual([
      "<module> -> a",
      "make -> make.inner",
      "run -> b",
    ]);
  });
});
