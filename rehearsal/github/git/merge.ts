/** The three ways to bring a head into a base, as objects only: the caller moves the ref. */
import type { Commit } from "./commits.ts";
import { log, readCommit } from "./commits.ts";
import { attempt, GitError } from "./run.ts";
import { type Author, writeCommit } from "./write.ts";

/** The tree of both sides merged; null when they conflict. */
export async function mergeTrees(dir: string, ours: string, theirs: string): Promise<string | null> {
  const args = ["merge-tree", "--write-tree", "--allow-unrelated-histories", "--no-messages", ours, theirs];
  const { code, stdout, stderr } = await attempt(dir, args);
  if (code > 1) throw new GitError(args, code, stderr);
  return code === 0 ? (stdout.toString().split("\n")[0] ?? null) : null;
}

/**
 * Replays the commits of `base..head` onto `base`; returns the new tip, or null on a conflict.
 * Merge commits are left out, as `git rebase` does.
 */
export async function rebase(
  dir: string,
  { base, head, committer, now }: { base: string; head: string; committer: Author; now: number },
): Promise<string | null> {
  const commits = await log(dir, `${base}..${head}`, ["--reverse", "--topo-order", "--no-merges"]);
  let tip = base;
  for (const commit of commits) {
    const tree = await pick(dir, tip, commit, now);
    if (tree === null) return null;
    const author = { name: commit.author.name, email: commit.author.email, at: commit.author.date };
    tip = await writeCommit(dir, { tree, parents: [tip], message: commit.message, author, committer, now });
  }
  return tip;
}

/**
 * The tree of `commit`'s change on top of `tip`. git 2.39 cannot be told the merge base, so a
 * stand-in with `tip`'s tree and the commit's parent makes that parent the base.
 */
async function pick(dir: string, tip: string, commit: Commit, now: number): Promise<string | null> {
  const { tree } = await readCommit(dir, tip);
  const author = { name: "stand-in", email: "stand-in@localhost" };
  const standIn = await writeCommit(dir, {
    tree,
    parents: commit.parents.slice(0, 1),
    message: "stand-in",
    author,
    now,
  });
  return mergeTrees(dir, standIn, commit.sha);
}
