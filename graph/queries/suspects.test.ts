import { expect, test } from "vitest";
import { edge, file, fn, readerOf } from "./reader.fixture.ts";
import { suspectContext } from "./suspect-context.ts";
import { type Clues, suspects } from "./suspects.ts";

const CART = "src/cart.py";
const TEST = "tests/test_cart.py";
const id = (path: string, name: string) => `${path}::function::${name}`;
const tested = { "x-kind": "test", "x-test": true };
const reader = readerOf({
  nodes: [
    file(CART, { lines: [1, 40] }),
    fn(CART, "total", [1, 10]),
    fn(CART, "price", [11, 20]),
    fn(CART, "label", [21, 30]),
    fn(CART, "total.<lambda:5:3>", [5, 5]),
    file(TEST, { lines: [1, 40], "x-test": true }),
    fn(TEST, "test_total", [1, 9], tested),
    fn(TEST, "test_label", [10, 19], tested),
    file("src/far.py"),
    fn("src/far.py", "away"),
  ],
  edges: [
    edge(id(TEST, "test_total"), "CALLS", id(CART, "total")),
    edge(id(TEST, "test_label"), "CALLS", id(CART, "label")),
    edge(id(CART, "total"), "CALLS", id(CART, "price")),
  ],
});
const NONE: Clues = { stacks: [], tests: [], allTests: true, words: "" };
const of = async (clues: Partial<Clues>) => {
  const found = await suspects(reader, { ...NONE, ...clues });
  return (name: string, path = CART) => found.get(id(path, name)) ?? 0;
};
const body = (path: string) => async (asked: string) =>
  asked === path ? Array.from({ length: 40 }, (_, at) => `line ${at + 1}`).join("\n") : undefined;

test("suspects() takes the innermost function of a stack first, and each further out less", async () => {
  const found = await of({
    stacks: [
      [
        { path: CART, line: 15 },
        { path: CART, line: 8 },
      ],
    ],
  });
  expect(found("price")).toBeGreaterThan(found("total"));
  expect(found("total")).toBeGreaterThan(found("label"));
});

test("suspects() takes what many stacks share before what one has", async () => {
  const found = await of({
    stacks: [[{ path: CART, line: 25 }], [{ path: CART, line: 15 }], [{ path: CART, line: 16 }]],
  });
  expect(found("price")).toBeGreaterThan(found("label"));
});

test("suspects() takes the frames of tests for no suspects, but what the failing test runs", async () => {
  const found = await of({ stacks: [[{ path: TEST, line: 3 }]], tests: ["test_total"] });
  expect(found("total")).toBeGreaterThan(found("price"));
  expect(found("price")).toBeGreaterThan(0);
  expect(found("label")).toBeLessThan(found("price"));
  expect(found("test_total", TEST)).toBeGreaterThan(0);
  expect(found("test_label", TEST)).toBe(0);
});

test("suspects() takes the file that a failing test is named after for a hint, where nothing else is known", async () => {
  const found = await of({ stacks: [[{ path: TEST, line: 3 }]] });
  expect(found("label")).toBeGreaterThan(found("away", "src/far.py"));
});

test("suspects() clears what passing tests run as well", async () => {
  const stacks = [[{ path: CART, line: 25 }]];
  const cleared = await of({ stacks, tests: ["test_total"] });
  const unknown = await of({ stacks, tests: ["test_total"], allTests: false });
  expect(cleared("label")).toBeLessThan(unknown("label"));
});

test("suspects() takes what was changed first of all", async () => {
  const diff = `--- a/${CART}\n+++ b/${CART}\n@@ -24,1 +24,1 @@\n-old\n+new\n`;
  const found = await of({ diff, tests: ["test_total"] });
  expect(found("label")).toBeGreaterThan(found("total"));
});

test("suspects() passes over a diff that is none and places that the graph does not have", async () => {
  const found = await suspects(reader, {
    ...NONE,
    diff: "no diff at all",
    stacks: [[{ path: "gone.py", line: 3 }]],
    tests: ["test_gone"],
  });
  expect(found).toEqual(new Map());
});

test("suspectContext() shows what is suspected with its code, a lambda with the function that it stands in", async () => {
  const clues = { ...NONE, stacks: [[{ path: CART, line: 5 }]], words: "TypeError" };
  const { text, context_nodes, total_tokens } = await suspectContext(reader, clues, 400, {
    source: body(CART),
  });
  expect(context_nodes[0]?.id).toBe(id(CART, "total"));
  expect(text).toContain("line 1\nline 2\n");
  expect(text).not.toContain("away");
  expect(total_tokens).toBeLessThanOrEqual(400);
});

test("suspectContext() of a failure that points nowhere goes by its words", async () => {
  const { total_nodes } = await suspectContext(reader, NONE, 400);
  expect(total_nodes).toBe(0);
});
