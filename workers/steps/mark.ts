/** Writes how a pull request stands into its one comment. Nothing waits for it, and that it fails holds nothing up. */
import type { MarkOrder } from "../../models/step.ts";
import { whyOf } from "../../models/why-of.ts";
import { log } from "../log.ts";
import { projectOf } from "../project/index.ts";
import { AuthRevoked, GitHubRefusal, upsertComment } from "../providers/github/index.ts";
import { findProject, type StoredProject } from "../store/projects.ts";
import { knownValues } from "../store/secrets.ts";
import { findStanding } from "../store/standing.ts";
import { varsOf } from "../vars.ts";
import { attestationLine } from "./attest.ts";
import { markText } from "./mark-text.ts";
import { formsOf, redact } from "./redact.ts";

/** Writes it, and tells the project that it was, or never will be by this order. */
export async function mark(env: Env, order: MarkOrder): Promise<void> {
  const { id, project_id, pr_number, nth } = order;
  const project = await findProject(env.DB, project_id);
  if (project === null) return log("step.orphan", { step_id: id });
  // Where GitHub does not let us in, nothing is asked of it.
  if (project.disconnected === null) await write(env, project, order);
  await projectOf(env, project_id).tell(project_id, {
    type: "mark.ended",
    id: `${id}.ended`,
    pr_number,
    nth,
  });
}

async function write(env: Env, project: StoredProject, { id, pr_number: number }: MarkOrder): Promise<void> {
  const vars = varsOf(env);
  const standing = await findStanding(env.DB, project.id, number);
  if (standing?.newest == null) return log("step.orphan", { step_id: id });
  const { newest } = standing;
  // Its place in the queue changes with every merge of others, for which nothing is written anew.
  const why = whyOf({ ...standing, project, queue: [], now: Date.now() });
  const [attestation, secrets] = await Promise.all([
    attestationLine(env, newest),
    knownValues(env.DB, vars.SECRETS_KEY, project.id),
  ]);
  const url = `${vars.PUBLIC_URL}/projects/${project.id}/pulls/${number}`;
  const text = markText({ why, newest, url, attestation });
  const { full_name, installation_id } = project;
  const comment = { number, marker: markerOf(project.id, number), body: cleaned(text, secrets) };
  try {
    await upsertComment(vars, { full_name, installation_id }, comment);
  } catch (error) {
    // A locked conversation, a missing permission, a pull request that is gone: the check run and the dashboard say the same.
    if (!(error instanceof GitHubRefusal || error instanceof AuthRevoked)) throw error;
    log("mark.refused", { step_id: id, error: error.message });
  }
}

/** What ended a step may quote what a command said. */
function cleaned(text: string, secrets: readonly string[]): string {
  return redact(formsOf(secrets), text, true).clean;
}

function markerOf(projectId: string, number: number): string {
  return `<!-- tidegate:mark:${projectId}:${number} -->`;
}
