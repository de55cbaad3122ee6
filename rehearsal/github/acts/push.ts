/** What follows when refs moved, whoever moved them: a push, the API, a merge. */
import { log } from "../git/commits.ts";
import { diff, EMPTY_TREE } from "../git/diff.ts";
import { isAncestor, type RefChange, readRefs, refChanges, ZERO } from "../git/refs.ts";
import type { Repository, User } from "../nouns.ts";
import { pushedCommitShape } from "../shapes/commit.ts";
import { type Json, userShape } from "../shapes/user.ts";
import { emit } from "../webhooks.ts";
import { fullName, type World } from "../world.ts";
import { requestSuites } from "./checks.ts";
import { baseMoved, headMoved } from "./heads.ts";

const MAX_COMMITS = 20;

/** Runs `work`, sees what moved in the repository, and lets everything follow. */
export async function observed<T>(
  world: World,
  repository: Repository,
  actor: User,
  work: () => Promise<T>,
): Promise<T> {
  const before = await visibleRefs(repository);
  const result = await work();
  await refsMoved(world, repository, refChanges(before, await visibleRefs(repository)), actor);
  return result;
}

/** Branches and tags: GitHub's own refs below refs/pull are no push. */
async function visibleRefs(repository: Repository): Promise<Map<string, string>> {
  const all = await readRefs(repository.dir);
  return new Map([...all].filter(([ref]) => !ref.startsWith("refs/pull/")));
}

export async function refsMoved(
  world: World,
  repository: Repository,
  changes: readonly RefChange[],
  actor: User,
): Promise<void> {
  for (const change of changes) {
    repository.pushedAt = world.now();
    announceName(world, repository, change, actor);
    const payload = await pushPayload(world, repository, change, actor);
    emit(world, { event: "push", actor, repository, payload });
    if (!change.ref.startsWith("refs/heads/")) continue;
    const branch = change.ref.slice("refs/heads/".length);
    if (change.after !== ZERO) {
      requestSuites(world, repository, { sha: change.after, branch, before: change.before }, actor);
    }
    await headMoved(world, repository, branch, change, actor);
    await baseMoved(world, repository, branch, change, actor);
  }
}

function announceName(
  world: World,
  repository: Repository,
  { ref, before, after }: RefChange,
  actor: User,
): void {
  if (before !== ZERO && after !== ZERO) return;
  const ref_type = ref.startsWith("refs/tags/") ? "tag" : "branch";
  const payload = {
    ref: ref.replace(/^refs\/(heads|tags)\//, ""),
    ref_type,
    ...(before === ZERO && { master_branch: repository.defaultBranch, description: repository.description }),
    pusher_type: "user",
  };
  emit(world, { event: before === ZERO ? "create" : "delete", actor, repository, payload });
}

/** What the `push` event says. */
export async function pushPayload(
  world: World,
  repository: Repository,
  { ref, before, after }: RefChange,
  actor: User,
): Promise<Json> {
  const { dir } = repository;
  const forced = before !== ZERO && after !== ZERO && !(await isAncestor(dir, before, after));
  const range = before === ZERO ? after : `${before}..${after}`;
  const commits = after === ZERO ? [] : await log(dir, range, [`-${MAX_COMMITS}`]);
  const shapes = [];
  for (const commit of commits.reverse()) {
    const files = await diff(dir, commit.parents[0] ?? EMPTY_TREE, commit.sha);
    shapes.push(pushedCommitShape(world, repository, commit, files));
  }
  return {
    ref,
    before,
    after,
    pusher: { name: actor.login, email: actor.email },
    created: before === ZERO,
    deleted: after === ZERO,
    forced,
    base_ref: null,
    compare: `${world.url}/${fullName(repository)}/compare/${before.slice(0, 12)}...${after.slice(0, 12)}`,
    commits: shapes,
    head_commit: shapes.at(-1) ?? null,
    ...(repository.owner.type === "Organization" && { organization: userShape(world, repository.owner) }),
  };
}
