import { describe, expect, test } from "vitest";
import { ImpactAnswer } from "../../models/impact.ts";
import { callers } from "./calls.ts";
import { changesOf } from "./changes.ts";
import { impact } from "./impact.ts";
import { bigRepository, randomCalls, randomFrom } from "./random.fixture.ts";
import { reach, wayOf } from "./reach.ts";
import { cls, edge, type Fixture, file, fn, readerOf } from "./reader.fixture.ts";

const BASE = "src/base.py";
const USE = "src/use.py";
const TEST = "tests/test_base.py";
const id = (path: string, name: string): string => `${path}::function::${name}`;

const shop: Fixture = {
  nodes: [
    file(BASE, { lines: [1, 60] }),
    fn(BASE, "price", [3, 8], {
      "x-signature": "def price(item, tax)",
      "x-exported": true,
      "x-complexity": { cyclomatic: 12, cognitive: 3, loc: 6, sloc: 6, maintainability: 80 },
    }),
    cls(BASE, "Cart", [10, 40], { "x-signature": "class Cart(Base)" }),
    fn(BASE, "Cart.add", [12, 20], { "x-signature": "def add(self, first_item, second_item)" }),
    fn(BASE, "Cart.add.<lambda:14:8>", [14, 15], { "x-kind": "lambda" }),
    fn(BASE, "Cart.total", [22, 40], { "x-signature": "def total(self)" }),
    file(USE),
    fn(USE, "checkout", [1, 9]),
    file("src/far.py"),
    fn("src/far.py", "main", [1, 9]),
    file("src/sub.py"),
    cls("src/sub.py", "Big", [1, 9]),
    file("src/importer.py"),
    file("src/other.py"),
    file(TEST),
    fn(TEST, "test_price", [1, 5], { "x-test": true }),
    file("tests/test_use.py", { "x-test": true }),
    fn("tests/test_use.py", "test_checkout", [1, 5], { "x-test": true }),
  ],
  edges: [
    edge(id(USE, "checkout"), "CALLS", id(BASE, "price"), { line: 4, "x-confidence": "inferred" }),
    edge(id("src/far.py", "main"), "CALLS", id(USE, "checkout"), { line: 5 }),
    edge(id(BASE, "Cart.total"), "CALLS", id(BASE, "price"), { line: 30 }),
    edge("src/sub.py::class::Big", "EXTENDS", "src/base.py::class::Cart"),
    edge("src/importer.py::file", "IMPORTS", "src/base.py::file"),
    edge("src/other.py::file", "IMPORTS", "src/importer.py::file"),
    edge(id(TEST, "test_price"), "CALLS", id(BASE, "price")),
    edge(id(TEST, "test_price"), "TESTS", id(BASE, "price")),
    edge(id("tests/test_use.py", "test_checkout"), "CALLS", id(USE, "checkout")),
  ],
  unresolved: [{ source: id(USE, "checkout"), line: 6, text: "bag.weigh", reason: "unknown_receiver" }],
  words: {
    [id(BASE, "price")]: { price: 3, item: 2, tax: 1 },
    [id("src/other.py", "x")]: {},
    "src/other.py::file": { price: 4, item: 1 },
    "src/far.py::file": { main: 1 },
  },
};

const hunk = (path: string, body: string): string => `--- a/${path}\n+++ b/${path}\n${body}`;
async function changed(diff: string, side: "before" | "after" | "auto" = "before"): Promise<string[]> {
  const found = await changesOf(readerOf(shop), { files: [], symbols: [], diff, ranges: undefined, side });
  return found.changes.filter((each) => each.listed).map(({ node, change }) => `${node.name} ${change}`);
}

test.each([
  ["a body", "@@ -5 +5 @@\n-    a\n+    b\n", ["price body"]],
  ["a header", "@@ -3 +3 @@\n-def price(item, tax):\n+def price(item):\n", ["price signature"]],
  ["a line of a long header", "@@ -13 +13 @@\n-        first_item,\n+        a,\n", ["add signature"]],
  ["a body line under a header", "@@ -13 +13 @@\n-        x = 1\n+        x = 2\n", ["add body"]],
  ["a lambda and its owner", "@@ -14 +14 @@\n-   a\n+   b\n", ["add body", "<lambda:14:8> signature"]],
  ["module level", "@@ -50 +50 @@\n-A = 1\n+A = 2\n", ["base.py module"]],
  ["a class attribute", "@@ -11 +11 @@\n-    kind = 1\n+    kind = 2\n", ["Cart body"]],
  ["a decorator", "@@ -2 +2 @@\n-@cached\n+@cached(1)\n", ["price signature"]],
  ["blank lines only", "@@ -5,0 +6,2 @@\n+\n+  \n", []],
  ["lines put inside", "@@ -5,0 +6 @@\n+    b\n", ["price body"]],
  ["lines put between definitions", "@@ -8,2 +8,3 @@\n     last\n+X = 1\n \n", ["base.py module"]],
  ["lines put at the end of a body", "@@ -8,2 +8,3 @@\n     last\n+    more\n \n", ["price body"]],
  [
    "a parameter put into a header",
    "@@ -12,2 +12,3 @@\n     def add(\n+        extra,\n         self,\n",
    ["add signature"],
  ],
  ["a definition taken away", `@@ -3,6 +2,0 @@\n${"-    x\n".repeat(6)}`, ["price deleted"]],
  [
    "two definitions in one run",
    "@@ -18,6 +18,1 @@\n-a\n-b\n-c\n-d\n-e\n-f\n+z\n",
    ["Cart body", "add body", "total signature", "total body"],
  ],
])("a diff that changes %s", async (_, body, expected) => {
  const got = await changed(hunk(BASE, body));
  if (expected.length === 4) expect(got).toEqual(["Cart body", "add body", "total signature"]);
  else expect(got.sort()).toEqual([...expected].sort());
});

test("a diff is read from the side that the graph has", async () => {
  const moved = `diff --git a/src/old.py b/${BASE}\nrename from src/old.py\nrename to ${BASE}\n--- a/src/old.py\n+++ b/${BASE}\n@@ -50 +5 @@\n-a\n+b\n`;
  expect(await changed(moved, "auto")).toEqual(["base.py file", "price body"]);
  const before = `diff --git a/${BASE} b/src/new.py\nrename from ${BASE}\nrename to src/new.py\n@@ -5 +50 @@\n-a\n+b\n`;
  expect(await changed(before, "auto")).toEqual(["base.py file", "price body"]);
});

test("a deleted file takes all its definitions with it; a new one touches nothing", async () => {
  const gone = `diff --git a/${USE} b/${USE}\ndeleted file mode 100644\n--- a/${USE}\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n`;
  expect(await changed(gone)).toEqual(["use.py deleted", "checkout deleted"]);
  const fresh = "--- /dev/null\n+++ b/src/new.py\n@@ -0,0 +1 @@\n+x\n";
  const answer = await impact(readerOf(shop), { diff: fresh });
  expect(answer).toMatchObject({
    changed_files: ["src/new.py"],
    unknown_files: ["src/new.py"],
    affected_files: [],
  });
  expect(answer.risk.level).toBe("low");
});

test("impact() of a changed body: what calls it, the way there, the tests, nothing through imports", async () => {
  const answer = await impact(readerOf(shop), { diff: hunk(BASE, "@@ -5 +5 @@\n-    a\n+    b\n") });
  expect(ImpactAnswer.parse(answer)).toEqual(answer);
  expect(
    answer.affected_files.map((each) => [each.path, each.impact_type, each.distance, each.edges]),
  ).toEqual([
    [USE, "direct", 1, ["CALLS"]],
    [TEST, "direct", 1, ["CALLS"]],
    ["src/far.py", "transitive", 2, ["CALLS"]],
    ["tests/test_use.py", "transitive", 2, ["CALLS"]],
  ]);
  const main = answer.affected_symbols.find((each) => each.name === "main");
  expect(main?.via.map((each) => each.target)).toEqual([id(USE, "checkout"), id(BASE, "price")]);
  expect(main).toMatchObject({ confidence: "inferred", weak: false });
  expect(answer.affected_tests).toEqual([TEST, "tests/test_use.py"]);
  expect(answer.tests[0]).toMatchObject({ by: "graph", distance: 1, tests: [{ name: "test_price" }] });
  expect(answer.entry_points.map((each) => each.name)).toEqual(["total", "main"]);
  expect(answer.unresolved).toBe(1);
  expect(answer.notes.join()).toContain("1 call in and around the change could not be followed");
  expect(answer.risk.reasons.join()).toContain("It reaches 2 other files");
});

test("impact() follows imports from module level only, weakly", async () => {
  const answer = await impact(readerOf(shop), { ranges: [{ path: BASE, lines: [[50, 51]] }] });
  expect(answer.affected_files.map((each) => [each.path, each.weak, each.distance])).toEqual([
    ["src/importer.py", true, 1],
    ["src/other.py", true, 2],
  ]);
});

test("who imports a file whose module level is reached runs what changed, and so do its tests", async () => {
  const fixture: Fixture = {
    nodes: [
      ...[file("lib.py"), fn("lib.py", "load"), file("settings.py"), file("app.py"), fn("app.py", "use")],
      ...[file("tests/test_app.py"), fn("tests/test_app.py", "test_x"), file("tests/test_set.py")],
    ],
    edges: [
      edge("settings.py::file", "CALLS", id("lib.py", "load"), { line: 3 }),
      edge("settings.py::file", "IMPORTS", "lib.py::file"),
      edge("app.py::file", "IMPORTS", "settings.py::file"),
      edge("tests/test_set.py::file", "IMPORTS", "settings.py::file"),
      edge("tests/test_app.py::file", "IMPORTS", "app.py::file"),
      edge(id("tests/test_app.py", "test_x"), "CALLS", id("app.py", "use")),
    ],
  };
  const answer = await impact(readerOf(fixture), { symbols: ["load"] });
  expect(answer.affected_files.map((each) => [each.path, each.weak, each.distance])).toEqual([
    ["settings.py", false, 1],
    ["app.py", true, 2],
    ["tests/test_set.py", true, 2],
    ["tests/test_app.py", true, 3],
  ]);
  expect(answer.affected_tests).toEqual(["tests/test_set.py", "tests/test_app.py"]);
  const far = answer.affected_symbols.find((each) => each.path === "tests/test_app.py");
  expect(far?.via.map((each) => each.target)).toEqual([
    "app.py::file",
    "settings.py::file",
    id("lib.py", "load"),
  ]);
});

test("impact() leaves out what is less sure than asked", async () => {
  const answer = await impact(readerOf(shop), { symbols: ["price"], confidence: "exact" });
  expect(answer.affected_files.map((each) => each.path)).toEqual([TEST]);
});

test("impact() of a whole file in the legacy form, with owners and a page", async () => {
  const question = {
    files: `${BASE},src/missing.py`,
    codeowners: "*.py @all\n/src/use.py @use\n",
    limit: "2",
  };
  const answer = await impact(readerOf(shop), question as never);
  expect(answer).toMatchObject({
    changed_files: [BASE, "src/missing.py"],
    unknown_files: ["src/missing.py"],
    truncated: true,
  });
  expect(answer.changed_symbols.map((each) => each.change)).toEqual(["file"]);
  expect(answer.affected_files).toHaveLength(2);
  expect(answer.totals.affected_files).toBe(7);
  expect(answer.owners.map((each) => [each.owner, each.changed])).toEqual([
    ["@all", 2],
    ["@use", 0],
  ]);
});

test("impact() ranks likely files by all signs, names at least three, shows the parts", async () => {
  const history = Array.from({ length: 10 }, (_, at) => ({ files: at < 6 ? [BASE, "src/other.py"] : [USE] }));
  const without = await impact(readerOf(shop), { symbols: ["price"] });
  expect(without.likely).toHaveLength(3);
  expect(without.likely[0]?.path).toBe(TEST);
  const answer = await impact(readerOf(shop), { symbols: ["price"], history });
  const [best] = answer.likely;
  expect(best).toMatchObject({ path: "src/other.py" });
  expect(best?.parts).toMatchObject({ cochange: 0.36, words: 0.215 });
  expect(best?.score).toBeLessThanOrEqual(1);
  expect(answer.likely.map((each) => each.path)).not.toContain(BASE);
});

test("impact() puts the longer of two likely files first, but no file that is only long, and none that was generated", async () => {
  const paths = ["src/a.ts", "src/b.ts", "src/c.ts", "lib/long.ts", "src/made.ts"];
  const longest: Record<string, number> = {
    "src/b.ts": 40,
    "src/c.ts": 400,
    "lib/long.ts": 9_000,
    "src/made.ts": 9_000,
  };
  const nodes = paths.flatMap((path) => [
    file(path, { lines: [1, longest[path] ?? 10], ...(path === "src/made.ts" && { "x-mark": "generated" }) }),
    fn(path, path === "src/a.ts" ? "price" : "other"),
  ]);
  const words = Object.fromEntries(
    ["src/b.ts", "src/c.ts", "src/made.ts"].map((path) => [`${path}::function::other`, { price: 1 }]),
  );
  const { likely } = await impact(readerOf({ nodes, edges: [], words }), { symbols: ["price"] });
  expect(likely.map((each) => each.path)).toEqual(["src/c.ts", "src/b.ts", "src/made.ts"]);
  expect(likely[2]?.parts.size).toBeUndefined();
});

test("a test named after the change is listed where the graph knows none", async () => {
  const fixture: Fixture = {
    nodes: [file("a/user.ts"), fn("a/user.ts", "f"), file("t/user.test.ts", { "x-test": true })],
    edges: [],
  };
  const answer = await impact(readerOf(fixture), { symbols: ["f"] });
  expect(answer.tests).toEqual([{ path: "t/user.test.ts", distance: 1, by: "name", tests: [] }]);
  expect(answer.risk.reasons).toContain("No test is known to reach it");
});

test.each([
  [{}, "INVALID"],
  [{ diff: "not a diff" }, "INVALID"],
  [{ files: [BASE], diff: "not a diff" }, "INVALID"],
  [{ files: ["src/bose.py"] }, "NOT_FOUND"],
  [{ symbols: ["prize"] }, "NOT_FOUND"],
])("impact(%o) is refused as %s", async (question, code) => {
  await expect(impact(readerOf(shop), question)).rejects.toMatchObject({ code });
});

test("impact() takes an id among the files", async () => {
  const answer = await impact(readerOf(shop), { files: [id(BASE, "price")] });
  expect(answer.changed_symbols.map((each) => each.id)).toEqual([id(BASE, "price")]);
});

test("the risk is that of the whole reach, however much of it is listed", async () => {
  const all = await impact(readerOf(shop), { symbols: ["price"] });
  const near = await impact(readerOf(shop), { symbols: ["price"], depth: 1 });
  expect(near.affected_files.map((each) => each.path)).toEqual([USE, TEST]);
  expect(near.totals.affected_files).toBe(2);
  expect(near.truncated).toBe(true);
  expect(near.notes.join()).toContain("at least what is listed");
  expect(near.risk).toEqual(all.risk);
});

test("a chain of 2,000 files is not low, and its reach is said to be the least", async () => {
  const at = (nth: number): string => `f${nth}.py`;
  const count = 2000;
  const nodes = Array.from({ length: count }, (_, nth) => [file(at(nth)), fn(at(nth), "f")]).flat();
  const edges = Array.from({ length: count - 1 }, (_, nth) =>
    edge(id(at(nth + 1), "f"), "CALLS", id(at(nth), "f")),
  );
  const ends = await impact(readerOf({ nodes, edges }), { files: [at(count - 200)] });
  expect(ends.totals.affected_files).toBe(199);
  expect(ends.risk.at_least).toBeUndefined();
  const cut = await impact(readerOf({ nodes, edges }), { files: [at(0)] });
  expect(cut.risk.at_least).toBe(true);
  expect(cut.risk.reasons[0]).toMatch(/^It reaches at least \d+ other files/);
});

test("changed code that the graph does not have is never low", async () => {
  const of = (path: string) => impact(readerOf(shop), { diff: hunk(path, "@@ -5 +5 @@\n-    a\n+    b\n") });
  const { risk } = await of("src/not_analysed.py");
  expect(risk).toMatchObject({ score: 20, level: "medium" });
  expect(risk.reasons).toEqual([
    "Nothing of what changed is in the graph",
    "What depends on 1 changed file is unknown: the graph does not have it",
  ]);
  const words = (await of("README.md")).risk;
  expect(words).toMatchObject({ level: "low", reasons: ["Nothing of what changed is in the graph"] });
});

test("only tests depend on it: both are said", async () => {
  const fixture: Fixture = {
    nodes: [file("a.py"), fn("a.py", "f"), file("tests/test_a.py"), fn("tests/test_a.py", "test_f")],
    edges: [edge(id("tests/test_a.py", "test_f"), "CALLS", id("a.py", "f"))],
  };
  const { risk } = await impact(readerOf(fixture), { symbols: ["f"] });
  expect(risk.reasons[0]).toBe("No other file but tests is known to depend on it");
});

test("every list of an impact is paged alike", async () => {
  const answer = await impact(readerOf(shop), { symbols: ["price"], limit: 1, offset: 1 });
  expect([answer.affected_tests, answer.tests.map(({ path }) => path)]).toEqual([
    ["tests/test_use.py"],
    ["tests/test_use.py"],
  ]);
  expect(answer.entry_points.map(({ name }) => name)).toEqual(["main"]);
});

test("an empty diff changes nothing", async () => {
  const answer = await impact(readerOf(shop), { diff: "" });
  expect(answer).toMatchObject({ changed_files: [], affected_files: [], risk: { score: 0 } });
});

/** Distances over reversed edges, by repeating until nothing changes. */
function naiveReach(fixture: Fixture, seeds: string[]): Map<string, number> {
  const far = new Map(seeds.map((seed) => [seed, 0]));
  for (let changedOne = true; changedOne; ) {
    changedOne = false;
    for (const { source, target } of fixture.edges) {
      const next = (far.get(target) ?? Infinity) + 1;
      if (next < (far.get(source) ?? Infinity)) {
        far.set(source, next);
        changedOne = true;
      }
    }
  }
  for (const seed of seeds) far.delete(seed);
  return far;
}

test.each(Array.from({ length: 60 }, (_, seed) => seed))("reach() is right, seed %i", async (seed) => {
  const random = randomFrom(seed + 99);
  const count = 3 + Math.floor(random() * 40);
  const fixture = randomCalls(seed, count, Math.floor(random() * count * 2));
  const seeds = [0, 1].map(() => `a.py::function::f${Math.floor(random() * count)}`);
  const reader = readerOf(fixture);
  const found = await reach(
    reader,
    seeds.map((each) => ({ id: each, imported: false })),
    { depth: 100, confidence: "inferred" },
  );
  const expected = naiveReach(fixture, seeds);
  expect(new Map([...found.reached].map(([each, { distance }]) => [each, distance]))).toEqual(expected);
  for (const [each, { distance }] of found.reached) {
    const way = wayOf(found, each);
    expect(way).toHaveLength(distance);
    expect(way[0]?.source).toBe(each);
    expect(seeds).toContain(way.at(-1)?.target);
  }
  const levels = Math.max(0, ...expected.values());
  expect(reader.calls.filter((call) => call === "edges in").length).toBeLessThanOrEqual(levels + 1);
});

test("reach() takes the surest of several ways and stops at the depth with a word", async () => {
  const f = (at: number): string => `a.py::function::f${at}`;
  const fixture = {
    nodes: [],
    edges: [
      edge(f(1), "CALLS", f(0), { "x-confidence": "inferred" }),
      edge(f(2), "CALLS", f(0)),
      edge(f(3), "CALLS", f(1), { line: 1 }),
      edge(f(3), "CALLS", f(2), { line: 2 }),
    ],
  };
  const seeds = [{ id: f(0), imported: false }];
  const found = await reach(readerOf(fixture), seeds, { depth: 5, confidence: "inferred" });
  expect(found.reached.get(f(3))?.doubt).toBe(0);
  expect(found).toMatchObject({ cut: false, ends: [f(3)] });
  const shallow = await reach(readerOf(fixture), seeds, { depth: 1, confidence: "inferred" });
  expect(shallow.cut).toBe(true);
  expect(shallow.reached.size).toBe(2);
});

test("a chain of 100,000 calls overflows nothing", async () => {
  const count = 100_000;
  const f = (at: number): string => `a.py::function::f${at}`;
  const edges = Array.from({ length: count }, (_, at) => edge(f(at + 1), "CALLS", f(at)));
  const found = await reach(readerOf({ nodes: [], edges }), [{ id: f(0), imported: false }], {
    depth: Infinity,
    confidence: "inferred",
    maxNodes: Infinity,
  });
  expect(found.reached.size).toBe(count);
  expect(wayOf(found, f(count))).toHaveLength(count);
}, 60_000);

test("impact() in a graph of 25,000 nodes: bounded, and critical for what everybody calls", async () => {
  const reader = readerOf(bigRepository(3, 1000, 25, 120_000));
  const answer = await impact(reader, { symbols: ["run0_1"] });
  expect(answer.affected_symbols).toHaveLength(200);
  expect(answer.likely.length).toBeLessThanOrEqual(100);
  expect(answer.truncated).toBe(true);
  expect(answer.risk.level).toBe("critical");
  expect(reader.calls.length).toBeLessThan(60);
}, 60_000);

describe("methods that take the place of others", () => {
  const layers: Fixture = {
    nodes: [
      file("a.ts"),
      cls("a.ts", "Store", [1, 3], { "x-kind": "interface" }),
      fn("a.ts", "Store.get", [2, 2]),
      cls("a.ts", "Disk", [4, 8]),
      fn("a.ts", "Disk.get", [5, 7]),
      cls("a.ts", "Cache", [9, 12]),
      fn("a.ts", "Cache.get", [10, 11]),
      cls("a.ts", "Tape", [13, 15]),
      fn("a.ts", "Tape.get", [14, 14]),
      file("b.ts"),
      fn("b.ts", "use", [1, 2]),
    ],
    edges: [
      edge(id("b.ts", "use"), "CALLS", id("a.ts", "Store.get"), { line: 1 }),
      edge(id("a.ts", "Disk.get"), "IMPLEMENTS", id("a.ts", "Store.get"), { "x-kind": "implements" }),
      edge(id("a.ts", "Tape.get"), "IMPLEMENTS", id("a.ts", "Store.get"), { "x-kind": "implements" }),
      edge(id("a.ts", "Cache.get"), "IMPLEMENTS", id("a.ts", "Disk.get"), { "x-kind": "overrides" }),
    ],
  };
  const reachOf = async (name: string) => {
    const seeds = [{ id: id("a.ts", name), imported: false }];
    return reach(readerOf(layers), seeds, { depth: 20, confidence: "ambiguous" });
  };

  test("who calls the interface may run the changed method, two classes below", async () => {
    const found = await reachOf("Cache.get");
    expect([...found.reached.keys()]).toEqual([id("b.ts", "use")]);
    expect(found.reached.get(id("b.ts", "use"))).toMatchObject({ distance: 1, doubt: 1 });
    expect(wayOf(found, id("b.ts", "use")).map((edge) => `${edge.source} ${edge.target}`)).toEqual([
      "b.ts::function::use a.ts::function::Store.get",
      "a.ts::function::Disk.get a.ts::function::Store.get",
      "a.ts::function::Cache.get a.ts::function::Disk.get",
    ]);
    expect(found.ends).toEqual([id("b.ts", "use")]);
  });

  test("another body is touched by a change of the interface, not by one of the method it replaces", async () => {
    expect([...(await reachOf("Store.get")).reached.keys()].sort()).toEqual([
      id("a.ts", "Disk.get"),
      id("a.ts", "Tape.get"),
      id("b.ts", "use"),
    ]);
    expect([...(await reachOf("Disk.get")).reached.keys()]).toEqual([id("b.ts", "use")]);
  });

  test("callers of the method above are told, and that they name another", async () => {
    const answer = await callers(readerOf(layers), { node_id: id("a.ts", "Cache.get") });
    expect(answer.calls.map((call) => call.node.id)).toEqual([id("b.ts", "use")]);
    expect(answer.notes).toEqual([
      "1 call names a method above that is overridden or implemented here, such as a.ts::function::Store.get, and may run another",
    ]);
  });
});

test("module level that is reached runs when it is imported: who imports it is reached weakly, with its tests", async () => {
  const registered: Fixture = {
    nodes: [
      file("lib.py"),
      fn("lib.py", "load", [1, 2]),
      file("settings.py"),
      file("app.py"),
      fn("app.py", "use", [3, 4]),
      file("test_app.py", { "x-test": true }),
      fn("test_app.py", "test_x", [3, 4], { "x-test": true }),
    ],
    edges: [
      edge("settings.py::file", "CALLS", id("lib.py", "load"), { line: 2 }),
      edge("app.py::file", "IMPORTS", "settings.py::file"),
      edge("test_app.py::file", "IMPORTS", "app.py::file"),
      edge(id("test_app.py", "test_x"), "CALLS", id("app.py", "use")),
    ],
  };
  const answer = await impact(readerOf(registered), { symbols: [id("lib.py", "load")] });
  const found = answer.affected_files.map(({ path, distance, weak }) => [path, distance, weak]);
  expect(found).toEqual([
    ["settings.py", 1, false],
    ["app.py", 2, true],
    ["test_app.py", 3, true],
  ]);
  expect(answer.affected_tests).toEqual(["test_app.py"]);
});
