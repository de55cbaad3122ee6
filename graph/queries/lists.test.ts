import { expect, test } from "vitest";
import { diff } from "./diff.ts";
import { hotSpots } from "./hot-spots.ts";
import { cls, edge, type Fixture, file, fn, readerOf } from "./reader.fixture.ts";
import { search } from "./search.ts";
import { isTestFile } from "./test-files.ts";
import { unreferenced } from "./unreferenced.ts";

const complexity = (cyclomatic: number) => ({
  "x-complexity": { cyclomatic, cognitive: 1, loc: 9, sloc: 9, maintainability: 70 },
});

const places: Fixture = {
  nodes: [
    file("src/user.py"),
    cls("src/user.py", "User"),
    fn("src/user.py", "getUser", [2, 3], { "x-exported": true }),
    fn("src/user.py", "user_name", [4, 5]),
    fn("src/user.py", "abuser", [6, 7]),
    fn("tests/user_test.py", "user", [1, 2], { "x-test": true }),
    file("tests/user_test.py", { "x-test": true }),
    fn("src/other.py", "Account.load", [1, 2]),
    file("src/other.py"),
    { id: "external::npm::user", type: "external", name: "user", path: "user" },
  ],
  edges: [],
  words: {
    "src/other.py::function::Account.load": { user: 3, load: 1 },
    "src/user.py::class::User": { user: 1 },
  },
};

async function names(query: string, more = {}): Promise<string[]> {
  const answer = await search(readerOf(places), { query, ...more });
  return answer.results.map(
    ({ node, match }) => `${node.id.replace(/::(file|class|function)/, "")} ${match}`,
  );
}

test("search() puts whole names first, then beginnings, words and pieces; tests and externals behind equals", async () => {
  expect(await names("user", { mode: "graph" })).toEqual([
    "src/user.py::User name",
    "tests/user_test.py::user name",
    "src/user.py qualified",
    "external::npm::user name",
    "src/user.py::user_name prefix",
    "tests/user_test.py prefix",
    "src/user.py::getUser word",
    "src/user.py::abuser part",
  ]);
});

test("search() by words finds what has no such name", async () => {
  const [best] = await names("load the user", { mode: "semantic" });
  expect(best).toBe("src/other.py::Account.load words");
  expect(await names("load", { types: "class" })).toEqual([]);
});

test("search() takes types, paths and pages", async () => {
  expect(await names("user", { types: ["function"], paths: ["src/"] })).toEqual([
    "src/user.py::user_name prefix",
    "src/user.py::getUser word",
    "src/user.py::abuser part",
    "src/other.py::Account.load words",
  ]);
  expect(await names("user", { mode: "graph", paths: "tests/**,*.ts" })).toEqual([
    "tests/user_test.py::user name",
    "tests/user_test.py prefix",
  ]);
  const page = await search(readerOf(places), { query: "user", limit: 2, offset: 1, mode: "graph" });
  expect(page.results.map((each) => each.node.name)).toEqual(["user", "user.py"]);
  expect(page).toMatchObject({ truncated: true, totals: { results: 8 } });
});

const busy: Fixture = {
  nodes: [
    file("a.py"),
    fn("a.py", "hard", [1, 9], complexity(10)),
    fn("a.py", "easy", [10, 19], complexity(2)),
    file("b.py"),
    fn("b.py", "twice", [1, 9], complexity(6)),
    file("gen.py", { "x-mark": "generated" }),
    fn("gen.py", "made", [1, 9], complexity(99)),
    file("t.py", { "x-test": true }),
    fn("t.py", "test_it", [1, 9], complexity(50)),
  ],
  edges: [
    edge("b.py::function::twice", "CALLS", "a.py::function::hard", { line: 1 }),
    edge("b.py::function::twice", "CALLS", "a.py::function::hard", { line: 2 }),
    edge("a.py::function::hard", "CALLS", "a.py::function::hard"),
    edge("a.py::function::hard", "CALLS", "a.py::function::easy"),
    edge("t.py::function::test_it", "CALLS", "a.py::function::easy"),
    edge("a.py::function::hard", "CALLS", "gen.py::function::made"),
  ],
};

test("hotSpots() is complexity times distinct dependents, ranked", async () => {
  const answer = await hotSpots(readerOf(busy));
  expect(answer.hot_spots.map((s) => [s.rank, s.name, s.score, s.dependents])).toEqual([
    [1, "hard", 10, 1],
    [2, "easy", 4, 2],
  ]);
  expect(answer.formula).toBe("complexity × distinct dependents");
});

test("hotSpots() with a history is complexity times changes", async () => {
  const history = [{ files: ["b.py", "b.py"] }, { files: ["b.py", "a.py"] }, { files: ["b.py"] }];
  const answer = await hotSpots(readerOf(busy), { history });
  expect(answer.hot_spots.map((s) => [s.name, s.score, s.changes])).toEqual([
    ["twice", 18, 3],
    ["hard", 10, 1],
    ["easy", 2, 1],
  ]);
  const files = await hotSpots(readerOf(busy), { of: "file", history });
  expect(files.hot_spots.map((s) => [s.path, s.score])).toEqual([
    ["b.py", 18],
    ["a.py", 12],
  ]);
});

const idle: Fixture = {
  nodes: [
    file("a.py"),
    fn("a.py", "used", [1, 2]),
    fn("a.py", "used#2", [2, 2]),
    fn("a.py", "lonely", [3, 4]),
    fn("a.py", "maybe", [5, 6]),
    fn("a.py", "again", [7, 8]),
    fn("a.py", "public", [9, 9], { "x-exported": true }),
    fn("a.py", "main", [10, 11]),
    fn("a.py", "wrapped", [12, 13], { "x-signature": "@route def wrapped()" }),
    cls("a.py", "Dead", [20, 29]),
    fn("a.py", "Dead.run", [21, 22]),
    cls("a.py", "Alive", [30, 39]),
    fn("a.py", "Alive.__init__", [31, 32]),
    fn("a.py", "Alive.extra", [33, 34]),
    cls("a.py", "Child", [40, 49]),
    fn("a.py", "Child.step", [41, 42]),
    cls("a.py", "Base", [50, 59]),
    fn("a.py", "Base.step", [51, 52]),
    cls("a.py", "Plug", [60, 69]),
    fn("a.py", "Plug.hook", [61, 62]),
    file("pkg/__init__.py"),
    fn("pkg/__init__.py", "offered", [1, 2]),
    file("t.py", { "x-test": true }),
    fn("t.py", "test_a", [1, 2], { "x-test": true }),
    { id: "external::python::lib.Plugin", type: "external", name: "lib.Plugin", path: "lib" },
  ],
  edges: [
    edge("a.py::file", "CALLS", "a.py::function::used"),
    edge("a.py::function::again", "CALLS", "a.py::function::again"),
    edge("a.py::function::Dead.run", "REFERENCES", "a.py::class::Dead"),
    edge("a.py::file", "CALLS", "a.py::function::Alive.__init__"),
    edge("a.py::class::Child", "EXTENDS", "a.py::class::Base"),
    edge("a.py::file", "CALLS", "a.py::function::Base.step"),
    edge("a.py::file", "REFERENCES", "a.py::class::Child"),
    edge("a.py::class::Plug", "EXTENDS", "external::python::lib.Plugin"),
    edge("a.py::file", "REFERENCES", "a.py::class::Plug"),
  ],
  unresolved: [{ source: "a.py::file", line: 3, text: "self.x.maybe", reason: "unknown_receiver" }],
};

test("unreferenced() lists what has no known reference, surest first, with what may still call it", async () => {
  const answer = await unreferenced(readerOf(idle));
  const listed = answer.no_known_reference.map(({ node, possible_calls }) => [node.name, possible_calls]);
  expect(listed).toEqual([
    ["lonely", 0],
    ["again", 0],
    ["Dead", 0],
    ["extra", 0],
    ["maybe", 1],
  ]);
  expect(answer.no_known_reference.at(-1)?.reason).toContain("1 call with this name could not be followed");
  expect(JSON.stringify(answer)).not.toMatch(/\bdead\b/);
  expect(answer.left_out).toEqual({
    exported: 2,
    decorated: 1,
    tests: 1,
    "called by a runtime or framework by name": 1,
    "may be called through a base or an heir": 2,
  });
});

test("unreferenced() can list exported names, and a guess counts as a reference unless asked otherwise", async () => {
  const guess = edge("a.py::file", "CALLS", "a.py::function::lonely", { "x-confidence": "ambiguous" });
  const reader = readerOf({ ...idle, edges: [...idle.edges, guess] });
  const namesOf = async (question: object) =>
    (await unreferenced(reader, question)).no_known_reference.map(({ node }) => node.name);
  expect(await namesOf({})).not.toContain("lonely");
  expect(await namesOf({ confidence: "inferred" })).toContain("lonely");
  expect(await namesOf({ include_exported: "true" })).toContain("public");
  expect(await namesOf({ paths: "other/" })).toEqual([]);
});

const before: Fixture = {
  id: "g_000000000001",
  sha: "1".repeat(40),
  nodes: [
    file("a.py"),
    fn("a.py", "same", [1, 5], { "x-signature": "def same()" }),
    fn("a.py", "signed", [6, 9], { "x-signature": "def signed(a)" }),
    fn("a.py", "words", [10, 12]),
    fn("a.py", "gone", [13, 15]),
    file("moved.py"),
    fn("moved.py", "kept"),
    file("pkg/__init__.py"),
    file("dropped.py"),
  ],
  edges: [
    edge("a.py::function::same", "CALLS", "moved.py::function::kept", { line: 2 }),
    edge("a.py::function::same", "CALLS", "a.py::function::gone", { line: 3 }),
    edge("a.py::file", "IMPORTS", "moved.py::file"),
  ],
  words: { "a.py::function::words": { old: 1 } },
  blobs: { "a.py": "1", "moved.py": "m", "pkg/__init__.py": "e", "dropped.py": "d" },
};
const after: Fixture = {
  nodes: [
    file("a.py"),
    fn("a.py", "same", [4, 8], { "x-signature": "def same()" }),
    fn("a.py", "signed", [9, 12], { "x-signature": "def signed(a, b)" }),
    fn("a.py", "words", [13, 15]),
    fn("a.py", "fresh", [16, 18]),
    file("to/moved.py"),
    fn("to/moved.py", "kept"),
    file("lib/__init__.py"),
    file("born.py"),
  ],
  edges: [
    edge("a.py::function::same", "CALLS", "to/moved.py::function::kept", { line: 5 }),
    edge("a.py::function::same", "CALLS", "a.py::function::fresh", { line: 6 }),
    edge("a.py::file", "IMPORTS", "to/moved.py::file"),
  ],
  words: { "a.py::function::words": { young: 1 } },
  blobs: { "a.py": "2", "to/moved.py": "m", "lib/__init__.py": "e", "born.py": "b" },
};

test("diff() tells changes from moves, and a renamed file is neither added nor removed", async () => {
  const answer = await diff(readerOf(before), readerOf(after));
  expect(answer.summary).toEqual({
    files: { added: 1, removed: 1, changed: 1, renamed: 2 },
    nodes: { added: 2, removed: 2, changed: 3 },
    edges: { added: 1, removed: 1, changed: 0 },
  });
  expect(answer.renamed_files).toEqual([
    { from: "moved.py", to: "to/moved.py" },
    { from: "pkg/__init__.py", to: "lib/__init__.py" },
  ]);
  expect(answer.added_nodes.map((node) => node.name)).toEqual(["fresh", "born.py"]);
  expect(answer.removed_nodes.map((node) => node.name)).toEqual(["gone", "dropped.py"]);
  expect(answer.changed_nodes.map((each) => [each.after.name, each.changes])).toEqual([
    ["a.py", ["content"]],
    ["signed", ["signature"]],
    ["words", ["body"]],
  ]);
  expect(answer.added_edges.map((each) => each.target)).toEqual(["a.py::function::fresh"]);
  expect(answer.before).toEqual({ graph_id: "g_000000000001", sha: "1".repeat(40) });
});

test("diff() of a graph with itself is empty; of nothing with it, everything", async () => {
  const same = await diff(readerOf(before), readerOf(before));
  expect(Object.values(same.totals).every((total) => total === 0)).toBe(true);
  const all = await diff(readerOf({ nodes: [], edges: [] }), readerOf(before), { limit: 2 });
  expect(all.summary.nodes.added).toBe(before.nodes.length);
  expect(all.added_nodes).toHaveLength(2);
  expect(all.truncated).toBe(true);
});

test.each([
  ["tests/helpers.py", true],
  ["src/test_a.py", true],
  ["pkg/a_test.go", true],
  ["src/a.spec.tsx", true],
  ["src/UserTest.java", true],
  ["src/contest/a.py", false],
  ["src/latest.ts", false],
  ["src/attest.py", false],
])("isTestFile() of %s", (path, expected) => {
  expect(isTestFile(file(path))).toBe(expected);
});
