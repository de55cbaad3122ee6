/** Reads the evidence of every required step and says passed or failed. Missing evidence is never passable. */
import type { Plan, PlannedSetup } from "../../models/config.ts";
import type { CommandEvidence, StepKind, StepRecord } from "../../models/step.ts";
import type { Validation } from "../../models/validation.ts";
import { findPlan, listSteps } from "../store/steps.ts";
import { requiredBy } from "./plan.ts";
import { end, type Step } from "./visit.ts";

export const judge: Step = async (context) => {
  const { env, validation, order } = context;
  const found = await findPlan(env.DB, validation.id);
  if (found === null) {
    return end(context, "errored", {
      code: "no_plan",
      message: "The plan of this validation is not on record",
    });
  }
  const records = (await listSteps(env.DB, validation.id)).filter((step) => step.try === order.try);
  const judged = verdicts(validation, found.plan, records);
  const wrong = judged.filter((one) => one.verdict !== "ok");
  if (wrong.length === 0) return end(context, "passed", null, { judged });
  const message = wrong.map((one) => `${one.kind}: ${one.verdict}`).join("; ");
  return end(context, "failed", { code: "evidence_missing", message }, { judged });
};

export type Verdict = { kind: StepKind; state: string; verdict: string };

/** One verdict for each step that the plan requires: `ok`, or what is missing. */
export function verdicts(validation: Validation, plan: Plan, records: readonly StepRecord[]): Verdict[] {
  const place = records.find((record) => record.kind === "snapshot")?.evidence?.container_id;
  return requiredBy(plan).map((kind) => {
    const record = records.find((one) => one.kind === kind);
    return {
      kind,
      state: record?.state ?? "absent",
      verdict: verdictOf(validation, plan, kind, record, place),
    };
  });
}

function verdictOf(
  validation: Validation,
  plan: Plan,
  kind: StepKind,
  record: StepRecord | undefined,
  place: string | undefined,
): string {
  if (record === undefined) return "did not run";
  if (record.state !== "passed") return `is ${record.state}`;
  const { evidence } = record;
  if (evidence === null) return "left no evidence";
  if (evidence.container_id === undefined || evidence.container_id !== place) return "ran in another sandbox";
  switch (kind) {
    case "snapshot":
      return evidence.head_sha === validation.head_sha && evidence.tree_sha ? "ok" : "is not of this head";
    case "setup":
      return commandsRan(evidence.commands, plan.setup === "none" ? [] : plan.setup);
    case "test": {
      const ran = commandsRan(
        evidence.commands,
        plan.test.run.map((run) => ({ run, inputs: null })),
      );
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

/** Every command of the plan ran, in order, and exited 0; only what declares its inputs may have run before. */
function commandsRan(commands: CommandEvidence[] | undefined, wanted: readonly PlannedSetup[]): string {
  if (commands === undefined || commands.length !== wanted.length) {
    return `ran ${commands?.length ?? 0} of ${wanted.length} commands`;
  }
  for (const [index, { command, exit_code, end }] of commands.entries()) {
    const plan = wanted[index];
    if (plan?.run !== command) return `ran "${command}" instead of "${plan?.run}"`;
    if (end !== "exited" && !(end === "restored" && plan.inputs !== null))
      return `"${command}" ended by ${end}`;
    if (exit_code !== 0) return "has a failing command";
  }
  return "ok";
}
