/**
 * A step is visited, not awaited: a visit looks how far the work is, takes a few seconds, and either ends the
 * step or asks to come again. So no command is bound to the fifteen minutes of a queue's consumer, and a Worker
 * that dies in between has lost nothing.
 */
import type { Outcome } from "../../models/fact.ts";
import type { Evidence, ValidationOrder } from "../../models/step.ts";
import type { Reason, Validation } from "../../models/validation.ts";
import type { Repo } from "../providers/github/index.ts";
import { type Sandbox, sandboxOf } from "../providers/sandbox/index.ts";
import type { StoredProject } from "../store/projects.ts";
import type { Memo, StepVisit } from "../store/steps.ts";
import { type Vars, varsOf } from "../vars.ts";

/** Longest a visit waits for something to happen, in ms. */
export const VISIT_MS = 3_000;

/** What every step has at hand, whatever it works for. */
export type Work = {
  env: Env;
  vars: Vars;
  project: StoredProject;
  repo: Repo;
  sandbox: Sandbox;
  /** The step's own row: its log is heard under this id. */
  id: string;
  /** The validation or the run that it works for. */
  subject: string;
  /** What the last visit left; a visit returns the next. */
  memo: Memo;
  started_at: number;
};

export type Context = Work & { order: ValidationOrder; validation: Validation; visit: StepVisit };

export type Ended = { outcome: Outcome; evidence: Evidence };
export type Visit = Ended | { again_s: number; memo: Memo };

export type Step = (context: Context) => Promise<Visit>;

/** The sandbox of one try of a validation: the next try gets a fresh one. */
export function sandboxId(validationId: string, nth: number): string {
  return `${validationId}.${nth}`;
}

export function contextOf(
  env: Env,
  order: ValidationOrder,
  found: { validation: Validation; project: StoredProject; memo: Memo; started_at: number; visit: StepVisit },
): Context {
  const { full_name, installation_id } = found.project;
  return {
    env,
    vars: varsOf(env),
    order,
    id: order.id,
    subject: order.validation_id,
    ...found,
    repo: { full_name, installation_id },
    sandbox: sandboxOf(env, sandboxId(order.validation_id, order.try)),
  };
}

/** Ends a step with what proves it. */
export function end(
  context: Context,
  state: Outcome["state"],
  reason: Reason | null,
  evidence: Omit<Evidence, "duration_ms"> = {},
  more: Partial<Outcome> = {},
): Ended {
  const duration_ms = Date.now() - context.started_at;
  return { outcome: { state, reason, ...more }, evidence: { duration_ms, ...evidence } };
}
