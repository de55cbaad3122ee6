/** What a change may break. One question, asked with a body or with an address. */
import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { analyzeImpact } from "../../graph/plugins/impact.ts";
import { GraphId } from "../../models/graph-order.ts";
import { ImpactAnswer, ImpactQuestion } from "../../models/impact.ts";
import { AppError } from "../errors.ts";
import { type App, answers, json, part } from "./app.ts";
import { aroundOf, openGraph } from "./asking.ts";
import { pluginOf, plugins } from "./plugins.ts";

const Asked = ImpactQuestion.extend({ plugin: z.string().max(100).optional() });
const GraphParam = z.object({ id: GraphId });
const responses = answers("What may break", ImpactAnswer);

const posted = createRoute({
  method: "post",
  path: "/api/v1/graph/{id}/impact",
  summary: "Impact of files, symbols, changed lines or a diff",
  request: { params: GraphParam, body: json(Asked) },
  responses,
});
const got = createRoute({
  method: "get",
  path: "/api/v1/graph/{id}/impact",
  summary: "Impact of files and symbols",
  request: {
    params: GraphParam,
    query: Asked.omit({ diff: true, ranges: true, history: true, codeowners: true }),
  },
  responses,
});

export const impact = part("bad_request")
  .openapi(posted, async (c) => c.json(await impactOf(c, c.req.valid("param").id, c.req.valid("json")), 200))
  .openapi(got, async (c) => c.json(await impactOf(c, c.req.valid("param").id, c.req.valid("query")), 200));

async function impactOf(
  c: Context<App>,
  id: string,
  { plugin: name, ...question }: z.input<typeof Asked>,
): Promise<ImpactAnswer> {
  const {
    files = [],
    symbols = [],
    diff,
    ranges,
  } = question as { files?: string[]; symbols?: string[] } & typeof question;
  if (files.length + symbols.length === 0 && diff === undefined && ranges === undefined) {
    const message = "name at least one of files, symbols, ranges or diff";
    throw new AppError("bad_request", `Cannot tell what changed: ${message}`, [{ field: "files", message }]);
  }
  const plugin = pluginOf(plugins.impact, name);
  const { reader } = await openGraph(c, id);
  const codeowners = question.codeowners ?? (await aroundOf(c, reader.info).codeowners?.());
  return analyzeImpact(plugin, {
    reader,
    question: { ...question, ...(codeowners !== undefined && { codeowners }) },
  });
}
