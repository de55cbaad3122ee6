/** Merges exactly the validated head through GitHub: mergeHead() decides, this reaches what it asks for. */
import type { Outcome } from "../../models/fact.ts";
import type { StepKind } from "../../models/step.ts";
import type { Reason } from "../../models/validation.ts";
import { projectOf } from "../project/index.ts";
import {
  branchTip,
  commitAt,
  containsCommit,
  otherChecks,
  readPull,
  requestMerge,
  requiredChecks,
} from "../providers/github/index.ts";
import { freeLane, takeLane } from "../store/lanes.ts";
import { findLiveProject } from "../store/projects.ts";
import { findPlan, listSteps, type Memo, rememberStep } from "../store/steps.ts";
import { type MergeWorld, mergeHead, Progress } from "./merge-head.ts";
import { ownCheckName } from "./own-check.ts";
import { type Context, end, type Step } from "./visit.ts";

export const merge: Step = async (context) => {
  const { validation, project, memo } = context;
  const visit = await mergeHead(worldOf(context), { validation, project }, memo);
  if ("again_s" in visit) return visit;
  const good = visit.merge.state === "merged" || visit.merge.state === "rehearsed";
  const reason = visit.merge.reasons[0] ?? null;
  return end(context, good ? "passed" : "failed", reason, visit.proof, { merge: visit.merge });
};

/**
 * What a merge comes to whose step could not be carried out: where no request is without its answer nothing was merged, and
 * it is asked for again. Undefined where nobody knows.
 */
export function unasked(kind: StepKind, memo: Memo, reason: Reason, again_s = 60): Outcome["merge"] {
  if (kind !== "merge" || Progress.parse(memo).tip !== null) return undefined;
  return { state: "blocked", reasons: [reason], commit_sha: null, again_s };
}

function worldOf(context: Context): MergeWorld {
  const { vars, repo, validation, project, env, order, visit } = context;
  return {
    readPull: () => readPull(vars, repo, validation.pr_number),
    tipOf: (branch) => branchTip(vars, repo, branch),
    async checksOf({ base_ref }) {
      const scope = project.check_scope;
      const [required, others, name] = await Promise.all([
        requiredChecks(vars, repo, base_ref),
        otherChecks(vars, repo, validation.head_sha, scope),
        ownCheckName(context, base_ref),
      ]);
      return { required, others, own: { name, scope, app: vars.GITHUB_APP_ID } };
    },
    requestMerge: (request, leave_by) => requestMerge(vars, repo, request, leave_by),
    contains: (branch, sha) => containsCommit(vars, repo, branch, sha),
    commit: (sha) => commitAt(vars, repo, sha),
    plan: async () => (await findPlan(env.DB, validation.id))?.plan ?? null,
    async tested() {
      const steps = await listSteps(env.DB, validation.id);
      const laid = steps.findLast(({ kind, state }) => kind === "snapshot" && state === "passed");
      return { tree_sha: laid?.evidence?.tree_sha ?? null };
    },
    async isWanted() {
      // The project knows nothing of a dry run, and may be told of a setting a moment late.
      const now = await findLiveProject(env.DB, project.id);
      const wanted = now?.auto_merge_enabled === true && now.paused_by === null;
      if (!wanted || now.dry_run !== project.dry_run) return false;
      const id = `${order.id}.asks.${crypto.randomUUID()}`;
      const fact = { type: "merge.asks", id, validation_id: validation.id, try: order.try } as const;
      return (await projectOf(env, project.id).tell(project.id, fact)).refused === null;
    },
    remember: (progress) => rememberStep(env.DB, visit, progress),
    takeLane: (base) => takeLane(env.DB, laneOf(project.repo_id, base), visit, Date.now()),
    freeLane: (base) => freeLane(env.DB, laneOf(project.repo_id, base), visit),
    now: () => Date.now(),
  };
}

function laneOf(repo_id: number, base_ref: string) {
  return { repo_id, base_ref };
}
