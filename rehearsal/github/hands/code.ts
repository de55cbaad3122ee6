/** Repositories, commits and branches, arranged without HTTP; everything follows as after a push. */
import { readdir, readFile } from "node:fs/promises";
import { join, posix, relative, sep } from "node:path";
import { observed } from "../acts/push.ts";
import { createRepository, type NewRepository } from "../acts/repositories.ts";
import { branchTip, resolveCommit, setRef } from "../git/refs.ts";
import { git } from "../git/run.ts";
import { type TreeEntry, writeCommit, writeTree } from "../git/write.ts";
import type { Repository } from "../nouns.ts";
import { emailOf } from "../shapes/commit.ts";
import { exclusive, type World } from "../world.ts";
import { type FullName, repositoryNamed, userNamed } from "./find.ts";

/** Paths with their new content; null removes the file. */
export type Files = Record<string, string | Buffer | null>;
export type PushOptions = {
  /** Whose push it is; default: the owner. */
  by?: string;
  /** The commit to build on; default: the branch, or the default branch for a new one. */
  from?: string;
};

export function code(world: World) {
  async function pushCommit(
    name: FullName,
    branch: string,
    files: Files,
    message: string,
    { by, from }: PushOptions = {},
  ): Promise<string> {
    const repository = repositoryNamed(world, name);
    const actor = by === undefined ? repository.owner : userNamed(world, by);
    const author = { name: actor.name ?? actor.login, email: emailOf(actor) };
    return exclusive(world, () =>
      observed(world, repository, actor, async () => {
        const parent = await parentOf(repository, branch, from);
        const entries = Object.entries(files).map(([path, content]): TreeEntry => ({ path, content }));
        const tree = await writeTree(repository.dir, parent, entries);
        const parents = parent === null ? [] : [parent];
        const sha = await writeCommit(repository.dir, { tree, parents, message, author, now: world.now() });
        await setRef(repository.dir, `refs/heads/${branch}`, sha);
        return sha;
      }),
    );
  }

  async function create(
    name: FullName,
    options: NewRepository & { files?: Files } = {},
  ): Promise<Repository> {
    const [owner = "", repo = ""] = name.split("/");
    const repository = await createRepository(world, userNamed(world, owner), repo, options);
    if (options.files !== undefined) {
      await pushCommit(name, repository.defaultBranch, options.files, "Initial commit");
    }
    return repository;
  }

  return {
    pushCommit,
    /** A repository: empty, or with a first commit of `files`. */
    createRepository: create,
    /** A repository with the content of a folder as its first commit. */
    async createRepositoryFrom(
      name: FullName,
      folder: string,
      options: NewRepository = {},
    ): Promise<Repository> {
      return create(name, { ...options, files: await filesIn(folder) });
    },
    /** A clone of a repository that lies on disk, history and all. */
    importRepository(
      owner: string,
      name: string,
      path: string,
      options: NewRepository = {},
    ): Promise<Repository> {
      return createRepository(world, userNamed(world, owner), name, { ...options, from: path });
    },
    /** Points a branch elsewhere, as a force push does; null deletes it. */
    async setBranch(name: FullName, branch: string, to: string | null, by?: string): Promise<void> {
      const repository = repositoryNamed(world, name);
      const actor = by === undefined ? repository.owner : userNamed(world, by);
      const move = () => setRef(repository.dir, `refs/heads/${branch}`, to);
      await exclusive(world, () => observed(world, repository, actor, move));
    },
    /** The tip of a branch. */
    async head(name: FullName, branch: string): Promise<string> {
      const sha = await branchTip(repositoryNamed(world, name).dir, branch);
      if (sha === null) throw new Error(`Cannot read branch "${branch}" of "${name}": there is none`);
      return sha;
    },
    /** Runs the real git in the bare repository. */
    git: (name: FullName, ...args: string[]): Promise<string> => git(repositoryNamed(world, name).dir, args),
    repository: (name: FullName): Repository => repositoryNamed(world, name),
    /** Where people and programs clone from. */
    cloneUrl: (name: FullName, token?: string): string => {
      const url = new URL(`${world.url}/${name}.git`);
      if (token !== undefined) Object.assign(url, { username: "x-access-token", password: token });
      return url.href;
    },
  };
}

async function parentOf(
  repository: Repository,
  branch: string,
  from: string | undefined,
): Promise<string | null> {
  const names = from === undefined ? [branch, repository.defaultBranch] : [from];
  for (const name of names) {
    const sha = await resolveCommit(repository.dir, name);
    if (sha !== null) return sha;
  }
  if (from !== undefined) throw new Error(`Cannot push to "${branch}": no commit "${from}" to build on`);
  return null;
}

async function filesIn(folder: string): Promise<Files> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files: Files = {};
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const inside = relative(folder, path).split(sep).join(posix.sep);
    const skipped = /(^|\/)(\.git|node_modules)(\/|$)/.test(inside);
    if (entry.isFile() && !skipped) files[inside] = await readFile(path);
  }
  return files;
}
