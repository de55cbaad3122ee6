/** Which lines of real outputs tell of one failure, and of which test. */
import { expect, test } from "vitest";
import { blocksIn } from "./blocks.ts";
import { cleanLines } from "./clean.ts";
import { logOf } from "./logs.fixture.ts";
import { messageOf } from "./message.ts";

const read = (name: string) => blocksIn(cleanLines(logOf(name)));

test.each<[string, string, (string | undefined)[]]>([
  ["node-test", "node:test", ["adds up", "names what it holds", "knows no butter"]],
  ["node-test-20", "node:test, in the list", ["adds up", "names what it holds", "knows no butter"]],
  ["node-test-tap", "TAP", ["adds up", "names what it holds", "knows no butter"]],
  ["tape", "TAP", ["adds up"]],
  [
    "vitest",
    "vitest",
    ["adds up", "names what it holds", "knows no butter"].map(
      (name) => `test/cart.vitest.mjs > cart > ${name}`,
    ),
  ],
  [
    "jest",
    "jest",
    ["cart › adds up", "cart › names what it holds", "cart › knows no butter", "Test suite failed to run"],
  ],
  [
    "mocha",
    "mocha and rspec",
    [
      "cart > knows no butter",
      "cart > hangs",
      "cart > with milk > adds up",
      "cart > with milk > names what it holds",
    ],
  ],
  ["rspec", "mocha and rspec", ["Cart#total adds up", "Cart#total knows no butter"]],
  ["minitest", "mocha and rspec", ["CartTest#test_butter", "CartTest#test_adds_up"]],
  [
    "pytest",
    "pytest",
    [
      "CartTest.test_adds_up",
      "CartTest.test_butter",
      "CartTest.test_many (count=0)",
      "CartTest.test_many (count=2)",
      "CartTest.test_reads",
      "test_total[1]",
      "test_total[2]",
      "test_items",
    ],
  ],
  ["pytest-collecting", "pytest", ["ERROR collecting tests/test_broken.py"]],
  [
    "unittest",
    "unittest",
    [
      "test_butter (tests.test_cart.CartTest.test_butter)",
      "test_reads (tests.test_cart.CartTest.test_reads)",
      "test_adds_up (tests.test_cart.CartTest.test_adds_up)",
      "test_many (tests.test_cart.CartTest.test_many) (count=0)",
      "test_many (tests.test_cart.CartTest.test_many) (count=2)",
    ],
  ],
  ["go", "go test", ["TestTotal", "TestButter"]],
  ["go-verbose", "go test -v", ["TestTotal", "TestButter"]],
  ["go-build", "go build", [undefined]],
  ["cargo", "cargo test", ["tests::butter", "tests::adds_up"]],
  ["cargo-build", "rustc", [undefined]],
  ["surefire", "surefire", ["shop.CartTest.addsUp", "shop.CartTest.knowsNoButter"]],
  ["tsc", "tsc", [undefined, undefined, undefined, undefined]],
  ["tsc-pretty", "tsc, with code", [undefined, undefined, undefined, undefined]],
  ["eslint", "eslint", [undefined]],
  ["biome", "biome", [undefined, undefined]],
  ["gcc", "compiler", [undefined]],
])("blocksIn() of %s", (name, shape, tests) => {
  const found = read(name).filter(({ rank }) => rank === 0);
  expect(new Set(found.map((block) => block.shape))).toEqual(new Set([shape]));
  expect(found.map((block) => block.test)).toEqual(tests);
});

test.each([
  ["node-crash", "Node", 1],
  ["node-missing", "Node", 1],
  ["node-syntax", "Node", 1],
  ["npm-conflict", "npm", 2],
  ["npm-ci", "npm", 2],
  ["npm-missing", "npm", 2],
  ["npm-8", "npm", 2],
  ["npm-postinstall", "npm", 2],
  ["npm-no-command", "shell", 2],
])("blocksIn() of %s finds a %s that could not go on", (name, shape, rank) => {
  expect(read(name).map((block) => [block.shape, block.rank])).toEqual([[shape, rank]]);
});

test.each([
  [
    "node-test",
    [
      "AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:",
      "5 !== 4",
      "actual: 5,",
      "expected: 4,",
    ],
  ],
  [
    "vitest",
    ["AssertionError: expected 5 to be 4 // Object.is equality", "- Expected", "+ Received", "- 4", "+ 5"],
  ],
  ["jest", ["expect(received).toBe(expected) // Object.is equality", "Expected: 4", "Received: 5"]],
  ["pytest", ["AssertionError: 5 != 4"]],
  ["unittest", ["KeyError: 'butter'"]],
  ["go", ["cart_test.go:17: adding milk", "cart_test.go:19: Total() = 3, want 2"]],
  ["surefire", ["org.opentest4j.AssertionFailedError: expected: <4> but was: <5>"]],
  ["npm-no-command", ["sh: 1: nosuchtool: not found"]],
])("messageOf() the first failure of %s says what is wrong, not where", (name, message) => {
  const [first] = read(name).sort((a, b) => a.rank - b.rank);
  expect(messageOf(first ?? { lines: [] }).split("\n")).toEqual(message);
});

test("a failure that a tool writes twice is one", () => {
  const log = logOf("node-test-20");
  expect(log.match(/5 !== 4/g)).toHaveLength(2);
  expect(read("node-test-20").filter(({ test: name }) => name === "adds up")).toHaveLength(1);
});

test("what a passing test of go prints is passed over", () => {
  const log =
    "=== RUN   TestOk\n    a_test.go:3: Error: all is well\n--- PASS: TestOk (0.00s)\nPASS\nok  \tshop\t0.003s\n";
  expect(blocksIn(log.split("\n"))).toEqual([]);
});

test("a block without an end is cut", () => {
  const lines = [
    "FAIL: test_x (a.A)",
    "-".repeat(70),
    ...Array.from({ length: 2_000 }, (_, at) => `line ${at}`),
  ];
  expect(blocksIn(lines)[0]?.lines.length).toBeLessThanOrEqual(400);
});
