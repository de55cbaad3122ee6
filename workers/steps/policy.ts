/** What the code graph may do to a validation, as the base branch's configuration says. Pure. */
import type { Analysis, RiskMark } from "../../models/analysis.ts";
import { CONFIG_FILE, needsGraph, type Policy } from "../../models/config.ts";
import type { Finding } from "../../models/graph.ts";
import { RISK_LEVELS } from "../../models/impact.ts";
import type { StepRecord } from "../../models/step.ts";
import type { Reason } from "../../models/validation.ts";
import { steers } from "./steering.ts";

/** Worst first. */
const SEVERITIES = ["error", "warning", "note"] as const satisfies Finding["severity"][];

/** Names of such files in one sentence. */
const MOST_NAMES = 5;

/** New findings that fail the validation; null when there are none, or none are to. */
export function failureOf({ fail_on }: Policy, { severities, findings }: Analysis): Reason | null {
  if (fail_on === "none") return null;
  const counted = SEVERITIES.slice(0, SEVERITIES.indexOf(fail_on) + 1);
  const number = counted.reduce((sum, severity) => sum + severities[severity], 0);
  if (number === 0) return null;
  const first = findings.find((finding) => counted.some((severity) => severity === finding.severity));
  const where = first === undefined ? "" : `: ${first.rule} in ${first.path}:${first.lines[0]}`;
  const more = number > 1 ? ` and ${number - 1} more` : "";
  return {
    code: "new_findings",
    message: `The change brings in what fail_on: ${fail_on} refuses${where}${more}`,
  };
}

/** Why a person must decide about the merge; null when nobody must. What did not run has not passed. */
export function holdOf(
  policy: Policy,
  record: Pick<StepRecord, "state" | "reason" | "evidence"> | undefined,
): Reason | null {
  if (!needsGraph(policy)) return null;
  const found = record?.evidence?.analysis;
  if (record?.state !== "passed" || found === undefined) {
    const why = record?.reason ?? (record === undefined ? "it did not run" : `it is ${record.state}`);
    const message = `${wanted(policy)} needs the analysis of the code, and ${lowered(why)}: look at the change yourself, or retry`;
    return { code: "analysis_missing", message };
  }
  const { ask_a_person_at } = policy;
  if (ask_a_person_at === "none") return null;
  if (found.risk === null) {
    const message = `ask_a_person_at: ${ask_a_person_at} needs the risk of the change, and there is no code of which it can be judged`;
    return { code: "risk_unknown", message };
  }
  if (!isAtLeast(found.risk.level, ask_a_person_at)) return null;
  const { level, score, reasons } = found.risk;
  const why = reasons.slice(0, 3).join("; ");
  return {
    code: "risk_asks",
    message: `The risk is ${level} (${score} of 100): ${why}. A person must decide`,
  };
}

/**
 * Why a person must decide about what an agent changed: it may not loosen the rules that it works under.
 *
 * @param cut not all changed files are known
 * @param gate where the project's own configuration lies
 */
export function gateHoldOf(
  { paths, cut }: { paths: readonly string[]; cut: boolean },
  gate: string = CONFIG_FILE,
): Reason | null {
  const rules = paths.filter((path) => steers(path) || path.toLowerCase() === gate.toLowerCase());
  if (rules.length > 0) {
    const more = rules.length > MOST_NAMES ? ` and ${rules.length - MOST_NAMES} more` : "";
    const names = `${rules.slice(0, MOST_NAMES).join(", ")}${more}`;
    const message = `An agent changed what the gate or other agents go by: ${names}. A person must decide`;
    return { code: "gate_changed", message };
  }
  if (!cut) return null;
  const message =
    "An agent changed more files than GitHub lists, and what the gate goes by may be among them. A person must decide";
  return { code: "gate_changed", message };
}

function isAtLeast(level: RiskMark["level"], least: RiskMark["level"]): boolean {
  return RISK_LEVELS.indexOf(level) <= RISK_LEVELS.indexOf(least);
}

function wanted({ fail_on, ask_a_person_at }: Policy): string {
  return ask_a_person_at === "none" ? `fail_on: ${fail_on}` : `ask_a_person_at: ${ask_a_person_at}`;
}

function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
