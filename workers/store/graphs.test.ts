import { expect, test } from "vitest";
import { everything, storeContract } from "../../graph/store.contract.ts";
import { edgeOf, infoOf, partOf, randomGraph, randomOf } from "../../graph/store.fixture.ts";
import { useD1 } from "./d1.fixture.ts";
import { d1Graphs, pinGraph, sweepGraphs, updateInfo } from "./graphs.ts";

const TABLES = [
  "graphs",
  "graph_editions",
  "graph_facts",
  "graph_members",
  "graph_parts",
  "graph_bytes",
  "graph_keys",
];
const CONTENT = ["graph_members", "graph_parts", "graph_bytes", "graph_keys"];

const stage = useD1();
let tenants = 0;
/** A store of its own for each case: nobody sees what another tenant keeps. */
const empty = () => d1Graphs(stage.db, { tenant: `tenant ${++tenants}` });

storeContract(async () => empty());

/** How many rows each table has. */
async function rows(tables = CONTENT) {
  const counts: Record<string, number> = {};
  for (const table of tables) {
    counts[table] = (await stage.db.prepare(`SELECT count(*) AS n FROM ${table}`).first<number>("n")) ?? -1;
  }
  return counts;
}

async function sweepAll(retention: Parameters<typeof sweepGraphs>[1]): Promise<void> {
  for (let slices = 0; await sweepGraphs(stage.db, retention); slices++) expect(slices).toBeLessThan(1000);
}

/** What tests before left is out of the way. */
async function nothing(): Promise<void> {
  await stage.db.batch(TABLES.map((table) => stage.db.prepare(`DELETE FROM ${table}`)));
}

test("a tenant sees nothing of another's graphs, though all else is equal", async () => {
  const [one, two] = [empty(), empty()];
  await one.save(infoOf("g_1"), [partOf("a.py", { functions: ["run"] })]);
  await two.save(infoOf("g_1"), [partOf("a.py", { functions: ["stop"] })]);
  await one.keepFacts(new Map([["a:go@1", Uint8Array.of(1)]]));
  expect(await two.facts(["a:go@1"])).toEqual(new Map());
  expect(await (await two.open("g_1"))?.find("run", 9, 0)).toEqual([]);
  expect(await two.remove("g_1")).toBe(true);
  expect(await (await one.open("g_1"))?.find("run", 9, 0)).toHaveLength(1);
  await expect(two.save(infoOf("g_2"), [], { id: "g_1" })).rejects.toThrow("Cannot build on");
});

test("a commit writes what it changed", async () => {
  await nothing();
  const store = empty();
  const { parts } = randomGraph(11, 300);
  await store.save(infoOf("g_1"), parts);
  const before = await rows();
  const changed = partOf(parts[7]?.path ?? "", { functions: ["new"] }, [edgeOf("new", "other", 1)]);
  await store.save(infoOf("g_2"), [...parts.slice(0, 7), changed, ...parts.slice(8)]);
  const after = await rows();
  expect(after).toEqual({
    graph_members: 600,
    graph_parts: 301,
    graph_bytes: (before.graph_bytes ?? 0) + 4,
    graph_keys: (before.graph_keys ?? 0) + 4,
  });
  await store.save(infoOf("g_3"), [changed], { id: "g_1" });
  expect(await rows()).toEqual({ ...after, graph_members: 900 });
  for (const id of ["g_1", "g_2", "g_3"]) await store.remove(id);
  expect(await rows()).toEqual({ graph_members: 0, graph_parts: 0, graph_bytes: 0, graph_keys: 0 });
});

test("how far a graph is can be seen before it is there, but it cannot be opened", async () => {
  const tenant = "progress";
  const store = d1Graphs(stage.db, { tenant });
  const reading = infoOf("g_1", { status: "reading", progress: { done: 3, total: 9 } });
  await updateInfo(stage.db, reading, tenant);
  expect(await store.list()).toEqual([reading]);
  expect(await store.open("g_1")).toBeUndefined();
  await updateInfo(stage.db, infoOf("g_1"), tenant);
  expect(await store.open("g_1")).toBeUndefined();
  await store.save(infoOf("g_1", { status: "saving" }), []);
  expect((await store.open("g_1"))?.info).toEqual(infoOf("g_1"));
  expect(await store.list()).toEqual([infoOf("g_1")]);
  const failed = infoOf("g_2", { status: "failed", error: "The archive was not there." });
  await updateInfo(stage.db, failed, tenant);
  expect(await store.list()).toEqual([infoOf("g_1"), failed]);
  expect(await store.remove("g_2")).toBe(true);
});

test("what a crash left is not seen, and swept", async () => {
  await nothing();
  const started = Date.now();
  const store = d1Graphs(stage.db, { tenant: "crash", now: () => started });
  const { parts } = randomGraph(5, 250);
  await store.save(infoOf("g_1"), parts.slice(0, 20));
  const kept = await rows();
  let goOn = () => {};
  let reached = () => {};
  const stuck = new Promise<void>((resolve) => (reached = resolve));
  const crashing = async function* () {
    yield* parts;
    reached();
    await new Promise<void>((resolve) => (goOn = resolve));
  };
  const save = store.save(infoOf("g_2"), crashing());
  await stuck;
  expect((await rows()).graph_parts).toBeGreaterThan(150);
  expect(await store.list()).toHaveLength(1);
  // Not yet: it may still be at work.
  await sweepAll({ now: started + 60_000, keep: 9 });
  expect((await rows()).graph_parts).toBeGreaterThan(150);
  await sweepAll({ now: started + 3_600_001, keep: 9 });
  expect(await rows()).toEqual(kept);
  goOn();
  await expect(save).rejects.toThrow("Save it again");
  expect(await rows()).toEqual(kept);
  expect((await everything(await store.open("g_1"))).parts).toHaveLength(20);
});

test("the newest graphs of a repository stay, and the pinned ones; failures drive out no graph", async () => {
  await nothing();
  const tenant = "retention";
  const store = d1Graphs(stage.db, { tenant });
  for (let day = 1; day <= 9; day++) {
    const created_at = `2026-01-0${day}T00:00:00.000Z`;
    const repository = { path: day === 1 ? "/other" : "/repo", name: "r" };
    const parts = [partOf("same.py", { functions: ["run"] }), partOf(`only-${day}.py`, {})];
    await store.save(infoOf(`g_${day}`, { created_at, repository }), parts);
    await updateInfo(
      stage.db,
      infoOf(`g_failed${day}`, { created_at, repository, status: "failed" }),
      tenant,
    );
  }
  expect(await pinGraph(stage.db, "g_3", true, tenant)).toBe(true);
  expect(await pinGraph(stage.db, "g_none", true, tenant)).toBe(false);
  await sweepAll({ now: Date.now(), keep: 2 });
  const left = (await store.list()).map(({ id }) => id);
  expect(left).toEqual(["g_9", "g_failed9", "g_8", "g_failed8", "g_3", "g_1", "g_failed1"]);
  for (const day of [9, 8, 3, 1]) {
    expect((await everything(await store.open(`g_${day}`))).parts.map(({ path }) => path)).toEqual([
      `only-${day}.py`,
      "same.py",
    ]);
  }
  expect(await rows(["graph_parts", "graph_members"])).toEqual({ graph_parts: 6, graph_members: 8 });
});

test("facts go when their file is in no graph and nobody asked for them for long", async () => {
  await nothing();
  let now = 1e12;
  const store = d1Graphs(stage.db, { tenant: "facts", now: () => now });
  await store.save(infoOf("g_1"), [{ ...partOf("a.py", {}), blob: "kept" }]);
  const keys = ["kept:go@1", "asked:go@1", "gone:go@1"];
  await store.keepFacts(new Map(keys.map((key) => [key, Uint8Array.of(1)])));
  now += 20 * 86_400_000;
  await store.facts(["asked:go@1"]);
  now += 20 * 86_400_000;
  await sweepAll({ now, keep: 9, graceMs: 1e12 });
  expect([...(await store.facts(keys)).keys()]).toEqual(["kept:go@1", "asked:go@1"]);
});

test("a part of many megabytes is kept in pieces", async () => {
  const store = empty();
  const random = randomOf(1);
  const text = () => Array.from({ length: 2_000 }, () => String.fromCharCode(32 + random(90))).join("");
  const giant = partOf("giant.js", { functions: Array.from({ length: 1_500 }, (_, nth) => `f${nth}`) });
  for (const node of giant.nodes) node.docstring = text();
  giant.edges = giant.nodes.map(({ id }, nth) => edgeOf(giant.nodes[0]?.id ?? "", `${id}${nth}`, 1));
  await store.save(infoOf("g_1"), [giant]);
  const reader = await store.open("g_1");
  expect(await reader?.nodesOf(["giant.js"])).toHaveLength(1_501);
  expect(await reader?.nodes(["giant.js::function::f1499"])).toEqual([giant.nodes[1500]]);
  expect(await reader?.edges(["giant.js::function::f71500"], "in")).toEqual([]);
  const most = await stage.db.prepare("SELECT max(length(bytes)) AS n FROM graph_bytes").first<number>("n");
  expect(most).toBeLessThan(1_000_000);
  await store.remove("g_1");
});

test("two savings of the same repository at once do not spoil each other", async () => {
  const store = empty();
  const { parts } = randomGraph(21, 300);
  const ids = ["g_1", "g_2", "g_3"];
  await Promise.all(ids.map((id) => store.save(infoOf(id), parts)));
  const [one, ...others] = await Promise.all(ids.map(async (id) => everything(await store.open(id))));
  expect(one?.parts).toHaveLength(300);
  for (const other of others) expect(other).toEqual(one);
  await store.remove("g_1");
  await Promise.all([store.remove("g_2"), store.save(infoOf("g_4"), parts)]);
  expect(await everything(await store.open("g_4"))).toEqual(one);
});

test("when the last graph goes, nothing is left of any", async () => {
  await nothing();
  const { parts } = randomGraph(31, 230);
  for (const tenant of ["one", "two"]) {
    const store = d1Graphs(stage.db, { tenant });
    await store.save(infoOf("g_1"), parts);
    await store.save(infoOf("g_2"), parts.slice(0, 9), { id: "g_1" });
    await store.keepFacts(new Map([[`${parts[0]?.blob}:go@1`, Uint8Array.of(1)]]));
  }
  await sweepAll({ now: Date.now() + 1e12, keep: 0 });
  expect(Object.values(await rows(TABLES))).toEqual(TABLES.map(() => 0));
});
