/** Labels come to issues and pull requests, and go. */
import type { App, Issue, Label, Pull, Repository, User } from "../nouns.ts";
import { isPull, labelShape } from "../shapes/issue.ts";
import { nextId, type World } from "../world.ts";
import { announceIssue, announcePull } from "./announce.ts";
import { record } from "./issue-events.ts";

/** The labels of these names; unknown ones are made, as GitHub does when one is put on an issue. */
export function ensureLabels(world: World, repository: Repository, names: readonly string[]): Label[] {
  const found = names.map((name) => {
    const known = repository.labels.find((label) => label.name.toLowerCase() === name.toLowerCase());
    if (known !== undefined) return known;
    const label = { id: nextId(world), name, color: "ededed", description: null };
    repository.labels.push(label);
    return label;
  });
  return [...new Set(found)];
}

export type By = { actor: User; app: App | null };

/** Sets the labels of an issue, and tells of each that came or went. */
export async function setLabels(
  world: World,
  repository: Repository,
  issue: Issue | Pull,
  names: readonly string[],
  by: By,
): Promise<void> {
  const before = issue.labels;
  issue.labels = ensureLabels(world, repository, names);
  issue.updatedAt = world.now();
  const came = issue.labels.filter((label) => !before.includes(label));
  const went = before.filter((label) => !issue.labels.includes(label));
  for (const label of came) await tell(world, repository, issue, "labeled", label, by);
  for (const label of went) await tell(world, repository, issue, "unlabeled", label, by);
}

async function tell(
  world: World,
  repository: Repository,
  issue: Issue | Pull,
  event: "labeled" | "unlabeled",
  label: Label,
  { actor, app }: By,
): Promise<void> {
  record(world, issue, { event, actor, app, label });
  const extra = { label: labelShape(world, repository, label) };
  if (isPull(issue)) await announcePull(world, repository, issue, event, actor, extra);
  else announceIssue(world, repository, issue, event, actor, extra);
}
