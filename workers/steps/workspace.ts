/**
 * What set-up leaves, kept for the next validation. Commands that declare their inputs have their result restored
 * as long as no input changes; for all others only the caches of package managers are kept, and they run again:
 * a build that was made of other source must never be tested. What a pull request's set-up left is restored for
 * that pull request alone until it is merged: code that nobody accepted must not lie in wait for others.
 */
import type { Plan } from "../../models/config.ts";
import { sha256 } from "../digest.ts";
import { listTree } from "../providers/github/index.ts";
import type { Context } from "./visit.ts";

/** Files that pin what set-up fetches. */
const LOCK_FILES =
  /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock|requirements[^/]*\.txt|poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock|go\.sum|Cargo\.lock|Gemfile\.lock|composer\.lock|mix\.lock|gradle\.lockfile|pubspec\.lock)$/;

/** Larger workspaces are not kept, in bytes. */
const LARGEST = 1024 ** 3;

/** What a workspace depends on: repository, lock files, set-up commands and their declared inputs. */
export async function workspaceDigest(context: Context, treeSha: string, plan: Plan): Promise<string> {
  const tree = await listTree(context.vars, context.repo, treeSha);
  const inputs = plan.setup === "none" ? [] : plan.setup.flatMap((command) => command.inputs ?? []);
  const files = tree.filter(
    ({ path }) => LOCK_FILES.test(path) || inputs.some((input) => covers(input, path)),
  );
  const hashes = files.map(({ path, mode, sha }) => `${mode} ${sha} ${path}`);
  return sha256(JSON.stringify([context.project.repo_id, hashes, plan.setup]));
}

/** A folder, with its slash, covers everything in it. */
function covers(input: string, path: string): boolean {
  return input.endsWith("/") ? path.startsWith(input) : path === input;
}

function keyFor(context: Context, scope: string, digest: string): string {
  return `snapshots/${context.project.repo_id}/${scope}/${digest}.tar.gz`;
}

const pullScope = (context: Context) => `pull-${context.validation.pr_number}`;

/** Restores the workspace, if one is kept. @returns its key */
export async function restoreWorkspace(context: Context, digest: string): Promise<string | null> {
  for (const scope of [pullScope(context), "base"]) {
    const key = keyFor(context, scope, digest);
    const kept = await context.env.ARTIFACTS.get(key);
    if (kept === null) continue;
    await context.sandbox.putSnapshot(kept.body);
    return key;
  }
  return null;
}

/** Keeps the workspace for this pull request. @returns its key, null when it is too large to keep */
export async function keepWorkspace(context: Context, digest: string, plan: Plan): Promise<string | null> {
  const declared = plan.setup !== "none" && plan.setup.some((command) => command.inputs !== null);
  const answer = await context.sandbox.snapshot(declared ? ["home", "workspace"] : ["home"]);
  const size = Number(answer.headers.get("content-length") ?? Number.NaN);
  if (answer.body === null || !(size <= LARGEST)) {
    await answer.body?.cancel();
    return null;
  }
  const key = keyFor(context, pullScope(context), digest);
  await context.env.ARTIFACTS.put(key, answer.body);
  return key;
}

/** A merged pull request's workspace becomes everybody's. */
export async function shareWorkspace(context: Context, digest: string): Promise<void> {
  const kept = await context.env.ARTIFACTS.get(keyFor(context, pullScope(context), digest));
  if (kept !== null) await context.env.ARTIFACTS.put(keyFor(context, "base", digest), kept.body);
}
