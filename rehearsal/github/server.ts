/** One listener for all doors: git, REST, the sign-in pages, downloads, and pages for people. */
import { randomBytes } from "node:crypto";
import { labelOf, lifeLeft } from "./auth.ts";
import type { Seen } from "./faults.ts";
import { installHooks } from "./git/http.ts";
import { createRest } from "./rest.ts";
import { GIT_PATH, smartHttp } from "./smart.ts";
import { createWeb, isWeb } from "./web/index.ts";
import type { World } from "./world.ts";

/** A rehearsal may run for days. */
const MAX_RECORDED = 100_000;

export type Handler = (request: Request) => Promise<Response>;

/** The function that answers every request, faults included. */
export function createHandler(world: World): Handler {
  const rest = createRest();
  const web = createWeb();
  const hooksDir = installHooks(world.dir);

  async function answer(request: Request, seen: Seen, body: Buffer): Promise<Response> {
    if (GIT_PATH.test(new URL(request.url).pathname)) return smartHttp(world, request, body, hooksDir);
    const inner = new URL(request.url);
    const isPage = !inner.pathname.startsWith("/api/") && isWeb(seen.path, seen.headers.accept ?? "");
    inner.pathname = seen.path;
    const init = { method: request.method, headers: request.headers };
    const again = new Request(inner, body.length > 0 ? { ...init, body: new Uint8Array(body) } : init);
    return (isPage ? web : rest).fetch(again, { world, seen });
  }

  return async (request) => {
    const body = Buffer.from(await request.arrayBuffer());
    const seen = look(world, request, body);
    world.requests.push(seen);
    if (world.requests.length > MAX_RECORDED) world.requests.shift();
    const response = await withFaults(world, seen, () => answer(request, seen, body)).catch(
      (error: unknown) => crashed(world, seen, error),
    );
    seen.status = response.status;
    return response;
  };
}

/** A mistake of the rehearsal itself, or of a test's fault: said aloud, never a silent 500. */
function crashed(world: World, seen: Seen, error: unknown): Response {
  const story = error instanceof Error ? error.stack : String(error);
  world.log(`rehearsal github: ${seen.method} ${seen.path} crashed: ${story}`);
  return Response.json({ message: "Server Error", rehearsal: String(error) }, { status: 500 });
}

/** Writes down what came in. */
function look(world: World, request: Request, body: Buffer): Seen {
  const url = new URL(request.url);
  const headers = Object.fromEntries(request.headers);
  const authorization = headers.authorization;
  // Secrets stay out of the record: tests search it for leaks.
  const isSecret = /^\/(login\/oauth\/|_codeload\/|_sign-in$)/.test(url.pathname);
  if (authorization !== undefined) headers.authorization = "[hidden]";
  return {
    id: randomBytes(8).toString("hex").toUpperCase(),
    at: world.now(),
    method: request.method,
    path: byName(
      world,
      url.pathname.replace(/^\/api\/v3(?=\/|$)/, "").replace(/^\/api\/graphql$/, "/graphql") || "/",
    ),
    query: isSecret ? {} : Object.fromEntries(url.searchParams),
    headers,
    body: isSecret ? null : parsed(headers["content-type"], body),
    by: labelOf(world, authorization),
    leftMs: lifeLeft(world, authorization),
    status: null,
  };
}

/** `/repositories/{id}/...` is the same place as `/repos/{owner}/{name}/...`. */
function byName(world: World, path: string): string {
  const [, id, rest = ""] = /^\/repositories\/(\d+)(\/.*)?$/.exec(path) ?? [];
  if (id === undefined) return path;
  const repository = world.repositories.get(Number(id));
  // Nobody is called `-`: one that is gone is answered as any name that is not there.
  return repository === undefined
    ? `/repos/-/${id}${rest}`
    : `/repos/${repository.owner.login}/${repository.name}${rest}`;
}

function parsed(contentType: string | undefined, body: Buffer): unknown {
  if (body.length === 0 || contentType?.startsWith("application/x-git")) return null;
  try {
    return JSON.parse(body.toString());
  } catch {
    return null;
  }
}

async function withFaults(world: World, seen: Seen, answer: () => Promise<Response>): Promise<Response> {
  const faults = world.faults.requestFaults(seen);
  for (const fault of faults) {
    const instead = await fault.before?.(seen);
    if (instead !== undefined) return instead;
  }
  let response = await answer();
  for (const fault of faults) response = (await fault.after?.(seen, response)) ?? response;
  return response;
}
