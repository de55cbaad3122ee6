import { expect, test } from "vitest";
import { callees, callers } from "./calls.ts";
import { cycles, stronglyConnected } from "./cycles.ts";
import { dependencies } from "./dependencies.ts";
import { nodeOf } from "./names.ts";
import { paths } from "./paths.ts";
import { bigRepository, randomCalls, randomFrom } from "./random.fixture.ts";
import { cls, edge, type Fixture, file, fn, readerOf } from "./reader.fixture.ts";

const A = "src/a.py::function::load";
const B = "src/b.py::function::Store.read";
const C = "src/c.py::function::main";
const OUT = "external::python::os.open";

const small: Fixture = {
  nodes: [
    file("src/a.py"),
    fn("src/a.py", "load", [10, 20]),
    fn("src/a.py", "load.inner", [12, 14]),
    file("src/b.py"),
    cls("src/b.py", "Store", [1, 40]),
    fn("src/b.py", "Store.read", [5, 9]),
    fn("src/b.py", "Store.write", [10, 19]),
    file("src/c.py"),
    fn("src/c.py", "main", [1, 9]),
    file("lib/a.py"),
    { id: OUT, type: "external", name: "os.open", path: "os" },
  ],
  edges: [
    edge(C, "CALLS", B, { line: 3 }),
    edge(C, "CALLS", B, { line: 4 }),
    edge(B, "CALLS", A, { line: 6, "x-confidence": "inferred" }),
    edge("src/b.py::function::Store.write", "CALLS", B, { line: 11 }),
    edge(A, "CALLS", OUT, { line: 11 }),
    edge(A, "CALLS", A, { line: 15 }),
    edge(C, "CALLS", A, { line: 9, "x-confidence": "ambiguous" }),
    edge("src/b.py::file", "IMPORTS", "src/a.py::file"),
  ],
  unresolved: [
    { source: A, line: 12, text: "thing.go", reason: "unknown_receiver" },
    { source: C, line: 5, text: "self.store.read", reason: "unknown_receiver" },
  ],
};

test.each([
  [A, A],
  ["src/a.py", "src/a.py::file"],
  ["./src/a.py", "src/a.py::file"],
  ["src\\a.py", "src/a.py::file"],
  ["src/a.py:13", "src/a.py::function::load.inner"],
  ["src/a.py:90", "src/a.py::file"],
  ["Store.read", B],
  ["read", B],
  ["src/b.py::Store.read", B],
  ["b.py#Store.read", B],
  ["store", "src/b.py::class::Store"],
  ["c.py", "src/c.py::file"],
  ["load", A],
  ["os.open", OUT],
])("nodeOf() understands %s", async (text, id) => {
  expect((await nodeOf(readerOf(small), text)).id).toBe(id);
});

test.each([
  ["a.py", "AMBIGUOUS", ["lib/a.py::file", "src/a.py::file"]],
  ["laod", "NOT_FOUND", [A]],
  ["Store.reed", "NOT_FOUND", [B]],
  ["src/a.py::function::lod", "NOT_FOUND", [A]],
  ["zzzzzzzz", "NOT_FOUND", []],
])("nodeOf() refuses %s as %s and suggests ids", async (text, code, ids) => {
  const error = await nodeOf(readerOf(small), text).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code });
  const { suggestions } = error as { suggestions: string[] };
  expect(suggestions.slice(0, Math.max(1, ids.length))).toEqual(ids);
});

test("dependencies() answers as the protocol says, with its commit and what it is not sure of", async () => {
  const answer = await dependencies(readerOf(small), { node_id: B, depth: 1, direction: "outgoing" });
  expect(answer).toMatchObject({
    root: B,
    depth: 1,
    graph_id: "g_0123456789ab",
    truncated: false,
    unresolved: 1,
  });
  expect(answer.sha).toHaveLength(40);
  expect(answer.nodes.map((node) => node.id)).toEqual([A, B]);
  expect(answer.edges).toEqual([edge(B, "CALLS", A, { line: 6, "x-confidence": "inferred" })]);
});

test("dependencies() leaves out edges that are less sure than asked", async () => {
  const ids = async (confidence: "exact" | "inferred" | "ambiguous") =>
    (await dependencies(readerOf(small), { node_id: A, direction: "incoming", confidence })).nodes.map(
      (n) => n.id,
    );
  expect(await ids("exact")).toEqual([A]);
  expect(await ids("inferred")).toEqual([A, B]);
  expect(await ids("ambiguous")).toEqual([A, B, C]);
});

test("dependencies() takes numbers and lists as text, and reads each level once per direction", async () => {
  const reader = readerOf(small);
  const question = { node_id: C, depth: "3", direction: "both", edge_types: "CALLS,IMPORTS" } as never;
  const answer = await dependencies(reader, question);
  expect(answer.nodes).toHaveLength(5);
  expect(reader.calls.filter((call) => call.startsWith("edges")).length).toBeLessThanOrEqual(6);
});

test("dependencies() stops at max_nodes and says so", async () => {
  const answer = await dependencies(readerOf(small), { node_id: A, depth: 5, max_nodes: 2 });
  expect(answer.truncated).toBe(true);
  expect(answer.nodes).toHaveLength(2);
  expect(answer.totals.nodes).toBeGreaterThan(2);
});

test("dependencies() of a class with its members", async () => {
  const question = { node_id: "Store", direction: "incoming", members: true } as const;
  const answer = await dependencies(readerOf(small), question);
  expect(answer.edges.map((each) => each.source)).toContain(C);
});

test.each(["0", "6", "x"])("dependencies() refuses a depth of %s", async (depth) => {
  await expect(dependencies(readerOf(small), { node_id: A, depth: depth as never })).rejects.toThrow();
});

test("callers() gives every call with its distance, and calls that may come here", async () => {
  const answer = await callers(readerOf(small), { node_id: "Store.read", depth: 2 });
  expect(answer.calls.map((call) => [call.node.id, call.distance, call.edges.length])).toEqual([
    ["src/b.py::function::Store.write", 1, 1],
    [C, 1, 2],
  ]);
  expect(answer.unresolved_calls.map((call) => call.text)).toEqual(["self.store.read"]);
  expect(answer.notes.join()).toContain('1 call elsewhere named "read"');
});

test("callers() of a class leave out its own members; a recursive function calls itself", async () => {
  const store = await callers(readerOf(small), { node_id: "Store" });
  expect(store.calls.map((call) => call.node.id)).toEqual([C]);
  const load = await callers(readerOf(small), { node_id: A });
  expect(load.calls.map((call) => call.node.id)).toEqual([A, B]);
});

test("callees() goes out of the repository and says what it could not follow", async () => {
  const answer = await callees(readerOf(small), { node_id: B, depth: 2 });
  expect(answer.calls.map((call) => [call.node.id, call.distance])).toEqual([
    [A, 1],
    [OUT, 2],
  ]);
  const page = await callees(readerOf(small), { node_id: B, depth: 2, limit: 1, offset: 1 });
  expect(page.calls.map((call) => call.node.id)).toEqual([OUT]);
  expect(page).toMatchObject({ truncated: true, totals: { calls: 2 } });
});

/** All simple paths up to a length, by trying everything. */
function naivePaths(fixture: Fixture, from: string, to: string, most: number): string[] {
  const found: string[] = [];
  const targets = (id: string) => new Set(fixture.edges.filter((e) => e.source === id).map((e) => e.target));
  const go = (way: string[]): void => {
    const last = way.at(-1) as string;
    if (last === to) {
      found.push(way.join(">"));
      return;
    }
    if (way.length > most) return;
    for (const next of targets(last)) if (!way.includes(next)) go([...way, next]);
  };
  go([from]);
  return found.sort((a, b) => a.split(">").length - b.split(">").length || (a < b ? -1 : 1));
}

test.each(Array.from({ length: 60 }, (_, seed) => seed))(
  "paths() finds what trying everything finds, seed %i",
  async (seed) => {
    const random = randomFrom(seed * 7919 + 1);
    const nodes = 4 + Math.floor(random() * 9);
    const fixture = randomCalls(seed, nodes, Math.floor(random() * nodes * 2.2));
    const from = `a.py::function::f${Math.floor(random() * nodes)}`;
    const to = `a.py::function::f${Math.floor(random() * nodes)}`;
    const length = 1 + Math.floor(random() * 6);
    const all = naivePaths(fixture, from, to, length);
    const answer = await paths(readerOf(fixture), { from, to, max_length: length, count: 20 });
    const found = answer.paths.map((path) => path.nodes.join(">"));
    expect(new Set(found).size).toBe(found.length);
    if (all.length <= 20) expect([...found].sort()).toEqual([...all].sort());
    else
      expect(answer.paths.map((path) => path.length)).toEqual(
        all.slice(0, 20).map((way) => way.split(">").length - 1),
      );
    for (const path of answer.paths) {
      expect(path.edges.map((each) => each.source)).toEqual(path.nodes.slice(0, -1));
      expect(path.edges.map((each) => each.target)).toEqual(path.nodes.slice(1));
    }
  },
);

test("paths() between files and classes goes through what they hold", async () => {
  const answer = await paths(readerOf(small), { from: "src/c.py", to: "src/a.py", edge_types: ["CALLS"] });
  expect(answer.paths[0]?.nodes).toEqual([C, B, A]);
  const none = await paths(readerOf(small), { from: A, to: C });
  expect(none).toMatchObject({ paths: [], truncated: false });
  expect(none.notes.join()).toContain("No way");
});

function naiveComponents(out: number[][]): number[][] {
  const reach = out.map((_, start) => {
    const met = new Set<number>([start]);
    for (const node of met) for (const target of out[node] ?? []) met.add(target);
    return met;
  });
  const groups = new Map<string, number[]>();
  for (const [node] of out.entries()) {
    const key = out
      .flatMap((_, other) => (reach[node]?.has(other) && reach[other]?.has(node) ? [other] : []))
      .join();
    groups.set(key, [...(groups.get(key) ?? []), node]);
  }
  return [...groups.values()];
}

test.each(Array.from({ length: 60 }, (_, seed) => seed))("stronglyConnected() is right, seed %i", (seed) => {
  const random = randomFrom(seed + 500);
  const count = 1 + Math.floor(random() * 25);
  const out = Array.from({ length: count }, () =>
    Array.from({ length: Math.floor(random() * 3) }, () => Math.floor(random() * count)),
  );
  expect(stronglyConnected(out)).toEqual(naiveComponents(out));
});

test("cycles() gives rings that are rings, shortest first, without type imports", async () => {
  const ring = (...names: string[]) =>
    names.map((name, at) => edge(`${name}::file`, "IMPORTS", `${names[(at + 1) % names.length]}::file`));
  const fixture: Fixture = {
    nodes: ["a", "b", "c", "d", "e", "x", "y"].map((name) => file(name)),
    edges: [
      ...ring("a", "b", "c"),
      ...ring("c", "d"),
      edge("x::file", "IMPORTS", "y::file"),
      edge("y::file", "IMPORTS", "x::file", { "x-kind": "type" }),
      edge("e::file", "IMPORTS", "e::file"),
    ],
  };
  const answer = await cycles(readerOf(fixture));
  expect(answer.cycles.map((cycle) => [cycle.nodes, cycle.component_size])).toEqual([
    [["c::file", "d::file"], 4],
    [["a::file", "b::file", "c::file"], 4],
  ]);
  expect(answer.cycles[1]?.edges.map((each) => each.target)).toEqual(["b::file", "c::file", "a::file"]);
  expect(answer.totals).toMatchObject({ components: 1, members: 4, cycles: 2 });
  expect((await cycles(readerOf(fixture), { type_only: true })).totals.components).toBe(2);
  expect((await cycles(readerOf(fixture), { limit: 1 })).truncated).toBe(true);
});

test("a ring of 100,000 functions overflows nothing", async () => {
  const count = 100_000;
  const id = (at: number): string => `a.py::function::f${at % count}`;
  const edges = Array.from({ length: count }, (_, at) => edge(id(at), "CALLS", id(at + 1)));
  const answer = await cycles(readerOf({ nodes: [], edges }), { of: "CALLS" });
  expect(answer.cycles[0]).toMatchObject({ length: count, component_size: count });
}, 60_000);

test("a graph of 25,000 nodes and 120,000 edges is answered", async () => {
  const reader = readerOf(bigRepository(3, 1000, 25, 120_000));
  const from = "src/p0/m0.py::function::run0_1";
  const wide = await dependencies(reader, { node_id: from, depth: 5, max_nodes: 500 });
  expect(wide.nodes).toHaveLength(500);
  const ways = await paths(reader, { from: "src/p39/m999.py", to: from, count: 5 });
  expect(ways.paths).toHaveLength(5);
  expect((await cycles(reader)).totals.components).toBeGreaterThanOrEqual(0);
}, 60_000);
