/** What every address stands behind: how much it takes, and which methods it knows. */
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { AppError } from "../errors.ts";
import { type App, type part, problem } from "./app.ts";

const MEGABYTE = 1 << 20;
const MOST_MEGABYTES = 1;
/** A diff comes with the question, pictures with a goal. */
const MOST_WITH_DIFF_MEGABYTES = 25;
/** They bound what they take themselves. */
const WEBHOOKS = /^\/api\/v1\/webhooks\b/;
const ARCHIVES = /^\/api\/v1\/analyze$/;
const WITH_DIFF = /\/impact$|^\/mcp$|\/agent-run$|\/prompt$/;

const small = bounded(MOST_MEGABYTES);
const large = bounded(MOST_WITH_DIFF_MEGABYTES);

/** Refuses a body before it is read whole: nothing of ours is asked with megabytes. */
export const bounds: MiddlewareHandler<App> = async (c, next) => {
  const isJson = c.req.header("content-type")?.startsWith("application/json") === true;
  if (WEBHOOKS.test(c.req.path) || (ARCHIVES.test(c.req.path) && !isJson)) return next();
  return (WITH_DIFF.test(c.req.path) ? large : small)(c, next);
};

function bounded(megabytes: number): MiddlewareHandler<App> {
  return bodyLimit({
    maxSize: megabytes * MEGABYTE,
    onError: () => {
      throw new AppError("too_large", `Cannot take a body of more than ${megabytes} MB`);
    },
  });
}

/** Answers where no route does: the place is none, or it knows other methods. */
export function nowhere(api: ReturnType<typeof part>): (c: Context<App>) => Response {
  let places: { method: string; fits: RegExp }[] | undefined;
  return (c) => {
    const { method, path } = c.req;
    places ??= api.routes
      .filter((route) => route.method !== "ALL")
      .map((route) => ({ method: route.method, fits: patternOf(route.path) }));
    const known = places.filter(({ fits }) => fits.test(path)).map((place) => place.method);
    if (known.length === 0)
      return problem(new AppError("not_found", `Cannot ${method} "${path}": there is no such place`), c);
    const allow = [...new Set(known)].sort().join(", ");
    c.header("allow", allow);
    return problem(new AppError("method_not_allowed", `Cannot ${method} "${path}": it takes ${allow}`), c);
  };
}

/** `/graph/:id/node/:node{.+}` as an expression. */
function patternOf(path: string): RegExp {
  const parts = path.split(/(:\w+(?:\{[^/]*\})?\??|\*)/).map((piece) => {
    if (piece === "*") return ".*";
    if (!piece.startsWith(":")) return piece.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
    return /\{(.*)\}/.exec(piece)?.[1] ?? "[^/]+";
  });
  return new RegExp(`^${parts.join("")}$`);
}
