/** Reads the evidence of every required step and says passed or failed. Missing evidence is never passable. */
import type { Plan } from "../../models/config.ts";
import type { CommandEvidence, Evidence, StepKind, StepRecord } from "../../models/step.ts";
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
  const made = records.find((record) => record.kind === "snapshot")?.evidence ?? null;
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
  if (record === undefined) return "did not run";
  if (record.state !== "passed") return `is ${record.state}`;
  const { evidence } = record;
  if (evidence === null) return "left no evidence";
  if (evidence.container_id === undefined || evidence.container_id !== made?.container_id)
    return "ran in another sandbox";
  switch (kind) {
    case "snapshot":
      return evidence.head_sha === validation.head_sha && evidence.tree_sha ? "ok" : "is not of this head";
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
