/** What every reader of a kept graph must answer; part of the contract of stores. */
import { expect, test } from "vitest";
import type { EdgeType, GraphEdge, GraphNode } from "../models/graph.ts";
import { byEdge, byPlace } from "./order.ts";
import { allOf, edgeOf, infoOf, opened, partOf, randomGraph, randomOf } from "./store.fixture.ts";
import { EXTERNAL_PATH, type GraphReader, type GraphStore, type Part } from "./store.ts";

export function asking(make: () => Promise<GraphStore>): void {
  test("ids of any kind are found", async () => {
    const store = await make();
    const paths = [
      "a b.py",
      "it's.py",
      'say "hi".py',
      "x::function::y.py",
      "ünï/コード.py",
      "🙂/%_\\.py",
      "\u{fffd}é.py",
    ];
    const parts = paths.map((path) => partOf(path, { functions: ["f'\"::🙂", "日本.run#2"] }));
    const ids = parts.flatMap((part) => part.nodes.map(({ id }) => id));
    for (const part of parts) {
      part.edges = [...part.nodes]
        .flatMap(({ id }) => ids.map((target) => edgeOf(id, target, 3)))
        .sort(byEdge);
    }
    await store.save(infoOf("g_1"), parts);
    const reader = await opened(store, "g_1");
    for (const part of parts) {
      expect(await reader.nodesOf([part.path])).toEqual([...part.nodes].sort(byPlace));
      for (const node of part.nodes) {
        expect(await reader.nodes([node.id])).toEqual([node]);
        expect(await reader.edges([node.id], "out")).toEqual(part.edges.filter((e) => e.source === node.id));
        expect(await reader.edges([node.id], "in")).toHaveLength(ids.length);
      }
    }
  });

  test("an edge may lead outside", async () => {
    const store = await make();
    const join: GraphNode = {
      id: "external::python::os.path.join",
      type: "external",
      name: "join",
      path: "os",
    };
    const outside: Part = { ...partOf(EXTERNAL_PATH, {}), nodes: [join], edges: [], words: [new Map()] };
    const edge = edgeOf("a.py::function::run", join.id, 2);
    await store.save(infoOf("g_1"), [partOf("a.py", { functions: ["run"] }, [edge]), outside]);
    const reader = await opened(store, "g_1");
    expect(await reader.edges([join.id], "in")).toEqual([edge]);
    expect(await reader.edges([join.id], "out")).toEqual([]);
    expect(await reader.nodes([join.id, "external::python::os"])).toEqual([join]);
    expect(await reader.nodesOf([EXTERNAL_PATH])).toEqual([join]);
    expect((await allOf(reader.parts())).map(({ path }) => path)).toEqual([EXTERNAL_PATH, "a.py"]);
  });

  test("what is found by name: whole names, then beginnings, then pieces; without case, wildcards as they are", async () => {
    const store = await make();
    const functions = ["rerun", "RUN", "runner", "stop", "100%_done", "100 done", "Straße"];
    await store.save(infoOf("g_1"), [
      partOf("b.py", { functions }),
      partOf("a.py", { functions: ["run", "run_all"] }),
    ]);
    const reader = await opened(store, "g_1");
    const names = async (...asked: Parameters<GraphReader["find"]>) =>
      (await reader.find(...asked)).map(({ name }) => name);
    expect(await names("Run", 9, 0)).toEqual(["run", "RUN", "run_all", "runner", "rerun"]);
    expect(await names("Run", 2, 1)).toEqual(["RUN", "run_all"]);
    expect(await names("%", 9, 0)).toEqual(["100%_done"]);
    expect(await names("0%_", 9, 0)).toEqual(["100%_done"]);
    expect(await names("STRASSE", 9, 0)).toEqual([]);
    expect(await names("straSSe".replace("SS", "ß"), 9, 0)).toEqual(["Straße"]);
    expect(await names("a.py", 9, 0, ["file"])).toEqual(["a.py"]);
    expect(await names("A.PY::function", 9, 0)).toEqual(["run", "run_all"]);
    expect(await names("", 1, 0, ["class"])).toEqual([]);
    expect(await names("nothing", 9, 0)).toEqual([]);
  });

  test("every answer about a random graph is what a plain search of it gives", async () => {
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e9));
    console.log(`SEED=${seed}`);
    const { parts, ids, words } = randomGraph(seed, 500);
    const store = await make();
    await store.save(infoOf("g_1"), parts);
    const reader = await opened(store, "g_1");
    const random = randomOf(seed + 1);
    const some = <T>(from: readonly T[], most: number) =>
      Array.from({ length: 1 + random(most) }, () => from[random(from.length)] as T);
    for (let round = 0; round < 12; round++) {
      await compare(
        reader,
        parts,
        some([...ids, "no::such"], 40),
        some(
          parts.map((part) => part.path),
          9,
        ),
        some([...words, "nowhere"], 6),
      );
    }
    expect(await allOf(reader.parts())).toEqual(inOrder(parts));
    const all = parts.flatMap((part) => part.nodes);
    expect(await reader.files()).toEqual(all.filter(({ type }) => type === "file").sort(byPlace));
    expect(all.length).toBeGreaterThan(4_000);
  }, 60_000);
}

const inOrder = (parts: readonly Part[]) => [...parts].sort((a, b) => (a.path < b.path ? -1 : 1));

async function compare(
  reader: GraphReader,
  parts: readonly Part[],
  ids: string[],
  paths: string[],
  words: string[],
): Promise<void> {
  const nodes = parts.flatMap((part) => part.nodes);
  const edges = parts.flatMap((part) => part.edges).sort(byEdge);
  const types: EdgeType[] = ["CALLS", "TESTS"];
  const picked = (side: (edge: GraphEdge) => string) => edges.filter((edge) => ids.includes(side(edge)));
  const ofTypes = (all: GraphEdge[]) => all.filter(({ type }) => types.includes(type as EdgeType));
  expect(await reader.nodes(ids)).toEqual(nodes.filter(({ id }) => ids.includes(id)).sort(byPlace));
  expect(await reader.nodesOf(paths)).toEqual(
    parts
      .filter(({ path }) => paths.includes(path))
      .flatMap((part) => part.nodes)
      .sort(byPlace),
  );
  expect(await reader.edges(ids, "out")).toEqual(picked((edge) => edge.source));
  expect(await reader.edges(ids, "in")).toEqual(picked((edge) => edge.target));
  expect(await reader.edges(ids, "in", types)).toEqual(ofTypes(picked((edge) => edge.target)));
  expect((await allOf(reader.edgesOf(types))).sort(byEdge)).toEqual(ofTypes(edges));
  const sorted = inOrder(parts);
  const at = sorted.filter(({ path }) => paths.includes(path));
  expect(await reader.unresolved(paths)).toEqual(at.flatMap((part) => part.unresolved));
  expect(await reader.findings(paths)).toEqual(at.flatMap((part) => part.findings));
  expect(await reader.matches(words)).toEqual(matchesIn(sorted, words));
}

function matchesIn(parts: readonly Part[], words: readonly string[]) {
  const rows = parts.flatMap((part) =>
    part.nodes.map(({ id }, nth) => {
      const counts = part.words[nth] ?? new Map<string, number>();
      const length = [...counts.values()].reduce((sum, count) => sum + count, 0);
      return { id, length, counts: new Map([...counts].filter(([word]) => words.includes(word))) };
    }),
  );
  const full = rows.filter(({ length }) => length > 0);
  const sum = full.reduce((all, { length }) => all + length, 0);
  return {
    total: full.length,
    averageLength: sum / full.length,
    nodes: full.filter(({ counts }) => counts.size > 0),
  };
}
