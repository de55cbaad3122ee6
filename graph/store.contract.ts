/** What every store of graphs must do, whatever it keeps them in. Each store's test runs these same cases. */
import { describe, expect, test } from "vitest";
import { allOf, edgeOf, infoOf, opened, partOf, randomGraph, randomOf } from "./store.fixture.ts";
import type { GraphReader, GraphStore, Part } from "./store.ts";
import { asking } from "./store-questions.contract.ts";

/** `make` gives an empty store. */
export function storeContract(make: () => Promise<GraphStore>): void {
  describe("keeping", () => keeping(make));
  describe("sharing", () => sharing(make));
  describe("asking", () => asking(make));
  describe("facts", () => facts(make));
}

/** Everything that a reader says, for comparing two. */
export async function everything(reader: GraphReader | undefined) {
  if (reader === undefined) throw new Error("There is no such graph");
  const parts = await allOf(reader.parts());
  const ids = parts.flatMap((part) => part.nodes.map(({ id }) => id));
  return {
    parts,
    files: await reader.files(),
    nodes: await reader.nodes(ids),
    out: await reader.edges(ids, "out"),
    in: await reader.edges(ids, "in"),
    found: await reader.find("", 10_000, 0),
    unresolved: await reader.unresolved(),
    findings: await reader.findings(),
  };
}

const twoFiles = (): Part[] => [
  partOf("a.py", { functions: ["run", "stop"] }, [edgeOf("a.py::function::run", "b.py::function::help", 2)]),
  partOf("b.py", { functions: ["help"] }),
];

function keeping(make: () => Promise<GraphStore>): void {
  test("what was saved is read back whole", async () => {
    const store = await make();
    const info = { ...infoOf("g_000000000001"), sha: "abc", warnings: ["slow"], "x-more": { a: [1, null] } };
    await store.save(info, twoFiles());
    const reader = await opened(store, info.id);
    expect(reader.info).toEqual(info);
    expect(await allOf(reader.parts())).toEqual(twoFiles());
    expect(await store.open("g_000000000002")).toBeUndefined();
  });

  test("a graph may be empty", async () => {
    const store = await make();
    await store.save(infoOf("g_empty"), []);
    const all = await everything(await store.open("g_empty"));
    expect(Object.values(all).every((answer) => answer.length === 0)).toBe(true);
    const none = { total: 0, averageLength: 0, nodes: [] };
    expect(await (await opened(store, "g_empty")).matches(["a"])).toEqual(none);
  });

  test("a graph of any name is kept, also beside one whose name looks alike", async () => {
    const store = await make();
    const ids = ["../../etc/passwd", "g_a", "G_A", "a/b\\c:d", "con", "🙂 'quoted' \"id\"", "", ".", "%00\n"];
    for (const id of ids) await store.save(infoOf(id, { sha: id }), []);
    for (const id of ids) expect((await opened(store, id)).info).toMatchObject({ id, sha: id });
    expect(await store.list()).toHaveLength(ids.length);
  });

  test("saving again takes the place of what was there", async () => {
    const store = await make();
    await store.save(infoOf("g_1"), twoFiles());
    await store.save(infoOf("g_1", { sha: "next" }), [partOf("c.py", { functions: ["new"] })]);
    const reader = await opened(store, "g_1");
    expect(reader.info.sha).toBe("next");
    expect((await reader.files()).map(({ path }) => path)).toEqual(["c.py"]);
    expect(await reader.nodes(["a.py::function::run"])).toEqual([]);
    expect(await store.list()).toHaveLength(1);
  });

  test("what breaks off in the middle leaves nothing, and what was there before stays", async () => {
    const store = await make();
    const breaking = async function* () {
      for (let i = 0; i < 700; i++) yield partOf(`f${i}.py`, { functions: ["run"] });
      throw new Error("the reading broke off");
    };
    await expect(store.save(infoOf("g_1"), breaking())).rejects.toThrow("the reading broke off");
    expect(await store.open("g_1")).toBeUndefined();
    expect(await store.list()).toEqual([]);
    await store.save(infoOf("g_1"), twoFiles());
    await expect(store.save(infoOf("g_1"), breaking())).rejects.toThrow("the reading broke off");
    expect((await everything(await store.open("g_1"))).parts).toEqual(twoFiles());
  });

  test("a path may come only once", async () => {
    const twice = [partOf("a.py", {}), partOf("a.py", {})];
    await expect((await make()).save(infoOf("g_1"), twice)).rejects.toThrow('"a.py" comes twice');
  });

  test("the list is newest first and can be narrowed", async () => {
    const store = await make();
    const made: [string, string, string, string][] = [
      ["g_b", "/one", "s1", "2026-01-02T00:00:00.000Z"],
      ["g_a", "/one", "s2", "2026-01-02T00:00:00.000Z"],
      ["g_c", "/two", "s1", "2026-01-03T00:00:00.000Z"],
      ["g_d", "/one", "s1", "2026-01-01T00:00:00.000Z"],
    ];
    for (const [id, path, sha, created_at] of made) {
      await store.save(infoOf(id, { repository: { path, name: "x" }, sha, created_at }), []);
    }
    const listed = async (filter?: Parameters<GraphStore["list"]>[0]) =>
      (await store.list(filter)).map(({ id }) => id);
    expect(await listed()).toEqual(["g_c", "g_a", "g_b", "g_d"]);
    expect(await listed({ repository: "/one" })).toEqual(["g_a", "g_b", "g_d"]);
    expect(await listed({ sha: "s1" })).toEqual(["g_c", "g_b", "g_d"]);
    expect(await listed({ repository: "/one", sha: "s1", limit: 1 })).toEqual(["g_b"]);
    expect(await listed({ repository: "/three" })).toEqual([]);
  });
}

function sharing(make: () => Promise<GraphStore>): void {
  test("a graph outlives another that shares its parts", async () => {
    const store = await make();
    const changed = [partOf("a.py", { functions: ["run"] }), ...twoFiles().slice(1)];
    await store.save(infoOf("g_1"), twoFiles());
    await store.save(infoOf("g_2"), changed);
    const before = await everything(await store.open("g_2"));
    expect(await store.remove("g_1")).toBe(true);
    expect(await store.remove("g_1")).toBe(false);
    expect(await store.open("g_1")).toBeUndefined();
    expect(await everything(await store.open("g_2"))).toEqual(before);
    expect(before.parts).toEqual(changed);
    await store.save(infoOf("g_1"), twoFiles());
    expect((await everything(await store.open("g_1"))).parts).toEqual(twoFiles());
  });

  test("repositories with the same paths do not see each other", async () => {
    const store = await make();
    const other = [partOf("a.py", { functions: ["run"] }, [edgeOf("a.py::function::run", "x", 9)])];
    await store.save(infoOf("g_1", { repository: { path: "/one", name: "n" } }), twoFiles());
    await store.save(infoOf("g_2", { repository: { path: "/two", name: "n" } }), other);
    expect((await everything(await store.open("g_1"))).parts).toEqual(twoFiles());
    expect((await everything(await store.open("g_2"))).parts).toEqual(other);
    await store.remove("g_1");
    expect((await everything(await store.open("g_2"))).parts).toEqual(other);
  });

  test("a graph may build on another: equal to one that was saved whole", async () => {
    const store = await make();
    const seed = 7;
    const { parts } = randomGraph(seed, 60);
    await store.save(infoOf("g_1"), parts);
    const gone = parts.slice(5, 8).map(({ path }) => path);
    const changed = [partOf(parts[0]?.path ?? "", { functions: ["new"] }), partOf("brand-new.py", {})];
    await store.save(infoOf("g_2"), changed, { id: "g_1", without: gone });
    const whole = [...changed, ...parts.slice(1, 5), ...parts.slice(8)];
    await store.save(infoOf("g_3"), whole);
    const built = await everything(await store.open("g_2"));
    expect(built).toEqual(await everything(await store.open("g_3")));
    await store.remove("g_1");
    await store.remove("g_3");
    expect(await everything(await store.open("g_2"))).toEqual(built);
  });

  test("a graph cannot build on what is not there, or is of another repository", async () => {
    const store = await make();
    await store.save(infoOf("g_1"), twoFiles());
    const elsewhere = infoOf("g_2", { repository: { path: "/else", name: "n" } });
    await expect(store.save(infoOf("g_2"), [], { id: "g_9" })).rejects.toThrow("Cannot build on graph g_9");
    await expect(store.save(elsewhere, [], { id: "g_1" })).rejects.toThrow("Cannot build on graph g_1");
    expect(await store.list()).toHaveLength(1);
  });
}

function facts(make: () => Promise<GraphStore>): void {
  test("facts are kept by key, byte by byte, and may be written again", async () => {
    const store = await make();
    const random = randomOf(3);
    const bytes = (length: number) => Uint8Array.from({ length }, () => random(256));
    const kept = new Map(
      [0, 1, 255, 256, 70_000].map((length) => [
        `${length.toString(16).padStart(40, "0")}:python@1`,
        bytes(length),
      ]),
    );
    kept.set("../odd key: 'é🙂'", Uint8Array.of(7));
    for (let i = 0; i < 120; i++) kept.set(`${i}:go@3`, bytes(i));
    await store.keepFacts(kept);
    expect(await store.facts([...kept.keys(), "missing:python@1"])).toEqual(kept);
    expect(await store.facts([])).toEqual(new Map());
    await store.keepFacts(new Map([["1:go@3", Uint8Array.of(1, 2, 3)]]));
    expect(await store.facts(["1:go@3"])).toEqual(new Map([["1:go@3", Uint8Array.of(1, 2, 3)]]));
  });
}
