import { expect, test } from "vitest";
import { stem } from "./context-lexical.ts";
import { neighbourhood } from "./context-neighbours.ts";
import { rank } from "./context-rank.ts";
import { importsOf, linesOf } from "./context-source.ts";
import { edge, type Fixture, file, fn, readerOf } from "./reader.fixture.ts";

function repository(): Fixture {
  const fixture: Fixture = { nodes: [], edges: [], words: {} };
  const add = (path: string, names: string[], words: Record<string, number>, more = {}): void => {
    fixture.nodes.push(file(path, { lines: [1, 50], ...more }));
    for (const [at, name] of names.entries()) {
      const node = fn(path, name, [at * 10 + 1, at * 10 + 9], more);
      fixture.nodes.push(node);
      (fixture.words as Record<string, object>)[node.id] = words;
    }
  };
  add("src/store/session.ts", ["open", "close"], { session: 2, token: 1 });
  add("src/store/session.test.ts", ["checks"], { session: 3, token: 2 }, { "x-test": true });
  add("src/gen/session.ts", ["made"], { session: 3, token: 2 }, { "x-mark": "generated" });
  add("src/mail.ts", ["send"], { letter: 3 });
  add("src/far.ts", ["away"], { nothing: 1 });
  fixture.edges.push(edge("src/store/session.ts::function::open", "CALLS", "src/mail.ts::function::send"));
  return fixture;
}
const ask = (task: string) => rank(readerOf(repository()), { task, depth: 2 });
const order = async (task: string): Promise<string[]> => (await ask(task)).files.map((one) => one.path);

test("tests and generated files come behind, unless the task speaks of tests", async () => {
  expect((await order("session tokens expire"))[0]).toBe("src/store/session.ts");
  const paths = await order("session tokens expire");
  expect(paths.indexOf("src/gen/session.ts")).toBeGreaterThan(paths.indexOf("src/store/session.test.ts"));
  expect((await order("the test of session tokens"))[0]).toBe("src/store/session.test.ts");
});

test("what a hit calls is ranked though it has none of the words, and what is far is not", async () => {
  const { nodes } = await ask("session tokens expire");
  const sent = nodes.find(({ node }) => node.name === "send");
  expect(sent?.scores.graph).toBeGreaterThan(0);
  expect(sent?.distance).toBe(1);
  const ids = nodes.map(({ node }) => node.id);
  expect(ids).toContain("src/mail.ts::function::send");
  expect(ids).not.toContain("src/far.ts::function::away");
});

test("a path, a name and a line of a stack trace each bring what they point at to the front", async () => {
  expect((await order("session in far.ts"))[0]).toBe("src/far.ts");
  expect((await ask("`away` breaks")).nodes[0]?.node.id).toBe("src/far.ts::function::away");
  const traced = await ask("boom at src/store/session.ts:15:3");
  const at = (name: string): number => traced.nodes.findIndex(({ node }) => node.name === name);
  expect(at("close")).toBeLessThan(at("open"));
});

test("a file that is named comes before files whose names have some of its words", async () => {
  const fixture: Fixture = { nodes: [], edges: [], words: {} };
  for (const path of ["a/read.ts", "b/read.ts", "c/other.ts"]) {
    fixture.nodes.push(file(path), fn(path, "go"));
    const words = { read: path === "b/read.ts" ? 1 : 5, fast: path === "b/read.ts" ? 0 : 5 };
    (fixture.words as Record<string, object>)[`${path}::function::go`] = words;
  }
  const task = "read fast, as b/read.ts should";
  expect((await rank(readerOf(fixture), { task, depth: 2 })).files[0]?.path).toBe("b/read.ts");
});

test("of two files with the same words, the test comes second; asked for by name it does not", async () => {
  const fixture: Fixture = { nodes: [], edges: [], words: {} };
  for (const path of ["pay.test.ts", "pay.ts"]) {
    fixture.nodes.push(file(path), fn(path, "go"));
    (fixture.words as Record<string, object>)[`${path}::function::go`] = { refund: 1 };
  }
  const ranked = async (more: object): Promise<number[]> => {
    const { files } = await rank(readerOf(fixture), { depth: 2, ...more });
    return ["pay.test.ts", "pay.ts"].map((path) => files.find((one) => one.path === path)?.score ?? 0);
  };
  const [behind, before] = await ranked({ task: "refund" });
  expect(behind as number).toBeCloseTo(0.75 * (before as number), 3);
  const [same, other] = await ranked({ task: "refund in the tests" });
  expect(same as number).toBeGreaterThanOrEqual(other as number);
  const [named, plain] = await ranked({ task: "refund", files: ["pay.test.ts"] });
  expect(named as number).toBeGreaterThan(plain as number);
});

test("words meet in their forms, in bodies and in paths", async () => {
  expect((await order("mailing"))[0]).toBe("src/mail.ts");
  expect((await order("letters"))[0]).toBe("src/mail.ts");
});

test.each([
  ["validates", "validating"],
  ["queries", "query"],
  ["running", "run"],
  ["cached", "cache"],
  ["classes", "class"],
])("stem() lets %s meet %s", (a, b) => expect(stem(a)).toBe(stem(b)));

test.each(["bus", "need", "status", "sing", "red"])("stem() leaves %s alone", (word) =>
  expect(stem(word)).toBe(word),
);

test("a task without any known word still gives an answer, an empty one", async () => {
  const { nodes, files } = await ask("xyzzy");
  expect(nodes).toEqual([]);
  expect(files).toEqual([]);
});

test("the neighbourhood is bounded, and asks the graph twice a level", async () => {
  const fixture: Fixture = { nodes: [file("hub.ts"), fn("hub.ts", "hub")], edges: [] };
  for (let at = 0; at < 3_000; at += 1) {
    fixture.nodes.push(fn("users.ts", `user${at}`));
    fixture.edges.push(edge(`users.ts::function::user${at}`, "CALLS", "hub.ts::function::hub"));
  }
  const reader = readerOf(fixture);
  const around = await neighbourhood(reader, ["hub.ts::function::hub"], 5);
  expect(around.cut).toBe(true);
  expect(around.ids.length).toBeLessThanOrEqual(2_002);
  expect(reader.calls.filter((call) => call.startsWith("edges"))).toHaveLength(2);
});

test("importsOf() keeps whole statements of the outermost level", () => {
  const python = linesOf("import os\nfrom a import (\n    b,\n    c,\n)\n\ndef f():\n    import late\n");
  const at = (...lines: number[]) => lines.map((line) => edge("a::file", "IMPORTS", "b::file", { line }));
  expect(importsOf(at(1, 2, 8), python)).toEqual({
    lines: [1, 5],
    code: "import os\nfrom a import (\n    b,\n    c,\n)",
  });
  const go = linesOf('package a\n\nimport (\n\t"fmt"\n\t"os"\n)\n\nfunc f() {}\n');
  expect(importsOf(at(4, 5), go)).toEqual({ lines: [3, 6], code: 'import (\n\t"fmt"\n\t"os"\n)' });
  expect(importsOf(at(0, 99), go)).toBeUndefined();
});

test("a walk begins more often at entry points of more weight, and brings what is near them to the front", async () => {
  const nodes = ["a.ts", "b.ts"].flatMap((path) => [file(path), fn(path, "start"), fn(path, "near")]);
  const edges = ["a.ts", "b.ts"].map((path) =>
    edge(`${path}::function::start`, "CALLS", `${path}::function::near`),
  );
  const starts = ["a.ts::function::start", "b.ts::function::start"];
  const asked = { entry_points: starts, depth: 2 };
  const graphOf = async (weights?: ReadonlyMap<string, number>) => {
    const ranking = await rank(readerOf({ nodes, edges }), asked, weights === undefined ? {} : { weights });
    return (path: string) =>
      ranking.nodes.find(({ node }) => node.id === `${path}::function::near`)?.scores.graph ?? 0;
  };
  const alike = await graphOf();
  expect(alike("a.ts")).toBe(alike("b.ts"));
  const weighted = await graphOf(new Map([["b.ts::function::start", 0.1]]));
  expect(weighted("a.ts")).toBeGreaterThan(weighted("b.ts"));
});
