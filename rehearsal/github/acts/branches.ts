/** Renaming a branch. */
import { git } from "../git/run.ts";
import type { Repository, User } from "../nouns.ts";
import { isPull } from "../shapes/issue.ts";
import type { World } from "../world.ts";
import { observed } from "./push.ts";
import { repositoryEvent } from "./repositories.ts";

/** Gives a branch another name and takes its pull requests and protection along. Call inside `exclusive`. */
export async function renameBranch(
  world: World,
  repository: Repository,
  from: string,
  to: string,
  actor: User,
): Promise<void> {
  for (const issue of repository.issues.values()) {
    if (isPull(issue) && issue.baseRef === from) issue.baseRef = to;
    if (isPull(issue) && issue.headRef === from && issue.headRepositoryId === repository.id)
      issue.headRef = to;
  }
  const protection = repository.protections.get(from);
  repository.protections.delete(from);
  if (protection !== undefined) repository.protections.set(to, protection);
  const isDefault = repository.defaultBranch === from;
  if (isDefault) repository.defaultBranch = to;
  // `branch -m` in a bare repository takes HEAD along.
  await observed(world, repository, actor, () => git(repository.dir, ["branch", "-m", "--", from, to]));
  const changes = { default_branch: { from } };
  if (isDefault) repositoryEvent(world, repository, "edited", actor, { changes });
}
