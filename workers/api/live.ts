/** The project's socket: events as they happen, and the log that a client follows. Frames: models/event. */
import { getCookie } from "hono/cookie";
import { sha256 } from "../digest.ts";
import { AppError } from "../errors.ts";
import { projectOf } from "../project/index.ts";
import { COOKIE } from "./access.ts";
import { part } from "./app.ts";
import { need } from "./projects.ts";

export const live = part();

live.get("/api/v1/projects/:id/live", async (c) => {
  const project = await need(c.env, c.req.param("id"));
  if (c.req.header("upgrade")?.toLowerCase() !== "websocket") {
    throw new AppError("bad_request", "Cannot open the socket: send Upgrade: websocket");
  }
  const url = new URL(c.req.url);
  url.searchParams.set("project", project.id);
  const token = c.req.header("authorization")?.replace(/^Bearer /i, "") ?? getCookie(c, COOKIE) ?? "";
  // Whose socket it is: the project asks again before it says anything.
  url.searchParams.set("session", await sha256(token));
  url.searchParams.set("until", String(c.var.session_until));
  return projectOf(c.env, project.id).fetch(new Request(url, c.req.raw));
});
