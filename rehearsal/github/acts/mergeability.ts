/** What only git can say of a pull request: can it be merged, how big is it, is it behind. */
import { readCommit } from "../git/commits.ts";
import { diff } from "../git/diff.ts";
import { mergeTrees } from "../git/merge.ts";
import { branchTip, isAncestor, mergeBase, setRef } from "../git/refs.ts";
import { git } from "../git/run.ts";
import { writeCommit } from "../git/write.ts";
import type { Mergeability, Pull, Repository } from "../nouns.ts";
import { emailOf } from "../shapes/commit.ts";
import type { PullFacts } from "../shapes/pull.ts";
import { inBackground, type World } from "../world.ts";
import { obstacles } from "./obstacles.ts";
import { isUnstable, requirementsFor } from "./requirements.ts";

/** Computes whether the head merges cleanly into the base's tip, and keeps `refs/pull/N/merge`. */
async function compute(
  world: World,
  repository: Repository,
  pull: Pull,
  base: string,
): Promise<Mergeability> {
  const { dir } = repository;
  const head = pull.headSha;
  const tree = await mergeTrees(dir, base, head);
  const mergeCommit = tree === null ? null : await testMerge(world, pull, dir, tree, base);
  // Like GitHub, a conflict leaves the last good merge ref where it was.
  if (mergeCommit !== null && pull.state === "open" && pull.headSha === head) {
    await setRef(dir, `refs/pull/${pull.number}/merge`, mergeCommit);
  }
  return { base, head, clean: mergeCommit !== null, mergeCommit };
}

async function testMerge(world: World, pull: Pull, dir: string, tree: string, base: string): Promise<string> {
  const author = { name: pull.user.name ?? pull.user.login, email: emailOf(pull.user) };
  const message = `Merge ${pull.headSha} into ${base}`;
  return writeCommit(dir, { tree, parents: [base, pull.headSha], message, author, now: world.now() });
}

/** The known answer for this head and base; null, and a background job, when there is none yet. */
async function mergeabilityOf(
  world: World,
  repository: Repository,
  pull: Pull,
  base: string,
): Promise<Mergeability | null> {
  const known = pull.mergeability;
  if (known?.base === base && known.head === pull.headSha) return known;
  const work = compute(world, repository, pull, base).then((found) => {
    // The head may have moved meanwhile: an old answer must not hide the new question.
    if (found.head === pull.headSha) pull.mergeability = found;
    return found;
  });
  if (!world.faults.lazyMergeability) return work;
  inBackground(world, work);
  return null;
}

/** Facts for one pull request as a client reads it; starts what is not known yet. */
export async function readFacts(world: World, repository: Repository, pull: Pull): Promise<PullFacts> {
  const tip = await branchTip(repository.dir, pull.baseRef);
  const size = await sizeOf(repository.dir, pull);
  if (pull.state === "closed" || tip === null) {
    return { mergeable: null, state: "unknown", mergeCommit: pull.mergeCommitSha, ...size };
  }
  const known = await mergeabilityOf(world, repository, pull, tip);
  if (known === null) return { mergeable: null, state: "unknown", mergeCommit: null, ...size };
  const state = await stateOf(repository, pull, known);
  return { mergeable: known.clean, state, mergeCommit: known.mergeCommit, ...size };
}

/** Facts for a webhook: GitHub sends them before it knows whether the pull request can be merged. */
export async function eventFacts(repository: Repository, pull: Pull): Promise<PullFacts> {
  const size = await sizeOf(repository.dir, pull);
  return {
    mergeable: null,
    state: pull.draft ? "draft" : "unknown",
    mergeCommit: pull.mergeCommitSha,
    ...size,
  };
}

async function stateOf(repository: Repository, pull: Pull, known: Mergeability): Promise<PullFacts["state"]> {
  if (!known.clean) return "dirty";
  if (pull.draft) return "draft";
  const requirements = requirementsFor(repository, pull.baseRef);
  const isBehind = !(await isAncestor(repository.dir, known.base, known.head));
  if (requirements !== null) {
    if (obstacles(repository, pull, requirements, false).length > 0) return "blocked";
    if (requirements.strict && isBehind) return "behind";
  }
  return isUnstable(repository, pull.headSha) ? "unstable" : "clean";
}

type Size = Pick<PullFacts, "commits" | "additions" | "deletions" | "changedFiles">;

/** Every event tells the size, and most change neither end: four git runs saved for each. */
const sizes = new WeakMap<Pull, { of: string; size: Size }>();

async function sizeOf(dir: string, pull: Pull): Promise<Size> {
  const of = `${pull.baseSha}..${pull.headSha}`;
  const known = sizes.get(pull);
  if (known?.of === of) return known.size;
  const size = await measure(dir, pull);
  sizes.set(pull, { of, size });
  return size;
}

async function measure(dir: string, pull: Pull): Promise<Size> {
  const files = await pullFiles(dir, pull);
  const commits = Number(await git(dir, ["rev-list", "--count", `${pull.baseSha}..${pull.headSha}`]));
  const sum = (field: "additions" | "deletions") => files.reduce((total, file) => total + file[field], 0);
  return { commits, additions: sum("additions"), deletions: sum("deletions"), changedFiles: files.length };
}

/** The files a pull request changes: from the point where it left the base. */
export async function pullFiles(dir: string, pull: Pull) {
  const from =
    (await mergeBase(dir, pull.baseSha, pull.headSha)) ?? (await readCommit(dir, pull.baseSha)).tree;
  return diff(dir, from, pull.headSha);
}
