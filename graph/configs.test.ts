import { expect, test } from "vitest";
import { grammars } from "../clients/grammars.ts";
import { build } from "./build.ts";
import { configWarnings } from "./configs.ts";
import { MAX_FILE_BYTES, Parsers } from "./parse.ts";

const parsers = await Parsers.open(grammars);
async function built(files: Record<string, string>) {
  const sources = Object.entries(files).map(([path, text]) => ({
    path,
    bytes: () => new TextEncoder().encode(text),
  }));
  const { parts, warnings } = await build(sources, { parsers });
  return { nodes: [...parts()].flatMap(({ nodes }) => nodes), warnings };
}

test.each([
  ["package.json", "{bad json", "is no JSON object"],
  ["a/package.json", "[]", "is no JSON object"],
  [
    "tsconfig.json",
    '{ "compilerOptions": { "paths": { "@/*": "notalist" } } }',
    'has no list for "@/*" in paths',
  ],
  ["go.mod", "module \n\ngo 1.22\n", "names no module"],
])("%s %j", (path, text, says) => {
  expect(configWarnings(new Map([[path, text]])).join()).toContain(`broken: ${path} ${says}.`);
});

test("what is fine is not named", () => {
  const fine = {
    "package.json": '{ "name": "a" }',
    "tsconfig.json": '// why\n{ "compilerOptions": { "paths": { "@/*": ["src/*"], }, }, }',
    "go.mod": 'module "example.com/a" // quoted\n',
    "pkg/go.mod": "// first\nmodule example.com/b\n",
    "Cargo.toml": "anything",
  };
  expect(configWarnings(new Map(Object.entries(fine)))).toEqual([]);
});

test("a broken one is among the warnings of a graph", async () => {
  const { warnings } = await built({ "package.json": "{", "a.js": "" });
  expect(warnings.join()).toContain("broken: package.json is no JSON object");
});

test("an import of nothing, or of a folder that is not there, is nothing outside", async () => {
  const { nodes } = await built({
    "a.js": 'import x from "";\nimport fs from "node:fs";\nx(); fs.readFileSync("a");\n',
    "b/b.go": 'package b\n\nimport (\n\t"../x"\n\t"fmt"\n)\n\nfunc B() { fmt.Println(x.Y()) }\n',
  });
  const outside = nodes.flatMap(({ type, id }) => (type === "external" ? [id] : []));
  expect(outside.filter((id) => /::$|::\.|::\//.test(id))).toEqual([]);
  expect(outside.some((id) => id.includes("fmt"))).toBe(true);
});

test("a file that is too large to be read has its lines all the same", async () => {
  const line = `a = "${"x".repeat(994)}"\n`;
  const count = Math.ceil(MAX_FILE_BYTES / line.length) + 1;
  const { nodes } = await built({ "big.py": line.repeat(count) });
  expect(nodes[0]).toMatchObject({ lines: [1, count + 1], "x-trouble": "too_big" });
});
