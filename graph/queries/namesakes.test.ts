import { expect, test } from "vitest";
import { namesakes } from "./namesakes.ts";

const FILES = [
  "src/cart.ts",
  "src/till/cart.ts",
  "src/index.ts",
  "lib/function/unit/to.js",
  "lib/utils/to.js",
  "json/decoder.py",
  "json/tool.py",
  "shop/api.py",
];

test.each<[string, Record<string, number>]>([
  ["src/cart.test.ts", { "src/cart.ts": 1, "src/till/cart.ts": 1 }],
  ["src/till/cart.test.ts", { "src/till/cart.ts": 1 }],
  ["test/function/unit/to.test.js", { "lib/function/unit/to.js": 1 }],
  ["tests/test_json/test_decoder.py", { "json/decoder.py": 1, "json/tool.py": 0.5 }],
  ["tests/test_json.py", { "json/decoder.py": 0.5, "json/tool.py": 0.5 }],
  ["shop/ApiTests.java", { "shop/api.py": 1 }],
  ["test/index.test.ts", {}],
  ["tests/test_gone.py", {}],
])("namesakes() of %s", (path, found) => expect(Object.fromEntries(namesakes([path], FILES))).toEqual(found));
