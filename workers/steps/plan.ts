/** What a project demands of every change, read where the change cannot reach it: its settings and its base branch. */
import { CONFIG_FILE, needsGraph, type Plan, planOf, policyOf } from "../../models/config.ts";
import { problemText, readConfig } from "../../models/read-config.ts";
import type { StepKind } from "../../models/step.ts";
import type { Reason } from "../../models/validation.ts";
import { sha256 } from "../digest.ts";
import { branchTip, readFileAt } from "../providers/github/index.ts";
import { placed } from "./place.ts";
import type { Work } from "./visit.ts";

export type FoundPlan = {
  plan: Plan;
  source: string;
  digest: string;
};
/** A plan that was just read, with what it says to agents. */
export type ReadPlan = FoundPlan & { instructions: string };

type Read = ReadPlan | { reason: Reason };

/**
 * Reads the plan. A project that says nothing, or says it wrong, is told so; nothing is assumed.
 *
 * @param commit what is trusted: never what a change brings along
 */
export function readPlan(work: Work, commit: string): Promise<Read> {
  return readAt(work, commit, async () => commit);
}

/** The same of a branch as it stands now. */
export function readPlanOfBranch(work: Work, branch: string): Promise<Read> {
  return readAt(work, branch, () => branchTip(work.vars, work.repo, branch));
}

async function readAt(work: Work, base: string, commitOf: () => Promise<string | null>): Promise<Read> {
  const { project, vars, repo } = work;
  if (project.config !== null) return planIn(project, project.config, "the project's settings");
  const commit = await commitOf();
  const path = placed(project, CONFIG_FILE);
  const file = commit === null ? null : await readFileAt(vars, repo, path, commit);
  const source = `${path} of ${base}`;
  if (file === null) {
    const message = `${base} has no ${path}: add one there, or set the project's own configuration`;
    return { reason: { code: "no_config", message } };
  }
  if ("text" in file) return planIn(project, file.text, source);
  // A change of what a link leads to would not be seen as one of the gate.
  const message = `${source} is ${file.not_a_file}: put a regular file in its place`;
  return { reason: { code: "invalid_config", message } };
}

async function planIn(project: Work["project"], text: string, source: string): Promise<Read> {
  const read = readConfig(text);
  if ("problems" in read) {
    const message = `${source} cannot be used: ${read.problems.map(problemText).join("; ")}`;
    return { reason: { code: "invalid_config", message } };
  }
  const plan = planOf(read.config, project.setup_commands, project.path);
  if (plan === null) {
    const message = `${source} does not say how to set up: list commands under setup, or write setup: none`;
    return { reason: { code: "no_setup", message } };
  }
  const instructions = read.config.agent.instructions ?? "";
  return { plan, source, digest: await sha256(JSON.stringify(plan)), instructions };
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
