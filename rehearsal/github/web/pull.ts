/** One pull request as a page, so that its links lead somewhere. */
import type { Hono } from "hono";
import { log } from "../git/commits.ts";
import type { Pull, Repository } from "../nouns.ts";
import type { Env } from "../routes/api.ts";
import { latestRuns } from "../shapes/check.ts";
import { isPull } from "../shapes/issue.ts";
import { findRepository, fullName, type World } from "../world.ts";
import { page } from "./html.ts";

export function pullPage(web: Hono<Env>): void {
  web.get("/:owner/:repo/pull/:number", async (c) => {
    const { world } = c.env;
    const repository = readable(world, findRepository(world, c.req.param("owner"), c.req.param("repo")));
    const pull = repository?.issues.get(Number(c.req.param("number")));
    if (repository === null || pull === undefined || !isPull(pull)) return c.html(page.missing, 404);
    return c.html(page.whole(`${pull.title} #${pull.number}`, await bodyOf(repository, pull)));
  });
}

/** The repository if the browser may see it: public, or someone is signed in to the rehearsal. */
export function readable(world: World, repository: Repository | undefined): Repository | null {
  if (repository === undefined) return null;
  return repository.private && world.signInAs === null ? null : repository;
}

async function bodyOf(repository: Repository, pull: Pull): Promise<string> {
  const state =
    pull.mergedAt !== null ? "merged" : pull.draft && pull.state === "open" ? "draft" : pull.state;
  const commits = await log(repository.dir, `${pull.baseSha}..${pull.headSha}`, ["--reverse"]);
  const runs = latestRuns(repository.checks.filter((run) => run.headSha === pull.headSha));
  const statuses = repository.statuses.filter((status) => status.sha === pull.headSha);
  const checks = [
    ...runs.map((run) => {
      const { title, summary } = run.output;
      const line = page.text`<h3>${run.name}: ${run.conclusion ?? run.status}</h3>`;
      return line + page.text`<p>${title ?? ""}</p><pre>${summary ?? ""}</pre>`;
    }),
    ...statuses.map(
      (status) => page.text`<p>${status.context}: ${status.state} ${status.description ?? ""}</p>`,
    ),
  ];
  const comments = pull.comments.map(
    (comment) => page.text`<h3>${comment.user.login}</h3><pre>${comment.body}</pre>`,
  );
  const lines = commits.map(
    (commit) =>
      page.text`<li><code>${commit.sha.slice(0, 7)}</code> ${commit.message.split("\n")[0] ?? ""}</li>`,
  );
  return [
    page.text`<p>${fullName(repository)}</p><h1>${pull.title} #${pull.number}</h1>`,
    page.text`<p><strong>${state}</strong>: ${pull.user.login} wants to merge <code>${pull.headLabel}</code> into <code>${pull.baseRef}</code></p>`,
    page.text`<pre>${pull.body ?? ""}</pre>`,
    `<h2>Checks</h2>${checks.join("") || "<p>None</p>"}`,
    `<h2>Comments</h2>${comments.join("") || "<p>None</p>"}`,
    `<h2>Commits</h2><ul>${lines.join("")}</ul>`,
  ].join("");
}
