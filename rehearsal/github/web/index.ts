/** What browsers and download links reach: sign-in, archives, and a page for each pull request. */
import { Hono } from "hono";
import type { Env } from "../routes/api.ts";
import { codeload } from "./codeload.ts";
import { oauth } from "./oauth.ts";
import { pullPage } from "./pull.ts";

const WEB = /^\/(_codeload\/|login\/oauth\/|[^/]+\/[^/]+\/pull\/\d+$)/;

/** True for paths that belong to github.com and not to its API. */
export function isWeb(path: string): boolean {
  return WEB.test(path);
}

export function createWeb(): Hono<Env> {
  const web = new Hono<Env>();
  codeload(web);
  oauth(web);
  pullPage(web);
  return web;
}
