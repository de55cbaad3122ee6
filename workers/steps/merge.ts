/** Reads everything once more and merges exactly the validated head, or says in full why not. */
import { z } from "zod";
import type { Outcome } from "../../models/fact.ts";
import type { Evidence } from "../../models/step.ts";
import type { Reason } from "../../models/validation.ts";
import {
  containsCommit,
  type LivePull,
  type MergeAnswer,
  otherChecks,
  parentsOf,
  readPull,
  requestMerge,
  requiredChecks,
} from "../providers/github/index.ts";
import { findPlan, rememberStep } from "../store/steps.ts";
import { checkConditions, headConditions } from "./conditions.ts";
import { ownCheckName } from "./own-check.ts";
import { type Context, end, type Step, type Visit } from "./visit.ts";

/** `requests`: how often GitHub was asked; kept before asking, so that a repeat looks before it leaps. */
const Progress = z.object({ requests: z.number().int().default(0), reads: z.number().int().default(0) });
type Progress = z.infer<typeof Progress>;

/** GitHub works out mergeability in the background; so often we look again before we give up. */
const MOST_READS = 20;
/** Pauses before asking again after "Base branch was modified", in seconds. */
const BASE_MOVED_PAUSES_S = [4, 8] as const;

type Merge = NonNullable<Outcome["merge"]>;

export const merge: Step = async (context) => {
  const progress = Progress.parse(context.memo);
  const live = await readPull(context.vars, context.repo, context.validation.pr_number);
  if (live === null)
    return done(context, refused("rejected", "pull_gone", "GitHub no longer knows this pull request"));
  if (live.merged) return done(context, alreadyMerged(live, progress, context.validation.head_sha));
  const plan = (await findPlan(context.env.DB, context.validation.id))?.plan;
  const against = headConditions(live, context.validation, context.project, plan?.merge);
  if (against !== null) return done(context, against);
  if (live.mergeable === null && progress.reads < MOST_READS) {
    return { again_s: 1, memo: { ...progress, reads: progress.reads + 1 } };
  }
  if (live.mergeable === false)
    return done(context, refused("blocked", "conflicts", "GitHub reports conflicts with the base branch"));
  const { vars, repo, validation } = context;
  const [required, others, name] = await Promise.all([
    requiredChecks(vars, repo, live.base_ref),
    otherChecks(vars, repo, validation.head_sha),
    ownCheckName(context, live.base_ref),
  ]);
  const waiting = checkConditions(required, others, { name, app: vars.GITHUB_APP_ID });
  if (waiting !== null) return done(context, waiting);
  return ask(context, progress, plan?.merge.method ?? context.project.merge_method);
};

/** The only place that merges. The request always carries the validated head. */
async function ask(
  context: Context,
  progress: Progress,
  method: "merge" | "squash" | "rebase",
): Promise<Visit> {
  const { vars, repo, validation, env, order } = context;
  const requests = progress.requests + 1;
  await rememberStep(env.DB, order.id, { ...progress, requests });
  const request = { number: validation.pr_number, sha: validation.head_sha, method };
  const answer = await requestMerge(vars, repo, request);
  const merge_request = { sha: request.sha, method, status: answer.status ?? 0, message: answer.message };
  const settled = await settle(context, answer, requests);
  if ("again_s" in settled) return { again_s: settled.again_s, memo: { ...progress, requests } };
  return done(context, settled.merge, { merge_request });
}

/** What an answer means. Only an answer that surely changed nothing is followed by another request. */
async function settle(
  context: Context,
  answer: MergeAnswer,
  requests: number,
): Promise<{ merge: Merge } | { again_s: number }> {
  switch (answer.status) {
    case 200:
      return { merge: { state: "merged", reasons: [], commit_sha: answer.commit_sha, again_s: null } };
    case 409:
      return { merge: refused("rejected", "head_modified", answer.message) };
    case 405: {
      const pause = /base branch was modified/i.test(answer.message)
        ? BASE_MOVED_PAUSES_S[requests - 1]
        : undefined;
      return pause === undefined
        ? { merge: refused("blocked", "not_mergeable", answer.message) }
        : { again_s: pause };
    }
    case 403:
    case 404:
    case 422:
      return { merge: refused("blocked", "refused_by_github", answer.message) };
    default:
      return ambiguous(context, answer, requests);
  }
}

/** No clear answer: the truth is read, and only if surely nothing happened is the same asked once more. */
async function ambiguous(
  context: Context,
  answer: MergeAnswer,
  requests: number,
): Promise<{ merge: Merge } | { again_s: number }> {
  const { vars, repo, validation } = context;
  const live = await readPull(vars, repo, validation.pr_number);
  if (live?.merged) return { merge: alreadyMerged(live, { requests, reads: 0 }, validation.head_sha) };
  const landed = await containsCommit(vars, repo, validation.base_ref, validation.head_sha);
  if (!landed && live !== null && requests < 2) return { again_s: 2 };
  const what = landed
    ? "the base has the commit, but the pull request is still open"
    : "nothing shows that it merged";
  const message = `GitHub gave no clear answer (${answer.status ?? "none"}: ${answer.message}); ${what}: a person must look`;
  return { merge: refused("unknown", "ambiguous_merge", message) };
}

/** A pull request that is merged already: by our own request that got no answer, or by somebody else. */
function alreadyMerged(live: LivePull, { requests }: Progress, head: string): Merge {
  const ours = requests > 0 && live.head_sha === head;
  if (ours) return { state: "merged", reasons: [], commit_sha: live.merge_commit_sha, again_s: null };
  const message = `Somebody else merged it at ${live.head_sha}`;
  return {
    state: "rejected",
    reasons: [{ code: "merged_by_other", message }],
    commit_sha: live.merge_commit_sha,
    again_s: null,
  };
}

function refused(state: "blocked" | "rejected" | "unknown", code: string, message: string): Merge {
  return { state, reasons: [{ code, message }], commit_sha: null, again_s: null };
}

async function done(
  context: Context,
  merge: Merge,
  evidence: Omit<Evidence, "duration_ms"> = {},
): Promise<Visit> {
  const reason: Reason | null = merge.reasons[0] ?? null;
  if (merge.state !== "merged") return end(context, "failed", reason, evidence, { merge });
  const merge_parents =
    merge.commit_sha === null ? [] : await parentsOf(context.vars, context.repo, merge.commit_sha);
  const proof = {
    ...evidence,
    merge_parents,
    ...(merge.commit_sha && { merge_commit_sha: merge.commit_sha }),
  };
  return end(context, "passed", null, proof, { merge });
}
