/** Telling the world of what happened to a pull request or an issue. */
import type { Issue, Pull, Repository, User } from "../nouns.ts";
import { issueShape } from "../shapes/issue.ts";
import { fullPullShape } from "../shapes/pull.ts";
import type { Json } from "../shapes/user.ts";
import { emit } from "../webhooks.ts";
import type { World } from "../world.ts";
import { eventFacts } from "./mergeability.ts";

/** Emits `pull_request`; unlike a read, an event always tells the true head. */
export async function announcePull(
  world: World,
  repository: Repository,
  pull: Pull,
  action: string,
  actor: User,
  extra: Json = {},
): Promise<void> {
  const shape = fullPullShape(world, repository, pull, await eventFacts(repository, pull), pull.headSha);
  const payload = { action, number: pull.number, pull_request: shape, ...extra };
  emit(world, { event: "pull_request", actor, repository, payload });
}

/** Emits `issues`. */
export function announceIssue(
  world: World,
  repository: Repository,
  issue: Issue,
  action: string,
  actor: User,
  extra: Json = {},
): void {
  const payload = { action, issue: issueShape(world, repository, issue), ...extra };
  emit(world, { event: "issues", actor, repository, payload });
}
