import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { grammars } from "../../clients/grammars.ts";
import { Parsers } from "../parse.ts";
import { readCases, readEdges, type Trace, traceCases } from "./programs.fixture.ts";

/**
 * What a program of several files calls, found by reading it, against what Node calls when it runs. The programs are in
 * `programs-javascript/`; `=== name (reason)` is a program of which we know that it is not followed in full.
 */
const cases = readCases(fileURLToPath(new URL("programs-javascript", import.meta.url)), "main.js");
let parsers: Parsers;
let traces: Trace[];

beforeAll(async () => {
  parsers = await Parsers.open(grammars);
  for (const name of ["javascript", "typescript", "tsx"] as const) await parsers.load(name);
  traces = traceCases(parsers, cases);
}, 120_000);

const total = { right: 0, wrong: 0, missing: 0 };

for (const category of new Set(cases.map((one) => one.category))) {
  describe(category, () => {
    cases.forEach((one, index) => {
      if (one.category !== category) return;
      test(one.name, () => {
        const trace = traces[index] as Trace;
        expect(trace.error).toBe("");
        const edges = readEdges(parsers, one);
        const missing = [...trace.edges].filter((edge) => !edges.has(edge)).sort();
        // Who runs what a promise or timer was given is not to be seen on the stack.
        const isLoose = (edge: string) => trace.loose.has(edge.slice(edge.indexOf(" -> ") + 4));
        const extra = [...edges].filter((edge) => !trace.edges.has(edge) && !isLoose(edge)).sort();
        total.right += trace.edges.size - missing.length;
        total.missing += missing.length;
        total.wrong += extra.length;
        expect(trace.edges.size + trace.loose.size).toBeGreaterThan(0);
        if (one.limit === "") expect({ missing, extra }).toEqual({ missing: [], extra: [] });
      });
    });
  });
}

/** Programs that Node does not run as they are, with the calls that are in them. */
const WRITTEN: [name: string, files: [path: string, text: string][], edges: string[]][] = [
  [
    "components",
    [
      [
        "main.jsx",
        `export const App = () => <Ui.Box><List items={[1]} /></Ui.Box>;
function List({ items }) { return <ul>{items.map((x) => <Item key={x} onPick={() => pick(x)} />)}</ul>; }
const Item = ({ onPick }) => <li onClick={() => onPick()}>{label()}</li>;
const Ui = { Box: (props) => props.children };
function label() {}
function pick() {}`,
      ],
    ],
    [
      "main.jsx::App -> main.jsx::Ui.Box",
      "main.jsx::App -> main.jsx::List",
      "main.jsx::List -> main.jsx::List.<lambda:2:49>",
      "main.jsx::List.<lambda:2:49> -> main.jsx::Item",
      "main.jsx::Item -> main.jsx::label",
      "main.jsx::Item.<lambda:3:42> -> main.jsx::List.<lambda:2:49>.<lambda:2:78>",
      "main.jsx::List.<lambda:2:49>.<lambda:2:78> -> main.jsx::pick",
    ],
  ],
  [
    "decorated members, by us, by others, and put in another's place",
    [
      [
        "main.ts",
        `import { Lib } from "lib";
function mark(target: any, key: string) {}
function wrap(target: any, key: string, d: any) { const old = d.value; d.value = function () { return old.call(this); }; }
class Repo { get() {} }
class Service {
  constructor(private repo: Repo) {}
  @mark one() { this.repo.get(); }
  @Lib("x") two() { this.repo.get(); }
}
class Other { @wrap three() {} }
const s = new Service(new Repo());
s.one();
s.two();
new Other().three();`,
      ],
    ],
    [
      "main.ts::Service -> main.ts::mark",
      "main.ts::<module> -> main.ts::Service.constructor",
      "main.ts::<module> -> main.ts::Service.one",
      "main.ts::<module> -> main.ts::Service.two",
      "main.ts::Service.one -> main.ts::Repo.get",
      "main.ts::Service.two -> main.ts::Repo.get",
      "main.ts::Other -> main.ts::wrap",
      "main.ts::<module> -> main.ts::wrap.value",
      "main.ts::wrap.value -> main.ts::Other.three",
      // A field is one value for all times: what is put there later is read before as well.
      "main.ts::wrap.value -> main.ts::wrap.value",
      // Whether what was set is used instead is up to the version of decorators: both are kept.
      "main.ts::<module> -> main.ts::Other.three",
    ],
  ],
  [
    "objects of declared types",
    [
      [
        "main.ts",
        `import type { Tools } from "./tools.ts";
declare const tools: Tools;
export function run(given: Tools): void { given.flow(); given.inner.flow(); given.list[0].flow(); }
export async function load(from: () => Promise<Tools>): Promise<void> { (await from()).flow(); }
for (const tool of tools.byName.values()) tool.flow();
export const typed: Handler = (one) => one.flow();
type Handler = (tool: Tools) => void;
tools.each((one) => one.flow());`,
      ],
      [
        "tools.ts",
        `export interface Tools { flow(): void; inner: Tools; list: Tools[]; byName: Map<string, Tools>; each(then: (tool: Tools) => void): void }`,
      ],
    ],
    [
      "main.ts::run -> tools.ts::Tools.flow",
      "main.ts::load -> tools.ts::Tools.flow",
      "main.ts::<module> -> tools.ts::Tools.flow",
      "main.ts::typed -> tools.ts::Tools.flow",
      "main.ts::<module> -> tools.ts::Tools.each",
      "main.ts::<lambda:8:11> -> tools.ts::Tools.flow",
    ],
  ],
  [
    "objects of other classes do not pass a declared class",
    [
      [
        "main.ts",
        `class Node { run() {} }
class Leaf extends Node { run() {} }
class Other { run() {} }
interface Runs { run(): void }
const all: any[] = [new Leaf(), new Other()];
function cast(one: any) { (one as Node).run(); }
function given(one: Node | undefined) { one?.run(); }
function asked(one: any) { if (one instanceof Leaf) one.run(); }
function back(one: any): Node { return one; }
function self(this: Leaf) { this.run(); }
function open(one: Runs) { one.run(); }
for (const one of all) { cast(one); given(one); asked(one); back(one).run(); self.call(one); open(one); }`,
      ],
    ],
    [
      "main.ts::<module> -> main.ts::cast",
      "main.ts::<module> -> main.ts::given",
      "main.ts::<module> -> main.ts::asked",
      "main.ts::<module> -> main.ts::back",
      "main.ts::<module> -> main.ts::self",
      "main.ts::<module> -> main.ts::open",
      "main.ts::cast -> main.ts::Leaf.run",
      "main.ts::given -> main.ts::Node.run",
      "main.ts::given -> main.ts::Leaf.run",
      "main.ts::asked -> main.ts::Leaf.run",
      "main.ts::<module> -> main.ts::Leaf.run",
      "main.ts::self -> main.ts::Leaf.run",
      "main.ts::open -> main.ts::Leaf.run",
      "main.ts::open -> main.ts::Other.run",
      "main.ts::open -> main.ts::Runs.run",
    ],
  ],
  [
    "a class declared, known only after its objects in a circle of modules",
    [
      [
        "main.ts",
        `import { B } from "./b.ts";
export class A { go() { new B().take(this); } }
new A().go();`,
      ],
      [
        "b.ts",
        `import { A } from "./main.ts";
export class B { take(one: A) { one.go(); } }`,
      ],
    ],
    ["main.ts::<module> -> main.ts::A.go", "main.ts::A.go -> b.ts::B.take", "b.ts::B.take -> main.ts::A.go"],
  ],
  [
    "a promise of itself",
    [
      [
        "main.ts",
        `type Later = Promise<Later | Tool>;
interface Tool { use(): void }
declare function next(): Later;
export async function run() { const tool = await next(); tool.use(); end(); }
function end() {}`,
      ],
    ],
    ["main.ts::run -> main.ts::next", "main.ts::run -> main.ts::Tool.use", "main.ts::run -> main.ts::end"],
  ],
  [
    "namespaces, enums, parameter properties, decorators, import equals",
    [
      [
        "main.ts",
        `import lib = require("./lib");
namespace Tools { export function go() { inner(); } function inner() {} export namespace Deep { export const end = () => go(); } }
import deep = Tools.Deep;
Tools.go();
deep.end();
lib.help();
enum Kind { A = start() }
function start() { return 1; }
function logged(value: unknown) { return value; }
class A { constructor(private readonly helper: B) {} @logged run() { this.helper.go(); } }
class B { go() {} }
new A(new B()).run();`,
      ],
      ["lib.ts", "function help() {} export = { help };"],
    ],
    [
      "main.ts::Tools.go -> main.ts::Tools.inner",
      "main.ts::Tools.Deep.end -> main.ts::Tools.go",
      "main.ts::<module> -> main.ts::Tools.go",
      "main.ts::<module> -> main.ts::Tools.Deep.end",
      "main.ts::<module> -> lib.ts::help",
      "main.ts::Kind -> main.ts::start",
      "main.ts::A -> main.ts::logged",
      "main.ts::<module> -> main.ts::A.constructor",
      "main.ts::<module> -> main.ts::A.run",
      "main.ts::A.run -> main.ts::B.go",
    ],
  ],
];

describe("programs that are not run", () => {
  test.each(WRITTEN)("%s", (name, files, edges) => {
    const found = readEdges(parsers, { category: "", name, limit: "", files });
    expect([...found].sort()).toEqual(edges.toSorted());
  });
});

test("all programs together: precision of 0.95, recall of 0.95", () => {
  const precision = total.right / (total.right + total.wrong);
  const recall = total.right / (total.right + total.missing);
  console.log(JSON.stringify({ ...total, precision, recall }));
  expect(precision).toBeGreaterThanOrEqual(0.95);
  expect(recall).toBeGreaterThanOrEqual(0.95);
});
