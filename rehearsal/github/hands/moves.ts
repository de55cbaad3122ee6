/** Repositories and branches copied, renamed, handed over and removed, without HTTP. */
import { renameBranch } from "../acts/branches.ts";
import {
  deleteRepository,
  forkRepository,
  renameRepository,
  setDefaultBranch,
  transferRepository,
} from "../acts/repositories.ts";
import type { Repository } from "../nouns.ts";
import { exclusive, type World } from "../world.ts";
import { type FullName, repositoryNamed, userNamed } from "./find.ts";

export function moves(world: World) {
  return {
    /** A fork of `name` under `login`, with the same name. */
    fork(name: FullName, login: string): Promise<Repository> {
      const source = repositoryNamed(world, name);
      return forkRepository(world, source, userNamed(world, login), source.name);
    },
    rename(name: FullName, to: string): void {
      const repository = repositoryNamed(world, name);
      renameRepository(world, repository, to, repository.owner);
    },
    transfer(name: FullName, to: string): void {
      const repository = repositoryNamed(world, name);
      transferRepository(world, repository, userNamed(world, to), repository.owner);
    },
    deleteRepository(name: FullName): Promise<void> {
      const repository = repositoryNamed(world, name);
      return exclusive(world, () => deleteRepository(world, repository, repository.owner));
    },
    async renameBranch(name: FullName, from: string, to: string): Promise<void> {
      const repository = repositoryNamed(world, name);
      await exclusive(world, () => renameBranch(world, repository, from, to, repository.owner));
    },
    setDefaultBranch(name: FullName, branch: string): Promise<void> {
      const repository = repositoryNamed(world, name);
      return setDefaultBranch(world, repository, branch, repository.owner);
    },
  };
}
