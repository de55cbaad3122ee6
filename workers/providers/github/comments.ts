/** What is said on issues and pull requests, by us and by people, and what they may do. */
import { log, messageOf } from "../../log.ts";
import type { Vars } from "../../vars.ts";
import { MOST_CHARACTERS } from "./checks.ts";
import { type Client, clientOf, orNull, type Repo } from "./client.ts";
import { allPages, PAGE } from "./pages.ts";
import { refusing } from "./refusal.ts";

type Said = {
  id: number | bigint;
  body?: string | undefined;
  user: { id: number | bigint } | null;
  performed_via_github_app?: { id: number | bigint } | null | undefined;
};

/**
 * Writes one comment and keeps it current: found again among our own by a marker that is invisible on the page.
 *
 * @param comment `number` of the issue or pull request; `marker` an HTML comment
 * @returns its id
 * @throws GitHubRefusal when it may not be written, as in a locked conversation
 */
export async function upsertComment(
  vars: Vars,
  repo: Repo,
  { number, marker, body }: { number: number; marker: string; body: string },
): Promise<number> {
  const client = await clientOf(vars, repo);
  const text = `${marker}\n${body}`.slice(0, MOST_CHARACTERS).toWellFormed();
  const [known] = await ownComments(vars, client, number, marker);
  const { octokit, at } = client;
  if (known === undefined) {
    const path = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
    const made = octokit.request(path, { ...at, issue_number: number, body: text });
    const { data } = await refusing(`comment on #${number}`, made);
    return keepFirst(vars, client, number, marker, Number(data.id));
  }
  const id = Number(known.id);
  if (known.body !== text) {
    const path = "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}";
    const changed = octokit.request(path, { ...at, comment_id: id, body: text });
    await refusing(`change our comment on #${number}`, changed);
  }
  return id;
}

/** Two who write at the same time both find none: the first comment stays, whoever made it, and the others go. */
async function keepFirst(
  vars: Vars,
  client: Client,
  number: number,
  marker: string,
  made: number,
): Promise<number> {
  const { octokit, at } = client;
  const listed = (await ownComments(vars, client, number, marker)).map(({ id }) => Number(id));
  // For a moment a list may not show what was just written.
  const [first = made, ...others] = [...new Set([...listed, made])].sort((one, other) => one - other);
  for (const id of others) {
    const path = "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}";
    await orNull(octokit.request(path, { ...at, comment_id: id }));
  }
  return first;
}

/**
 * Our comments with this marker, oldest first. Anybody can write a marker: what others wrote is never ours to change,
 * and one that ours only quotes does not begin it.
 */
async function ownComments(vars: Vars, client: Client, number: number, marker: string): Promise<Said[]> {
  const { octokit, at } = client;
  const self = vars.GITHUB_TOKEN === null ? null : (await octokit.request("GET /user")).data.id;
  const isOurs = ({ user, performed_via_github_app: app }: Said) =>
    self === null ? app != null && String(app.id) === vars.GITHUB_APP_ID : user?.id === self;
  const path = "GET /repos/{owner}/{repo}/issues/{issue_number}/comments";
  const all = allPages<Said>(
    async (page) => (await octokit.request(path, { ...at, issue_number: number, per_page: PAGE, page })).data,
  );
  const said = await refusing(`read the comments on #${number}`, all);
  return said
    .filter((one) => one.body?.startsWith(marker) === true && isOurs(one))
    .sort((one, other) => Number(one.id) - Number(other.id));
}

export type LiveComment = {
  body: string;
  login: string;
  user_type: string;
  /** The App through which it was written. */
  app_id: number | null;
  /** The issue or pull request on which it stands. */
  number: number;
  is_pull: boolean;
  created_at: string;
};

/** Reads a comment; null when it is there no more. */
export async function readComment(vars: Vars, repo: Repo, id: number): Promise<LiveComment | null> {
  const { octokit, at } = await clientOf(vars, repo);
  const path = "GET /repos/{owner}/{repo}/issues/comments/{comment_id}";
  const answer = await orNull(octokit.request(path, { ...at, comment_id: id }));
  if (answer === null) return null;
  const { data } = answer;
  return {
    body: data.body ?? "",
    login: data.user?.login ?? "ghost",
    user_type: data.user?.type ?? "User",
    app_id: data.performed_via_github_app?.id ?? null,
    number: Number(data.issue_url.slice(data.issue_url.lastIndexOf("/") + 1)),
    is_pull: new URL(data.html_url).pathname.split("/").at(-2) === "pull",
    created_at: data.created_at,
  };
}

/** A sign on somebody's comment. That it could not be given is nobody's error: nothing depends on it. */
export async function react(
  vars: Vars,
  repo: Repo,
  commentId: number,
  content: "eyes" | "+1" | "confused",
): Promise<void> {
  try {
    const { octokit, at } = await clientOf(vars, repo);
    const path = "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions";
    await octokit.request(path, { ...at, comment_id: commentId, content });
  } catch (error) {
    log("github.no_reaction", { comment_id: commentId, error: messageOf(error) });
  }
}

export type LiveIssue = {
  title: string;
  body: string;
  author: string;
  state: "open" | "closed";
  labels: string[];
  is_pull: boolean;
};

/** Reads an issue, or what a pull request has in common with one; null when GitHub knows none. */
export async function readIssue(vars: Vars, repo: Repo, number: number): Promise<LiveIssue | null> {
  const { octokit, at } = await clientOf(vars, repo);
  const path = "GET /repos/{owner}/{repo}/issues/{issue_number}";
  const answer = await orNull(octokit.request(path, { ...at, issue_number: number }));
  if (answer === null) return null;
  const { data } = answer;
  return {
    title: data.title,
    body: data.body ?? "",
    author: data.user?.login ?? "ghost",
    state: data.state === "open" ? "open" : "closed",
    labels: data.labels.map((label) => (typeof label === "string" ? label : (label.name ?? ""))),
    is_pull: data.pull_request !== undefined,
  };
}

/** What a person may do in a repository, weakest first. */
export const PERMISSIONS = ["none", "read", "triage", "write", "maintain", "admin"] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** The only honest source of rights: how somebody is associated with a repository says nothing of them. */
export async function permissionOf(vars: Vars, repo: Repo, login: string): Promise<Permission> {
  const { octokit, at } = await clientOf(vars, repo);
  const path = "GET /repos/{owner}/{repo}/collaborators/{username}/permission";
  const answer = await orNull(octokit.request(path, { ...at, username: login }));
  if (answer === null) return "none";
  const { role_name, permission } = answer.data;
  const known = (name: string | undefined) => PERMISSIONS.find((one) => one === name);
  // A role of an organization's own making has a name of its own, and the older word for what it may do.
  return known(role_name) ?? known(permission) ?? "none";
}

export function canWrite(permission: Permission): boolean {
  return PERMISSIONS.indexOf(permission) >= PERMISSIONS.indexOf("write");
}

/** Who set a label last, and the event that says so; null when it is there no more. Labels know no capitals. */
export async function labelledBy(
  vars: Vars,
  repo: Repo,
  number: number,
  label: string,
): Promise<{ login: string; event_id: number } | null> {
  const client = await clientOf(vars, repo);
  const first = await eventsOf(client, number, 1);
  // The oldest come first: the newest word on the label is looked for from the end.
  for (let page = first.last; page >= 1; page--) {
    const { events } = page === 1 ? first : await eventsOf(client, number, page);
    const found = events.findLast((one) => one.label?.toLowerCase() === label.toLowerCase());
    if (found !== undefined) return found.event === "labeled" ? found : null;
  }
  return null;
}

type LabelEvent = { event: string; event_id: number; login: string; label: string | null };

async function eventsOf(
  { octokit, at }: Client,
  number: number,
  page: number,
): Promise<{ events: LabelEvent[]; last: number }> {
  const path = "GET /repos/{owner}/{repo}/issues/{issue_number}/events";
  const { data, headers } = await octokit.request(path, {
    ...{ ...at, issue_number: number, per_page: PAGE, page },
    headers: { "cache-control": "no-cache" },
  });
  const events = data.map((one) => ({
    event: one.event,
    event_id: one.id,
    login: one.actor?.login ?? "ghost",
    label: "label" in one ? one.label.name : null,
  }));
  return { events, last: Number(/[?&]page=(\d+)[^>]*>; rel="last"/.exec(headers.link ?? "")?.[1] ?? page) };
}
