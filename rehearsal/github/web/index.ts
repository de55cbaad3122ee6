/** What browsers and download links reach: sign-in, archives, and pages for people. */
import { Hono } from "hono";
import { RESERVED } from "../apps.ts";
import type { Env } from "../routes/api.ts";
import { codeload } from "./codeload.ts";
import { oauth } from "./oauth.ts";
import { pullPage } from "./pull.ts";
import { repositoryPage } from "./repository.ts";
import { signIn } from "./sign-in.ts";
import { talkPages } from "./talk.ts";

const WEB =
  /^\/(_codeload\/|login\/oauth\/|avatars\/|favicon\.ico$|[^/]+\/[^/]+\/((pull|runs|issues)\/\d+|(pull|issues)\/\d+\/comments|issues)$|_sign-in$)/;

/** True for paths that belong to github.com and not to its API; `/{owner}/{repo}` only for browsers. */
export function isWeb(path: string, accept: string): boolean {
  if (WEB.test(path)) return true;
  const [, owner = "", repo, more] = path.split("/");
  return (
    accept.includes("text/html") && repo !== undefined && more === undefined && !RESERVED.includes(owner)
  );
}

export function createWeb(): Hono<Env> {
  const web = new Hono<Env>();
  codeload(web);
  oauth(web);
  web.get("/favicon.ico", (c) => c.body(null, 204));
  web.get("/avatars/:id", (c) =>
    c.body(avatar(Number(c.req.param("id"))), 200, { "content-type": "image/svg+xml" }),
  );
  signIn(web);
  pullPage(web);
  talkPages(web);
  repositoryPage(web);
  return web;
}

/** A coloured square: every person has their own. */
function avatar(id: number): string {
  const hue = (Math.trunc(id) || 0) % 360;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1" fill="hsl(${hue} 50% 50%)"/></svg>`;
}
