/**
 * Builds the code graph of the head on top of that of its base, beside the other steps, and says what the change may
 * break and what it brings in anew. The graphs are made by their own queue: what the base's graph knows of a file is
 * taken for the head when its blob is the same.
 */
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { GraphReader } from "../../graph/store.ts";
import { needsGraph, type Policy, policyOf } from "../../models/config.ts";
import type { GraphInfo } from "../../models/graph.ts";
import { type Comparison, compareCommits } from "../providers/github/index.ts";
import { findGraphInfo } from "../store/graph-jobs.ts";
import { d1Graphs } from "../store/graphs.ts";
import { findPlan } from "../store/steps.ts";
import { graphIdOf, orderGraph, repositoryAt } from "./graph-order.ts";
import { analysisOf } from "./impact-of.ts";
import { failureOf } from "./policy.ts";
import { baseOf } from "./target.ts";
import { type Context, end, type Step, VISIT_MS, type Visit } from "./visit.ts";

/** Longest an analysis may take, in ms: whoever waits for it is told so then. */
export const ANALYSIS_MS = 10 * 60_000;

/** Commits of which the graph was ordered: ordering one that failed would only fail again. And where the base was then. */
const Progress = z.object({
  ordered: z.array(z.string()).default([]),
  base: z.string().nullable().default(null),
});
type Progress = z.infer<typeof Progress>;

export const analyze: Step = async (context) => {
  const { env, vars, repo, validation } = context;
  const plan = (await findPlan(env.DB, validation.id))?.plan;
  const policy = plan === undefined ? null : policyOf(plan);
  if (policy === null) {
    const message = "The plan of this validation is not on record, or wants no analysis";
    return end(context, "errored", { code: "no_plan", message });
  }
  if (Date.now() > context.started_at + ANALYSIS_MS) {
    const message = `The code graph was not ready within ${ANALYSIS_MS / 60_000} minutes`;
    return end(context, "timed_out", { code: "analysis_timeout", message });
  }
  const progress = Progress.parse(context.memo);
  const until = Date.now() + VISIT_MS;
  progress.base ??= await baseOf(context);
  const comparison = await compareCommits(vars, repo, progress.base, validation.head_sha);
  // One after the other: what is read of the base need not be read again.
  for (const sha of [comparison.start_sha, validation.head_sha]) {
    const info = await graphOf(context, sha, progress, until);
    if (info === null) return { again_s: 1, memo: progress };
    if (info.status === "failed" && !isEmpty(info)) {
      const message = `The code graph of ${sha} could not be made: ${info.error ?? "no reason is known"}`;
      return end(context, "errored", { code: "analysis_failed", message });
    }
  }
  return conclude(context, policy, comparison);
};

/** What is known of the graph of a commit once it is ready or has failed; null when that takes longer. */
async function graphOf(
  { env, project }: Context,
  sha: string,
  progress: Progress,
  until: number,
): Promise<GraphInfo | null> {
  const wish = repositoryAt(project, sha);
  const name = { tenant: wish.tenant, id: await graphIdOf(wish) };
  if (!progress.ordered.includes(sha)) {
    const info = await orderGraph(env, wish);
    progress.ordered.push(sha);
    if (info.status === "ready") return info;
  }
  for (let ms = 15; ; ms = Math.min(250, ms * 1.4)) {
    const info = await findGraphInfo(env.DB, name);
    // What retention took away meanwhile is ordered again.
    if (info === null) progress.ordered = progress.ordered.filter((one) => one !== sha);
    else if (info.status === "ready" || info.status === "failed") return info;
    if (info === null || Date.now() >= until) return null;
    await pause(ms);
  }
}

/** Nothing went wrong: the commit holds no file of a language that is read. */
function isEmpty({ error }: GraphInfo): boolean {
  return error?.startsWith("Nothing to analyze") === true;
}

async function conclude(context: Context, policy: Policy, comparison: Comparison): Promise<Visit> {
  const { validation } = context;
  const [before, after] = await Promise.all([
    openAt(context, comparison.start_sha),
    openAt(context, validation.head_sha),
  ]);
  const analysis = await analysisOf({
    before,
    after,
    comparison,
    head_sha: validation.head_sha,
    codeowners: await ownersOf(context, before),
    notes: notesOf(before, after, comparison),
  });
  const { risk } = analysis;
  const mark = risk === null ? null : { score: risk.score, level: risk.level };
  const failure = failureOf(policy, analysis);
  // What was not looked at was not found harmless: where the base goes by it, a person is asked.
  if (failure === null && comparison.cut && needsGraph(policy)) {
    const message =
      "The change has more files than GitHub lists, and those beyond the first 300 were not looked at";
    return end(context, "errored", { code: "too_many_files", message }, { analysis }, { risk: mark });
  }
  return end(context, failure === null ? "passed" : "failed", failure, { analysis }, { risk: mark });
}

async function openAt({ env, project }: Context, sha: string): Promise<GraphReader | null> {
  const wish = repositoryAt(project, sha);
  return (await d1Graphs(env.DB, { tenant: wish.tenant }).open(await graphIdOf(wish))) ?? null;
}

/** The owners as the base names them: a change cannot choose its own. */
async function ownersOf({ env, project }: Context, base: GraphReader | null): Promise<string | undefined> {
  const key = base?.info["x-codeowners"];
  if (typeof key !== "string") return undefined;
  const { tenant } = repositoryAt(project, "");
  const bytes = (await d1Graphs(env.DB, { tenant }).facts([key])).get(key);
  return bytes && new TextDecoder().decode(bytes);
}

function notesOf(
  before: GraphReader | null,
  after: GraphReader | null,
  { cut, unseen }: Comparison,
): string[] {
  return [
    ...(before === null ? ["The base holds no code that is read: nothing could depend on what changed"] : []),
    ...(after === null ? ["The head holds no code that is read"] : []),
    ...(cut
      ? ["The change has more files than GitHub lists: those beyond the first 300 were not looked at"]
      : []),
    ...(unseen.length > 0
      ? ["Of files too long for GitHub to show their changes, every line counts as changed"]
      : []),
  ];
}
