/** One graph: the whole document, what is known of it, one node, its forms for other programs, and its end. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { askNode } from "../../clients/mcp/ask.ts";
import { RULES } from "../../graph/analyzers/measures/findings/rules.ts";
import {
  exportDot,
  exportGraphml,
  exportJson,
  exportMermaid,
  exportSarif,
  exportScip,
} from "../../graph/exports/index.ts";
import { bodyOf, linesOf } from "../../graph/queries/context-source.ts";
import { nodeOf } from "../../graph/queries/names.ts";
import type { GraphReader } from "../../graph/store.ts";
import { Problem } from "../../models/api.ts";
import { EDGE_TYPES, Graph, GraphInfo } from "../../models/graph.ts";
import { NodeAnswer } from "../../models/graph-api.ts";
import { GraphId } from "../../models/graph-order.ts";
import { Limit, listOf, Offset } from "../../models/questions.ts";
import { AppError } from "../errors.ts";
import { noteTo } from "../project/index.ts";
import { deleteGraphJob } from "../store/graph-jobs.ts";
import { d1Graphs } from "../store/graphs.ts";
import { removeUpload } from "../store/uploads.ts";
import { varsOf } from "../vars.ts";
import { VERSION } from "../version.ts";
import { type App, answers, part } from "./app.ts";
import { aroundOf, needGraph, openGraph } from "./asking.ts";

const GraphParam = z.object({ id: GraphId });
const flag = z.union([z.boolean(), z.stringbool()]);

const read = createRoute({
  method: "get",
  path: "/api/v1/graph/{id}",
  summary: "The whole graph; with `fields=info` what is known of it without nodes and edges, ready or not",
  request: { params: GraphParam, query: z.object({ fields: z.enum(["all", "info"]).default("all") }) },
  responses: answers("The graph", z.union([Graph, GraphInfo])),
});
const remove = createRoute({
  method: "delete",
  path: "/api/v1/graph/{id}",
  summary: "Remove a graph",
  request: { params: GraphParam },
  responses: { 204: { description: "Removed" } },
});
const NodeQuery = z.object({
  include_code: flag.default(false),
  limit: Limit.default(100),
  offset: Offset.default(0),
});
const node = createRoute({
  method: "get",
  path: "/api/v1/graph/{id}/node/{node}",
  summary: "One node: where it is, what is defined in it. The id is percent-encoded, or written as it is",
  request: { params: GraphParam.extend({ node: z.string().min(1).max(5_000) }), query: NodeQuery },
  responses: answers("The node", NodeAnswer),
});

export const FORMATS = ["json", "dot", "mermaid", "graphml", "scip", "sarif"] as const;
const ExportQuery = z.object({
  format: z.enum(FORMATS).default("json"),
  level: z.enum(["file", "symbol"]).default("file"),
  /** Nodes to start from. */
  focus: listOf(z.string()).optional(),
  depth: z.coerce.number().int().min(1).max(20).default(2),
  max_nodes: z.coerce.number().int().min(1).max(5_000).optional(),
  types: listOf(z.enum(EDGE_TYPES)).optional(),
});
const exported = createRoute({
  method: "get",
  path: "/api/v1/graph/{id}/export",
  summary: "The graph for other programs",
  request: { params: GraphParam, query: ExportQuery },
  responses: {
    200: { description: "The graph in this format" },
    default: { description: "A problem", content: { "application/problem+json": { schema: Problem } } },
  },
});

export const graph = part("bad_request")
  .openapi(read, async (c) => {
    const { id } = c.req.valid("param");
    if (c.req.valid("query").fields === "info") return c.json((await needGraph(c, id)).info, 200);
    const { reader } = await openGraph(c, id);
    return streamed(exportJson(reader), "application/json") as never;
  })
  .openapi(remove, async (c) => {
    const { id } = c.req.valid("param");
    const { tenant, info } = await needGraph(c, id);
    // The job first: a visit under way sees that and stops.
    await deleteGraphJob(c.env.DB, { tenant, id });
    await d1Graphs(c.env.DB, { tenant }).remove(id);
    const digest = info["x-archive"];
    if (typeof digest === "string") await removeUpload(c.env.ARTIFACTS, tenant, digest);
    const { owner: actor, request_id } = c.var;
    const said = { action: "graph.remove", target: id, detail: info.repository.path };
    await noteTo(c.env, null, { fact: `graph.${request_id}`, actor, ...said, request_id });
    return c.body(null, 204);
  })
  .openapi(node, async (c) => {
    const { id, node: asked } = c.req.valid("param");
    return c.json(await oneNode(c, id, asked, c.req.valid("query")), 200);
  })
  .openapi(exported, async (c) => {
    const { reader } = await openGraph(c, c.req.valid("param").id);
    return exportOf(c, reader, c.req.valid("query")) as never;
  });

// Ids hold slashes, and few people encode them.
graph.get("/api/v1/graph/:id/node/:node{.+}", async (c) => {
  const id = GraphId.safeParse(c.req.param("id"));
  const query = NodeQuery.safeParse(c.req.query());
  if (!id.success || !query.success) {
    const issues = [...(id.error?.issues ?? []), ...(query.error?.issues ?? [])];
    const fields = issues.map(({ path, message }) => ({ field: path.join(".") || "id", message }));
    throw new AppError("bad_request", `Cannot use the request: ${fields[0]?.message ?? ""}`, fields);
  }
  return c.json(await oneNode(c, id.data, c.req.param("node"), query.data), 200);
});

async function oneNode(
  c: Context<App>,
  id: string,
  asked: string,
  { include_code, ...page }: z.output<typeof NodeQuery>,
) {
  const { reader } = await openGraph(c, id);
  const answer = await askNode(reader, asked, page);
  if (!include_code || answer.node.type === "external") return answer;
  const source = await aroundOf(c, reader.info).source?.(answer.node.path);
  const code = source === undefined ? undefined : bodyOf(answer.node, linesOf(source));
  return { ...answer, ...(code !== undefined && { code }) };
}

async function exportOf(
  c: Context<App>,
  reader: GraphReader,
  { format, focus = [], types, max_nodes, ...view }: z.output<typeof ExportQuery>,
): Promise<Response> {
  const drawn = async () => ({
    ...view,
    focus: await Promise.all(focus.map(async (name) => (await nodeOf(reader, name)).id)),
    ...(types !== undefined && { types }),
    ...(max_nodes !== undefined && { max_nodes }),
  });
  const { sha, repository } = reader.info;
  switch (format) {
    case "json":
      return streamed(exportJson(reader), "application/json");
    case "dot":
      return c.body(await exportDot(reader, await drawn()), 200, { "content-type": "text/vnd.graphviz" });
    case "mermaid":
      return c.body(await exportMermaid(reader, await drawn()), 200, { "content-type": "text/vnd.mermaid" });
    case "graphml":
      return streamed(exportGraphml(reader), "application/graphml+xml");
    case "scip": {
      const root = `${varsOf(c.env).PUBLIC_URL}/${repository.path.split("/").map(encodeURIComponent).join("/")}`;
      return streamed(exportScip(reader, { root, version: VERSION }), "application/octet-stream");
    }
    case "sarif": {
      const sarif = exportSarif(await reader.findings(), { rules: RULES, version: VERSION, sha });
      return c.body(sarif, 200, { "content-type": "application/sarif+json" });
    }
  }
}

/** Sends pieces as they are made: a large graph does not fit into the memory. */
function streamed(pieces: AsyncGenerator<string | Uint8Array>, type: string): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(typeof value === "string" ? encoder.encode(value) : value);
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
  return new Response(body, { headers: { "content-type": type } });
}
