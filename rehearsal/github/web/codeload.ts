/** The download behind `tarball` and `zipball`: made by `git archive`, as GitHub's are. */
import type { Hono } from "hono";
import { gitBytes } from "../git/run.ts";
import type { Env } from "../routes/api.ts";
import { redeem } from "../routes/archives.ts";

export function codeload(web: Hono<Env>): void {
  web.get("/_codeload/:owner/:repo/:format/:sha", async (c) => {
    const { world } = c.env;
    const ticket = redeem(world, c.req.query("token") ?? "");
    const repository = ticket && world.repositories.get(ticket.repositoryId);
    if (ticket === undefined || repository === undefined || ticket.sha !== c.req.param("sha")) {
      return c.text("404: Not Found", 404);
    }
    const zip = c.req.param("format") === "legacy.zip";
    const folder = `${repository.owner.login}-${repository.name}-${ticket.sha.slice(0, 7)}`;
    const args = ["archive", `--format=${zip ? "zip" : "tar.gz"}`, `--prefix=${folder}/`, ticket.sha];
    const bytes = await gitBytes(repository.dir, args);
    return c.body(new Uint8Array(bytes), 200, {
      "content-type": zip ? "application/zip" : "application/x-gzip",
      "content-disposition": `attachment; filename=${folder}.${zip ? "zip" : "tar.gz"}`,
    });
  });
}
