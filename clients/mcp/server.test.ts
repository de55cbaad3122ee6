import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { InMemoryTransport } from "@modelcontextprotocol/sdk/inMemory.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { memoryGraphs } from "../../graph/memory.ts";
import { QuestionError } from "../../graph/queries/answer.ts";
import { estimate } from "../../graph/queries/tokens.ts";
import type { Part } from "../../graph/store.ts";
import type { GraphEdge, GraphNode } from "../../models/graph.ts";
import type { Asker } from "./asker.ts";
import { serverOf } from "./server.ts";
import { TOOLS } from "./tools.ts";

const LONG = "word ".repeat(400);
const CALLERS = 300;

function fileOf(path: string, functions: string[], edges: GraphEdge[] = []): Part {
  const nodes: GraphNode[] = [
    { id: `${path}::file`, type: "file", name: path, path, lines: [1, 100], "x-language": "python" },
    ...functions.map(
      (name, at): GraphNode => ({
        id: `${path}::function::${name}`,
        type: "function",
        name,
        path,
        lines: [at + 1, at + 1],
        docstring: LONG,
        "x-signature": `def ${name}(${LONG})`,
        "x-complexity": { cyclomatic: 5, cognitive: 3, loc: 4, sloc: 4, maintainability: 80 },
      }),
    ),
  ];
  const finding = {
    rule: "security/eval",
    severity: "error" as const,
    message: LONG,
    path,
    lines: [1, 1] as [number, number],
  };
  return {
    path,
    blob: path,
    nodes,
    edges,
    unresolved: [],
    findings: [finding],
    words: nodes.map(({ name }) => new Map([[name, 2]])),
  };
}

const target = "lib.py::function::target";
const names = Array.from({ length: CALLERS }, (_, at) => `caller_${at}`);
const calls = names.map(
  (name, at): GraphEdge => ({
    source: `app.py::function::${name}`,
    target,
    type: "CALLS",
    line: at + 1,
    "x-confidence": "exact",
  }),
);
const imports: GraphEdge[] = [
  { source: "app.py::file", target: "lib.py::file", type: "IMPORTS", line: 1 },
  { source: "lib.py::file", target: "app.py::file", type: "IMPORTS", line: 1 },
];
const parts = [
  fileOf("app.py", names, [imports[0] as GraphEdge, ...calls]),
  fileOf("lib.py", ["target", "unused"], [imports[1] as GraphEdge]),
];
const TESTS = 90;
const tested = Array.from({ length: TESTS }, (_, at) => {
  const [path, name] = [`tests/test_${at}.py`, `test_${at}`];
  const edge: GraphEdge = { source: `${path}::function::${name}`, target, type: "CALLS", line: 1 };
  return fileOf(path, [name], [edge]);
});
const store = memoryGraphs();

const asker: Asker = {
  graphs: () => store.list(),
  async open(asked) {
    const reader = await store.open(asked ?? "g_000000000001");
    if (reader === undefined)
      throw new QuestionError("NOT_FOUND", `Cannot find a graph "${asked}": see list_graphs`);
    return reader;
  },
  around: () => ({ source: async () => "def f(): pass\n".repeat(200) }),
};

const client = new Client({ name: "test", version: "1" });
const server = serverOf(asker, "1.2.3");
interface Said {
  text: string;
  data: Record<string, unknown>;
  isError: boolean;
}
async function call(name: string, input: object): Promise<Said> {
  const { content, structuredContent, isError } = await client.callTool({ name, arguments: { ...input } });
  const [first] = content as { text: string }[];
  return {
    text: first?.text ?? "",
    data: (structuredContent ?? {}) as Said["data"],
    isError: isError === true,
  };
}

beforeAll(async () => {
  const repository = { path: "/home/me/demo", name: "demo" };
  for (const id of ["g_000000000001", "g_000000000002"])
    await store.save(
      { id, repository, sha: "abc", status: "ready", created_at: "2026-01-01T00:00:00Z" },
      parts,
    );
  await store.save({ id: "g_tests", repository, status: "ready", created_at: "2026-01-01T00:00:00Z" }, [
    fileOf("lib.py", ["target"]),
    ...tested,
  ]);
  const [here, there] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(here), client.connect(there)]);
});
afterAll(() => client.close());

test("every tool says what it does, what it takes, and that it only reads", async () => {
  const { tools } = await client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(TOOLS.map(({ name }) => name));
  for (const { description, inputSchema, annotations } of tools) {
    expect(description?.length).toBeGreaterThan(20);
    expect(inputSchema.type).toBe("object");
    expect(annotations?.readOnlyHint).toBe(true);
  }
  // What agents pay before they ask anything.
  expect(JSON.stringify(tools).length).toBeLessThan(16_000);
});

const EVERY: Record<string, object> = {
  list_graphs: {},
  search: { query: "caller" },
  node: { node: "app.py" },
  dependencies: { node: target },
  callers: { node: "target" },
  callees: { node: "app.py::function::caller_1" },
  paths: { from: "caller_1", to: "target" },
  impact: { symbols: [target] },
  context: { task: "change the target" },
  cycles: {},
  hot_spots: {},
  unreferenced: { include_exported: true },
  findings: {},
  compare: { before: "g_000000000002" },
};

describe("answers", () => {
  test("there is a case for each tool", () =>
    expect(Object.keys(EVERY).sort()).toEqual(TOOLS.map(({ name }) => name).sort()));

  test.each(Object.entries(EVERY))("%s is bounded, in data and in text", async (name, input) => {
    const { text, data, isError } = await call(name, input);
    expect([isError, text.length > 0]).toEqual([false, true]);
    expect(estimate.count(JSON.stringify(data))).toBeLessThanOrEqual(8_000);
    expect(estimate.count(text)).toBeLessThanOrEqual(8_000);
    for (const list of Object.values(data))
      if (Array.isArray(list)) expect(list.length).toBeLessThanOrEqual(50);
  });

  test("callers are paged to the end, each once", async () => {
    const seen: string[] = [];
    let offset: unknown = 0;
    for (let pages = 0; offset !== undefined && pages < 40; pages += 1) {
      const { data } = await call("callers", { node: "target", offset });
      expect(data.truncated).toBe(true);
      seen.push(...(data.calls as { node: { id: string } }[]).map(({ node }) => node.id));
      offset = data.next_offset;
    }
    expect(seen.length).toBe(CALLERS);
    expect(new Set(seen).size).toBe(CALLERS);
  });

  test("edges of dependencies are paged to the end, each once", async () => {
    const seen: string[] = [];
    let offset: unknown = 0;
    for (let pages = 0; offset !== undefined && pages < 40; pages += 1) {
      const { data, text } = await call("dependencies", { node: target, offset, limit: 100 });
      const edges = data.edges as { source: string }[];
      expect(text).toContain(edges[0]?.source.split("::").at(-1));
      seen.push(...edges.map(({ source }) => source));
      offset = data.next_offset;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe(CALLERS);
  });

  test("nodes of dependencies are described once over all pages, and all of them", async () => {
    const seen: string[] = [];
    let offset: unknown = 0;
    for (let pages = 0; offset !== undefined && pages < 60; pages += 1) {
      const question = { node: "app.py", members: true, depth: 2, offset, limit: 100 };
      const { data } = await call("dependencies", question);
      expect(estimate.count(JSON.stringify(data))).toBeLessThanOrEqual(8_000);
      seen.push(...(data.nodes as { id: string }[]).map(({ id }) => id));
      offset = data.next_offset;
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe(CALLERS + 3);
  });

  test("tests to run are counted where they are cut, and can be read to their end", async () => {
    const { data, text } = await call("impact", { symbols: [target], graph: "g_tests", limit: 5 });
    const first = data.affected_tests as string[];
    expect(data.not_shown).toMatchObject({ affected_tests: TESTS - first.length });
    expect(text).toContain(`Tests to run (${first.length} of ${TESTS})`);
    expect(text).toContain(`${TESTS} test files`);
    const seen: string[] = [];
    let offset: unknown = 0;
    for (let pages = 0; offset !== undefined && pages < 60; pages += 1) {
      const page = await call("impact", { symbols: [target], graph: "g_tests", list: "tests", offset });
      expect(estimate.count(JSON.stringify(page.data))).toBeLessThanOrEqual(8_000);
      seen.push(...(page.data.tests as { path: string }[]).map(({ path }) => path));
      expect(page.text).toContain(seen.at(-1));
      offset = page.data.next_offset;
    }
    expect(new Set(seen).size).toBe(TESTS);
    expect(seen.length).toBe(TESTS);
  });

  test("text and data speak of the same items", async () => {
    const { data, text } = await call("findings", { limit: 1 });
    expect(data).toMatchObject({ truncated: true, next_offset: 1, totals: { findings: 2 } });
    expect(text).toContain("app.py:1");
    expect(text).not.toContain("lib.py");
    expect(text).toContain("More with offset 1.");
  });

  test("a context comes with its text", async () => {
    const { data, text } = await call("context", { task: "change the target", max_tokens: 1000 });
    expect(data.text).toBe(text);
    expect(data.total_tokens as number).toBeLessThanOrEqual(1000);
    expect(text).toContain("target");
  });
});

describe("errors say what to do", () => {
  test.each([
    ["callers", { node: "no_such_thing" }, /Use the tool search/],
    ["callers", { node: "target", graph: "g_ffffffffffff" }, /list_graphs/],
    ["context", {}, /Name at least one of/],
    ["callers", { node: "target", limit: 5000 }, /limit/],
    ["search", { query: "x".repeat(100_000) }, /^Cannot use the question: query: [^[{]*$/],
    ["search", { query: "x", offset: 1e9 }, /^Cannot use the question: offset: [^[{]*$/],
    ["unreferenced", { offset: 1e9 }, /^Cannot use the question: offset: [^[{]*$/],
    ["node", { node: "app.py:99999" }, /ends at line 100/],
    ["context", { files: ["nope.py"] }, /nothing called "nope.py"/],
    ["impact", { files: ["app.py"], diff: "no diff" }, /the diff has no file in it/],
    ["no_such_tool", {}, /no_such_tool/],
  ])("%s %j", async (name, input, says) => {
    const { isError, text } = await call(name, input);
    expect(isError).toBe(true);
    expect(text).toMatch(says);
  });
});
