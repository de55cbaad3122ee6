/** The places that real outputs name, innermost first. */
import { expect, test } from "vitest";
import { cleanLines } from "./clean.ts";
import { frames } from "./frames.ts";
import { logOf, PATHS } from "./logs.fixture.ts";

const shown = (text: string, paths: readonly string[] = PATHS) =>
  frames(text, paths).map(({ path, line, fn }) => `${path}:${line}${fn === undefined ? "" : ` ${fn}`}`);

test.each<[string, string[]]>([
  ["biome", ["src/lint.js:1", "src/lint.js:2", "src/lint.js:3", "src/lint.js:4"]],
  ["cargo-build", ["rs/src/lib.rs:5"]],
  [
    "cargo",
    [
      "rs/src/lib.rs:5 price_of",
      "rs/src/lib.rs:19 Cart.total",
      "rs/src/lib.rs:38 butter",
      "rs/src/lib.rs:37 butter",
      "rs/src/lib.rs:34 adds_up",
      "rs/src/lib.rs:32 adds_up",
    ],
  ],
  ["eslint", ["src/lint.js:1", "src/lint.js:2", "src/lint.js:3", "src/lint.js:4", "src/lint.js:5"]],
  ["go-build", ["go/cart/cart.go:22"]],
  [
    "go",
    [
      "go/cart/cart.go:25 priceOf",
      "go/cart/cart.go:20 Cart.Total",
      "go/cart/cart_test.go:26 TestButter",
      "go/cart/cart_test.go:17",
      "go/cart/cart_test.go:19",
    ],
  ],
  [
    "minitest",
    [
      "rb/lib/cart.rb:18 fetch",
      "rb/lib/cart.rb:14 total",
      "rb/test/cart_test.rb:10 test_butter",
      "rb/test/cart_test.rb:6",
    ],
  ],
  [
    "mocha",
    [
      "jest/prices.js:6 priceOf",
      "jest/cart.js:13 Cart.total",
      "jest/cart.mocha.cjs:15",
      "jest/cart.mocha.cjs:7",
      "jest/cart.mocha.cjs:10",
    ],
  ],
  ["node-crash", ["src/prices.js:6 priceOf", "src/cart.js:13 Cart.total"]],
  [
    "node-test",
    [
      "test/cart.test.mjs:8",
      "test/cart.test.mjs:7",
      "test/cart.test.mjs:11",
      "test/cart.test.mjs:10",
      "src/prices.js:6 priceOf",
      "src/cart.js:13 Cart.total",
      "test/cart.test.mjs:18",
      "test/cart.test.mjs:16",
    ],
  ],
  ["pytest-collecting", ["py/tests/test_broken.py:1"]],
  [
    "rspec",
    [
      "rb/spec/cart_spec.rb:8",
      "rb/lib/cart.rb:18 fetch",
      "rb/lib/cart.rb:14 total",
      "rb/spec/cart_spec.rb:12",
      "rb/spec/cart_spec.rb:7",
      "rb/spec/cart_spec.rb:11",
    ],
  ],
  [
    "surefire",
    [
      "java/src/test/java/shop/CartTest.java:15 CartTest.addsUp",
      "java/src/main/java/shop/Cart.java:21 Cart.total",
      "java/src/test/java/shop/CartTest.java:20 CartTest.knowsNoButter",
      "java/src/main/java/shop/Prices.java:9 Prices.priceOf",
      "java/src/main/java/shop/Cart.java:19 Cart.total",
    ],
  ],
  ["tape", ["jest/cart.tape.cjs:5"]],
  ["tsc", ["ts/cart.ts:1", "ts/cart.ts:6", "ts/cart.ts:10"]],
  ["tsc-pretty", ["ts/cart.ts:1", "ts/cart.ts:6", "ts/cart.ts:2", "ts/cart.ts:10"]],
  [
    "unittest",
    [
      "py/shop/prices.py:7 price_of",
      "py/shop/cart.py:13 total",
      "py/tests/test_cart.py:17 test_butter",
      "py/shop/prices.py:11 load",
      "py/shop/cart.py:17 read",
      "py/shop/cart.py:19 read",
      "py/tests/test_cart.py:20 test_reads",
      "py/tests/test_cart.py:14 test_adds_up",
      "py/tests/test_cart.py:25 test_many",
    ],
  ],
  [
    "vitest",
    [
      "test/cart.vitest.mjs:8",
      "test/cart.vitest.mjs:11",
      "src/prices.js:6 priceOf",
      "src/cart.js:13 Cart.total",
      "test/cart.vitest.mjs:17",
    ],
  ],
  ["npm-conflict", []],
])("frames() of %s", (name, places) => {
  expect(shown(cleanLines(logOf(name)).join("\n"))).toEqual(places);
});

test.each([
  ["async", "    at async Cart.total (file:///workspace/src/cart.js:13:24)", "src/cart.js:13 Cart.total"],
  ["a constructor", "    at new Cart (/workspace/src/cart.js:4:9)", "src/cart.js:4 Cart"],
  [
    "a method under another name",
    "    at Cart.sum [as total] (/workspace/src/cart.js:4:9)",
    "src/cart.js:4 Cart.sum",
  ],
  ["eval", "    at eval (eval at run (/workspace/src/cart.js:5:3), <anonymous>:1:1)", "src/cart.js:5 run"],
  [
    "Chrome",
    "    at HTMLButtonElement.add (http://p1.localhost:8787/src/cart.js:12:3)",
    "src/cart.js:12 HTMLButtonElement.add",
  ],
  ["Firefox", "add@http://p1.localhost:8787/src/cart.js:12:3", "src/cart.js:12 add"],
  ["Safari, without a name", "@https://p1.preview.test/src/cart.js:12:3", "src/cart.js:12"],
  ["a missing module", "Cannot find module './x.js' imported from /workspace/src/cart.js", "src/cart.js:1"],
  ["Ruby of 3.4", "lib/cart.rb:14:in 'Cart#total'", "rb/lib/cart.rb:14 Cart.total"],
  [
    "Maven's compiler",
    "[ERROR] /workspace/java/src/main/java/shop/Cart.java:[6,22] cannot find symbol",
    "java/src/main/java/shop/Cart.java:6",
  ],
  ["words", "see src/cart.js:7 for why", "src/cart.js:7"],
  ["a rust of old", "thread 'main' panicked at 'no: x, y', src/lib.rs:5:23", "rs/src/lib.rs:5"],
])("frames() of one line of %s", (_, line, place) => expect(shown(line)).toEqual([place]));

test.each([
  "    at Module._compile (node:internal/modules/cjs/loader:1554:14)",
  "    at run (/workspace/node_modules/mocha/lib/runner.js:12:3)",
  '  File "/usr/lib/python3.11/json/decoder.py", line 353, in raw_decode',
  "    at Array.map (<anonymous>)",
  "12:30:01 all is well",
  "http://localhost:3000/",
])("frames() takes %j for no place of the project", (line) => expect(shown(line)).toEqual([]));

test("frames() puts the innermost frame of a Python traceback first, and the cause before what it led to", () => {
  const text = `Traceback (most recent call last):
  File "/workspace/py/shop/cart.py", line 17, in read
    found = load(text)
  File "/workspace/py/shop/prices.py", line 11, in load
    return json.loads(text)
ValueError: no

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/workspace/py/tests/test_cart.py", line 20, in test_reads
    Cart().read("{")
RuntimeError: cannot read the cart`;
  expect(shown(text)).toEqual([
    "py/shop/prices.py:11 load",
    "py/shop/cart.py:17 read",
    "py/tests/test_cart.py:20 test_reads",
  ]);
});

test("frames() stays quick on lines that look like places and are none", () => {
  const lines = [
    "at ".repeat(500),
    `at ${"a(".repeat(800)}`,
    `${"a.".repeat(900)}:1`,
    `("${"/x".repeat(900)}`,
    "=".repeat(1_900),
  ];
  expect(shown(Array.from({ length: 100 }, () => lines.join("\n")).join("\n"))).toEqual([]);
});
