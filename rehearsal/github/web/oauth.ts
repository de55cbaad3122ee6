/** Signing in: the page that asks who you are, and the exchange of its code for a token. */
import { createHash, randomBytes } from "node:crypto";
import type { Context, Hono } from "hono";
import { secret, userToken } from "../acts/tokens.ts";
import type { App, Grant } from "../nouns.ts";
import type { Env } from "../routes/api.ts";
import { findUser, type World } from "../world.ts";
import { page } from "./html.ts";

const CODE_LIFE_MS = 10 * 60 * 1000;
const TOKEN_LIFE_MS = 8 * 60 * 60 * 1000;
const REFRESH_LIFE_MS = 184 * 24 * 60 * 60 * 1000;

export function oauth(web: Hono<Env>): void {
  web.get("/login/oauth/authorize", authorize);
  web.post("/login/oauth/access_token", exchange);
}

/** Approves at once for `login` or the world's `signInAs`; otherwise asks. */
function authorize(c: Context<Env>): Response {
  const { world } = c.env;
  const app = world.apps.find((one) => one.clientId === c.req.query("client_id"));
  if (app === undefined) return c.text("404: no such client_id", 404);
  const redirectUri = c.req.query("redirect_uri") ?? null;
  if (redirectUri === null || !URL.canParse(redirectUri)) return c.text("400: redirect_uri is needed", 400);
  const login = c.req.query("login") ?? world.signInAs;
  const user = login === null ? undefined : findUser(world, login);
  if (user === undefined) return c.html(chooser(c, world, app));
  const code = randomBytes(10).toString("hex");
  world.grants.set(code, {
    app,
    user,
    scopes: (c.req.query("scope") ?? "").split(/[ ,]+/).filter(Boolean),
    redirectUri,
    challenge: c.req.query("code_challenge") ?? null,
    expiresAt: world.now() + CODE_LIFE_MS,
  });
  const target = new URL(redirectUri);
  target.searchParams.set("code", code);
  const state = c.req.query("state");
  if (state !== undefined) target.searchParams.set("state", state);
  return c.redirect(target.href, 302);
}

function chooser(c: Context<Env>, world: World, app: App): string {
  const url = new URL(c.req.url);
  const people = [...world.users.values()].filter((user) => user.type === "User");
  const links = people.map((user) => {
    url.searchParams.set("login", user.login);
    return page.text`<li><a href="${url.pathname + url.search}">${user.login}</a></li>`;
  });
  const title = `Sign in to ${app.name}`;
  const heading = page.text`<h1>${title}</h1><p>Rehearsal GitHub: who are you?</p>`;
  return page.whole(title, `${heading}<ul>${links.join("")}</ul>`);
}

/** GitHub answers errors here with status 200 and an `error` field: a trap for clients that only look at the status. */
async function exchange(c: Context<Env>): Promise<Response> {
  const { world } = c.env;
  const fields = await fieldsOf(c);
  const app = world.apps.find((one) => one.clientId === fields.client_id);
  if (app === undefined || app.clientSecret !== fields.client_secret) {
    return answer(c, {
      error: "incorrect_client_credentials",
      error_description: "The client_id and/or client_secret passed are incorrect.",
    });
  }
  const key = fields.grant_type === "refresh_token" ? fields.refresh_token : fields.code;
  const grant = world.grants.get(key ?? "");
  const refused = {
    error: "bad_verification_code",
    error_description: "The code passed is incorrect or expired.",
  };
  if (grant === undefined || grant.app !== app || grant.expiresAt <= world.now()) return answer(c, refused);
  if (!verified(grant, fields.code_verifier)) return answer(c, refused);
  if (
    fields.redirect_uri !== undefined &&
    grant.redirectUri !== null &&
    fields.redirect_uri !== grant.redirectUri
  ) {
    return answer(c, {
      error: "redirect_uri_mismatch",
      error_description: "The redirect_uri MUST match the registered callback URL for this application.",
    });
  }
  // A code and a refresh token work once.
  world.grants.delete(key ?? "");
  return answer(c, issue(world, grant));
}

function issue(world: World, grant: Grant): Record<string, string> {
  const token = userToken(world, grant.user, grant.app, TOKEN_LIFE_MS);
  const refresh = secret("ghr");
  const expiresAt = world.now() + REFRESH_LIFE_MS;
  world.grants.set(refresh, { ...grant, challenge: null, redirectUri: null, expiresAt });
  return {
    access_token: token.value,
    expires_in: String(TOKEN_LIFE_MS / 1000),
    refresh_token: refresh,
    refresh_token_expires_in: String(REFRESH_LIFE_MS / 1000),
    token_type: "bearer",
    scope: "",
  };
}

function verified({ challenge }: Grant, verifier: string | undefined): boolean {
  if (challenge === null) return true;
  return (
    createHash("sha256")
      .update(verifier ?? "")
      .digest("base64url") === challenge
  );
}

async function fieldsOf(c: Context<Env>): Promise<Record<string, string | undefined>> {
  const text = await c.req.text();
  const query = c.req.query();
  if (!c.req.header("content-type")?.includes("json"))
    return { ...query, ...Object.fromEntries(new URLSearchParams(text)) };
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null
      ? { ...query, ...Object.fromEntries(Object.entries(body)) }
      : query;
  } catch {
    return query;
  }
}

function answer(c: Context<Env>, fields: Record<string, string>): Response {
  const numbers = (value: string) => (/^\d+$/.test(value) ? Number(value) : value);
  if (c.req.header("accept")?.includes("json")) {
    return c.json(Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, numbers(value)])));
  }
  return c.body(new URLSearchParams(fields).toString(), 200, {
    "content-type": "application/x-www-form-urlencoded",
  });
}
