/** Check suites come by themselves with a new head; runs and statuses are made by callers. */
import type { App, CheckRun, CheckSuite, Repository, User } from "../nouns.ts";
import { checkRunShape, checkSuiteShape, suiteState } from "../shapes/check.ts";
import { isPull } from "../shapes/issue.ts";
import type { Json } from "../shapes/user.ts";
import { emit } from "../webhooks.ts";
import { installationsOn, nextId, type World } from "../world.ts";

type Head = { sha: string; branch: string | null; before: string | null };

/** One suite per App that may write checks, each told with `check_suite requested`. */
export function requestSuites(world: World, repository: Repository, head: Head, actor: User): void {
  for (const { app, permissions, suspendedAt } of installationsOn(world, repository)) {
    if (permissions.checks !== "write" || suspendedAt !== null) continue;
    if (suiteOf(repository, app, head.sha) !== undefined) continue;
    const suite = addSuite(world, repository, app, head);
    announceSuite(world, repository, suite, "requested", actor, app);
  }
}

function suiteOf(repository: Repository, app: App, sha: string): CheckSuite | undefined {
  return repository.suites.find((suite) => suite.app === app && suite.headSha === sha);
}

function addSuite(world: World, repository: Repository, app: App, { sha, branch, before }: Head): CheckSuite {
  const now = world.now();
  const suite: CheckSuite = {
    id: nextId(world),
    app,
    headSha: sha,
    headBranch: branch,
    before,
    createdAt: now,
    updatedAt: now,
  };
  repository.suites.push(suite);
  return suite;
}

/** The App's suite at a commit, made when it is not there yet. A fork's branch is unknown to it. */
export function ensureSuite(world: World, repository: Repository, app: App, sha: string): CheckSuite {
  const own = [...repository.issues.values()]
    .filter(isPull)
    .find((pull) => pull.headSha === sha && pull.headRepositoryId === repository.id);
  const head = { sha, branch: own?.headRef ?? null, before: null };
  return suiteOf(repository, app, sha) ?? addSuite(world, repository, app, head);
}

export function announceSuite(
  world: World,
  repository: Repository,
  suite: CheckSuite,
  action: "requested" | "rerequested" | "completed",
  actor: User,
  only?: App,
): void {
  const payload = { action, check_suite: checkSuiteShape(world, repository, suite) };
  emit(world, { event: "check_suite", actor, repository, payload, ...(only && { only }) });
}

export function announceRun(
  world: World,
  repository: Repository,
  run: CheckRun,
  action: "created" | "completed" | "rerequested" | "requested_action",
  actor: User,
  extra: Json = {},
): void {
  const suite = repository.suites.find((one) => one.id === run.suiteId);
  const check_run = {
    ...checkRunShape(world, repository, run),
    check_suite: suite && checkSuiteShape(world, repository, suite),
  };
  // A wish to run again concerns the App that made the run and nobody else.
  const only = action === "rerequested" || action === "requested_action" ? { only: run.app } : {};
  emit(world, { event: "check_run", actor, repository, payload: { action, check_run, ...extra }, ...only });
}

/** After a run moved: tells of its completion, and of its suite's when it was the last. */
export function runCompleted(world: World, repository: Repository, run: CheckRun): void {
  announceRun(world, repository, run, "completed", run.app.bot);
  const suite = repository.suites.find((one) => one.id === run.suiteId);
  if (suite === undefined) return;
  suite.updatedAt = world.now();
  const runs = repository.checks.filter((one) => one.suiteId === suite.id);
  if (suiteState(runs).status === "completed")
    announceSuite(world, repository, suite, "completed", run.app.bot);
}
