/** A repository as a page: its pull requests and issues. And the page of a check run: its pull request. */
import type { Hono } from "hono";
import type { Issue, Pull, Repository } from "../nouns.ts";
import type { Env } from "../routes/api.ts";
import { isPull } from "../shapes/issue.ts";
import { findRepository, fullName } from "../world.ts";
import { page } from "./html.ts";
import { readable } from "./sign-in.ts";
import { issueForm, pathOf } from "./talk.ts";

export function repositoryPage(web: Hono<Env>): void {
  web.get("/:owner/:repo", (c) => {
    const repository = readable(
      c.env.world,
      findRepository(c.env.world, c.req.param("owner"), c.req.param("repo")),
    );
    if (repository === null) return c.html(page.missing, 404);
    const name = fullName(repository);
    const all = [...repository.issues.values()].reverse();
    const pulls = listOf(repository, all.filter(isPull), "No pull requests yet");
    const issues = listOf(
      repository,
      all.filter((one) => !isPull(one)),
      "No issues yet",
    );
    const body = `<h2>Pull requests</h2>${pulls}<h2>Issues</h2>${issues}${issueForm(c, repository)}`;
    return c.html(page.whole(name, page.text`<h1>${name}</h1>` + body));
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

function listOf(repository: Repository, all: readonly (Issue | Pull)[], none: string): string {
  const lines = all.map((one) => {
    const state = isPull(one) && one.mergedAt !== null ? "merged" : one.state;
    return page.text`<li><a href="${pathOf(repository, one)}">#${one.number} ${one.title}</a> ${state}</li>`;
  });
  return lines.length === 0 ? page.text`<p>${none}</p>` : `<ul>${lines.join("")}</ul>`;
}
