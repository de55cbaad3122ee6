/** What counts as new: never what only moved, and never what the base had. */
import { describe, expect, test } from "vitest";
import { edge, file, fn, readerOf } from "../../graph/queries/reader.fixture.ts";
import type { GraphReader } from "../../graph/store.ts";
import type { Finding, GraphEdge, GraphNode } from "../../models/graph.ts";
import { movesIn, newFindings } from "./new-findings.ts";

const finding = (
  path: string,
  line: number,
  rule = "security/eval",
  severity: Finding["severity"] = "error",
): Finding => ({
  rule,
  severity,
  message: "Use a parser.",
  path,
  lines: [line, line],
});
const complex = (path: string, name: string, cyclomatic: number, more = {}) =>
  fn(path, name, [7, 30], {
    "x-complexity": { cyclomatic, cognitive: 1, loc: 20, sloc: 20, maintainability: 50 },
    ...more,
  });

function graph(parts: { nodes?: GraphNode[]; edges?: GraphEdge[]; findings?: Finding[] }): GraphReader {
  const { nodes = [], edges = [], findings = [] } = parts;
  const names = new Set(["a.js", "b.js", "c.js", "d.js", ...nodes.map((node) => node.path)]);
  const reader = readerOf({ nodes: [...[...names].map((name) => file(name)), ...nodes], edges });
  return Object.assign(reader, {
    findings: async (paths?: readonly string[]) =>
      findings.filter((one) => paths === undefined || paths.includes(one.path)),
  });
}

const NONE = new Map<string, string>();
const rules = (list: Finding[]) => list.map(({ rule, path, lines }) => `${rule} ${path}:${lines[0]}`);
const imports = (from: string, to: string, line = 1, more = {}) =>
  edge(`${from}::file`, "IMPORTS", `${to}::file`, { line, ...more });

describe("findings", () => {
  test("that moved are the same; one more of the same words is new", async () => {
    const before = graph({ findings: [finding("a.js", 3)] });
    const after = graph({ findings: [finding("a.js", 9), finding("a.js", 20)] });
    expect(rules(await newFindings(before, after, ["a.js"], NONE))).toEqual(["security/eval a.js:20"]);
  });

  test("of a renamed file are the same", async () => {
    const before = graph({ findings: [finding("old.js", 3)] });
    const after = graph({
      findings: [finding("a.js", 3), finding("a.js", 4, "security/weak-hash", "warning")],
    });
    const moves = movesIn("diff --git a/old.js b/a.js\nrename from old.js\nrename to a.js\n");
    expect(rules(await newFindings(before, after, ["a.js"], moves))).toEqual(["security/weak-hash a.js:4"]);
  });

  test("in files that the change does not touch are not its own", async () => {
    const after = graph({ findings: [finding("a.js", 3), finding("b.js", 3)] });
    expect(rules(await newFindings(graph({}), after, ["a.js"], NONE))).toEqual(["security/eval a.js:3"]);
  });

  test("come worst first, and all are new without a base", async () => {
    const after = graph({
      findings: [finding("a.js", 1, "n", "note"), finding("a.js", 2, "w", "warning"), finding("a.js", 3)],
    });
    expect(rules(await newFindings(null, after, ["a.js"], NONE))).toEqual([
      "security/eval a.js:3",
      "w a.js:2",
      "n a.js:1",
    ]);
  });
});

test.each<[string, number | null, number, boolean]>([
  ["grows beyond the limit", 15, 16, true],
  ["is new beyond it", null, 16, true],
  ["is new and small", null, 15, false],
  ["was beyond it already", 16, 30, false],
  ["shrinks", 30, 10, false],
])("a function that %s", async (_, was, is, counts) => {
  const before = graph({ nodes: was === null ? [] : [complex("a.js", "run", was)] });
  const after = graph({ nodes: [complex("a.js", "run", is)] });
  const found = await newFindings(before, after, ["a.js"], NONE);
  expect(rules(found)).toEqual(counts ? ["complexity/cyclomatic a.js:7"] : []);
});

test("a complex test is nobody's concern", async () => {
  const after = graph({ nodes: [complex("a.js", "run", 40, { "x-test": true })] });
  expect(await newFindings(null, after, ["a.js"], NONE)).toEqual([]);
});

describe("import cycles", () => {
  const open = [imports("a.js", "b.js"), imports("b.js", "c.js")];

  test("one that is closed now is new, at the import that closes it", async () => {
    const after = graph({ edges: [...open, imports("c.js", "a.js", 4)] });
    const found = await newFindings(graph({ edges: open }), after, [], NONE);
    expect(rules(found)).toEqual(["imports/cycle c.js:4"]);
    expect(found[0]?.message).toContain("a.js -> b.js -> c.js -> a.js");
  });

  test("one that was there is not, also when a file of it is renamed", async () => {
    const ring = [...open, imports("c.js", "a.js", 4)];
    expect(await newFindings(graph({ edges: ring }), graph({ edges: ring }), ["a.js"], NONE)).toEqual([]);
    const moved = [imports("z.js", "b.js"), imports("b.js", "c.js"), imports("c.js", "z.js", 4)];
    const after = graph({ nodes: [file("z.js")], edges: moved });
    expect(await newFindings(graph({ edges: ring }), after, [], new Map([["z.js", "a.js"]]))).toEqual([]);
  });

  test("a type import that becomes a true one closes a new one", async () => {
    const before = graph({ edges: [...open, imports("c.js", "a.js", 4, { "x-kind": "type" })] });
    const after = graph({ edges: [...open, imports("c.js", "a.js", 4)] });
    expect(rules(await newFindings(before, after, [], NONE))).toEqual(["imports/cycle c.js:4"]);
  });
});
