/** A repository as a page: its pull requests. And the page of a check run: its pull request. */
import type { Hono } from "hono";
import type { Env } from "../routes/api.ts";
import { isPull } from "../shapes/issue.ts";
import { findRepository, fullName } from "../world.ts";
import { page } from "./html.ts";
import { readable } from "./pull.ts";

export function repositoryPage(web: Hono<Env>): void {
  web.get("/:owner/:repo", (c) => {
    const repository = readable(
      c.env.world,
      findRepository(c.env.world, c.req.param("owner"), c.req.param("repo")),
    );
    if (repository === null) return c.html(page.missing, 404);
    const name = fullName(repository);
    const pulls = [...repository.issues.values()].filter(isPull).reverse();
    const lines = pulls.map((pull) => {
      const state = pull.mergedAt === null ? pull.state : "merged";
      return page.text`<li><a href="/${name}/pull/${pull.number}">#${pull.number} ${pull.title}</a> ${state}</li>`;
    });
    const list = lines.length === 0 ? "<p>No pull requests yet</p>" : `<ul>${lines.join("")}</ul>`;
    return c.html(page.whole(name, page.text`<h1>${name}</h1>` + list));
  });
  web.get("/:owner/:repo/runs/:id", (c) => {
    const repository = readable(
      c.env.world,
      findRepository(c.env.world, c.req.param("owner"), c.req.param("repo")),
    );
    const run = repository?.checks.find((one) => one.id === Number(c.req.param("id")));
    const pulls = [...(repository?.issues.values() ?? [])].filter(isPull);
    const pull = pulls.find((one) => one.headSha === run?.headSha);
    if (repository === null || pull === undefined) return c.html(page.missing, 404);
    return c.redirect(`/${fullName(repository)}/pull/${pull.number}`);
  });
}
