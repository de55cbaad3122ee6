/**
 * Who may come in. One owner, signed in by a one-time link that was signed with our secret; every other request
 * is refused. Programs send the session as a bearer token, browsers as a cookie.
 */
import type { MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import { sha256 } from "../digest.ts";
import { AppError } from "../errors.ts";
import { findSession } from "../store/sessions.ts";
import { varsOf } from "../vars.ts";
import type { App } from "./app.ts";

export const COOKIE = "tidegate_session";

/** What needs no session, and why it may do without. */
const OPEN: [method: string, path: string, why: string][] = [
  ["GET", "/health", "says only that the Worker runs"],
  ["POST", "/api/v1/webhooks/github", "is signed by GitHub"],
  ["POST", "/api/v1/session", "is how a session begins"],
  ["GET", "/api/v1/attestation-keys", "is how anybody checks what was signed"],
];

/** Refuses every request that is not the owner's, before any route sees it. */
export const access: MiddlewareHandler<App> = async (c, next) => {
  const vars = varsOf(c.env);
  const { host, origin } = new URL(c.req.url);
  // Another name that points here (DNS rebinding) must not be served.
  if (!hostsOf(vars.PUBLIC_URL).includes(host))
    throw new AppError("forbidden", `Cannot serve host "${host}"`);
  // A page elsewhere must not act with the owner's cookie.
  const from = c.req.header("origin");
  if (from !== undefined && from !== origin)
    throw new AppError("forbidden", `Cannot serve requests from "${from}"`);
  if (OPEN.some(([method, path]) => c.req.method === method && c.req.path === path)) return next();
  const token = c.req.header("authorization")?.replace(/^Bearer /i, "") ?? getCookie(c, COOKIE);
  const session = token === undefined ? null : await findSession(c.env.DB, await sha256(token));
  if (session === null)
    throw new AppError("unauthorized", "Cannot serve this without a session: open the sign-in link");
  c.set("owner", session.owner);
  c.set("session_until", session.expires_at);
  return next();
};

/** The names under which we are reached: on a developer's machine both of its own. */
function hostsOf(publicUrl: string): string[] {
  const { host, hostname, port } = new URL(publicUrl);
  if (hostname !== "localhost" && hostname !== "127.0.0.1") return [host];
  return [`localhost:${port}`, `127.0.0.1:${port}`];
}
