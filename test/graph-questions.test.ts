/** Questions to graphs over HTTP: every one of them, its refusals, who may ask, and the tools of agents. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { beforeAll, describe, expect, test } from "vitest";
import { TOOLS } from "../clients/mcp/tools.ts";
import { ContextAnswer } from "../models/context.ts";
import { FindingsAnswer, NodeAnswer, UnresolvedAnswer } from "../models/graph-api.ts";
import { ImpactAnswer } from "../models/impact.ts";
import * as answers from "../models/questions.ts";
import { type Caller, caller, documentOf, tarOf, upload } from "./graphs.ts";
import { ask, useApp } from "./machine.ts";

const stage = useApp();
let by: Caller;
let id: string;

const FILES = {
  "shop/cart.py": [
    '"""The cart."""',
    "from shop.price import price_of",
    "import shop.stock",
    "",
    "class Cart:",
    "    def add(self, thing):",
    '        """Adds a thing."""',
    "        self.total = price_of(thing)",
    "        return unknown_thing(thing)",
    "",
    "    def empty(self):",
    "        return None",
    "",
  ].join("\n"),
  "shop/price.py":
    "import shop.cart\n\ndef price_of(thing):\n    if thing:\n        return eval(thing)\n    return 1\n",
  "shop/stock.py": "def count(thing):\n    return 7\n",
  "tests/test_cart.py": "from shop.cart import Cart\n\ndef test_add():\n    Cart().add(1)\n",
};

beforeAll(async () => {
  by = await caller(stage.app, "ada");
  const { said } = await upload(by, await tarOf(FILES), "name=shop");
  id = said.graph_id;
});

const PRICE = "shop/price.py::function::price_of";
const ADD = "shop/cart.py::function::Cart.add";

describe("answers", () => {
  const get = async <T>(path: string, schema: { parse(value: unknown): T }): Promise<T> => {
    const { status, said, text } = await by.get(`/graph/${id}/${path}`);
    expect(status, text).toBe(200);
    return schema.parse(said);
  };

  test("dependencies, by id and by the end of a name", async () => {
    const asked = `dependencies?node_id=${encodeURIComponent(ADD)}&direction=outgoing&edge_types=CALLS&depth=2`;
    const answer = await get(asked, answers.DependenciesAnswer);
    expect(answer.edges.map(({ target }) => target)).toContain(PRICE);
    expect(answer).toMatchObject({ graph_id: id, root: ADD, depth: 2, unresolved: 1 });
    const named = await get(
      "dependencies?node_id=Cart.add&direction=outgoing&edge_types=CALLS&depth=2",
      answers.DependenciesAnswer,
    );
    expect(named).toEqual(answer);
  });

  test("callers, callees and paths", async () => {
    const callers = await get("callers?node_id=price_of&depth=3", answers.CallsAnswer);
    expect(callers.calls.map(({ node, distance }) => [node.id, distance])).toEqual([
      [ADD, 1],
      ["tests/test_cart.py::function::test_add", 2],
    ]);
    const callees = await get("callees?node_id=Cart.add", answers.CallsAnswer);
    expect(callees.unresolved_calls.map(({ text }) => text)).toEqual(["unknown_thing"]);
    const paths = await get("paths?from=test_add&to=price_of&edge_types=CALLS", answers.PathsAnswer);
    expect(paths.paths[0]?.nodes).toEqual(["tests/test_cart.py::function::test_add", ADD, PRICE]);
  });

  test("cycles, hot spots, no known reference, search, unresolved", async () => {
    const cycles = await get("cycles?of=IMPORTS", answers.CyclesAnswer);
    expect(cycles.cycles.map(({ nodes }) => nodes.toSorted())).toEqual([
      ["shop/cart.py::file", "shop/price.py::file"],
    ]);
    expect((await get("hot-spots?limit=1", answers.HotSpotsAnswer)).hot_spots).toMatchObject([{ id: PRICE }]);
    const unreferenced = await get("unreferenced?include_exported=true", answers.UnreferencedAnswer);
    expect(unreferenced.no_known_reference.map(({ node }) => node.id)).toContain(
      "shop/stock.py::function::count",
    );
    const search = await get("search?query=cart&types=class", answers.SearchAnswer);
    expect(search.results.map(({ node }) => node.id)).toEqual(["shop/cart.py::class::Cart"]);
    const unresolved = await get("unresolved?paths=shop", UnresolvedAnswer);
    expect(unresolved.unresolved_calls.map(({ source, text }) => [source, text])).toEqual([
      [ADD, "unknown_thing"],
    ]);
    expect((await get("unresolved?paths=tests", UnresolvedAnswer)).unresolved_calls).toEqual([]);
  });

  test("findings, and as SARIF", async () => {
    const { findings } = await get("findings", FindingsAnswer);
    const risky = findings.filter(({ rule }) => rule.startsWith("security/"));
    expect(risky.map(({ rule, path, lines }) => [rule, path, lines[0]])).toEqual([
      ["security/eval", "shop/price.py", 5],
    ]);
    expect((await get("findings?paths=tests", FindingsAnswer)).findings).toEqual([]);
    const sarif = await by.get(`/graph/${id}/findings?format=sarif`);
    expect(sarif.headers.get("content-type")).toBe("application/sarif+json");
    expect(sarif.said.runs[0].results).toHaveLength(findings.length);
  });

  test("a node, encoded or not, with its code", async () => {
    const encoded = await get(`node/${encodeURIComponent(ADD)}?include_code=true`, NodeAnswer);
    expect(encoded.node).toMatchObject({ id: ADD, docstring: "Adds a thing.", lines: [6, 9] });
    expect(encoded.code).toContain("self.total = price_of(thing)");
    expect(await get(`node/${ADD}?include_code=true`, NodeAnswer)).toEqual(encoded);
    const file = await get("node/shop/cart.py", NodeAnswer);
    expect(file.members.map(({ name }) => name)).toEqual(["Cart", "add", "empty"]);
  });

  test("context in all three forms, at both addresses", async () => {
    const task = { task: "the price of a thing in the cart is wrong", max_tokens: 2_000, model: "gpt-4o" };
    const { status, said } = await by.post(`/graph/${id}/context`, task);
    const answer = ContextAnswer.parse(said);
    expect([status, answer.tokenizer, answer.total_tokens <= 2_000]).toEqual([200, "o200k_base", true]);
    expect(answer.text).toContain("def price_of(thing):");
    expect((await by.post("/context", { graph_id: id, ...task })).said).toEqual(said);
    const files = await by.post(`/graph/${id}/context`, { files: ["shop/stock.py"], format: "json" });
    expect(ContextAnswer.parse(files.said).files.map(({ path }) => path)).toContain("shop/cart.py");
    const entries = await by.post(`/graph/${id}/context`, {
      entry_points: [ADD],
      depth: 1,
      include_code: false,
    });
    expect(ContextAnswer.parse(entries.said).context_nodes.every(({ code }) => code === undefined)).toBe(
      true,
    );
  });

  test("impact, posted and got, is the same answer", async () => {
    const posted = await by.post(`/graph/${id}/impact`, { files: ["shop/price.py"], symbols: [] });
    const got = await by.get(`/graph/${id}/impact?files=shop/price.py`);
    expect([posted.status, got.said]).toEqual([200, posted.said]);
    const answer = ImpactAnswer.parse(posted.said);
    expect(answer.affected_tests).toEqual(["tests/test_cart.py"]);
    const diff =
      "--- a/shop/price.py\n+++ b/shop/price.py\n@@ -3,1 +3,1 @@\n-def price_of(thing):\n+def price_of(thing, more):\n";
    const changed = await by.post(`/graph/${id}/impact`, { diff, side: "before" });
    expect(changed.said.changed_symbols).toMatchObject([{ id: PRICE, change: "signature" }]);
  });

  test("the difference of two graphs", async () => {
    const more = {
      ...FILES,
      "shop/stock.py": "def count(thing):\n    return 8\n\ndef fresh():\n    return count(1)\n",
    };
    const later = await upload(by, await tarOf(more), "name=shop");
    const { status, said } = await by.get(`/graphs/diff?from=${id}&to=${later.said.graph_id}`);
    const diff = answers.DiffAnswer.parse(said);
    expect([status, diff.added_nodes.map(({ name }) => name)]).toEqual([200, ["fresh"]]);
    expect(diff.changed_files).toEqual(["shop/stock.py"]);
    const { graphs } = (await by.get("/graphs?repository=shop&limit=1")).said;
    expect(graphs.map((graph: { id: string }) => graph.id)).toEqual([later.said.graph_id]);
  });

  test.each([
    ["json", "application/json", '{"version"'],
    ["dot", "text/vnd.graphviz", 'digraph "shop"'],
    ["mermaid", "text/vnd.mermaid", "flowchart"],
    ["graphml", "application/graphml+xml", "<?xml"],
    ["sarif", "application/sarif+json", "{"],
    ["scip", "application/octet-stream", "\n"],
  ])("export as %s", async (format, type, begins) => {
    const { status, headers, text } = await by.get(`/graph/${id}/export?format=${format}`);
    expect([status, headers.get("content-type")?.split(";")[0]]).toEqual([200, type]);
    expect(text.startsWith(begins)).toBe(true);
    expect(text.length).toBeGreaterThan(50);
  });

  test("what this server is and can do, and the description of it all", async () => {
    expect((await by.get("/info")).said).toMatchObject({ name: "tidegate", protocol: "1.0" });
    const { said } = await by.get("/capabilities");
    expect(said.languages.map((each: { language: string }) => each.language)).toContain("python");
    expect(said.plugins).toEqual({ context: ["basic"], impact: ["basic"] });
    const { paths } = (await by.get("/openapi.json")).said;
    const words = [
      "analyze",
      "graphs",
      "graphs/diff",
      "graph/{id}",
      "graph/{id}/impact",
      "graph/{id}/export",
      "context",
      "info",
    ];
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(words.map((word) => `/api/v1/${word}`)));
    const names = (paths["/api/v1/graph/{id}/dependencies"].get.parameters as { name: string }[]).map(
      ({ name }) => name,
    );
    expect(names).toEqual(expect.arrayContaining(["id", "node_id", "depth", "direction", "edge_types"]));
  });
});

describe("refusals", () => {
  test.each([
    ["dependencies?depth=2", "node_id"],
    ["dependencies?node_id=x&depth=9", "depth"],
    ["dependencies?node_id=x&edge_types=NOTHING", "edge_types"],
    ["callers?node_id=x&confidence=sure", "confidence"],
    ["search?query=", "query"],
    ["cycles?limit=0", "limit"],
    ["export?format=png", "format"],
    ["impact?depth=3", "files"],
    ["impact?files=a.py&plugin=none", "plugin"],
  ])("%s is a bad request that names the field", async (path, field) => {
    const { status, said } = await by.get(`/graph/${id}/${path}`);
    expect([status, said.errors?.[0]?.field.split(".")[0]]).toEqual([400, field]);
  });

  test("a body that is no JSON, or too large, and a method that the place does not know", async () => {
    const json = { "content-type": "application/json" };
    const broken = await by.send("/api/v1/analyze", { method: "POST", headers: json, body: "{" });
    expect([broken.status, broken.said.detail]).toEqual([400, "Cannot use the request: body: must be JSON"]);
    const list = await by.send("/api/v1/analyze", { method: "POST", headers: json, body: "[]" });
    expect([list.status, list.said.errors[0].field]).toEqual([400, "body"]);
    const large = await by.post("/context", { graph_id: id, task: "x".repeat(2_000_000) });
    expect([large.status, large.said.code]).toEqual([413, "too_large"]);
    for (const [method, path, allow] of [
      ["PUT", `/graph/${id}`, "DELETE, GET"],
      ["DELETE", "/graphs", "GET"],
      ["GET", "/context", "POST"],
      ["POST", `/graph/${id}/node/a/b.py`, "GET"],
    ] as const) {
      const { status, headers, said } = await by.send(`/api/v1${path}`, { method });
      expect([path, status, headers.get("allow"), said.code]).toEqual([
        path,
        405,
        allow,
        "method_not_allowed",
      ]);
    }
    expect((await by.get("/nowhere")).status).toBe(404);
    expect((await by.get(`/graph/${id}/cycles?limit=abc`)).said.detail).toContain(
      "limit: must be a whole number",
    );
  });

  test("a context of nothing that is there", async () => {
    const { status, said } = await by.post(`/graph/${id}/context`, { files: ["nope.py"] });
    expect([status, said.code, said.detail]).toEqual([404, "not_found", expect.stringContaining("nope.py")]);
  });

  test("a node that is not there is answered with the nearest", async () => {
    const wrong = await by.get(`/graph/${id}/callers?node_id=price_off`);
    expect([wrong.status, wrong.said.code, wrong.said.suggestions[0]]).toEqual([404, "not_found", PRICE]);
    const open = await by.get(`/graph/${id}/node/nothing-like-it`);
    expect([open.status, open.said.code]).toEqual([404, "not_found"]);
  });

  test("a graph that is not there, or whose id is none", async () => {
    for (const path of ["", "/cycles", "/node/x", "/export"]) {
      expect((await by.get(`/graph/g_000000000000${path}`)).status, path).toBe(404);
      expect((await by.get(`/graph/nonsense${path}`)).status, path).toBe(400);
    }
    expect((await by.get(`/graphs/diff?from=${id}&to=g_000000000000`)).status).toBe(404);
    const body = { graph_id: id, task: "" };
    const context = await by.post("/context", body);
    expect([context.status, context.said.detail]).toEqual([400, expect.stringContaining("at least one of")]);
    const bytes = await by.send(`/api/v1/graph/${id}/context`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{",
    });
    expect(bytes.status).toBe(400);
  });
});

describe("who may ask", () => {
  test("nobody sees what another has sent", async () => {
    const other = await caller(stage.app, "eve");
    const paths = [
      "",
      "?fields=info",
      "/cycles",
      `/node/${ADD}`,
      "/export",
      "/findings",
      "/impact?files=shop/price.py",
    ];
    for (const path of paths) expect((await other.get(`/graph/${id}${path}`)).status, path).toBe(404);
    expect((await other.post(`/graph/${id}/context`, { task: "steal" })).status).toBe(404);
    expect((await other.get(`/graphs/diff?from=${id}&to=${id}`)).status).toBe(404);
    expect((await other.send(`/api/v1/graph/${id}`, { method: "DELETE" })).status).toBe(404);
    expect((await other.get("/graphs")).said.graphs).toEqual([]);
    expect((await documentOf(by, id)).nodes.length).toBeGreaterThan(5);
    // The same archive sent by another is another graph.
    const own = await upload(other, await tarOf(FILES), "name=shop");
    expect(own.said.graph_id).not.toBe(id);
    expect((await by.get(`/graph/${own.said.graph_id}`)).status).toBe(404);
  });

  test("nobody asks without a session", async () => {
    for (const path of ["/api/v1/graphs", `/api/v1/graph/${id}`, "/mcp", "/api/v1/info"]) {
      const method = path === "/mcp" ? "POST" : "GET";
      const response = await ask(stage.app, path, { method, headers: { authorization: "Bearer nobody" } });
      expect(response.status, path).toBe(401);
    }
  });
});

describe("the tools of agents", () => {
  async function connected(): Promise<Client> {
    const client = new Client({ name: "test", version: "1" });
    const send = (url: string | URL, init: RequestInit = {}) => {
      const headers = Object.fromEntries(new Headers(init.headers));
      return by.send(new URL(url).pathname, { ...init, headers }).then(({ status, headers: heard, text }) => {
        const body = [202, 204].includes(status) ? null : text;
        return new Response(body, { status, headers: { "content-type": heard.get("content-type") ?? "" } });
      });
    };
    const transport = new StreamableHTTPClientTransport(new URL(`${stage.app.url}/mcp`), { fetch: send });
    await client.connect(transport as Parameters<Client["connect"]>[0]);
    return client;
  }

  test("are those of the command line, and answer with the caller's graphs", async () => {
    const client = await connected();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual(TOOLS.map(({ name }) => name).sort());
    const callers = await client.callTool({ name: "callers", arguments: { node: "price_of", graph: id } });
    expect(JSON.stringify(callers.structuredContent)).toContain(ADD);
    const context = await client.callTool({
      name: "context",
      arguments: { task: "price of a thing", graph: "shop" },
    });
    expect(JSON.stringify(context.content)).toContain("price_of");
    const wrong = await client.callTool({ name: "node", arguments: { node: "nowhere_at_all", graph: id } });
    expect(wrong.isError).toBe(true);
    const list = await client.callTool({ name: "list_graphs", arguments: {} });
    expect(JSON.stringify(list.structuredContent)).toContain(id);
    await client.close();
  });

  test("keep no sessions", async () => {
    const { status, headers } = await by.send("/mcp", {
      method: "GET",
      headers: { accept: "text/event-stream" },
    });
    expect([status, headers.get("allow")]).toEqual([405, "POST"]);
  });
});
