/** Pull requests, reviews, checks and rules, arranged without HTTP. */
import { announceRun, ensureSuite, runCompleted } from "../acts/checks.ts";
import { closePull, openPull, reopenPull } from "../acts/pulls.ts";
import { announceReview } from "../acts/reviews.ts";
import type {
  App,
  CheckRun,
  Conclusion,
  Protection,
  Pull,
  Repository,
  ReviewState,
  Ruleset,
} from "../nouns.ts";
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

export function work(world: World, app: App) {
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
    erasePull: (name: FullName, number: number): void =>
      void repositoryNamed(world, name).issues.delete(number),

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

    /** A check run of an App (default: the main one), completed with `conclusion`; null: in progress. */
    check(
      name: FullName,
      sha: string,
      title: string,
      conclusion: Conclusion | null,
      of: App = app,
    ): CheckRun {
      const repository = repositoryNamed(world, name);
      const run = newRun(world, repository, { sha, title, conclusion, app: of });
      repository.checks.push(run);
      announceRun(world, repository, run, "created", of.bot);
      if (conclusion !== null) runCompleted(world, repository, run);
      return run;
    },

    /** Someone presses "Re-run" on a check run. */
    rerequest(name: FullName, id: number, by?: string): void {
      const repository = repositoryNamed(world, name);
      const run = repository.checks.find((one) => one.id === id);
      if (run === undefined) throw new Error(`Cannot find check run "${id}" of "${name}"`);
      announceRun(
        world,
        repository,
        run,
        "rerequested",
        by === undefined ? repository.owner : userNamed(world, by),
      );
    },

    /** Someone presses one of the buttons that a check run offers. */
    requestAction(name: FullName, id: number, identifier: string, by?: string): void {
      const repository = repositoryNamed(world, name);
      const run = repository.checks.find((one) => one.id === id);
      if (run === undefined) throw new Error(`Cannot find check run "${id}" of "${name}"`);
      const actor = by === undefined ? repository.owner : userNamed(world, by);
      announceRun(world, repository, run, "requested_action", actor, { requested_action: { identifier } });
    },

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

function forkOf(world: World, repository: Repository, owner: string): Repository {
  if (owner.toLowerCase() === repository.owner.login.toLowerCase()) return repository;
  const fork = [...world.repositories.values()].find(
    (one) => one.parentId === repository.id && one.owner.login.toLowerCase() === owner.toLowerCase(),
  );
  if (fork === undefined) throw new Error(`Cannot find a fork of "${repository.name}" that "${owner}" owns`);
  return fork;
}

type NewRun = { sha: string; title: string; conclusion: Conclusion | null; app: App };

function newRun(world: World, repository: Repository, { sha, title, conclusion, app }: NewRun): CheckRun {
  return {
    id: nextId(world),
    app,
    suiteId: ensureSuite(world, repository, app, sha).id,
    headSha: sha,
    name: title,
    externalId: "",
    detailsUrl: null,
    status: conclusion === null ? "in_progress" : "completed",
    conclusion,
    startedAt: world.now(),
    completedAt: conclusion === null ? null : world.now(),
    output: { title: null, summary: null, text: null },
    annotations: [],
    actions: [],
  };
}
