/**
 * Who looks at the pages: somebody who came by a link that holds their token. Without it nobody writes: whatever runs on
 * this machine reaches these pages, and so does every page that its browser shows.
 */
import type { Context, Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { viewerOf } from "../auth.ts";
import type { Repository, User } from "../nouns.ts";
import type { Env } from "../routes/api.ts";
import type { World } from "../world.ts";
import { page } from "./html.ts";

const COOKIE = "rehearsal_person";
export const SIGN_IN = "/_sign-in";

/** An address that signs its opener in and leads to a page. */
export function signInUrl(origin: string, token: string, path: string): string {
  return `${origin}${SIGN_IN}?${new URLSearchParams({ token, to: path })}`;
}

export function signIn(web: Hono<Env>): void {
  web.get(SIGN_IN, (c) => {
    const { token = "", to = "/" } = c.req.query();
    if (holderOf(c.env.world, token) === null) return c.html(page.refused("This link signs nobody in."), 403);
    setCookie(c, COOKIE, token, { httpOnly: true, sameSite: "Lax", path: "/" });
    return c.redirect(/^\/(?![/\\])/.test(to) ? to : "/", 302);
  });
}

/** The repository if the browser may see it: public, or someone is signed in to the rehearsal. */
export function readable(world: World, repository: Repository | undefined): Repository | null {
  if (repository === undefined) return null;
  return repository.private && world.signInAs === null ? null : repository;
}

/** Null: a stranger. */
export function personOf(c: Context<Env>): User | null {
  return holderOf(c.env.world, getCookie(c, COOKIE) ?? "");
}

/** Who sends a form of ours; null: nobody, or another site in their name. */
export function senderOf(c: Context<Env>): User | null {
  return c.req.header("origin") === c.env.world.url ? personOf(c) : null;
}

function holderOf(world: World, token: string): User | null {
  if (!world.tokens.has(token)) return null;
  const viewer = viewerOf(world, `token ${token}`);
  return viewer.kind === "user" ? viewer.user : null;
}
