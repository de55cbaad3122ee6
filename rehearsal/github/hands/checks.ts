/** Check runs, and the buttons people press on them, without HTTP. */
import { announceRun, ensureSuite, runCompleted } from "../acts/checks.ts";
import type { App, CheckRun, Conclusion, Repository, User } from "../nouns.ts";
import { nextId, type World } from "../world.ts";
import { type FullName, repositoryNamed, userNamed } from "./find.ts";

export function checks(world: World, app: App) {
  function pressed(
    name: FullName,
    id: number,
    by?: string,
  ): { repository: Repository; run: CheckRun; actor: User } {
    const repository = repositoryNamed(world, name);
    const run = repository.checks.find((one) => one.id === id);
    if (run === undefined) throw new Error(`Cannot find check run "${id}" of "${name}"`);
    return { repository, run, actor: by === undefined ? repository.owner : userNamed(world, by) };
  }

  return {
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
      const { repository, run, actor } = pressed(name, id, by);
      announceRun(world, repository, run, "rerequested", actor);
    },

    /** Someone presses one of the buttons that a check run offers. */
    requestAction(name: FullName, id: number, identifier: string, by?: string): void {
      const { repository, run, actor } = pressed(name, id, by);
      announceRun(world, repository, run, "requested_action", actor, { requested_action: { identifier } });
    },
  };
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
