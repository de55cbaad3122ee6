/** Signing in with a one-time link, and out. A link is a JWT signed with our secret: `npm start` makes them. */
import { createRoute, z } from "@hono/zod-openapi";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { verify } from "hono/jwt";
import { Session } from "../../models/api.ts";
import { sha256 } from "../digest.ts";
import { AppError } from "../errors.ts";
import { deleteSession, insertSession } from "../store/sessions.ts";
import { type Vars, varsOf } from "../vars.ts";
import { COOKIE } from "./access.ts";
import { answers, json, part } from "./app.ts";

const SESSION_MS = 12 * 60 * 60_000;
const LINK_FAILED = "Cannot sign in: the link was used before, has expired or is not ours; ask for a new one";

const Link = z.object({
  purpose: z.literal("sign-in"),
  sub: z.string().min(1),
  jti: z.string().min(16),
  exp: z.number(),
});

const signIn = createRoute({
  method: "post",
  path: "/api/v1/session",
  summary: "Exchange a one-time link for a session",
  request: {
    body: json(z.object({ link: z.string().max(2_000) })),
  },
  responses: answers("The session; the cookie is set as well", Session.extend({ token: z.string() })),
});

const read = createRoute({
  method: "get",
  path: "/api/v1/session",
  summary: "Who is signed in",
  responses: answers("The session", Session),
});

const signOut = createRoute({
  method: "delete",
  path: "/api/v1/session",
  summary: "Sign out",
  responses: { 204: { description: "Signed out" } },
});

export const session = part()
  .openapi(signIn, async (c) => {
    const vars = varsOf(c.env);
    const { owner, jti, exp } = await readLink(vars, c.req.valid("json").link);
    // Used links are kept as long as they could be used again: the second use finds the first.
    const fresh = await insertSession(c.env.DB, {
      hash: await sha256(jti),
      kind: "link",
      owner,
      expires_at: exp * 1000,
    });
    if (!fresh) throw new AppError("unauthorized", LINK_FAILED);
    const token = `${crypto.randomUUID()}${crypto.randomUUID()}`.replaceAll("-", "");
    const expires_at = Date.now() + SESSION_MS;
    await insertSession(c.env.DB, { hash: await sha256(token), kind: "session", owner, expires_at });
    setCookie(c, COOKIE, token, {
      httpOnly: true,
      sameSite: "Strict",
      secure: vars.PUBLIC_URL.startsWith("https:"),
      path: "/",
      maxAge: SESSION_MS / 1000,
    });
    return c.json({ owner, expires_at, token }, 200);
  })
  .openapi(read, (c) => c.json({ owner: c.var.owner, expires_at: c.var.session_until }, 200))
  .openapi(signOut, async (c) => {
    const token = c.req.header("authorization")?.replace(/^Bearer /i, "") ?? getCookie(c, COOKIE) ?? "";
    await deleteSession(c.env.DB, await sha256(token));
    deleteCookie(c, COOKIE);
    return c.body(null, 204);
  });

async function readLink(vars: Vars, link: string): Promise<{ owner: string; jti: string; exp: number }> {
  const payload = await verify(link, vars.SESSION_SECRET, "HS256").catch(() => null);
  const claims = Link.safeParse(payload);
  if (!claims.success) throw new AppError("unauthorized", LINK_FAILED);
  return { owner: claims.data.sub, jti: claims.data.jti, exp: claims.data.exp };
}
