import { expect, test } from "vitest";
import { GraphStats } from "../models/graph.ts";
import { Measure, maintainability, statsOf } from "./measure.ts";
import type { Part } from "./store.ts";

test.each([
  // 171 − 5.2 ln 27 − 0.23 − 16.2 ln 2 = 142.403; × 100 / 171
  [{ volume: 27, cyclomatic: 1, sloc: 2 }, 83.3],
  // 171 − 5.2 ln 1000 − 2.3 − 16.2 ln 100 = 58.175
  [{ volume: 1_000, cyclomatic: 10, sloc: 100 }, 34],
  [{ volume: 0, cyclomatic: 0, sloc: 0 }, 100],
  [{ volume: 1e9, cyclomatic: 900, sloc: 90_000 }, 0],
])("maintainability(%j) is %d", (def, expected) => {
  expect(maintainability(def)).toBe(expected);
});

function part(
  path: string,
  functions: Record<string, number>,
  edges: [string, string][] = [],
  mark = "",
): Part {
  const id = (name: string) => (name.includes("::") ? name : `${path}::function::${name}`);
  return {
    path,
    blob: "",
    nodes: [
      {
        id: `${path}::file`,
        type: "file",
        name: path,
        path,
        lines: [1, 10],
        "x-language": "python",
        "x-mark": mark,
        "x-sloc": 8,
      },
      ...Object.entries(functions).map(([name, cyclomatic]) => ({
        ...{ id: id(name), type: "function" as const, name, path, lines: [1, 2] as [number, number] },
        "x-complexity": { cyclomatic, cognitive: 0, loc: 2, sloc: 2, maintainability: 100 },
      })),
    ],
    edges: edges.map(([source, target]) => ({
      source: id(source),
      target: id(target),
      type: "CALLS",
      line: 1,
    })),
    unresolved: [{ source: id("f"), line: 1, text: "x.y", reason: "unknown_receiver" }],
    findings: [],
    words: [],
  };
}

const PARTS = [
  part("a.py", { f: 10, g: 4, h: 1 }, [
    ["f", "g"],
    ["f", "g"],
    ["h", "g"],
    ["g", "g"],
    ["h", "f"],
    ["f", "external::python::os.getcwd"],
  ]),
  part("b.py", { k: 3 }, [["k", "a.py::function::h"]]),
  part("vendor/c.py", { v: 99 }, [["v", "v"]], "vendored"),
];

test("statsOf() adds parts up, and leaves marked files out of lines and complexity", () => {
  const stats = statsOf(PARTS);
  expect(GraphStats.parse(stats)).toEqual(stats);
  expect(stats).toEqual({
    total_nodes: 8,
    total_edges: 8,
    node_types: { file: 3, class: 0, function: 5, external: 0 },
    edge_types: { IMPORTS: 0, CALLS: 8, EXTENDS: 0, IMPLEMENTS: 0, REFERENCES: 0, TESTS: 0 },
    average_complexity: 4.5,
    hot_spots_count: 2,
    files: 3,
    lines: 20,
    sloc: 16,
    languages: { python: 3 },
    calls: { resolved: 7, external: 1, unresolved: 3 },
  });
});

test("hot spots are complexity times distinct dependents, or times changes when they are known", () => {
  const plain = new Measure();
  const known = new Measure({
    changes: new Map([
      ["b.py", 20],
      ["a.py", 2],
      ["vendor/c.py", 50],
    ]),
  });
  for (const each of PARTS) {
    plain.add(each);
    known.add(each);
  }
  expect(plain.hotSpots().map(({ id, score, by }) => [id, score, by])).toEqual([
    ["a.py::function::f", 10, "dependents"],
    ["a.py::function::g", 8, "dependents"],
  ]);
  expect(known.hotSpots(2).map(({ id, score, by }) => [id, score, by])).toEqual([
    ["b.py::function::k", 60, "changes"],
    ["a.py::function::f", 20, "changes"],
  ]);
});

test("statsOf() of nothing is nothing", () => {
  expect(statsOf([])).toMatchObject({
    total_nodes: 0,
    average_complexity: 0,
    hot_spots_count: 0,
    lines: 0,
    languages: {},
  });
});
