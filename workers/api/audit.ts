/** The audit of a project: its rows, and an export whose end is signed. `-` names what belongs to no project. */
import { createRoute, z } from "@hono/zod-openapi";
import { AuditFilter, type AuditHead, AuditRow, HEAD_PAYLOAD, NO_PROJECT } from "../../models/audit.ts";
import { canonical } from "../../models/canonical.ts";
import { AppError } from "../errors.ts";
import { projectOf } from "../project/index.ts";
import { signerOf } from "../sign.ts";
import { listAudit } from "../store/audit.ts";
import { findProject } from "../store/projects.ts";
import { varsOf } from "../vars.ts";
import { answers, ProjectParam, part } from "./app.ts";

const PAGE = 500;
const After = z.object({ after: z.coerce.number().int().nonnegative().default(0) });
const Wish = After.extend({
  before: z.coerce.number().int().positive().optional(),
  newest: z.stringbool().default(false),
  limit: z.coerce.number().int().positive().max(PAGE).default(PAGE),
}).extend(AuditFilter.shape);

const list = createRoute({
  method: "get",
  path: "/api/v1/projects/{id}/audit",
  summary:
    "What was changed, by whom: from behind row `after` or before row `before`, oldest first unless `newest`",
  request: { params: ProjectParam, query: Wish },
  responses: answers("Rows", z.array(AuditRow)),
});
const exported = createRoute({
  method: "get",
  path: "/api/v1/projects/{id}/audit/export",
  summary: "The whole audit, one row a line, then its signed end: what `tidegate verify --audit` checks",
  request: { params: ProjectParam, query: After },
  responses: {
    200: { description: "Rows", content: { "application/x-ndjson": { schema: z.string() } } },
  },
});

export const audit = part()
  .openapi(list, async (c) => {
    const id = await needChain(c.env, c.req.valid("param").id);
    const { limit, ...wish } = c.req.valid("query");
    return c.json(await listAudit(c.env.DB, id, wish, limit), 200);
  })
  .openapi(exported, async (c) => {
    const id = await needChain(c.env, c.req.valid("param").id);
    const head = await projectOf(c.env, id).auditHead(id);
    const body = streamOf(pagesOf(c.env, head, c.req.valid("query").after));
    const headers = {
      "content-type": "application/x-ndjson",
      "content-disposition": `attachment; filename="audit-${id}.ndjson"`,
    };
    return new Response(body, { headers }) as never;
  });

/** A project that was removed keeps its audit. */
async function needChain(env: Env, id: string): Promise<string> {
  if (id !== NO_PROJECT && (await findProject(env.DB, id)) === null)
    throw new AppError("not_found", `Cannot find project "${id}"`);
  return id;
}

/** Up to the end that the project knows: what was written meanwhile is left for the next export. */
async function* pagesOf(env: Env, head: AuditHead, after: number): AsyncGenerator<string> {
  for (let last = after; last < head.id; ) {
    const rows = await listAudit(env.DB, head.project_id, { after: last }, PAGE);
    const known = rows.filter(({ id }) => id <= head.id);
    // Rows that are missing are not said to be there: the end line shows that they are.
    if (known.length === 0) break;
    yield known.map((row) => `${canonical(row)}\n`).join("");
    last = known.at(-1)?.id ?? head.id;
  }
  const envelope = (await (await signerOf(varsOf(env)))?.sign(HEAD_PAYLOAD, canonical(head))) ?? null;
  yield `${canonical({ head, envelope })}\n`;
}

function streamOf(pages: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const text = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pages.next();
      if (done) controller.close();
      else controller.enqueue(text.encode(value));
    },
  });
}
