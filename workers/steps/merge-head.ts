/**
 * The merge of exactly one validated head, over whatever reaches GitHub: everything is read once more, and either it is
 * asked for with that head's sha, or it is said in full why not. Each wait is an answer, so it can be killed anywhere.
 */
import type { Plan } from "../../models/config.ts";
import type { ProjectSettings } from "../../models/project.ts";
import type { MERGE_METHODS, Reason, Validation } from "../../models/validation.ts";
import { type LivePull, type MergeAnswer, wasNotAsked } from "../providers/github/index.ts";
import { checkConditions, headConditions } from "./conditions.ts";
import { another, baseGone, refused, rehearsed, UNWANTED, unclear } from "./merge-ends.ts";
import {
  type Merge,
  type MergeSubject,
  type MergeVisit,
  type MergeWorld,
  Progress,
  type Proof,
} from "./merge-world.ts";

export { type MergeVisit, type MergeWorld, Progress } from "./merge-world.ts";

/** GitHub works out mergeability in the background; so often we look again before we give up. */
const MOST_READS = 20;
/** So often the merge waits for that of another project, a few seconds each. */
const MOST_WAITS = 200;
const WAIT_S = 3;
/** A request leaves within so long after it was written down, or not at all, in ms. */
const LEAVE_MS = 5_000;
/** Then it is surely over: it had its time limit, which is longer than GitHub's own. */
const UNDER_WAY_MS = 30_000;
/** Pauses before asking again after "Base branch was modified", in seconds. */
const BASE_MOVED_PAUSES_S = [4, 8] as const;

type Asking = { world: MergeWorld; progress: Progress } & MergeSubject;

/**
 * One visit.
 *
 * @param memo what the visit before remembered
 */
export async function mergeHead(
  world: MergeWorld,
  subject: MergeSubject,
  memo: unknown,
): Promise<MergeVisit> {
  const { base_ref } = subject.validation;
  const progress = Progress.parse(memo);
  if (!(await world.takeLane(base_ref))) return waitForLane(progress);
  const visit = await look({ world, progress, ...subject });
  // One that comes again soon keeps its turn: what it read would be old otherwise.
  if ("merge" in visit) await world.freeLane(base_ref);
  return visit;
}

function waitForLane(progress: Progress): MergeVisit {
  if (progress.waits < MOST_WAITS)
    return { again_s: WAIT_S, memo: { ...progress, waits: progress.waits + 1 } };
  const message = "Another project's merge into the same branch does not end";
  const reasons = [{ code: "lane_busy", message }];
  return { merge: { state: "blocked", reasons, commit_sha: null, again_s: 60 }, proof: {} };
}

async function look(asking: Asking): Promise<MergeVisit> {
  const { world, progress, validation, project } = asking;
  // Whoever asked may have died since, and the request not: what is decided now would not hold when it lands.
  const under_way_ms = (progress.asked_at ?? 0) + UNDER_WAY_MS - world.now();
  if (under_way_ms > 0) return { again_s: Math.ceil(under_way_ms / 1000), memo: progress };
  const live = await world.readPull();
  if (live === null)
    return ended(refused("rejected", "pull_gone", "GitHub no longer knows this pull request"));
  if (live.base_repo_id !== project.repo_id) return ended(another(live.base_repo_id, project.repo_id));
  if (live.merged) return landed(asking, alreadyMerged(live, progress, validation.head_sha));
  // A repeat after a request that got no answer: what it did may not show in the pull request.
  const trace = progress.tip === null ? null : await traceOf(asking, progress.tip);
  if (trace !== null) return ended(unclear("no answer was kept", trace));
  const plan = await world.plan();
  const against = headConditions(live, validation, project, plan?.merge);
  if (against?.state === "rejected") return ended(against);
  if (against !== null) {
    const more = (await checksAgainst(asking, live, plan))?.reasons ?? [];
    return ended({ ...against, reasons: [...against.reasons, ...more] });
  }
  const stale = await baseConditions(asking, live, plan);
  if (stale !== null) return ended(stale);
  if (live.mergeable === null && progress.reads < MOST_READS) {
    return { again_s: 1, memo: { ...progress, reads: progress.reads + 1 } };
  }
  const waiting = await checksAgainst(asking, live, plan);
  if (waiting !== null) return ended(waiting);
  const method = plan?.merge.method ?? project.merge_method;
  return project.dry_run ? ended(rehearsed(validation, method)) : ask(asking, method);
}

async function checksAgainst({ world }: Asking, live: LivePull, plan: Plan | null): Promise<Merge | null> {
  const { required, others, own } = await world.checksOf(live);
  return checkConditions(required, others, own, plan?.merge.checks);
}

export function wantsUpToDate(
  project: Pick<ProjectSettings, "require_up_to_date">,
  plan: Pick<Plan, "merge"> | null,
): boolean {
  return project.require_up_to_date || plan?.merge.require_up_to_date === true;
}

/** What was tested must be what would land: the merge with the very tip at which the base is now. */
async function baseConditions(
  { world, validation, project }: Asking,
  live: LivePull,
  plan: Plan | null,
): Promise<Merge | null> {
  const { tested_base_sha } = validation;
  if (!wantsUpToDate(project, plan) && tested_base_sha === null) return null;
  if (tested_base_sha === null)
    return refused(
      "blocked",
      "base_moved",
      "It was tested alone, and its merge with the base must be tested now",
    );
  return movedBase(validation, await world.tipOf(live.base_ref));
}

function movedBase({ base_ref, tested_base_sha }: Validation, tip: string | null): Merge | null {
  if (tested_base_sha === null || tip === tested_base_sha) return null;
  const message = `${base_ref} is at ${tip}, tested was the merge with ${tested_base_sha}`;
  return refused("blocked", "base_moved", message);
}

/** The only place that merges. The request always carries the validated head. */
async function ask(asking: Asking, method: (typeof MERGE_METHODS)[number]): Promise<MergeVisit> {
  const { world, validation } = asking;
  const tip = await world.tipOf(validation.base_ref);
  // Checks were read meanwhile, and somebody may have pushed: asking all the same would land what nobody tested.
  const moved = movedBase(validation, tip);
  if (moved !== null) return ended(moved);
  // Nobody could see afterwards what a request without an answer did.
  if (tip === null) return ended(baseGone(validation.base_ref));
  if (!(await world.isWanted())) return ended(UNWANTED);
  const asked_at = world.now();
  const progress = { ...asking.progress, requests: asking.progress.requests + 1, tip, asked_at };
  if (!(await world.remember(progress))) return { again_s: WAIT_S, memo: asking.progress };
  const request = { number: validation.pr_number, sha: validation.head_sha, method };
  const answer = await world.requestMerge(request, asked_at + LEAVE_MS).catch(async (error: unknown) => {
    // What was not asked is not counted: a merge by hand until then would be taken for ours.
    if (wasNotAsked(error)) await world.remember(asking.progress);
    throw error;
  });
  const merge_request = { sha: request.sha, method, status: answer.status ?? 0, message: answer.message };
  const settled = (await landedBefore(asking, answer)) ?? (await settle({ ...asking, progress }, answer));
  if ("again_s" in settled)
    return { again_s: settled.again_s, memo: { ...progress, tip: settled.tip, asked_at: null } };
  return landed({ ...asking, progress }, settled.merge, { merge_request });
}

/** An earlier request without an answer may land late, and be why this one is refused. */
async function landedBefore(
  { world, progress, validation }: Asking,
  { status }: MergeAnswer,
): Promise<{ merge: Merge } | null> {
  if (progress.tip === null || status === 200) return null;
  const live = await world.readPull();
  return live?.merged === true ? { merge: alreadyMerged(live, progress, validation.head_sha) } : null;
}

/** `tip`: what is to be compared with before the next request; null when this one surely changed nothing. */
type Settled = { merge: Merge } | { again_s: number; tip: string | null };

/** What an answer means. Only where nothing shows that it changed something is it followed by another request. */
async function settle(asking: Asking, { status, message, commit_sha }: MergeAnswer): Promise<Settled> {
  switch (status) {
    case 200:
      return { merge: { state: "merged", reasons: [], commit_sha, again_s: null } };
    case 409:
      return { merge: refused("rejected", "head_modified", message) };
    case 405: {
      const moved = /base branch was modified/i.test(message);
      const pause = moved ? BASE_MOVED_PAUSES_S[asking.progress.requests - 1] : undefined;
      return pause === undefined
        ? { merge: refused("blocked", "not_mergeable", message) }
        : { again_s: pause, tip: null };
    }
    case 403:
    case 404:
    case 422:
      return { merge: refused("blocked", "refused_by_github", message) };
    default:
      return ambiguous(asking, `${status ?? "none"}: ${message}`);
  }
}

/** No clear answer: the truth is read, and only if surely nothing happened is the same asked once more. */
async function ambiguous({ world, validation, progress }: Asking, said: string): Promise<Settled> {
  const live = await world.readPull();
  if (live?.merged) return { merge: alreadyMerged(live, progress, validation.head_sha) };
  const trace = await traceOf({ world, validation }, progress.tip);
  // What it did may show only by the next visit.
  const { requests, tip } = progress;
  if (trace === null && live !== null && requests < 2) return { again_s: 2, tip };
  return { merge: unclear(said, trace ?? "nothing shows that it merged") };
}

/** What a request may have done although the pull request is open; a squash leaves no head in the base. Null: nothing. */
async function traceOf(
  { world, validation }: Pick<Asking, "world" | "validation">,
  tip: string | null,
): Promise<string | null> {
  if (await world.contains(validation.base_ref, validation.head_sha))
    return "the base has the commit, but the pull request is still open";
  const now = await world.tipOf(validation.base_ref);
  return now === tip ? null : `${validation.base_ref} moved from ${tip} to ${now} meanwhile`;
}

/** A pull request that is merged already: by our own request that got no answer, or by somebody else. */
function alreadyMerged(live: LivePull, { tip }: Progress, head: string): Merge {
  // Somebody pushed after a request without an answer: whether that landed before, nobody can tell any more.
  if (tip !== null && live.head_sha !== head)
    return unclear("no answer was kept", `it is merged, and its head is ${live.head_sha} by now`);
  // A request that GitHub surely refused is no merge of ours, whoever merged since.
  if (tip !== null) return { state: "merged", reasons: [], commit_sha: live.merge_commit_sha, again_s: null };
  const message = `Somebody else merged it at ${live.head_sha}`;
  const reasons = [{ code: "merged_by_other", message }];
  return { state: "rejected", reasons, commit_sha: live.merge_commit_sha, again_s: null };
}

function ended(merge: Merge, proof: Proof = {}): MergeVisit {
  return { merge, proof };
}

/** What landed is looked at: a push of somebody else may have come in between, and then it is not what was tested. */
async function landed({ world, validation }: Asking, merge: Merge, proof: Proof = {}): Promise<MergeVisit> {
  if (merge.state !== "merged" || merge.commit_sha === null) return ended(merge, proof);
  try {
    const { tree, parents } = await world.commit(merge.commit_sha);
    const shown = { ...proof, merge_commit_sha: merge.commit_sha, merge_parents: parents, merge_tree: tree };
    return ended({ ...merge, reasons: await surprises(world, validation, tree) }, shown);
  } catch (error) {
    if (wasNotAsked(error)) throw error;
    // That it is merged is known, and must not become a question because of this.
    const message = "It is merged, and GitHub does not show what landed: look whether it is what was tested";
    return ended({ ...merge, reasons: [{ code: "landed_unread", message }] }, proof);
  }
}

/** What is not as it was tested: the tree, or the branch, which its author may change until the very last moment. */
async function surprises(world: MergeWorld, validation: Validation, tree: string): Promise<Reason[]> {
  const { tested_base_sha, base_ref } = validation;
  const live = await world.readPull();
  const elsewhere = live !== null && live.base_ref !== base_ref ? live.base_ref : null;
  const laid = tested_base_sha === null ? null : (await world.tested()).tree_sha;
  const untested = tested_base_sha !== null && laid !== tree;
  const moved = `What landed (tree ${tree}) is not what was tested (tree ${laid}): the base moved during the merge`;
  return [
    ...(elsewhere === null
      ? []
      : [
          {
            code: "landed_elsewhere",
            message: `It was merged into ${elsewhere}, validated was ${base_ref}: its base was changed during the merge`,
          },
        ]),
    ...(untested ? [{ code: "landed_untested", message: moved }] : []),
  ];
}
