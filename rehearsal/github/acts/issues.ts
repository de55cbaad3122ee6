/** The life of an issue. */
import type { Issue, Repository, User } from "../nouns.ts";
import { nextId, type World } from "../world.ts";
import { announceIssue } from "./announce.ts";
import { record } from "./issue-events.ts";
import { type By, setLabels } from "./labels.ts";
import { nextNumber } from "./pulls.ts";

export type NewIssue = {
  title: string;
  body: string | null;
  labels: readonly string[];
  assignees: User[];
};

/** Opens an issue; labels it is born with are told one by one after it. */
export async function openIssue(
  world: World,
  repository: Repository,
  { title, body, labels, assignees }: NewIssue,
  by: By,
): Promise<Issue> {
  const now = world.now();
  const issue: Issue = {
    kind: "issue",
    id: nextId(world),
    number: nextNumber(repository),
    title,
    body,
    user: by.actor,
    state: "open",
    labels: [],
    assignees,
    comments: [],
    events: [],
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    closedBy: null,
  };
  repository.issues.set(issue.number, issue);
  announceIssue(world, repository, issue, "opened", by.actor);
  await setLabels(world, repository, issue, labels, by);
  return issue;
}

/** Closes an issue or opens it again. */
export function setIssueState(
  world: World,
  repository: Repository,
  issue: Issue,
  state: "open" | "closed",
  { actor, app }: By,
): void {
  const closed = state === "closed";
  issue.state = state;
  issue.closedAt = closed ? world.now() : null;
  issue.closedBy = closed ? actor : null;
  const event = closed ? "closed" : "reopened";
  record(world, issue, { event, actor, app });
  announceIssue(world, repository, issue, event, actor);
}
