/** Pull requests follow their branches: new heads, vanished heads, bases that moved or swallowed them. */
import { branchTip, isAncestor, type RefChange, ZERO } from "../git/refs.ts";
import type { Pull, Repository, User } from "../nouns.ts";
import { isPull } from "../shapes/issue.ts";
import type { World } from "../world.ts";
import { announcePull } from "./announce.ts";
import { closePull, fetchHead, markMerged } from "./pulls.ts";
import { requirementsFor } from "./requirements.ts";

/** Open pull requests of all repositories whose head is this branch. */
function pullsFrom(world: World, head: Repository, branch: string): { base: Repository; pull: Pull }[] {
  return [...world.repositories.values()].flatMap((base) =>
    openPulls(base)
      .filter((pull) => pull.headRepositoryId === head.id && pull.headRef === branch)
      .map((pull) => ({ base, pull })),
  );
}

function openPulls(base: Repository): Pull[] {
  return [...base.issues.values()].filter(isPull).filter((pull) => pull.state === "open");
}

/** A branch moved: every open pull request from it has a new head, or is closed with its branch. */
export async function headMoved(
  world: World,
  repository: Repository,
  branch: string,
  change: RefChange,
  actor: User,
): Promise<void> {
  for (const { base, pull } of pullsFrom(world, repository, branch)) {
    // A renamed branch comes with its head: nothing new to tell.
    if (change.after === pull.headSha) continue;
    if (change.after === ZERO) await closePull(world, base, pull, actor);
    else await synchronize(world, base, pull, repository, change, actor);
  }
}

async function synchronize(
  world: World,
  base: Repository,
  pull: Pull,
  head: Repository,
  { before, after }: RefChange,
  actor: User,
): Promise<void> {
  await fetchHead(base, pull.number, head, after);
  const forced = !(await isAncestor(base.dir, before, after));
  const until = world.now() + world.faults.staleHeadMs;
  pull.stale = forced && world.faults.staleHeadMs > 0 ? { sha: before, until } : null;
  pull.headSha = after;
  pull.baseSha = (await branchTip(base.dir, pull.baseRef)) ?? pull.baseSha;
  pull.mergeability = null;
  pull.updatedAt = world.now();
  touchReviews(world, base, pull, after);
  await announcePull(world, base, pull, "synchronize", actor, { before, after });
}

/** New code: approvals may become stale, and GitHub may re-point old reviews to it. */
function touchReviews(world: World, base: Repository, pull: Pull, after: string): void {
  const dismiss = requirementsFor(base, pull.baseRef)?.dismissStale ?? false;
  for (const review of pull.reviews) {
    if (dismiss && review.state === "APPROVED") review.state = "DISMISSED";
    if (world.faults.repointReviews) review.commitId = after;
  }
}

/** A base moved: what it now contains is merged, what lost its base is closed. */
export async function baseMoved(
  world: World,
  repository: Repository,
  branch: string,
  { after }: RefChange,
  actor: User,
): Promise<void> {
  for (const pull of openPulls(repository).filter((one) => one.baseRef === branch)) {
    if (after === ZERO) await closePull(world, repository, pull, actor);
    else if (await isAncestor(repository.dir, pull.headSha, after)) {
      await markMerged(world, repository, pull, { sha: after, actor });
    }
  }
}
