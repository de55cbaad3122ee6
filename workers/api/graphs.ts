/** Graphs as a list, and two of them compared. */
import { createRoute, type z } from "@hono/zod-openapi";
import { diff } from "../../graph/queries/diff.ts";
import { GraphList, GraphsQuery } from "../../models/graph-api.ts";
import { GraphId } from "../../models/graph-order.ts";
import { DiffAnswer, DiffQuestion } from "../../models/questions.ts";
import { answers, part } from "./app.ts";
import { listGraphs, openGraph } from "./asking.ts";

const list = createRoute({
  method: "get",
  path: "/api/v1/graphs",
  summary: "Graphs, newest first, those that are being made too",
  request: { query: GraphsQuery },
  responses: answers("The graphs", GraphList),
});
const compare = createRoute({
  method: "get",
  path: "/api/v1/graphs/diff",
  summary: "What changed from one graph to another: files, definitions, edges",
  request: { query: DiffQuestion.extend({ from: GraphId, to: GraphId }) },
  responses: answers("The changes", DiffAnswer),
});

export const graphs = part("bad_request")
  .openapi(list, async (c) => {
    const { repository, sha, limit } = c.req.valid("query");
    const filter = {
      ...(repository !== undefined && { repository }),
      ...(sha !== undefined && { sha }),
      limit,
    };
    return c.json({ graphs: await listGraphs(c, filter) } satisfies z.infer<typeof GraphList>, 200);
  })
  .openapi(compare, async (c) => {
    const { from, to, ...question } = c.req.valid("query");
    const [before, after] = await Promise.all([openGraph(c, from), openGraph(c, to)]);
    return c.json(await diff(before.reader, after.reader, question), 200);
  });
