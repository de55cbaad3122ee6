/** What a project demands of every change, read where the change cannot reach it: its settings and its base branch. */
import { CONFIG_FILE, needsGraph, type Plan, planOf, policyOf } from "../../models/config.ts";
import { problemText, readConfig } from "../../models/read-config.ts";
import type { StepKind } from "../../models/step.ts";
import type { Reason } from "../../models/validation.ts";
import { sha256 } from "../digest.ts";
import { readFile } from "../providers/github/index.ts";
import type { Context } from "./visit.ts";

export type FoundPlan = { plan: Plan; source: string; digest: string };

/** Reads the plan. A project that says nothing, or says it wrong, is told so; nothing is assumed. */
export async function readPlan(context: Context): Promise<FoundPlan | { reason: Reason }> {
  const { project, validation, vars, repo } = context;
  const own = project.config;
  const text = own ?? (await readFile(vars, repo, CONFIG_FILE, validation.base_ref));
  const source = own === null ? `${CONFIG_FILE} of ${validation.base_ref}` : "the project's settings";
  if (text === null) {
    const message = `${validation.base_ref} has no ${CONFIG_FILE}: add one there, or set the project's own configuration`;
    return { reason: { code: "no_config", message } };
  }
  const read = readConfig(text);
  if ("problems" in read) {
    const message = `${source} cannot be used: ${read.problems.map(problemText).join("; ")}`;
    return { reason: { code: "invalid_config", message } };
  }
  const plan = planOf(read.config, project.setup_commands);
  if (plan === null) {
    const message = `${source} does not say how to set up: list commands under setup, or write setup: none`;
    return { reason: { code: "no_setup", message } };
  }
  return { plan, source, digest: await sha256(JSON.stringify(plan)) };
}

/** The steps that this plan makes necessary, in order. */
export function requiredBy(plan: Plan): StepKind[] {
  const policy = policyOf(plan);
  return [
    "snapshot",
    ...(plan.setup === "none" ? [] : (["setup"] as const)),
    "test",
    ...(plan.serve === "none" ? [] : (["browse"] as const)),
    ...(policy !== null && needsGraph(policy) ? (["analyze"] as const) : []),
  ];
}
