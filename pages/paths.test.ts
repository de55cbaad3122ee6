import { expect, test } from "vitest";
import { targetPath } from "./paths.ts";

test.each([
  ["#7", "/projects/shop/pulls/7"],
  ["shop.7.aaaaaaaaaaaa.2", "/projects/shop/pulls/7?v=shop.7.aaaaaaaaaaaa.2"],
  ["run_1", "/projects/shop/runs/run_1"],
  ["shop", null],
  ["shop/API_KEY", null],
  ["shop/a test of 1.2.3.4", null],
])("what a row says of %s is shown at %s", (target, path) => {
  expect(targetPath("shop", target)).toBe(path);
});
