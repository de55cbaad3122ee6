/** What is said on an issue or a pull request, and the form in which somebody who is signed in says more. */
import type { Context, Hono } from "hono";
import { addComment } from "../acts/comments.ts";
import { openIssue } from "../acts/issues.ts";
import type { Issue, Pull, Repository, User } from "../nouns.ts";
import type { Env } from "../routes/api.ts";
import { isPull } from "../shapes/issue.ts";
import { findRepository, fullName } from "../world.ts";
import { page } from "./html.ts";
import { rendered } from "./markdown.ts";
import { personOf, readable, senderOf } from "./sign-in.ts";

/** GitHub's limit for one comment. */
const MOST_CHARACTERS = 65_536;
const STRANGER = "To write here, open the address that npm start prints for this GitHub: it signs you in.";

export function talkPages(web: Hono<Env>): void {
  web.get("/:owner/:repo/issues/:number", (c) => {
    const { repository, issue } = placeOf(c);
    if (repository === null || issue === undefined) return c.html(page.missing, 404);
    if (isPull(issue)) return c.redirect(pathOf(repository, issue));
    const heading = page.text`<p><a href="/${fullName(repository)}">${fullName(repository)}</a></p><h1>${issue.title} #${issue.number}</h1><p><strong>${issue.state}</strong>: opened by ${issue.user.login}</p>`;
    const body = heading + rendered(issue.body ?? "") + threadOf(c, repository, issue);
    return c.html(page.whole(`${issue.title} #${issue.number}`, body));
  });
  web.post("/:owner/:repo/issues", async (c) => {
    const { repository } = placeOf(c);
    if (repository === null) return c.html(page.missing, 404);
    const sent = await sentIn(c, "title");
    if (sent instanceof Response) return sent;
    const wanted = { title: sent.text, body: null, labels: [], assignees: [] };
    const issue = await openIssue(c.env.world, repository, wanted, { actor: sent.person, app: null });
    return c.redirect(pathOf(repository, issue), 303);
  });
  web.post("/:owner/:repo/:kind{issues|pull}/:number/comments", async (c) => {
    const { repository, issue } = placeOf(c);
    if (repository === null || issue === undefined) return c.html(page.missing, 404);
    const sent = await sentIn(c, "body");
    if (sent instanceof Response) return sent;
    const by = { actor: sent.person, app: null };
    const { id } = addComment(c.env.world, repository, issue, sent.text, by);
    return c.redirect(`${pathOf(repository, issue)}#issuecomment-${id}`, 303);
  });
}

/** All comments, and the form for the next. */
export function threadOf(c: Context<Env>, repository: Repository, issue: Issue | Pull): string {
  const comments = issue.comments.map(
    ({ id, user, body }) =>
      page.text`<h3 id="issuecomment-${id}">${user.login}</h3>${page.html(rendered(body))}`,
  );
  const hint = "such as /tidegate run, /tidegate retry or /tidegate stop";
  const form = formOf(
    c,
    `${pathOf(repository, issue)}/comments`,
    (name) =>
      page.text`<label>A comment by ${name}, ${hint}<textarea name="body" rows="4" required></textarea></label><button>Comment</button>`,
  );
  return `<h2>Comments</h2>${comments.join("") || "<p>None</p>"}${form}`;
}

/** Opens an issue, on which a goal can be stated. */
export function issueForm(c: Context<Env>, repository: Repository): string {
  return formOf(
    c,
    `/${fullName(repository)}/issues`,
    (name) =>
      page.text`<label>A new issue by ${name}: its title<input name="title" required></label><button>Open the issue</button>`,
  );
}

function formOf(c: Context<Env>, action: string, fields: (name: string) => string): string {
  const person = personOf(c);
  if (person === null) return page.text`<p>${STRANGER}</p>`;
  return page.text`<form method="post" action="${action}">${page.html(fields(person.login))}</form>`;
}

function placeOf(c: Context<Env>) {
  const found = findRepository(c.env.world, c.req.param("owner") ?? "", c.req.param("repo") ?? "");
  const repository = readable(c.env.world, found);
  return { repository, issue: repository?.issues.get(Number(c.req.param("number"))) };
}

export function pathOf(repository: Repository, issue: Issue | Pull): string {
  return `/${fullName(repository)}/${isPull(issue) ? "pull" : "issues"}/${issue.number}`;
}

async function sentIn(c: Context<Env>, field: string): Promise<{ person: User; text: string } | Response> {
  const person = senderOf(c);
  if (person === null) return c.html(page.refused(STRANGER), 403);
  const text = (await c.req.parseBody())[field];
  if (typeof text !== "string" || text.trim() === "")
    return c.html(page.refused("Write something first."), 422);
  if (text.length > MOST_CHARACTERS)
    return c.html(page.refused(`At most ${MOST_CHARACTERS} characters can be sent.`), 422);
  return { person, text };
}
