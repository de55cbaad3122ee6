/** Which file a log means: by the longest end, and never by a guess. */
import { expect, test } from "vitest";
import { isForeign, pathFinder } from "./paths.ts";

const FILES = [
  "src/cart.js",
  "src/index.js",
  "index.js",
  "packages/api/src/index.js",
  "packages/web/src/app.ts",
  "packages/web/test/app.test.ts",
  "packages/api/test/app.test.ts",
  "public/static/app.js",
  "public/menu.js",
  "lib/deep/Cart Page.js",
  "java/src/main/java/shop/Cart.java",
];
const find = pathFinder(FILES);

test.each([
  ["as it is", "src/cart.js", "src/cart.js"],
  ["with a dot", "./src/cart.js", "src/cart.js"],
  ["in the sandbox", "/workspace/src/cart.js", "src/cart.js"],
  ["in a sandbox of another host", "/tmp/tidegate-x1/sb-3/workspace/src/cart.js", "src/cart.js"],
  ["a URL of a file", "file:///workspace/src/cart.js", "src/cart.js"],
  ["a URL with signs", "file:///workspace/lib/deep/Cart%20Page.js", "lib/deep/Cart Page.js"],
  ["in a folder that nobody knows", "/home/ci/build/17/src/cart.js", "src/cart.js"],
  ["the longer of two ends", "/home/ci/packages/api/src/index.js", "packages/api/src/index.js"],
  ["from below a package", "src/app.ts", "packages/web/src/app.ts"],
  ["of a preview", "http://p1x2.localhost:8787/static/app.js?v=3", "public/static/app.js"],
  ["of a preview, by its name alone", "https://abc.preview.test/assets/menu.js", "public/menu.js"],
  ["of a dev server", "http://localhost:5173/@fs/workspace/src/cart.js", "src/cart.js"],
  ["of a bundler", "webpack-internal:///./src/cart.js", "src/cart.js"],
  ["with the folders of a package", "shop/Cart.java", "java/src/main/java/shop/Cart.java"],
  ["of Windows", "C:\\build\\workspace\\src\\cart.js", "src/cart.js"],
])("a path %s is found", (_, written, path) => expect(find(written)).toBe(path));

test.each([
  ["one of two that fit", "test/app.test.ts"],
  ["of a package", "/workspace/node_modules/x/src/cart.js"],
  ["of an interpreter", "node:internal/modules/cjs/loader"],
  ["of a standard library", "/usr/lib/python3.11/json/cart.js"],
  ["of a compiler", "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/src/cart.js"],
  ["of a module cache", "/home/ci/go/pkg/mod/example.com/x@v1.0.0/src/cart.js"],
  ["outside, with a name of ours", "/opt/tool/cart.js"],
  ["of what was built, with the name of a file at the top", "/workspace/dist/index.js"],
  ["that nothing has", "src/till.js"],
  ["of nothing", "<anonymous>"],
])("a path %s is not found", (_, written) => expect(find(written)).toBeUndefined());

test("without a list of files a path of the sandbox stands as it is", () => {
  const any = pathFinder([]);
  expect(any("/workspace/src/cart.js")).toBe("src/cart.js");
  expect(any("node:fs")).toBeUndefined();
});

test("isForeign() knows installed packages from a folder that is only called like one", () => {
  expect(isForeign("/workspace/.venv/lib/python3.12/site-packages/x.py")).toBe(true);
  expect(isForeign("/workspace/src/gems.js")).toBe(false);
  expect(isForeign("/workspace/Lib/json/decoder.py")).toBe(false);
});
