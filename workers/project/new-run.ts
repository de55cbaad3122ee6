/** A run as it begins. */
import type { NewRun, Run } from "../../models/run.ts";
import type { StoredProject } from "../store/projects.ts";

export type Asked = Omit<NewRun, "source" | "images"> & {
  /** Who asks: the signed-in owner, or a login of GitHub. */
  by: string;
  source: Run["source"];
  /** The issue or pull request on which it was asked for. */
  issue: number | null;
  /** Names of artifacts of this run. */
  images?: string[];
};

/** How long the first decision may take; every later one sets its own deadline, in ms. */
const FIRST_MS = 60 * 60_000;

/**
 * The run that was asked for, with the project's settings where nothing else is said.
 *
 * @param id whoever asks twice under one id starts one run
 */
export function newRun(project: StoredProject, asked: Asked, id: string, now: number): Run {
  const adopts = asked.pr_number !== undefined;
  const own = project.agent === "" ? null : project.agent;
  return {
    id,
    project_id: project.id,
    target_text: asked.target_text,
    // A pull request of somebody else is only followed, unless an agent is asked for in so many words.
    agent: asked.agent ?? (adopts ? null : own),
    by: asked.by,
    source: asked.source,
    issue: asked.issue,
    files: asked.files ?? [],
    images: asked.images ?? [],
    limits: { ...project.run_limits, ...definedOf(asked.limits ?? {}) },
    auto_confirm: asked.auto_confirm ?? project.auto_confirm_plans,
    status: "pending",
    phase: adopts ? "validating" : "planning",
    reason: null,
    plans: [],
    plan_version: null,
    feedback: null,
    current: null,
    turns: 0,
    steps: 0,
    attempts: 0,
    branch: null,
    heads: [],
    pr_number: asked.pr_number ?? null,
    fingerprints: [],
    vendor_ref: null,
    spent: { cost_usd: null, tokens: null, agent_ms: 0 },
    cost_from: 0,
    ran_ms: 0,
    active_since: now,
    created_at: now,
    started_at: null,
    completed_at: null,
    deadline_at: now + FIRST_MS,
  };
}

/** Whether something else is asked for than what a run was started for. What was left open is not compared. */
export function isOther(
  run: Pick<Run, "target_text" | "agent" | "pr_number">,
  { target_text, agent, pr_number }: Pick<NewRun, "target_text" | "agent" | "pr_number">,
): boolean {
  return (
    target_text !== run.target_text ||
    (agent !== undefined && agent !== run.agent) ||
    (pr_number !== undefined && pr_number !== run.pr_number)
  );
}

/** Leaves undefined keys out, which would otherwise overwrite a default. */
function definedOf<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
