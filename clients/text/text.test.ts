import { expect, test } from "vitest";
import type { GraphInfo, GraphNode } from "../../models/graph.ts";
import type { DependenciesAnswer, SearchAnswer } from "../../models/questions.ts";
import { listText, statsText } from "./info.ts";
import { coloured, plain, shown, shownLines } from "./paint.ts";
import { searchText } from "./rank.ts";
import { dependenciesText } from "./structure.ts";
import { count, table, thousands } from "./table.ts";

const EVIL = "a\u001b[2J\u009b1m\nforged line\u202e\u2028.py";
const info: GraphInfo = {
  id: "g_000000000001",
  repository: { path: `/home/${EVIL}`, name: EVIL },
  status: "ready",
  created_at: "2026-01-02T03:04:05Z",
  warnings: [EVIL],
  stats: {
    total_nodes: 2,
    total_edges: 1,
    node_types: { file: 1, class: 0, function: 1 },
    edge_types: { CALLS: 1 },
    average_complexity: 1.5,
    hot_spots_count: 1,
    files: 1,
    lines: 1234567,
    sloc: 5,
    languages: { python: 1 },
    calls: { resolved: 1, external: 0, unresolved: 0 },
  },
};
const node: GraphNode = {
  id: `${EVIL}::function::f`,
  type: "function",
  name: "f",
  path: EVIL,
  lines: [3, 4],
};
const head = {
  graph_id: "g_000000000001",
  repository: info.repository,
  unresolved: 2,
  truncated: true,
  totals: { nodes: 9, results: 9 },
  notes: [EVIL],
};

test("what a name holds moves no cursor and forges no line", () => {
  const dependencies = { ...head, root: node.id, depth: 1, nodes: [node], edges: [] } as DependenciesAnswer;
  const search = {
    ...head,
    query: EVIL,
    mode: "graph",
    results: [{ node, score: 1, match: "name" }],
  } as SearchAnswer;
  for (const text of [
    listText([info], plain),
    statsText(info, plain),
    dependenciesText(dependencies, plain),
    searchText(search, plain),
    searchText({ ...search, results: [] }, plain),
  ]) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/);
    expect(text.split("\n").filter((line) => line.startsWith("forged"))).toEqual([]);
    expect(text).toContain("\\u001b[2J");
  }
  expect(shown("tab\there")).toBe("tab\\u0009here");
  expect(shownLines("a\tb\nc\u0007")).toBe("a\tb\nc\\u0007");
});

test("what was left out and what is not sure is said", () => {
  const text = dependenciesText(
    { ...head, root: "a", depth: 1, nodes: [node], edges: [] } as DependenciesAnswer,
    plain,
  );
  expect(text).toContain("1 of 9 shown; ask for more with limit and offset.");
  expect(text).toContain("2 calls here could not be followed");
});

test("columns stand below each other, with colours and without", () => {
  const rows = (paint: typeof plain) =>
    table([
      [1, paint.bold("ab"), "x"],
      [10, "c", "y"],
    ]);
  expect(rows(plain)).toEqual([" 1  ab  x", "10  c   y"]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
  expect(rows(coloured).map((line) => line.replace(/\u001b\[\d+m/g, ""))).toEqual(rows(plain));
});

test("numbers can be read, nothing is counted that is not there", () => {
  expect([thousands(999), thousands(1000), thousands(1234567)]).toEqual(["999", "1,000", "1,234,567"]);
  expect([count(1, "file"), count(0, "file"), count(2, "entry", "entries")]).toEqual([
    "1 file",
    "0 files",
    "2 entries",
  ]);
  expect(statsText(info, plain)).toContain("2: 1 file, 1 function\n");
});
