import { expect, test } from "vitest";
import { edge, file, fn, readerOf } from "../queries/reader.fixture.ts";
import { analyzeImpact, basicImpact, type ImpactPlugin } from "./impact.ts";
import { createRegistry } from "./registry.ts";

const reader = readerOf({
  nodes: [file("a.py"), fn("a.py", "f"), file("b.py"), fn("b.py", "g")],
  edges: [edge("b.py::function::g", "CALLS", "a.py::function::f")],
});
const nobody: ImpactPlugin = {
  name: "nobody",
  version: "0.1.0",
  analyzeImpact: async ({ reader: graph, question }, tools) => {
    return { ...(await tools.impact(graph, question)), affected_files: [] };
  },
};

test("the built-in plugin is there by itself and is asked like any other", async () => {
  const registry = createRegistry({ impact: [nobody] });
  expect(registry.names()).toEqual({ context: ["basic"], impact: ["basic", "nobody"] });
  expect(registry.impact()).toBe(basicImpact);
  const question = { symbols: ["f"] };
  const basic = await analyzeImpact(registry.impact("basic"), { reader, question });
  expect(basic).toMatchObject({ plugin: "basic", affected_files: [{ path: "b.py" }] });
  const other = await analyzeImpact(registry.impact("nobody"), { reader, question });
  expect(other).toMatchObject({ plugin: "nobody", affected_files: [] });
});

test("an unknown name is refused with the names that exist", () => {
  expect(() => createRegistry({ impact: [nobody] }).impact("some")).toThrow(
    'Cannot find impact plugin "some": there are "basic", "nobody"',
  );
  expect(() => createRegistry().context("some")).toThrow('there are "basic"');
});

test.each([
  [[{ ...nobody, name: "No Body" }], "a name starts with a letter"],
  [[nobody, nobody], "twice"],
  [[{ name: "empty", version: "1" } as never], 'no method "analyzeImpact"'],
])("a plugin that cannot be used is refused", (impact, message) => {
  expect(() => createRegistry({ impact })).toThrow(message);
});

test("an answer that is none is refused with the field", async () => {
  const broken = { ...nobody, analyzeImpact: () => ({ risk: 3 }) as never };
  await expect(analyzeImpact(broken, { reader, question: { symbols: ["f"] } })).rejects.toThrow(
    'Cannot use the answer of impact plugin "nobody"',
  );
});
