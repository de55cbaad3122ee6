/** Makes the sandbox and lays exactly the head commit into it, on top of a workspace that was set up before. */
import { policyOf } from "../../models/config.ts";
import { DEFAULT_LIMITS } from "../../models/sandbox.ts";
import type { NotAffected, StepKind } from "../../models/step.ts";
import { findPlan, noteStep, savePlan } from "../store/steps.ts";
import { untouchedBy } from "./affected.ts";
import { checkout } from "./checkout.ts";
import { liveLog } from "./live-log.ts";
import { wantsUpToDate } from "./merge-head.ts";
import { type FoundPlan, readPlanOfBranch, requiredBy } from "./plan.ts";
import { headAlone, mergeResult, type Target } from "./target.ts";
import { type Context, end, type Step, type Visit } from "./visit.ts";
import { restoreWorkspace, workspaceDigest } from "./workspace.ts";

export const snapshot: Step = async (context) => {
  const { validation, sandbox, project } = context;
  // A second try is judged by the plan of the first, whatever became of the base meanwhile.
  const found =
    (await findPlan(context.env.DB, validation.id)) ?? (await readPlanOfBranch(context, validation.base_ref));
  if ("reason" in found) return end(context, "failed", found.reason);
  const { plan, source, digest: planDigest } = found;
  await savePlan(context.env.DB, validation.id, { plan, source, digest: planDigest });
  const aim = await (wantsUpToDate(project, plan) ? mergeResult(context) : headAlone(context));
  if ("again_s" in aim) return aim;
  if ("reason" in aim) return end(context, aim.state, aim.reason);
  const { sha, tree, base_sha } = aim.target;
  const not_affected = await untouchedBy(context, plan, aim.target);
  if (not_affected !== null) return endUntouched(context, found, aim.target, not_affected);
  const log = await liveLog(context);
  await log.say(`Configuration: ${found.source}, sha256 ${found.digest}`);
  const info = await sandbox.create({ limits: { ...DEFAULT_LIMITS, ...definedOf(found.plan.limits) } });
  await log.say(`Sandbox ${info.instance}, isolation ${info.isolation}`);
  const digest = await workspaceDigest(context, tree, found.plan);
  const kept = await restoreWorkspace(context, digest);
  await log.say(kept === null ? "Nothing is kept of this source: starting cold" : `Restored ${kept}`);
  const laid = await checkout(context, sha, tree, log);
  if ("difference" in laid) {
    const message = `The archive of ${sha} is not its tree ${tree}: ${laid.difference}`;
    const place = { container_id: info.instance, isolation: info.isolation };
    return end(context, "failed", { code: "archive_differs", message }, place);
  }
  const merged = base_sha === null ? "" : `, the merge of ${validation.head_sha} with ${base_sha}`;
  await log.say(`Laid ${laid.files} files of ${sha}${merged}, tree ${tree}`);
  const evidence = {
    head_sha: validation.head_sha,
    tree_sha: tree,
    ...(base_sha !== null && { base_sha, merge_sha: sha }),
    container_id: info.instance,
    isolation: info.isolation,
    egress: info.egress,
    archive_files: laid.files,
    config_source: found.source,
    config_digest: found.digest,
    snapshot: kept === null ? ("cold" as const) : ("warm" as const),
    snapshot_id: digest,
    snapshot_from: kept,
  };
  await noteMissing(context, found);
  const analyze = policyOf(found.plan) !== null;
  const more = {
    required: requiredBy(found.plan),
    config_digest: found.digest,
    analyze,
    tested_base_sha: base_sha,
  };
  return end(context, "passed", null, evidence, more);
};

/** The change leaves the project's folder alone: nothing is laid and nothing runs, and the proof is kept. */
async function endUntouched(
  context: Context,
  { plan, source: config_source, digest: config_digest }: FoundPlan,
  { sha, tree, base_sha }: Target,
  not_affected: NotAffected,
): Promise<Visit> {
  const reason = `The change touches nothing that concerns ${plan.path}`;
  for (const kind of requiredBy(plan)) if (kind !== "snapshot") await note(context, kind, reason);
  const evidence = {
    head_sha: context.validation.head_sha,
    tree_sha: tree,
    ...(base_sha !== null && { base_sha, merge_sha: sha }),
    ...{ config_source, config_digest, not_affected },
  };
  const more = { required: ["snapshot" as const], config_digest, analyze: false, tested_base_sha: base_sha };
  return end(context, "passed", null, evidence, more);
}

/** Steps that the plan declares unnecessary stand in the record as such, not as a gap. */
async function noteMissing(context: Context, { plan, source }: FoundPlan): Promise<void> {
  const declared: [StepKind, boolean, string][] = [
    ["setup", plan.setup === "none", "setup: none"],
    ["browse", plan.serve === "none", "no serve"],
    ["analyze", policyOf(plan) === null, "analyze.enabled: false"],
  ];
  for (const [kind, missing, words] of declared) {
    if (missing) await note(context, kind, `${source} says: ${words}`);
  }
}

async function note({ env, validation, order }: Context, kind: StepKind, reason: string): Promise<void> {
  const id = `${validation.id}.${kind}.${order.try}`;
  await noteStep(env.DB, { id, validation_id: validation.id, kind, try: order.try, reason });
}

/** Leaves undefined keys out, which would otherwise overwrite a default. */
function definedOf<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
