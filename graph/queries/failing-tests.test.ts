import { expect, test } from "vitest";
import { failingTests } from "./failing-tests.ts";
import { cls, file, fn, readerOf } from "./reader.fixture.ts";

const titled = (path: string, qualified: string, title: string, lines: [number, number]) =>
  fn(path, qualified, lines, { docstring: title, "x-kind": "test", "x-test": true });
const named = (path: string, qualified: string, lines: [number, number]) =>
  fn(path, qualified, lines, { "x-kind": "test", "x-test": true });

const JS = "test/cart.test.ts";
const PY = "tests/test_cart.py";
const reader = readerOf({
  nodes: [
    file(JS),
    titled(JS, "<lambda:1:1>", "cart", [1, 30]),
    titled(JS, "<lambda:1:1>.<lambda:2:3>", "adds up", [2, 5]),
    titled(JS, "<lambda:1:1>.<lambda:6:3>", "is empty", [6, 9]),
    titled(JS, "<lambda:1:1>.<lambda:10:3>", "sells %i of $name", [10, 13]),
    titled(JS, "<lambda:1:1>.<lambda:14:3>", "%s", [14, 16]),
    file("test/till.test.ts"),
    titled("test/till.test.ts", "<lambda:1:1>", "adds up", [1, 5]),
    file(PY),
    cls(PY, "CartTest", [1, 40], { "x-test": true }),
    named(PY, "CartTest.test_total", [2, 5]),
    named(PY, "CartTest.test_other", [6, 9]),
    named(PY, "TillTest.test_total", [50, 55]),
    fn(PY, "CartTest.helper", [10, 12], { "x-test": true }),
    file("cart/cart_test.go"),
    named("cart/cart_test.go", "TestTotal", [1, 9]),
    file("src/cart.ts"),
    fn("src/cart.ts", "total"),
  ],
  edges: [],
});

const found = async (names: string[], places: { path: string; line: number }[] = []) => {
  const { failing, others } = await failingTests(reader, names, places);
  const short = (nodes: typeof failing) => nodes.map((node) => `${node.path} ${node.id.split("::").at(-1)}`);
  return { failing: short(failing), others: short(others) };
};

test.each([
  ["pytest", "tests/test_cart.py::CartTest::test_total", [`${PY} CartTest.test_total`]],
  [
    "pytest, with a parameter",
    "tests/test_cart.py::CartTest::test_total[milk-2]",
    [`${PY} CartTest.test_total`],
  ],
  ["a heading of pytest", "CartTest.test_total", [`${PY} CartTest.test_total`]],
  ["unittest", "test_total (tests.test_cart.CartTest.test_total)", [`${PY} CartTest.test_total`]],
  ["unittest of old", "test_total (tests.test_cart.CartTest)", [`${PY} CartTest.test_total`]],
  ["a subtest", "test_total (tests.test_cart.TillTest.test_total) (count=2)", [`${PY} TillTest.test_total`]],
  ["vitest", "test/cart.test.ts > cart > adds up", [`${JS} <lambda:1:1>.<lambda:2:3>`]],
  ["JUnit", "tests.test_cart.TillTest › test_total", [`${PY} TillTest.test_total`]],
  ["go", "TestTotal/milk", ["cart/cart_test.go TestTotal"]],
  ["JUnit of go", "shop/cart › TestTotal/milk", ["cart/cart_test.go TestTotal"]],
  ["a title with values", "test/cart.test.ts > cart > sells 3 of milk", [`${JS} <lambda:1:1>.<lambda:10:3>`]],
  ["a title with other words", "test/cart.test.ts > cart > sells nothing", []],
  ["nothing that is a test", "total", []],
  ["a name that no test has", "test_gone", []],
])("failingTests() finds what %s calls its test", async (_, name, ids) => {
  expect((await found([name])).failing).toEqual(ids);
});

test("failingTests() takes a title in the files that the failure speaks of, else wherever it is", async () => {
  expect((await found(["cart › adds up"], [{ path: JS, line: 3 }])).failing).toEqual([
    `${JS} <lambda:1:1>.<lambda:2:3>`,
  ]);
  expect((await found(["cart › adds up"])).failing).toHaveLength(2);
});

test("failingTests() gives the other tests of the same files, but neither their suites nor what is no test", async () => {
  expect((await found(["tests/test_cart.py::CartTest::test_total"])).others).toEqual([
    `${PY} CartTest.test_other`,
    `${PY} TillTest.test_total`,
  ]);
  const { others } = await found(["test/cart.test.ts > cart > adds up"]);
  expect(others).toContain(`${JS} <lambda:1:1>.<lambda:6:3>`);
  expect(others).not.toContain(`${JS} <lambda:1:1>`);
});

test("failingTests() takes a test around a place that the failure names, whatever it is called", async () => {
  const { failing } = await found(["a name that nobody knows"], [{ path: PY, line: 7 }]);
  expect(failing).toEqual([`${PY} CartTest.test_other`]);
});

test("failingTests() of no names asks the graph nothing", async () => {
  const asked = readerOf({ nodes: [], edges: [] });
  expect(await failingTests(asked, [], [])).toEqual({ failing: [], others: [] });
  expect(asked.calls).toEqual([]);
});
