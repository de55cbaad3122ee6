/** Making, copying, renaming and removing repositories. */
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { branchTip } from "../git/refs.ts";
import { git } from "../git/run.ts";
import type { Repository, User } from "../nouns.ts";
import { invalid } from "../problems.ts";
import { isPull } from "../shapes/issue.ts";
import type { Json } from "../shapes/user.ts";
import { emit } from "../webhooks.ts";
import { exclusive, findRepository, fullName, nextId, type World } from "../world.ts";

export type NewRepository = {
  private?: boolean;
  description?: string | null;
  defaultBranch?: string;
  /** A repository on disk to clone from; default: an empty one. */
  from?: string;
  parentId?: number | null;
};

/** GitHub's own rule for names; it also keeps them out of paths and markup. */
export function isRepositoryName(name: string): boolean {
  return /^[A-Za-z0-9._-]{1,100}$/.test(name) && !/^\.{1,2}$/.test(name) && !name.endsWith(".git");
}

/** Makes a repository with its bare git repository on disk. */
export async function createRepository(
  world: World,
  owner: User,
  name: string,
  options: NewRepository = {},
): Promise<Repository> {
  if (!isRepositoryName(name)) throw invalid("Repository", "name", "invalid");
  if (findRepository(world, owner.login, name) !== undefined) {
    throw invalid("Repository", "name", "custom", "name already exists on this account");
  }
  const id = nextId(world);
  const root = join(world.dir, "repositories");
  const dir = join(root, `${id}.git`);
  const defaultBranch = options.defaultBranch ?? "main";
  if (options.from === undefined) {
    await git(root, ["init", "--quiet", "--bare", `--initial-branch=${defaultBranch}`, dir]);
  } else {
    await git(root, ["clone", "--quiet", "--bare", "--no-hardlinks", "--", options.from, dir]);
  }
  await mkdir(join(dir, "info"), { recursive: true });
  const head = (await git(dir, ["symbolic-ref", "--short", "HEAD"])) || defaultBranch;
  const repository = newRepository(world, owner, { id, name, dir, defaultBranch: head }, options);
  world.repositories.set(id, repository);
  world.moved.delete(fullName(repository).toLowerCase());
  return repository;
}

type Identity = Pick<Repository, "id" | "name" | "dir" | "defaultBranch">;

function newRepository(world: World, owner: User, identity: Identity, options: NewRepository): Repository {
  const now = world.now();
  return {
    ...identity,
    owner,
    private: options.private ?? false,
    archived: false,
    description: options.description ?? null,
    parentId: options.parentId ?? null,
    merge: { merge: true, squash: true, rebase: true, deleteBranch: false },
    collaborators: new Map(),
    issues: new Map(),
    lastNumber: 0,
    labels: [],
    suites: [],
    checks: [],
    statuses: [],
    protections: new Map(),
    rulesets: [],
    hooks: [],
    createdAt: now,
    updatedAt: now,
    pushedAt: options.from === undefined ? null : now,
  };
}

/** Gives a repository a new name; the old one redirects. */
export function renameRepository(world: World, repository: Repository, name: string, actor: User): void {
  if (!isRepositoryName(name)) throw invalid("Repository", "name", "invalid");
  if (findRepository(world, repository.owner.login, name) !== undefined) {
    throw invalid("Repository", "name", "custom", "name already exists on this account");
  }
  const from = repository.name;
  world.moved.set(fullName(repository).toLowerCase(), repository.id);
  repository.name = name;
  repositoryEvent(world, repository, "renamed", actor, { changes: { repository: { name: { from } } } });
}

/** Moves a repository to another owner; installations of the old owner no longer cover it. */
export function transferRepository(world: World, repository: Repository, to: User, actor: User): void {
  const { owner } = repository;
  world.moved.set(fullName(repository).toLowerCase(), repository.id);
  for (const installation of world.installations.values()) {
    if (installation.account === owner && installation.app) installation.repositoryIds.delete(repository.id);
  }
  repository.owner = to;
  const from = { user: { login: owner.login, id: owner.id } };
  repositoryEvent(world, repository, "transferred", actor, { changes: { owner: { from } } });
}

/** Removes a repository; pull requests from it elsewhere keep their commits and lose their head. */
export async function deleteRepository(world: World, repository: Repository, actor: User): Promise<void> {
  repositoryEvent(world, repository, "deleted", actor);
  world.repositories.delete(repository.id);
  for (const other of world.repositories.values()) {
    for (const issue of other.issues.values()) {
      if (isPull(issue) && issue.headRepositoryId === repository.id) issue.headRepositoryId = null;
    }
    if (other.parentId === repository.id) other.parentId = null;
  }
  await rm(repository.dir, { recursive: true, force: true });
}

export function repositoryEvent(
  world: World,
  repository: Repository,
  action: string,
  actor: User,
  extra: Json = {},
): void {
  emit(world, { event: "repository", actor, repository, payload: { action, ...extra } });
}

/** Points HEAD at another branch. */
export async function setDefaultBranch(
  world: World,
  repository: Repository,
  branch: string,
  actor: User,
): Promise<void> {
  const from = repository.defaultBranch;
  if ((await branchTip(repository.dir, branch)) === null) {
    throw invalid("Repository", "default_branch", "invalid");
  }
  await git(repository.dir, ["symbolic-ref", "HEAD", `refs/heads/${branch}`]);
  repository.defaultBranch = branch;
  repositoryEvent(world, repository, "edited", actor, { changes: { default_branch: { from } } });
}

/** A copy under another owner, that remembers where it came from. */
export function forkRepository(
  world: World,
  source: Repository,
  owner: User,
  name: string,
): Promise<Repository> {
  const { dir: from, id: parentId, private: isPrivate } = source;
  return exclusive(world, () => createRepository(world, owner, name, { from, parentId, private: isPrivate }));
}
