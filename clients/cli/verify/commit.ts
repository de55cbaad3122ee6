/** Whether a commit of a repository is what an attestation speaks of. Git is asked offline, and not believed: names are hashes. */
import { createHash } from "node:crypto";
import type { Statement } from "../../../models/attestation.ts";
import { git } from "../files/git.ts";
import { type Check, checked, failed, ok, unchecked } from "./check.ts";

type Commit = { tree: string; parents: string[] };

/**
 * Checks what was tested, and what landed.
 *
 * @param landed the commit that came into the base; null: only the tested one is looked for
 */
export async function verifyCommit(
  { predicate }: Statement,
  folder: string,
  landed: string | null,
): Promise<Check[]> {
  const { head_sha, merge_sha, tree_sha } = predicate;
  const tested = merge_sha ?? head_sha;
  const commit = await commitAt(folder, tested);
  // A squash leaves the head behind, and GitHub's trial merge is on no branch: a clone need not have them.
  const absent = landed === null ? failed : unchecked;
  const own =
    commit === null
      ? absent(`Commit ${tested} is not in ${folder}`)
      : checked(
          commit.tree === tree_sha,
          `Commit ${tested} has the tested tree`,
          `Commit ${tested} has tree ${commit.tree}, and ${tree_sha} was tested`,
        );
  return landed === null ? [own] : [own, await landedCheck(folder, landed, predicate)];
}

async function landedCheck(
  folder: string,
  landed: string,
  { head_sha, tree_sha, merge_sha }: Statement["predicate"],
): Promise<Check> {
  const commit = await commitAt(folder, landed);
  if (commit === null) return failed(`Commit ${landed} is not in ${folder}`);
  if (commit.tree === tree_sha) return ok(`What landed as ${landed} has the tested tree, byte for byte`);
  if (merge_sha != null)
    return failed(
      `What landed as ${landed} has tree ${commit.tree}, and the merge that was tested has ${tree_sha}`,
    );
  const { parents } = commit;
  // A commit on top of the tested head has it for a parent too, and may hold anything.
  if (parents.length === 2 && parents[1] === head_sha)
    return unchecked(
      `What landed as ${landed} is a merge of the tested head; its tree ${commit.tree} is not the tested one, so the base had moved and the result itself was not tested`,
    );
  return failed(`What landed as ${landed} has neither the tested tree nor is it a merge of the tested head`);
}

/** A commit as its name demands; null when it is not there. */
async function commitAt(folder: string, sha: string): Promise<Commit | null> {
  if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(sha)) return null;
  // A replacement (refs/replace) would be shown instead of the commit.
  const bytes = await git(folder, "--no-replace-objects", "cat-file", "commit", sha);
  if (bytes === undefined) return null;
  const name = createHash(sha.length === 40 ? "sha1" : "sha256");
  if (name.update(`commit ${bytes.length}\0`).update(bytes).digest("hex") !== sha) return null;
  const head = bytes.toString("utf8").split("\n\n", 1)[0] ?? "";
  const named = (key: string) =>
    [...head.matchAll(new RegExp(`^${key} ([0-9a-f]+)$`, "gm"))].map((match) => match[1] ?? "");
  return { tree: named("tree")[0] ?? "", parents: named("parent") };
}
