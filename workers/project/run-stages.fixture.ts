/** Runs at every stage of their way, for tests that begin there. */

import { A, ERRORED, FAILED, PLANNED, type Project, passGate, writeReports } from "./decide.fixture.ts";
import type { Asked } from "./new-run.ts";
import {
  BROKEN,
  commitOf,
  FOREIGN,
  failure,
  MADE,
  NO_GOOD,
  planOf,
  pushedTo,
  type RunProject,
  runProject,
} from "./run.fixture.ts";

/** A run whose first change was pushed and seen: its validation has begun. */
export function atGate(asked: Partial<Asked> = {}, settings?: { auto_merge: boolean }): RunProject {
  const project = pushing(asked, settings);
  project.ends(pushedTo(MADE[0]));
  project.sees(MADE[0]);
  return project;
}

/** A run whose first commit is on its way to its branch. */
export function pushing(asked: Partial<Asked> = {}, settings?: { auto_merge: boolean }): RunProject {
  const project = executing(asked, settings);
  project.ends(commitOf(MADE[0]));
  return project;
}

/** A run whose plan was confirmed. */
export function executing(asked: Partial<Asked> = {}, settings?: { auto_merge: boolean }): RunProject {
  const project = asking(asked, settings);
  project.confirm();
  return project;
}

/** A run whose agent writes the plan. */
export function planning(): RunProject {
  const project = runProject();
  project.start();
  return project;
}

/** A run whose plan waits for a person. */
export function asking(asked: Partial<Asked> = {}, settings?: { auto_merge: boolean }): RunProject {
  const project = runProject(settings);
  project.start(asked);
  project.ends(planOf());
  return project;
}

/** A run that repairs its first failure. */
export function repairing(asked: Partial<Asked> = {}): RunProject {
  const project = diagnosing(asked);
  project.ends(failure("f1"));
  return project;
}

/** A run whose first failure is read. */
export function diagnosing(asked: Partial<Asked> = {}): RunProject {
  const project = atGate(asked);
  fail(project);
  return project;
}

/** A run whose agent gave its repair up: what it made failed, and a person is asked. */
export function stuck(): RunProject {
  const project = repairing();
  project.ends(NO_GOOD);
  writeReports(project, project.newest().id);
  return project;
}

/** A run that looks after somebody's pull request at head A. */
export function adopting(asked: Partial<Asked> = {}): RunProject {
  const project = runProject();
  project.sees(A);
  project.start({ pr_number: 7, agent: "custom", ...asked });
  project.sees(A);
  return project;
}

/** The validation under way fails. */
export function fail(project: Project): void {
  const { id } = project.newest();
  project.end(id, "snapshot", PLANNED);
  project.end(id, "setup", FAILED);
}

/** The validation under way passes, and its reports are written. */
export function pass(project: Project): void {
  const { id } = project.newest();
  passGate(project, id);
  writeReports(project, id);
}

/** The repair under way is pushed and seen. */
export function repair(project: RunProject, head: string): void {
  project.ends(commitOf(head));
  project.ends(pushedTo(head));
  project.sees(head);
}

/** Somebody else pushed to the branch that a repair was meant for, and failed too. */
export function takenOver(): RunProject {
  const project = repairing();
  project.sees(FOREIGN);
  fail(project);
  return project;
}

/** The gate's machinery failed until a person was asked. */
export function brokenGate(): RunProject {
  const project = atGate();
  for (const nth of [1, 2, 3]) project.end(project.newest().id, "snapshot", ERRORED, nth);
  return project;
}

/** A person cancelled the validation. */
export function cancelledGate(): RunProject {
  const project = atGate();
  project.cancel(project.newest().id);
  return project;
}

/** A repair is on its way to its branch. */
export function repairPushing(): RunProject {
  const project = repairing();
  writeReports(project, project.newest().id);
  project.ends(commitOf(MADE[1]));
  return project;
}

/** The step under way fails until nobody tries it again. */
export function breakDown(project: RunProject): RunProject {
  for (const end of [BROKEN, BROKEN, BROKEN]) project.ends(end);
  return project;
}
