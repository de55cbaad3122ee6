/** Places as tools write them of which there is no real log here; the others: frames.test.ts. */
import { expect, test } from "vitest";
import { isNowhere, placeIn } from "./places.ts";

const shown = (line: string, before?: string) => {
  const place = placeIn(line, before);
  if (place === undefined) return undefined;
  const { path, line: number, fn, stack, last } = place;
  return [
    `${path}:${number}`,
    ...(fn === undefined ? [] : [fn]),
    ...(stack ? ["stack"] : []),
    ...(last ? ["last"] : []),
  ].join(" ");
};

test.each([
  ["Python", '  File "shop/cart.py", line 13, in total', "shop/cart.py:13 total stack last"],
  ["pytest", "shop/cart.py:13: in total", "shop/cart.py:13 total stack last"],
  ["pytest, at the end", "tests/test_cart.py:14: AssertionError", "tests/test_cart.py:14 stack last"],
  ["eval", "    at eval (eval at run (/w/a.js:5:3), <anonymous>:1:1)", "/w/a.js:5 run stack"],
  ["V8, without a name", "    at file:///w/a.js:13:63", "file:///w/a.js:13 stack"],
  ["Firefox", "total@http://localhost:3000/app.js:12:3", "http://localhost:3000/app.js:12 total stack"],
  ["vitest", " ❯ Cart.total src/cart.js:13:24", "src/cart.js:13 Cart.total stack"],
  ["Rust, in a stack", "             at ./src/lib.rs:5:23", "./src/lib.rs:5 stack"],
  ["Go, in a stack", "\t/workspace/cart.go:25 +0x1d", "/workspace/cart.go:25 stack"],
  [
    "PHP, in words",
    "PHP Fatal error: no in /workspace/src/Cart.php on line 12",
    "/workspace/src/Cart.php:12",
  ],
  ["PHP, in a stack", "#0 /workspace/src/Cart.php(12): total()", "/workspace/src/Cart.php:12"],
  [
    ".NET",
    "   at Shop.Cart.Total(Int32 x) in /workspace/Cart.cs:line 12",
    "/workspace/Cart.cs:12 Cart.Total stack",
  ],
  [
    "TAP",
    "      Cart.total (file:///workspace/src/cart.js:13:24)",
    "file:///workspace/src/cart.js:13 Cart.total stack",
  ],
  [
    "TAP, without a name",
    "      file:///workspace/src/cart.js:13:24",
    "file:///workspace/src/cart.js:13 stack",
  ],
  ["Rust's compiler, a second file", "   ::: src/lib.rs:5:6", "src/lib.rs:5"],
  ["Kotlin", "    at shop.Cart.total(Cart.kt:21)", "shop/Cart.kt:21 Cart.total stack"],
  ["a module of the JVM", "    at app//shop.Cart.total(Cart.java:21)", "shop/Cart.java:21 Cart.total stack"],
  [
    "a whole path of the JVM",
    "    at shop.Cart.total(src/Cart.java:21)",
    "src/Cart.java:21 Cart.total stack",
  ],
  ["a module's own code", "    at Module.<anonymous> (/w/a.js:1:2)", "/w/a.js:1 stack"],
  ["a value, not a class", "    at cart.total (/w/a.js:1:2)", "/w/a.js:1 total stack"],
  ["an error that goes on below", "    at total (/w/a.js:1:2) {", "/w/a.js:1 total stack"],
  [
    "Ruby, within a block",
    "\tfrom lib/cart.rb:14:in `block (2 levels) in total'",
    "lib/cart.rb:14 total stack",
  ],
])("placeIn() reads %s", (_, line, place) => expect(shown(line)).toBe(place));

test.each(["Object", "Module", "Proxy", "Function", "TestContext", "Context", "Array"])(
  "placeIn() takes %s before a function for no class",
  (owner) => expect(placeIn(`    at ${owner}.total (/w/a.js:1:2)`)?.fn).toBe("total"),
);

test.each([
  ["a closure", "  12: shop::total::{{closure}}", "total"],
  ["a hash", "  12: shop::cart::Cart::total::h0123456789abcdef", "Cart.total"],
])("placeIn() takes a function of Rust from the line above: %s", (_, before, fn) => {
  expect(placeIn("             at ./src/lib.rs:5:23", before)?.fn).toBe(fn);
});

test("placeIn() takes a function of Go from the line above", () => {
  const of = (before: string) => placeIn("\t/workspace/cart.go:25 +0x1d", before)?.fn;
  expect(of("example.com/shop.(*Cart).Total(0x1)")).toBe("Cart.Total");
  expect(of("created by example.com/shop.serve in goroutine 1")).toBe("serve");
});

test("placeIn() reads no place in a line that is data", () => {
  expect(shown(`${" ".repeat(1_980)}src/a.js:1`)).toBe("src/a.js:1");
  expect(shown(`${" ".repeat(1_999)}src/a.js:1`)).toBeUndefined();
});

test.each([
  ...["<anonymous>", "native code", "native", "index 0", "Unknown Source", "Native Method"].map(
    (where) => `    at x.run (${where})`,
  ),
  "at async Promise.all (index 0) {",
  "\t... 12 more",
  "\t... 3 common frames omitted",
])("isNowhere(%j)", (line) => expect(isNowhere(line)).toBe(true));

test.each(["    at total (/w/a.js:1:2)", "... 12 others", "run (native) then"])(
  "not isNowhere(%j)",
  (line) => {
    expect(isNowhere(line)).toBe(false);
  },
);
