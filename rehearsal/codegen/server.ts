/** One listener: writes down what comes in, lets faults happen, and says aloud what it does not model. */
import { Hono } from "hono";
import type { Env } from "./api.ts";
import { spend } from "./knobs.ts";
import type { Seen, World } from "./nouns.ts";
import { places } from "./places.ts";
import { Problem, tooMany, Unmodelled } from "./problems.ts";
import { runs } from "./runs.ts";

/** A rehearsal may run for days. */
const MAX_RECORDED = 10_000;

export type Handler = (request: Request) => Promise<Response>;

/** The function that answers every request. */
export function createHandler(world: World): Handler {
  const api = new Hono<Env>();
  places(api);
  runs(api);
  api.notFound((c) => {
    throw new Unmodelled(`${c.req.method} ${c.req.path}`);
  });
  // Both are answered below, where the record of the request is at hand.
  api.onError((error) => {
    throw error;
  });
  return async (request) => {
    const text = await request.text();
    const seen = look(world, request, text);
    const again = new Request(request.url, {
      method: request.method,
      headers: request.headers,
      ...(text !== "" && { body: text }),
    });
    const response = await withFaults(world, seen, async () => api.fetch(again, { world })).catch(
      (error: unknown) => refused(world, seen, error),
    );
    seen.status = response.status;
    return response;
  };
}

function look(world: World, request: Request, text: string): Seen {
  const { pathname, searchParams } = new URL(request.url);
  const headers = Object.fromEntries(request.headers);
  if (headers.authorization !== undefined) headers.authorization = "[hidden]";
  const seen: Seen = {
    at: world.now(),
    method: request.method,
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers,
    body: parsed(text),
    status: null,
  };
  world.requests.push(seen);
  if (world.requests.length > MAX_RECORDED) world.requests.shift();
  return seen;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function withFaults(world: World, seen: Seen, answer: () => Promise<Response>): Promise<Response> {
  const { knobs } = world;
  if (spend(knobs, "down")) return new Response("<h1>502 Bad Gateway</h1>", { status: 502 });
  if (spend(knobs, "busy")) return tooMany(knobs.retryAfterS).toResponse();
  const response = await answer();
  const created = response.ok && seen.method === "POST" && seen.path.endsWith("/agent/run");
  if (!created || !spend(knobs, "lost")) return response;
  return new Problem(500, "Internal Server Error").toResponse();
}

function refused(world: World, seen: Seen, error: unknown): Response {
  if (error instanceof Problem) return error.toResponse();
  const call = `${seen.method} ${seen.path}`;
  if (error instanceof Unmodelled) {
    // Loud on purpose: a test that leans on what is not modelled must not pass by accident.
    world.unmodelled.push(seen);
    world.log(`rehearsal codegen: NOT MODELLED: ${call} (${error.message})`);
    return new Problem(501, `The rehearsal Codegen does not model ${call}: ${error.message}`).toResponse();
  }
  world.log(`rehearsal codegen: ${call} crashed: ${error instanceof Error ? error.stack : String(error)}`);
  return new Problem(500, "Internal Server Error").toResponse();
}
