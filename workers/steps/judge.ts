/** Reads the evidence of every required step and says passed or failed. Missing evidence is never passable. */
import { setTimeout as pause } from "node:timers/promises";
import { isAgentAuthor } from "../../models/agent.ts";
import { CONFIG_FILE, type Plan, policyOf } from "../../models/config.ts";
import {
  BESIDE,
  type CommandEvidence,
  type Evidence,
  type StepKind,
  type StepRecord,
} from "../../models/step.ts";
import type { Reason, Validation } from "../../models/validation.ts";
import { commitsBetween, compareCommits } from "../providers/github/index.ts";
import { passedBefore } from "../store/attempts.ts";
import { findRun, findRunOf, hasAgentRun, hasUnlinkedRun } from "../store/runs.ts";
import { findPlan, listSteps } from "../store/steps.ts";
import { madeOne } from "../store/turns.ts";
import { NOT_AFFECTED, verdictOfUntouched } from "./affected.ts";
import { ANALYSIS_MS } from "./analyze.ts";
import { judgingOf, policyVersion } from "./attest-statement.ts";
import { suspicionOf, TIMED_KINDS } from "./durations.ts";
import { flakyIn } from "./flaky.ts";
import { placed } from "./place.ts";
import { requiredBy } from "./plan.ts";
import { failureOf, gateHoldOf, holdOf } from "./policy.ts";
import { baseOf } from "./target.ts";
import { type Context, end, type Step, VISIT_MS } from "./visit.ts";

export const judge: Step = async (context) => {
  const { env, validation } = context;
  const found = await findPlan(env.DB, validation.id);
  if (found === null) {
    return end(context, "errored", {
      code: "no_plan",
      message: "The plan of this validation is not on record",
    });
  }
  const records = await recordsOf(context, requiredBy(found.plan).includes(BESIDE));
  if (records === null) return { again_s: 1, memo: {} };
  const policy = policyOf(found.plan);
  const analysis = records.find((record) => record.kind === BESIDE);
  const judged = verdicts(validation, found.plan, records);
  const untouched = judged.some(({ verdict }) => verdict === NOT_AFFECTED);
  const wrong = judged.filter(({ verdict }) => !GOOD.has(verdict));
  if (wrong.length === 0) {
    const suspicion = await tooFast(context, found.digest, records);
    if (suspicion !== null) return end(context, "errored", suspicion, { judged });
    const risky = policy === null || untouched ? null : holdOf(policy, analysis);
    const asked = both(await agentHold(context), risky);
    const unsteady = await flakyIn(context, found.plan);
    const hold = both(unsteady?.hold ?? null, asked);
    const policy_version = await policyVersion(judgingOf(found.digest, records));
    const more = { hold, flaky: unsteady?.flaky ?? null, policy_version };
    return end(context, "passed", null, { judged }, more);
  }
  const refused = analysis?.evidence?.analysis;
  const failure = policy === null || refused === undefined ? null : failureOf(policy, refused);
  if (failure !== null) return end(context, "failed", failure, { judged });
  const message = wrong.map((one) => `${one.kind}: ${one.verdict}`).join("; ");
  return end(context, "failed", { code: "evidence_missing", message }, { judged });
};

/** Said of an analysis that could not run: it fails nothing, and a person must decide about the merge. */
const HOLDS = "could not run: the merge waits for a person";

/** What stands in no one's way. */
const GOOD: ReadonlySet<string> = new Set(["ok", HOLDS, NOT_AFFECTED]);

/** One word of a person lets the merge go: it must be given to all that is asked. */
function both(first: Reason | null, second: Reason | null): Reason | null {
  if (first === null || second === null) return first ?? second;
  return { code: first.code, message: `${first.message}. Besides: ${second.message}` };
}

/** Why a step cannot have run in the time that it took; null when all can. */
async function tooFast(
  { env, validation }: Context,
  digest: string,
  records: readonly StepRecord[],
): Promise<Reason | null> {
  for (const record of records.filter(({ kind }) => (TIMED_KINDS as readonly StepKind[]).includes(kind))) {
    const suspicion = suspicionOf(record, await passedBefore(env.DB, validation, digest, record.kind));
    if (suspicion !== null) return suspicion;
  }
  return null;
}

/** Why a person must look at what an agent changed; null where none was at work on this change. */
async function agentHold(context: Context): Promise<Reason | null> {
  const { env, vars, repo, validation, project } = context;
  const { project_id, head_sha } = validation;
  const gate = placed(project, CONFIG_FILE);
  if (!(await hasAgentRun(env.DB, project_id))) return null;
  const hold = gateHoldOf(await compareCommits(vars, repo, await baseOf(context), head_sha), gate);
  return hold !== null && (await isOfAgent(context)) ? hold : null;
}

/** The pull request's own run says so, or a commit does: it may stand on another branch by now, or its run be over. */
async function isOfAgent({ env, vars, repo, validation }: Context): Promise<boolean> {
  const { agent_run_id, project_id, pr_number, base_sha, head_sha } = validation;
  const named = agent_run_id === null ? null : await findRun(env.DB, agent_run_id);
  const run = named ?? (await findRunOf(env.DB, project_id, pr_number));
  if (run === null ? agent_run_id !== null : run.agent !== null) return true;
  // It may be of a run that nobody told us of yet.
  if (await hasUnlinkedRun(env.DB, project_id)) return true;
  const { commits, cut } = await commitsBetween(vars, repo, base_sha, head_sha);
  if (cut || commits.some(({ author }) => isAgentAuthor(author))) return true;
  const shas = commits.map(({ sha }) => sha);
  return madeOne(env.DB, project_id, shas);
}

/** The records of this try; null when the analysis is needed and still under way at the end of this visit. */
async function recordsOf(context: Context, needed: boolean): Promise<StepRecord[] | null> {
  const { env, validation, order } = context;
  const until = Date.now() + VISIT_MS;
  for (;;) {
    const records = (await listSteps(env.DB, validation.id)).filter((step) => step.try === order.try);
    const analysis = records.find((record) => record.kind === BESIDE);
    if (!needed || !isUnderWay(context, analysis)) return records;
    if (Date.now() >= until) return null;
    await pause(100);
  }
}

/** Whether the analysis may still end; a bit longer than it may take, then it is taken as lost. */
function isUnderWay({ started_at, validation }: Context, record: StepRecord | undefined): boolean {
  const ended = record !== undefined && record.finished_at !== null;
  const begun = record !== undefined || validation.analyzing !== null;
  return begun && !ended && Date.now() < (record?.started_at ?? started_at) + ANALYSIS_MS + 60_000;
}

export type Verdict = { kind: StepKind; state: string; verdict: string };

/** One verdict for each step that the plan requires: `ok`, or what is missing. */
export function verdicts(validation: Validation, plan: Plan, records: readonly StepRecord[]): Verdict[] {
  const snapshot = records.find((record) => record.kind === "snapshot");
  const made = snapshot?.evidence ?? null;
  // Nothing was laid and nothing ran: the proof that it need not stands in the place of all other evidence.
  if (snapshot?.state === "passed" && made?.not_affected !== undefined) {
    const verdict = verdictOfUntouched(made, plan, validation);
    return [{ kind: "snapshot", state: snapshot.state, verdict }];
  }
  return requiredBy(plan).map((kind) => {
    const record = records.find((one) => one.kind === kind);
    return {
      kind,
      state: record?.state ?? "absent",
      verdict: verdictOf(validation, plan, kind, record, made),
    };
  });
}

function verdictOf(
  validation: Validation,
  plan: Plan,
  kind: StepKind,
  record: StepRecord | undefined,
  made: Evidence | null,
): string {
  if (kind === BESIDE) return analysisVerdict(validation, plan, record);
  if (record === undefined) return "did not run";
  if (record.state !== "passed") return `is ${record.state}`;
  const { evidence } = record;
  if (evidence === null) return "left no evidence";
  if (evidence.container_id === undefined || evidence.container_id !== made?.container_id)
    return "ran in another sandbox";
  switch (kind) {
    case "snapshot":
      if (evidence.head_sha !== validation.head_sha || !evidence.tree_sha) return "is not of this head";
      // What the merge goes by must be what was laid.
      return (evidence.base_sha ?? null) === (validation.tested_base_sha ?? null)
        ? "ok"
        : "is not of this base";
    case "setup":
      // What was restored was made of this very tree: the kept result's name says so.
      return commandsRan(
        evidence.commands,
        plan.setup === "none" ? [] : plan.setup,
        made.snapshot === "warm" && made.snapshot_id === evidence.snapshot_id
          ? ["exited", "restored"]
          : ["exited"],
      );
    case "test": {
      const ran = commandsRan(evidence.commands, plan.test.run, ["exited"]);
      if (ran !== "ok") return ran;
      if (!((evidence.tests_run ?? 0) >= 1)) return "ran no test";
      return evidence.tests_failed === 0 ? "ok" : "has failing tests";
    }
    case "browse": {
      const flows = evidence.flows ?? [];
      const wanted = plan.ui === "none" ? 1 : plan.ui.length;
      if (flows.length !== wanted) return `walked ${flows.length} of ${wanted} flows`;
      if (!evidence.browser) return "used no browser";
      return flows.every((flow) => flow.passed && flow.screenshots.length > 0) ? "ok" : "has a failing flow";
    }
    case "observe":
    case "judge":
    case "report":
    case "merge":
    case "release":
      return "is not a step of the gate";
  }
}

function analysisVerdict(validation: Validation, plan: Plan, record: StepRecord | undefined): string {
  const policy = policyOf(plan);
  const found = record?.evidence?.analysis;
  if (policy !== null && found !== undefined && failureOf(policy, found) !== null) return "has new findings";
  if (record?.state === "failed") return "is failed";
  if (record?.state !== "passed" || found === undefined) return HOLDS;
  return found.sha === validation.head_sha ? "ok" : "is not of this head";
}

/** Every command of the plan ran, in order, ended in one of these ways, and exited 0. */
function commandsRan(commands: CommandEvidence[] | undefined, wanted: string[], ends: string[]): string {
  if (commands === undefined || commands.length !== wanted.length) {
    return `ran ${commands?.length ?? 0} of ${wanted.length} commands`;
  }
  for (const [index, { command, exit_code, end }] of commands.entries()) {
    if (wanted[index] !== command) return `ran "${command}" instead of "${wanted[index]}"`;
    if (!ends.includes(end)) return `"${command}" ended by ${end}`;
    if (exit_code !== 0) return "has a failing command";
  }
  return "ok";
}
