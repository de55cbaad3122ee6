/** What is worth reading: for a task, around files or entry points, within a budget of tokens. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { needNamed } from "../../graph/queries/answer.ts";
import { context as rankContext } from "../../graph/queries/context.ts";
import { ContextAnswer, ContextRequest } from "../../models/context.ts";
import { GraphId } from "../../models/graph-order.ts";
import { type App, answers, json, part } from "./app.ts";
import { aroundOf, openGraph } from "./asking.ts";
import { pluginOf, plugins } from "./plugins.ts";

const ofGraph = createRoute({
  method: "post",
  path: "/api/v1/graph/{id}/context",
  summary: "Context of a graph, by `files`, `entry_points` or `task`",
  request: { params: z.object({ id: GraphId }), body: json(ContextRequest) },
  responses: answers("What is worth reading", ContextAnswer),
});
const named = createRoute({
  method: "post",
  path: "/api/v1/context",
  summary: "Context, with the graph named in the body",
  request: { body: json(z.intersection(z.looseObject({ graph_id: GraphId }), ContextRequest)) },
  responses: answers("What is worth reading", ContextAnswer),
});

export const context = part("bad_request")
  .openapi(ofGraph, async (c) =>
    c.json(await contextOf(c, c.req.valid("param").id, c.req.valid("json")), 200),
  )
  .openapi(named, async (c) => {
    const { graph_id, ...asked } = c.req.valid("json");
    return c.json(await contextOf(c, graph_id, asked as ContextRequest), 200);
  });

async function contextOf(c: Context<App>, id: string, asked: ContextRequest): Promise<ContextAnswer> {
  const plugin = pluginOf(plugins.context, asked.plugin ?? c.req.query("plugin"));
  const { reader } = await openGraph(c, id);
  const { source, encoding } = aroundOf(c, reader.info);
  const answer = await rankContext(reader, asked, {
    plugin,
    ...(source && { source }),
    ...(encoding && { encoding }),
  });
  needNamed(asked, answer);
  return answer;
}
