/** Begins analyses: of a pinned repository at a commit, or of an archive that is sent. */
import { setTimeout as pause } from "node:timers/promises";
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { Problem } from "../../models/api.ts";
import type { GraphInfo } from "../../models/graph.ts";
import { Analyzed, AnalyzeRequest, UploadQuery, WaitQuery } from "../../models/graph-api.ts";
import { AppError } from "../errors.ts";
import { noteTo } from "../project/index.ts";
import { commitOf } from "../providers/github/index.ts";
import { orderGraph, repositoryAt, type Wish } from "../steps/graph-order.ts";
import { findGraphInfo } from "../store/graph-jobs.ts";
import { projectNamed } from "../store/projects.ts";
import { saveUpload } from "../store/uploads.ts";
import { varsOf } from "../vars.ts";
import { type App, part } from "./app.ts";
import { ownTenant } from "./asking.ts";

/** A body that is read as a stream may be long; one that holds a form is read whole. */
const MOST_BYTES = 100 << 20;
const MOST_FORM_BYTES = 25 << 20;
const LIMIT_S = 60;
const EMPTY = { refused: "empty" } as const;

export const analyze = part("bad_request");

const archive = { schema: z.string().openapi({ format: "binary" }) };
analyze.openAPIRegistry.registerPath({
  method: "post",
  path: "/api/v1/analyze",
  summary: "Analyze a pinned repository at a commit, or an archive (.tar, .tar.gz) that is sent",
  request: {
    query: WaitQuery.extend(UploadQuery.partial().shape),
    body: {
      required: true,
      content: {
        "application/json": { schema: AnalyzeRequest },
        "application/gzip": archive,
        "application/x-tar": archive,
        "multipart/form-data": {
          schema: UploadQuery.extend({ archive: z.string().openapi({ format: "binary" }) }),
        },
      },
    },
  },
  responses: {
    200: { description: "The graph is ready", content: { "application/json": { schema: Analyzed } } },
    202: {
      description: "It is being made: ask Location again",
      content: { "application/json": { schema: Analyzed } },
    },
    default: { description: "A problem", content: { "application/problem+json": { schema: Problem } } },
  },
});

analyze.post("/api/v1/analyze", async (c) => {
  const { wait } = parsed(WaitQuery, c.req.query());
  const { success } = await c.env.ANALYZE_LIMIT.limit({ key: c.var.owner });
  if (!success)
    throw new AppError(
      "rate_limited",
      "Cannot begin more than 10 analyses a minute: try again later",
      undefined,
      {
        retry_after_s: LIMIT_S,
      },
    );
  const wish = await wishOf(c);
  const began = Date.now();
  const ordered = await orderGraph(c.env, wish);
  const target = `${wish.repository.path}@${wish.sha ?? "archive"}`;
  const { owner: actor, request_id } = c.var;
  const said = { action: "graph.analyze", target, detail: ordered.id };
  await noteTo(c.env, null, { fact: `graph.${request_id}`, actor, ...said, request_id });
  return answer(c, await waited(c.env, wish.tenant, ordered, began + wait * 1000));
});

/** Waits for a graph until it is ready, has failed, or time is up. */
async function waited(env: Env, tenant: string, ordered: GraphInfo, until: number): Promise<GraphInfo> {
  let info = ordered;
  for (
    let ms = 20;
    info.status !== "ready" && info.status !== "failed" && Date.now() < until;
    ms = Math.min(500, ms * 1.5)
  ) {
    await pause(ms);
    info = (await findGraphInfo(env.DB, { tenant, id: ordered.id })) ?? info;
  }
  return info;
}

function answer(c: Context<App>, info: GraphInfo): Response {
  if (info.status === "failed") throw new AppError("analysis_failed", info.error ?? "The analysis failed");
  const body = shown(info);
  if (info.status === "ready") return c.json(body, 200);
  return c.json(body, 202, { location: `/api/v1/graph/${info.id}?fields=info`, "retry-after": "2" });
}

function shown({ id, status, stats, duration_ms, progress }: GraphInfo): Analyzed {
  return {
    graph_id: id,
    status,
    ...(stats && {
      stats: {
        files: stats.files,
        classes: stats.node_types.class ?? 0,
        functions: stats.node_types.function ?? 0,
        edges: stats.edge_types,
        lines: stats.lines,
      },
    }),
    ...(duration_ms !== undefined && { duration_ms }),
    ...(progress && { progress }),
  };
}

async function wishOf(c: Context<App>): Promise<Wish> {
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "application/json") return repositoryWish(c);
  if (type === "multipart/form-data") return formWish(c);
  if (/^application\/(gzip|x-gzip|tar|x-tar|x-gtar|octet-stream|x-compressed-tar)$/.test(type))
    return uploadWish(c, parsed(UploadQuery, c.req.query()), c.req.raw.body);
  throw new AppError(
    "unsupported_media_type",
    `Cannot read "${type}": send application/json that names a repository, or an archive as application/gzip or application/x-tar`,
  );
}

async function repositoryWish(c: Context<App>): Promise<Wish> {
  const { repository, sha, ref } = parsed(AnalyzeRequest, await jsonOf(c));
  const project = await projectNamed(c.env.DB, repository);
  if (project === null)
    throw new AppError("not_found", `Cannot analyze "${repository}": pin it first, or send its archive`);
  if (sha !== undefined) return repositoryAt(project, sha);
  const named = ref ?? project.default_branch;
  const found = await commitOf(varsOf(c.env), project, named);
  if (found === null) throw new AppError("not_found", `Cannot find "${named}" in ${repository}`);
  return repositoryAt(project, found);
}

/** As the other doors, which hono guards, refuse what is no JSON. */
async function jsonOf(c: Context<App>): Promise<unknown> {
  try {
    return await c.req.json();
  } catch {
    throw refused([{ field: "body", message: "must be JSON" }]);
  }
}

async function formWish(c: Context<App>): Promise<Wish> {
  if (Number(c.req.header("content-length") ?? 0) > MOST_FORM_BYTES)
    throw new AppError(
      "too_large",
      `Cannot take a form of more than ${MOST_FORM_BYTES} bytes: send the archive as the body, as application/gzip`,
    );
  const form = await c.req.formData();
  const file = form.get("archive") ?? form.get("file");
  if (file === null || typeof file === "string")
    throw refused([{ field: "archive", message: "must be a file: a .tar or .tar.gz" }]);
  const given = Object.fromEntries([...form].filter(([, value]) => typeof value === "string"));
  return uploadWish(c, parsed(UploadQuery, { ...c.req.query(), ...given }), file.stream());
}

async function uploadWish(
  c: Context<App>,
  { name, sha }: z.output<typeof UploadQuery>,
  body: ReadableStream<Uint8Array> | null,
): Promise<Wish> {
  const tenant = ownTenant(c);
  const kept = body === null ? EMPTY : await saveUpload(c.env.ARTIFACTS, tenant, body, MOST_BYTES);
  if ("refused" in kept) {
    if (kept.refused === "empty")
      throw refused([{ field: "body", message: "must be an archive, and is empty" }]);
    throw new AppError("too_large", `Cannot take the archive: the limit is ${MOST_BYTES} bytes, compressed`);
  }
  return {
    tenant,
    repository: { path: name, name },
    ...(sha !== undefined && { sha }),
    source: { kind: "upload", digest: kept.digest },
  };
}

function parsed<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw refused(read.error.issues.map(({ path, message }) => ({ field: path.join(".") || "body", message })));
}

function refused(fields: { field: string; message: string }[]): AppError {
  const words = fields.map(({ field, message }) => `${field}: ${message}`).join("; ");
  return new AppError("bad_request", `Cannot use the request: ${words}`, fields);
}
