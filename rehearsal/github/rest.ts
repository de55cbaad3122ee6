/** The REST API: one Hono application, its common manners, and the table of routes. */
import { createHash } from "node:crypto";
import { Hono } from "hono";
import { viewerOf } from "./auth.ts";
import { type Budget, budgetHeaders, budgetOf, spend } from "./limits.ts";
import { Problem, Unmodelled } from "./problems.ts";
import type { Api, Ctx, Env } from "./routes/api.ts";
import { apps } from "./routes/apps.ts";
import { archives } from "./routes/archives.ts";
import { branches } from "./routes/branches.ts";
import { checks } from "./routes/checks.ts";
import { collaborators } from "./routes/collaborators.ts";
import { comments } from "./routes/comments.ts";
import { commits } from "./routes/commits.ts";
import { contents } from "./routes/contents.ts";
import { graphql } from "./routes/graphql.ts";
import { hooks } from "./routes/hooks.ts";
import { issueEvents } from "./routes/issue-events.ts";
import { issues } from "./routes/issues.ts";
import { labels } from "./routes/labels.ts";
import { merges } from "./routes/merges.ts";
import { meta } from "./routes/meta.ts";
import { objects } from "./routes/objects.ts";
import { protection } from "./routes/protection.ts";
import { pulls } from "./routes/pulls.ts";
import { reactions } from "./routes/reactions.ts";
import { refs } from "./routes/refs.ts";
import { repositories } from "./routes/repositories.ts";
import { reviewComments } from "./routes/review-comments.ts";
import { reviews } from "./routes/reviews.ts";
import { rules } from "./routes/rules.ts";
import { statuses } from "./routes/statuses.ts";
import { suites } from "./routes/suites.ts";
import { tokens } from "./routes/tokens.ts";
import { users } from "./routes/users.ts";

/** Order matters where one path could be read as another: the longer one first. */
const ROUTES = [
  meta,
  users,
  apps,
  tokens,
  archives,
  collaborators,
  protection,
  rules,
  branches,
  suites,
  checks,
  statuses,
  merges,
  reviewComments,
  reviews,
  pulls,
  labels,
  reactions,
  comments,
  issueEvents,
  issues,
  contents,
  refs,
  objects,
  commits,
  hooks,
  graphql,
  repositories,
] as const;

const NO_USER_AGENT =
  "Request forbidden by administrative rules. Please make sure your request has a User-Agent header.";

export function createRest(): Api {
  const api = new Hono<Env>({ strict: false });
  api.use(manners);
  for (const add of ROUTES) add(api);
  api.notFound((c) => unmodelled(c, "no such route"));
  api.onError((error, c) => {
    if (error instanceof Problem) return error.toResponse();
    if (error instanceof Unmodelled) return unmodelled(c, error.message);
    c.env.world.log(`rehearsal github: ${c.req.method} ${c.req.path} failed: ${error.stack ?? error}`);
    return Response.json({ message: "Server Error" }, { status: 500 });
  });
  return api;
}

/** Who calls, what is left of the budget, and the headers that every answer carries. */
async function manners(c: Ctx, next: () => Promise<void>): Promise<void> {
  const { world, seen } = c.env;
  c.set("viewer", { kind: "anonymous" });
  // A Worker's own fetch sends none: GitHub refuses that, so the rehearsal must.
  if (c.req.header("user-agent") === undefined) {
    c.res = new Response(NO_USER_AGENT, { status: 403, headers: { "content-type": "text/html" } });
    return;
  }
  let budget: Budget | null = null;
  try {
    const viewer = viewerOf(world, c.req.header("authorization"));
    c.set("viewer", viewer);
    budget = budgetOf(world, viewer);
    if (c.req.path !== "/rate_limit") spend(budget, viewer);
    await next();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    c.res = error.toResponse();
  }
  await conditional(c);
  // What the caller has already costs nothing.
  if (c.res.status === 304 && budget !== null) budget.bucket.used -= 1;
  const headers = budgetHeaders(budget ?? budgetOf(world, { kind: "anonymous" }));
  for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
  c.res.headers.set("x-github-request-id", seen.id);
  c.res.headers.set("x-github-media-type", "github.v3; format=json");
  c.res.headers.set("x-github-api-version-selected", c.req.header("x-github-api-version") ?? "2022-11-28");
}

/** An ETag for every JSON answer, and 304 for a caller that has it already. */
async function conditional(c: Ctx): Promise<void> {
  const isJson = c.res.headers.get("content-type")?.startsWith("application/json");
  if (c.req.method !== "GET" || c.res.status !== 200 || !isJson) return;
  const text = await c.res.clone().text();
  const etag = `W/"${createHash("sha256").update(text).digest("hex")}"`;
  const known = c.req.header("if-none-match");
  if (known === etag || known === etag.slice(2)) c.res = new Response(null, { status: 304 });
  c.res.headers.set("etag", etag);
  c.res.headers.set("cache-control", "private, max-age=60, s-maxage=60");
}

/** Loud on purpose: a test that leans on what is not modelled must not pass by accident. */
function unmodelled(c: Ctx, reason: string): Response {
  const { world, seen } = c.env;
  world.unmodelled.push(seen);
  world.log(`rehearsal github: NOT MODELLED: ${seen.method} ${seen.path} (${reason})`);
  const message = `The rehearsal GitHub does not model ${seen.method} ${seen.path}: ${reason}`;
  return Response.json({ message, method: seen.method, path: seen.path }, { status: 501 });
}
