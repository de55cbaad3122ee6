import { expect, test } from "vitest";
import { CONTEXT_FORMATS, CONTEXT_STRATEGIES, ContextAnswer, ContextRequest } from "../../models/context.ts";
import type { basic } from "../plugins/context.ts";
import { type ContextMeans, context } from "./context.ts";
import { cls, edge, type Fixture, file, fn, readerOf } from "./reader.fixture.ts";
import { type LoadEncoding, tokenizerFor } from "./tokens.ts";

const load: LoadEncoding = (name) =>
  name === "o200k_base"
    ? import("gpt-tokenizer/encoding/o200k_base")
    : import("gpt-tokenizer/encoding/cl100k_base");

const CART = `import { tax } from "./tax";
import {
  format,
} from "./format";

/** Sums up what is bought. */
export class Cart {
  items: number[] = [];

  total(): number {
    return this.items.reduce((sum, item) => sum + tax(item), 0);
  }

  label(): string {
    return format(this.total());
  }
}
`;
const TAX = `export function tax(price: number): number {
  return price * 1.2;
}
`;
const FORMAT = `export function format(price: number): string {
  return \`\${price} €\`;
}

export function unrelated(): void {}
`;
const SOURCES: Record<string, string> = { "src/cart.ts": CART, "src/tax.ts": TAX, "src/format.ts": FORMAT };

const total = "src/cart.ts::function::Cart.total";
const tax = "src/tax.ts::function::tax";
const shop: Fixture = {
  nodes: [
    file("src/cart.ts", { lines: [1, 17] }),
    cls("src/cart.ts", "Cart", [7, 17], {
      "x-signature": "export class Cart",
      docstring: "Sums up what is bought.\nMore.",
    }),
    fn("src/cart.ts", "Cart.total", [10, 12], { "x-signature": "total(): number", "x-kind": "method" }),
    fn("src/cart.ts", "Cart.label", [14, 16], { "x-signature": "label(): string", "x-kind": "method" }),
    file("src/tax.ts", { lines: [1, 3] }),
    fn("src/tax.ts", "tax", [1, 3], { "x-signature": "export function tax(price: number): number" }),
    file("src/format.ts", { lines: [1, 5] }),
    fn("src/format.ts", "format", [1, 3], { "x-signature": "export function format(price: number): string" }),
    fn("src/format.ts", "unrelated", [5, 5], { "x-signature": "export function unrelated(): void" }),
    { id: "external::npm::left-pad", type: "external", name: "left-pad", path: "left-pad" },
  ],
  edges: [
    edge("src/cart.ts::file", "IMPORTS", "src/tax.ts::file", { line: 1 }),
    edge("src/cart.ts::file", "IMPORTS", "src/format.ts::file", { line: 2 }),
    edge(total, "CALLS", tax, { line: 11 }),
    edge("src/cart.ts::function::Cart.label", "CALLS", "src/format.ts::function::format", { line: 15 }),
    edge("src/cart.ts::function::Cart.label", "CALLS", total, { line: 15 }),
    edge(total, "CALLS", "external::npm::left-pad", { line: 11 }),
  ],
  words: {
    [total]: { total: 2, items: 2, sum: 2, item: 2, tax: 1 },
    "src/cart.ts::function::Cart.label": { label: 1, format: 1, total: 1 },
    [tax]: { tax: 2, price: 2 },
    "src/format.ts::function::format": { format: 1, price: 2 },
    "src/format.ts::function::unrelated": { unrelated: 1 },
  },
};
const means: ContextMeans = { source: async (path) => SOURCES[path], encoding: load };
const ask = (body: object, more: ContextMeans = means) =>
  context(readerOf(shop), ContextRequest.parse(body), more);

test("a task finds the function that it speaks of, what that calls, and their files", async () => {
  const answer = await ask({ task: "The tax on the price is wrong", model: "gpt-4o" });
  expect(() => ContextAnswer.parse(answer)).not.toThrow();
  expect(answer.context_nodes[0]?.id).toBe(tax);
  expect(answer.context_nodes[0]).toMatchObject({ form: "body", code: TAX.trimEnd(), distance: 0 });
  expect(answer.files[0]?.path).toBe("src/tax.ts");
  expect(answer.context_nodes.map((node) => node.id)).toContain(total);
  expect(answer.text).toContain("return price * 1.2;");
  expect(answer).toMatchObject({
    graph_id: "g_0123456789ab",
    sha: "a".repeat(40),
    tokenizer: "o200k_base",
    warnings: [],
  });
  expect(answer.context_nodes.some((node) => node.type === "external")).toBe(false);
});

test("files with a budget give what stands in them, with line numbers and imports", async () => {
  const answer = await ask({ files: ["./src/cart.ts"], max_tokens: 2_000 });
  expect(answer.text).toContain("## src/cart.ts");
  expect(answer.text).toContain('import {\n  format,\n} from "./format";');
  expect(answer.text).toContain(CART.split("\n").slice(6, 17).join("\n"));
  expect(answer.text.split("this.items.reduce").length, "no line twice").toBe(2);
  expect(answer.context_nodes.find((node) => node.id === total)?.form).toMatch(/within|body/);
});

test("entry points are ids, paths or names, and relevance falls with distance", async () => {
  for (const entry of [total, "Cart.total", "total"]) {
    const answer = await ask({ entry_points: [entry], depth: 1 });
    expect(answer.context_nodes[0]?.id, entry).toBe(total);
    const at = (id: string): number => answer.context_nodes.find((node) => node.id === id)?.relevance ?? -1;
    expect(at(tax), entry).toBeLessThan(at(total));
    expect(at(tax), entry).toBeGreaterThan(0);
    expect(at("src/format.ts::function::format"), "two edges away").toBe(-1);
  }
});

test("an entry point that the graph has not is said", async () => {
  const answer = await ask({ entry_points: ["nowhere.ts", "Cart.total"] });
  expect(answer.warnings).toEqual([
    'The graph has nothing called "nowhere.ts": give a path, the id of a node or its name.',
  ]);
});

test("strategies: signatures have no bodies, metadata no code, include_code: false neither", async () => {
  const signatures = await ask({ files: ["src/cart.ts"], strategy: "signatures" });
  expect(new Set(signatures.context_nodes.map((node) => node.form))).toEqual(new Set(["signature"]));
  expect(signatures.text).toContain("`export class Cart` (class, lines 7-17): Sums up what is bought.");
  for (const body of [{ strategy: "metadata" }, { include_code: false }]) {
    const metadata = await ask({ files: ["src/cart.ts"], ...body });
    expect(metadata.context_nodes.every((node) => node.form === "metadata" && node.code === undefined)).toBe(
      true,
    );
    expect(metadata.text).not.toContain("reduce");
  }
  const bodies = await ask({ files: ["src/cart.ts"], strategy: "bodies" });
  expect(bodies.context_nodes.every((node) => node.form === "body" || node.form === "within")).toBe(true);
});

test("without sources, or with sources of another commit, signatures stand for bodies and it is said", async () => {
  const none = await ask({ task: "tax" }, {});
  expect(none.context_nodes.every((node) => node.form === "signature")).toBe(true);
  expect(none.warnings[0]).toMatch(/not at hand/);
  const gone = await ask({ task: "tax" }, { source: async () => undefined });
  expect(gone.warnings[0]).toMatch(/could not be read/);
  const short = await ask({ files: ["src/cart.ts"] }, { source: async () => "one line\n" });
  expect(short.context_nodes.find((node) => node.id === total)?.form).not.toBe("body");
});

test("max_nodes and the budget leave out, and say which and why", async () => {
  const few = await ask({ files: ["src/cart.ts"], max_nodes: 2 });
  expect(few.context_nodes).toHaveLength(2);
  expect(few.truncated).toBe(true);
  expect(few.total_nodes).toBe(few.context_nodes.length + few.left_out.length);
  expect(new Set(few.left_out.map(({ reason }) => reason))).toEqual(new Set(["max_nodes"]));
  const small = await ask({ files: ["src/cart.ts"], max_tokens: 60 });
  expect(small.total_tokens).toBeLessThanOrEqual(60);
  expect(small.left_out.some(({ reason }) => reason === "budget")).toBe(true);
});

test("a plugin writes in its own way and order, within the budget all the same", async () => {
  const plugin = {
    name: "loud",
    version: "1",
    formatContext: (selection: Parameters<typeof basic.formatContext>[0]) =>
      `LOUD ${selection.files.flatMap((one) => one.pieces.map((piece) => piece.node.name)).join(" ")}`,
    rankNodes: (nodes: Parameters<NonNullable<(typeof basic)["rankNodes"]>>[0]) =>
      [...nodes].reverse().slice(0, 3),
  };
  const answer = await ask({ task: "tax" }, { ...means, plugin });
  expect(answer.text).toMatch(/^LOUD /);
  expect(answer.total_nodes).toBe(3);
  const endless = { ...plugin, formatContext: () => "word ".repeat(1_000) };
  const nothing = await ask({ task: "tax", max_tokens: 100 }, { ...means, plugin: endless });
  expect(nothing).toMatchObject({ text: "", total_tokens: 0, context_nodes: [], truncated: true });
});

test("meaning and recency join the score where they are known", async () => {
  const similar = async () => [{ id: "src/format.ts::function::unrelated", score: 0.9 }];
  const answer = await ask({ task: "tax" }, { ...means, similar, recency: new Map([["src/format.ts", 0]]) });
  const found = answer.context_nodes.find((node) => node.id === "src/format.ts::function::unrelated");
  expect(found?.scores).toMatchObject({ similar: 0.9, recency: 1 });
  expect((await ask({ task: "tax" })).context_nodes[0]?.scores).not.toHaveProperty("similar");
});

test("a request has to ask for something", () => {
  expect(ContextRequest.safeParse({}).success).toBe(false);
  expect(ContextRequest.safeParse({ task: "  " }).success).toBe(false);
  expect(ContextRequest.safeParse({ files: [] }).success).toBe(false);
  expect(ContextRequest.parse({ task: "x", unknown: 1 })).toMatchObject({
    depth: 2,
    max_nodes: 50,
    format: "markdown",
  });
});

/** Mulberry32. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const SNIPPETS = [
  "const a = 1;",
  "```js",
  "  return `x`;",
  "<b>&amp;</b>",
  "👩‍👩‍👧‍👦 \ud800",
  "こんにちは",
  '"quoted\\"',
  "\u0000\u0007",
  "]]>",
  "",
  "\tif (x) {",
  "x".repeat(300),
  "<|endoftext|>",
  "`".repeat(7),
];

function randomRepository(next: () => number): { fixture: Fixture; sources: Record<string, string> } {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
  const fixture: Fixture = { nodes: [], edges: [], words: {} };
  const sources: Record<string, string> = {};
  for (let f = 0; f < 1 + next() * 6; f += 1) {
    const path = pick(["a b", "ä::x", "src"]).concat(`/${f}.ts`);
    const lines = Array.from({ length: 1 + Math.floor(next() * 60) }, () => pick(SNIPPETS));
    if (next() > 0.1) sources[path] = lines.join(next() > 0.5 ? "\n" : "\r\n");
    fixture.nodes.push(file(path, { lines: [1, lines.length], docstring: pick(SNIPPETS) }));
    for (let d = 0; d < next() * 12; d += 1) {
      const first = 1 + Math.floor(next() * lines.length);
      const last = first + Math.floor(next() * 20);
      const make = next() > 0.3 ? fn : cls;
      fixture.nodes.push(
        make(path, `name${d}`, [first, last], { "x-signature": pick(SNIPPETS), docstring: pick(SNIPPETS) }),
      );
    }
  }
  for (const node of fixture.nodes)
    (fixture.words as Record<string, object>)[node.id] = { fetch: Math.floor(next() * 3), tax: 1 };
  for (let e = 0; e < next() * 40; e += 1) {
    fixture.edges.push(
      edge(
        pick(fixture.nodes).id,
        pick(["CALLS", "IMPORTS", "EXTENDS", "CUSTOM_X"]),
        pick(fixture.nodes).id,
        { line: Math.floor(next() * 70) },
      ),
    );
  }
  return { fixture, sources };
}

test("the budget is never exceeded, whatever the graph, format, strategy, model and budget", async () => {
  for (let seed = 1; seed <= 150; seed += 1) {
    const next = random(seed);
    const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T;
    const { fixture, sources } = randomRepository(next);
    const body = {
      ...(next() > 0.3 ? { task: "fetch the tax in name1 of src/0.ts" } : {}),
      files: [pick(fixture.nodes).path],
      max_tokens: Math.ceil(10 ** (next() * 4)),
      format: pick(CONTEXT_FORMATS),
      strategy: pick(CONTEXT_STRATEGIES),
      model: pick(["gpt-4o", "gpt-4", "claude"]),
    };
    const told = `seed ${seed}: ${JSON.stringify(body)}`;
    const asked = ContextRequest.parse(body);
    const more: ContextMeans = { source: async (path) => sources[path], encoding: load };
    const answer = await context(readerOf(fixture), asked, more);
    const tokenizer = await tokenizerFor(body.model, load);
    expect(tokenizer.count(answer.text), told).toBe(answer.total_tokens);
    expect(answer.total_tokens, told).toBeLessThanOrEqual(body.max_tokens);
    expect(answer.text.isWellFormed(), told).toBe(true);
    if (body.format === "json" && answer.text !== "")
      expect(() => JSON.parse(answer.text), told).not.toThrow();
    const shuffled = { ...fixture, nodes: [...fixture.nodes].reverse(), edges: [...fixture.edges].reverse() };
    expect(await context(readerOf(shuffled), asked, more), told).toEqual(answer);
    for (const node of answer.context_nodes) {
      if (node.form !== "body") continue;
      const lines = (sources[node.path] ?? "").split(/\r?\n/);
      for (const line of (node.code ?? "").split("\n")) expect(lines, told).toContain(line);
    }
  }
}, 60_000);

test("a budget that can be filled is filled to a good part", async () => {
  const lines = Array.from({ length: 2_000 }, (_, at) => `const value${at} = compute(${at});`);
  const nodes = [file("big.ts", { lines: [1, 2_000] })];
  for (let at = 0; at < 100; at += 1)
    nodes.push(fn("big.ts", `step${at}`, [at * 20 + 1, at * 20 + 20], { "x-signature": `step${at}()` }));
  const asked = ContextRequest.parse({
    files: ["big.ts"],
    max_tokens: 4_000,
    model: "gpt-4o",
    max_nodes: 200,
  });
  const answer = await context(readerOf({ nodes, edges: [] }), asked, {
    source: async () => lines.join("\n"),
    encoding: load,
  });
  expect(answer.total_tokens).toBeGreaterThan(3_400);
});
