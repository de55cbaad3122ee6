/** One pull request as a page, so that its links lead somewhere. */
import type { Context, Hono } from "hono";
import { log } from "../git/commits.ts";
import type { Pull, Repository } from "../nouns.ts";
import type { Env } from "../routes/api.ts";
import { latestRuns } from "../shapes/check.ts";
import { isPull } from "../shapes/issue.ts";
import { findRepository, fullName } from "../world.ts";
import { page } from "./html.ts";
import { rendered } from "./markdown.ts";
import { readable } from "./sign-in.ts";
import { threadOf } from "./talk.ts";

export function pullPage(web: Hono<Env>): void {
  web.get("/:owner/:repo/pull/:number", async (c) => {
    const { world } = c.env;
    const repository = readable(world, findRepository(world, c.req.param("owner"), c.req.param("repo")));
    const pull = repository?.issues.get(Number(c.req.param("number")));
    if (repository === null || pull === undefined || !isPull(pull)) return c.html(page.missing, 404);
    return c.html(page.whole(`${pull.title} #${pull.number}`, await bodyOf(c, repository, pull)));
  });
}

async function bodyOf(c: Context<Env>, repository: Repository, pull: Pull): Promise<string> {
  const state =
    pull.mergedAt !== null ? "merged" : pull.draft && pull.state === "open" ? "draft" : pull.state;
  const commits = await log(repository.dir, `${pull.baseSha}..${pull.headSha}`, ["--reverse"]);
  const runs = latestRuns(repository.checks.filter((run) => run.headSha === pull.headSha));
  const statuses = repository.statuses.filter((status) => status.sha === pull.headSha);
  const checks = [
    ...runs.map((run) => {
      const { title, summary } = run.output;
      const line = page.text`<h3>${run.name}: ${run.conclusion ?? run.status}</h3>`;
      return line + page.text`<p>${title ?? ""}</p>${page.html(rendered(summary ?? ""))}`;
    }),
    ...statuses.map(
      (status) => page.text`<p>${status.context}: ${status.state} ${status.description ?? ""}</p>`,
    ),
  ];
  const lines = commits.map(
    (commit) =>
      page.text`<li><code>${commit.sha.slice(0, 7)}</code> ${commit.message.split("\n")[0] ?? ""}</li>`,
  );
  return [
    page.text`<p><a href="/${fullName(repository)}">${fullName(repository)}</a></p><h1>${pull.title} #${pull.number}</h1>`,
    page.text`<p><strong>${state}</strong>: ${pull.user.login} wants to merge <code>${pull.headLabel}</code> into <code>${pull.baseRef}</code></p>`,
    rendered(pull.body ?? ""),
    `<h2>Checks</h2>${checks.join("") || "<p>None</p>"}`,
    `<h2>Commits</h2><ul>${lines.join("")}</ul>`,
    threadOf(c, repository, pull),
  ].join("");
}
