/**
 * What set-up leaves, kept for the next validation of the very same source: another attempt, a start after an
 * infrastructure error, a branch that was opened again, another pull request with the same tree. Never for other
 * source: what code leaves in its home or its workspace can decide how later commands behave, so a commit that
 * starts from another commit's leavings would pass or fail for reasons that are not its own.
 */
import type { Plan } from "../../models/config.ts";
import { sha256 } from "../digest.ts";
import type { Context } from "./visit.ts";

/** Larger workspaces are not kept, in bytes. */
const LARGEST = 1024 ** 3;

/**
 * What a workspace depends on: repository, source, and the set-up commands with where they run. And the project: what is
 * left by commands that knew its secrets is for no other project of the repository.
 */
export function workspaceDigest({ project }: Context, treeSha: string, plan: Plan): Promise<string> {
  return sha256(JSON.stringify([project.repo_id, project.id, treeSha, plan.setup, plan.path ?? ""]));
}

function keyFor(context: Context, digest: string): string {
  return `snapshots/${context.project.repo_id}/${digest}.tar.gz`;
}

/** Restores the workspace, if one is kept. @returns its key; null for a fork: what is kept was made with secrets */
export async function restoreWorkspace(context: Context, digest: string): Promise<string | null> {
  if (context.validation.from_fork) return null;
  const key = keyFor(context, digest);
  const kept = await context.env.ARTIFACTS.get(key);
  if (kept === null) return null;
  await context.sandbox.putSnapshot(kept.body);
  return key;
}

type Kept = { key: string } | { why: string };

/** Keeps the workspace. @returns its key, or why it is not kept */
export async function keepWorkspace(context: Context, digest: string): Promise<Kept> {
  if (context.validation.from_fork) return { why: "it is a fork's" };
  const answer = await context.sandbox.snapshot();
  const size = Number(answer.headers.get("content-length") ?? Number.NaN);
  if (answer.body === null || !(size <= LARGEST)) {
    await answer.body?.cancel();
    return { why: "it is too large" };
  }
  const key = keyFor(context, digest);
  await context.env.ARTIFACTS.put(key, answer.body);
  return { key };
}
