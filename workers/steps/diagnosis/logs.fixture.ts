/** What real tools printed about one small shop in many languages, and the files it is made of. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The output of a tool as it came, colours included. */
export function logOf(name: string): string {
  return readFileSync(join(import.meta.dirname, "logs", `${name}.txt`), "utf8");
}

/** Every file of the shop. */
export const PATHS: readonly string[] = [
  "package.json",
  "eslint.config.js",
  "src/cart.js",
  "src/prices.js",
  "src/lint.js",
  "test/cart.test.mjs",
  "test/cart.vitest.mjs",
  "jest/broken.test.js",
  "jest/cart.js",
  "jest/cart.mocha.cjs",
  "jest/cart.tape.cjs",
  "jest/cart.test.js",
  "jest/prices.js",
  "ts/cart.ts",
  "ts/prices.ts",
  "py/shop/__init__.py",
  "py/shop/cart.py",
  "py/shop/prices.py",
  "py/tests/test_broken.py",
  "py/tests/test_cart.py",
  "py/tests/test_plain.py",
  "go/cart/cart.go",
  "go/cart/cart_test.go",
  "go/ok/ok_test.go",
  "rs/src/lib.rs",
  "rb/lib/cart.rb",
  "rb/spec/cart_spec.rb",
  "rb/test/cart_test.rb",
  "java/src/main/java/shop/Cart.java",
  "java/src/main/java/shop/Prices.java",
  "java/src/test/java/shop/CartTest.java",
];
