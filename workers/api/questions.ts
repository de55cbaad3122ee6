/** Questions to one graph: a line for each. */
import { createRoute, z } from "@hono/zod-openapi";
import { askFindings, askHotSpots } from "../../clients/mcp/ask.ts";
import type { Asker } from "../../clients/mcp/asker.ts";
import { RULES } from "../../graph/analyzers/measures/findings/rules.ts";
import { exportSarif } from "../../graph/exports/index.ts";
import { head, pageOf } from "../../graph/queries/answer.ts";
import { callees, callers } from "../../graph/queries/calls.ts";
import { cycles } from "../../graph/queries/cycles.ts";
import { dependencies } from "../../graph/queries/dependencies.ts";
import { paths } from "../../graph/queries/paths.ts";
import { pathFilter } from "../../graph/queries/pattern.ts";
import { search } from "../../graph/queries/search.ts";
import { unreferenced } from "../../graph/queries/unreferenced.ts";
import type { GraphReader } from "../../graph/store.ts";
import {
  FindingsAnswer,
  FindingsQuestion,
  UnresolvedAnswer,
  UnresolvedQuestion,
} from "../../models/graph-api.ts";
import { GraphId } from "../../models/graph-order.ts";
import * as ask from "../../models/questions.ts";
import { VERSION } from "../version.ts";
import { answers, part } from "./app.ts";
import { askerOf, openGraph } from "./asking.ts";

export const questions = part("bad_request");
const GraphParam = z.object({ id: GraphId });

/** Makes a question one of the API: `GET /graph/{id}/<word>`. */
function question<Q extends z.ZodObject, A extends z.ZodType>(
  word: string,
  summary: string,
  Question: Q,
  Reply: A,
  reply: (reader: GraphReader, question: z.output<Q>, asker: Asker) => Promise<z.input<A>>,
): void {
  const route = createRoute({
    method: "get",
    path: `/api/v1/graph/{id}/${word}`,
    summary,
    request: { params: GraphParam, query: Question },
    responses: answers("The answer", Reply),
  });
  questions.openapi(route, async (c) => {
    const { reader } = await openGraph(c, (c.req.valid("param" as never) as { id: string }).id);
    const asked = c.req.valid("query" as never) as z.output<Q>;
    return c.json((await reply(reader, asked, askerOf(c))) as object, 200) as never;
  });
}

question(
  "dependencies",
  "What a node depends on, and what depends on it",
  ask.DependenciesQuestion,
  ask.DependenciesAnswer,
  dependencies,
);
question("callers", "Who calls a function", ask.CallsQuestion, ask.CallsAnswer, callers);
question("callees", "What a function calls", ask.CallsQuestion, ask.CallsAnswer, callees);
question("paths", "The shortest ways from one node to another", ask.PathsQuestion, ask.PathsAnswer, paths);
question("cycles", "Cycles of imports or calls", ask.CyclesQuestion, ask.CyclesAnswer, cycles);
question(
  "hot-spots",
  "Where complexity meets many dependents",
  ask.HotSpotsQuestion.omit({ history: true }),
  ask.HotSpotsAnswer,
  (reader, asked, asker) => askHotSpots(asker, reader, asked),
);
question(
  "unreferenced",
  "Definitions without a known reference",
  ask.UnreferencedQuestion,
  ask.UnreferencedAnswer,
  unreferenced,
);
question("search", "Finds nodes by name or by words in them", ask.SearchQuestion, ask.SearchAnswer, search);
question(
  "unresolved",
  "Calls that could not be followed",
  UnresolvedQuestion,
  UnresolvedAnswer,
  async (reader, { paths: only, ...page }) => {
    const fits = pathFilter(only);
    const ids = new Map((await reader.files()).map(({ id, path }) => [id, path]));
    const all = (await reader.unresolved()).filter(
      ({ source }) => only === undefined || fits(ids.get(source) ?? source.slice(0, source.indexOf("::"))),
    );
    const calls = pageOf(all, page);
    const totals = { unresolved_calls: all.length };
    return {
      ...head(reader),
      unresolved: all.length,
      truncated: calls.length < all.length,
      totals,
      unresolved_calls: calls,
    };
  },
);

const findings = createRoute({
  method: "get",
  path: "/api/v1/graph/{id}/findings",
  summary: "What was noticed in the code; as SARIF too",
  request: {
    params: GraphParam,
    query: FindingsQuestion.extend({ format: z.enum(["json", "sarif"]).default("json") }),
  },
  responses: answers("The findings", FindingsAnswer),
});
questions.openapi(findings, async (c) => {
  const { reader } = await openGraph(c, c.req.valid("param").id);
  const { format, ...asked } = c.req.valid("query");
  if (format === "json") return c.json(await askFindings(reader, asked), 200);
  const all = await askFindings(reader, { ...asked, limit: Number.MAX_SAFE_INTEGER, offset: 0 });
  const sarif = exportSarif(all.findings, { rules: RULES, version: VERSION, sha: reader.info.sha });
  return c.body(sarif, 200, { "content-type": "application/sarif+json" }) as never;
});
