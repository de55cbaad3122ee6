/**
 * What a validation tests: its head alone, or, where only tested results may land, the commit that GitHub makes of the
 * head and the tip of the base. That commit is taken only when its parents are exactly these two.
 */
import { z } from "zod";
import type { Outcome } from "../../models/fact.ts";
import type { Reason } from "../../models/validation.ts";
import { branchTip, commitAt, readPull, treeOf } from "../providers/github/index.ts";
import type { Context } from "./visit.ts";

export type Target = {
  /** The commit whose files are laid, and its tree. */
  sha: string;
  tree: string;
  /** The tip of the base that is in it; null: the head stands alone. */
  base_sha: string | null;
};

type Found =
  | { target: Target }
  | { again_s: number; memo: { reads: number } }
  | { state: Outcome["state"]; reason: Reason };

/** GitHub makes the merge in the background; so often we look, a second or more apart, before we give up. */
const MOST_READS = 60;

export async function headAlone({ vars, repo, validation }: Context): Promise<Found> {
  const tree = await treeOf(vars, repo, validation.head_sha);
  return { target: { sha: validation.head_sha, tree, base_sha: null } };
}

export async function mergeResult(context: Context): Promise<Found> {
  const { vars, repo, validation, memo } = context;
  const { head_sha, base_ref } = validation;
  const reads = z.object({ reads: z.number().int().default(0) }).parse(memo).reads + 1;
  const live = await readPull(vars, repo, validation.pr_number);
  if (live === null || live.head_sha !== head_sha || live.base_ref !== base_ref) {
    const message = `The pull request is at ${live?.head_sha ?? "nothing"} now, and its merge cannot be tested`;
    return { state: "errored", reason: { code: "head_moved", message } };
  }
  if (live.mergeable === false) {
    const message = `GitHub reports conflicts with ${base_ref}: merge or rebase the branch, and push`;
    return { state: "failed", reason: { code: "conflicts", message } };
  }
  const tip = await branchTip(vars, repo, base_ref);
  const made = live.mergeable && tip !== null ? live.merge_commit_sha : null;
  if (made !== null && tip !== null) {
    const { tree, parents } = await commitAt(vars, repo, made);
    // GitHub shows an older one while it makes the next.
    if (parents.length === 2 && parents[0] === tip && parents[1] === head_sha)
      return { target: { sha: made, tree, base_sha: tip } };
  }
  if (reads < MOST_READS) return { again_s: reads < 10 ? 1 : 5, memo: { reads } };
  const message = `GitHub did not make the merge of ${head_sha} with ${base_ref} at ${tip}`;
  return { state: "errored", reason: { code: "merge_result_missing", message } };
}

/**
 * Where the base is: the tip that is in what is tested, else where it is now. What GitHub calls the base of a pull request
 * is where that was at its last push.
 */
export async function baseOf({
  vars,
  repo,
  validation,
}: Pick<Context, "vars" | "repo" | "validation">): Promise<string> {
  const { tested_base_sha, base_ref, base_sha } = validation;
  return tested_base_sha ?? (await branchTip(vars, repo, base_ref)) ?? base_sha;
}
