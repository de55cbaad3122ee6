/** Pull requests, reviews and the rules for them, arranged without HTTP. */
import { closePull, openPull, reopenPull } from "../acts/pulls.ts";
import { announceReview } from "../acts/reviews.ts";
import type { Protection, Pull, Repository, ReviewState, Ruleset } from "../nouns.ts";
import { openProtection } from "../shapes/protection.ts";
import { exclusive, nextId, type World } from "../world.ts";
import { type FullName, pullNumbered, repositoryNamed, userNamed } from "./find.ts";

export type OpenOptions = {
  /** `branch`, or `owner:branch` of a fork. */
  head: string;
  title?: string;
  body?: string;
  base?: string;
  draft?: boolean;
  by?: string;
};

export function pulls(world: World) {
  return {
    /** Opens a pull request. */
    openPull(name: FullName, options: OpenOptions): Promise<Pull> {
      const repository = repositoryNamed(world, name);
      const [owner, branch] = options.head.includes(":")
        ? options.head.split(":", 2)
        : [undefined, options.head];
      const place = owner === undefined ? repository : forkOf(world, repository, owner);
      const request = {
        title: options.title ?? `Change from ${options.head}`,
        body: options.body ?? null,
        draft: options.draft ?? false,
        head: { repository: place, branch: branch ?? "" },
        base: options.base ?? repository.defaultBranch,
        user: userNamed(world, options.by ?? owner ?? repository.owner.login),
      };
      return exclusive(world, () => openPull(world, repository, request));
    },
    pull: (name: FullName, number: number): Pull => pullNumbered(world, name, number),
    closePull: (name: FullName, number: number): Promise<void> => {
      const repository = repositoryNamed(world, name);
      return exclusive(world, () =>
        closePull(world, repository, pullNumbered(world, name, number), repository.owner),
      );
    },
    reopenPull: (name: FullName, number: number): Promise<void> => {
      const repository = repositoryNamed(world, name);
      return exclusive(world, () =>
        reopenPull(world, repository, pullNumbered(world, name, number), repository.owner),
      );
    },
    /** Removes a pull request without a trace, as GitHub's staff can; no event tells of it. */
    erasePull(name: FullName, number: number): void {
      const repository = repositoryNamed(world, name);
      repository.issues.delete(number);
      repository.lastNumber = Math.max(repository.lastNumber, number);
    },

    /** A review at the pull request's present head. */
    review(name: FullName, number: number, login: string, state: ReviewState = "APPROVED"): void {
      const repository = repositoryNamed(world, name);
      const pull = pullNumbered(world, name, number);
      const user = userNamed(world, login);
      const now = world.now();
      const review = { id: nextId(world), user, body: "", state, commitId: pull.headSha, submittedAt: now };
      pull.reviews.push(review);
      announceReview(world, repository, pull, review, "submitted", user);
    },
  };
}

function forkOf(world: World, repository: Repository, owner: string): Repository {
  if (owner.toLowerCase() === repository.owner.login.toLowerCase()) return repository;
  const fork = [...world.repositories.values()].find(
    (one) => one.parentId === repository.id && one.owner.login.toLowerCase() === owner.toLowerCase(),
  );
  if (fork === undefined) throw new Error(`Cannot find a fork of "${repository.name}" that "${owner}" owns`);
  return fork;
}

export function rules(world: World) {
  return {
    /** Branch protection; what is not given is off. Null removes it. */
    protect(name: FullName, branch: string, protection: Partial<Protection> | null): void {
      const { protections } = repositoryNamed(world, name);
      if (protection === null) protections.delete(branch);
      else protections.set(branch, { ...openProtection(), ...protection });
    },

    /** A ruleset in GitHub's own shape. */
    addRuleset(name: FullName, ruleset: Pick<Ruleset, "rules"> & Partial<Ruleset>): Ruleset {
      const repository = repositoryNamed(world, name);
      const made: Ruleset = {
        name: "rules",
        enforcement: "active",
        include: ["~DEFAULT_BRANCH"],
        createdAt: world.now(),
        ...ruleset,
        id: nextId(world),
      };
      repository.rulesets.push(made);
      return made;
    },
  };
}
