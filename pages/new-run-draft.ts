/** A run before it is started, as its form holds it. */
import type { NewRun } from "../models/run.ts";
import type { LimitsDraft } from "./limits-fields.tsx";
import type { Picture } from "./pictures.ts";

/** Chosen instead of an agent: the pull request is only followed. */
export const NOBODY = "nobody";

export type RunDraft = {
  goal: string;
  /** An agent's id, NOBODY, or empty: not chosen yet. */
  agent: string;
  /** Paths, one a line. */
  files: string;
  limits: LimitsDraft;
  /** Whether a person confirms the plan. */
  wait: boolean;
  /** The number of a pull request that is there, as text; empty: none. */
  pull: string;
};

export const NO_LIMITS: LimitsDraft = { max_attempts: null, max_cost_usd: null, max_minutes: null };

/** What is sent: only what was said, so that the project's settings hold for the rest. */
export function bodyOf(draft: RunDraft, pictures: readonly Picture[]): NewRun {
  const files = draft.files
    .split("\n")
    .map((path) => path.trim())
    .filter((path) => path !== "");
  const pull = draft.pull.trim() === "" ? null : Number(draft.pull);
  const body: NewRun = { target_text: draft.goal, source: "dashboard" };
  if (pull !== null) body.pr_number = pull;
  if (draft.agent === NOBODY) return body;
  if (draft.agent !== "") body.agent = draft.agent;
  if (files.length > 0) body.files = [...new Set(files)];
  if (pictures.length > 0) body.images = pictures.map((picture) => picture.uri);
  const limits = limitsOf(draft.limits);
  if (Object.keys(limits).length > 0) body.limits = limits;
  // A pull request that is there needs no plan: its failures are mended.
  if (pull === null) body.auto_confirm = !draft.wait;
  return body;
}

function limitsOf({ max_attempts, max_cost_usd, max_minutes }: LimitsDraft): NonNullable<NewRun["limits"]> {
  return {
    ...(max_attempts !== null && { max_attempts }),
    ...(max_cost_usd !== null && { max_cost_usd }),
    ...(max_minutes !== null && { max_minutes }),
  };
}
