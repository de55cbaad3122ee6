/** What people ask of runs, told to their project. The same asked again under the same id is done once. */
import type { Fact } from "../../../models/fact.ts";
import type { Run } from "../../../models/run.ts";
import { type Cause, projectOf } from "../../project/index.ts";
import { type Asked, newRun } from "../../project/new-run.ts";
import { readPull } from "../../providers/github/index.ts";
import type { StoredProject } from "../../store/projects.ts";
import { findRun } from "../../store/runs.ts";
import { varsOf } from "../../vars.ts";
import { offersOf } from "./agents.ts";
import { secretInGoal } from "./told-secret.ts";

/** `heard`: it is news. `refused`: why it was not done, in words; null when it was, now or before. */
export type Told = { heard: boolean; refused: string | null };

/** Who asks, and the id under which it is heard once. */
export type Asking = { id: string; by: string };

/**
 * Starts a run.
 *
 * @param id of the run: it follows from what asks for it
 */
export async function startRun(
  env: Env,
  project: StoredProject,
  asked: Asked,
  id: string,
  cause: Cause = {},
): Promise<Told & { run: Run }> {
  // Facts are forgotten after days, runs never: what is told once more must not begin anew.
  const known = await findRun(env.DB, id);
  if (known !== null) return { run: known, heard: false, refused: null };
  const run = newRun(project, asked, id, Date.now());
  const obstacle = (await secretInGoal(env, project.id, run)) ?? (await obstacleTo(env, project, run));
  if (obstacle !== null) return { run, heard: true, refused: `Cannot start the run: ${obstacle}` };
  return { run, ...(await told(env, project.id, { type: "run.asked", id: `${id}.asked`, run }, cause)) };
}

/** What would end a run in its first minute; null when nothing would. */
export async function obstacleTo(env: Env, project: StoredProject, run: Run): Promise<string | null> {
  const { agent, pr_number } = run;
  if (pr_number !== null) {
    const pull = await readPull(varsOf(env), project, pr_number);
    if (pull === null) return `there is no pull request #${pr_number}`;
    if (pull.state === "closed") return `#${pr_number} is closed`;
    if (agent !== null && pull.head_repo_id !== pull.base_repo_id)
      return `#${pr_number} comes from a fork, and its branch cannot be pushed to`;
    if (agent !== null && [project.default_branch, pull.base_ref].includes(pull.head_ref))
      return `#${pr_number} comes from ${pull.head_ref}, and no agent pushes to a branch that others build on`;
  }
  if (agent === null) return pr_number === null ? "no agent is chosen" : null;
  const offer = (await offersOf(env, project)).find(({ id }) => id === agent);
  if (offer === undefined) return `there is no agent "${agent}"`;
  return offer.missing === null ? null : `the agent ${offer.name} cannot be used: ${offer.missing}`;
}

/** Lets a run that waits for a person try again. */
export function retryRun(
  env: Env,
  { id: run_id, project_id }: Run,
  asking: Asking,
  cause: Cause,
): Promise<Told> {
  return told(env, project_id, { type: "run.retry.asked", run_id, ...asking }, cause);
}

/** Ends a run. */
export function stopRun(
  env: Env,
  { id: run_id, project_id }: Run,
  asking: Asking,
  cause: Cause,
): Promise<Told> {
  return told(env, project_id, { type: "run.stop.asked", run_id, ...asking }, cause);
}

/** Tells a project what a person asks for. */
export async function told(env: Env, projectId: string, fact: Fact, cause: Cause): Promise<Told> {
  const { heard, refused } = await projectOf(env, projectId).tell(projectId, fact, cause);
  return { heard, refused: refused?.message ?? null };
}
