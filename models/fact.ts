/** What can happen to a project. Every fact has an id, and is heard once. */
import { z } from "zod";
import { RiskMark } from "./analysis.ts";
import { Pull } from "./pull.ts";
import { StepKind } from "./step.ts";
import { Reason } from "./validation.ts";

/** How a step ended. `failed` blames the change, `errored` blames the machinery. */
export const Outcome = z.object({
  state: z.enum(["passed", "failed", "errored", "timed_out"]),
  reason: Reason.nullable(),
  /** From `snapshot`: what the trusted configuration demands, in order. */
  required: z.array(StepKind).optional(),
  config_digest: z.string().optional(),
  /** From `snapshot`: the code graph is wanted. */
  analyze: z.boolean().optional(),
  /** From `analyze`. */
  risk: RiskMark.nullable().optional(),
  /** From `judge`: all passed, and a person must decide about the merge. */
  hold: Reason.nullable().optional(),
  /** From `report`. */
  check_run_id: z.number().int().optional(),
  /** From `merge`. `again_s`: seconds until it is worth trying again. */
  merge: z
    .object({
      state: z.enum(["merged", "blocked", "rejected", "unknown"]),
      reasons: z.array(Reason),
      commit_sha: z.string().nullable(),
      again_s: z.number().int().nullable(),
    })
    .optional(),
});
export type Outcome = z.infer<typeof Outcome>;

const id = z.string();

export const Fact = z.discriminatedUnion("type", [
  z.object({ type: z.literal("project.set"), id, auto_merge: z.boolean(), validation: z.boolean() }),
  z.object({ type: z.literal("project.removed"), id }),
  z.object({ type: z.literal("pull.observed"), id, pull: Pull, delivery_id: z.string().nullable() }),
  /** GitHub answers 404 for it now. */
  z.object({ type: z.literal("pull.gone"), id, pr_number: z.number().int() }),
  z.object({
    type: z.literal("step.ended"),
    id,
    validation_id: z.string(),
    kind: StepKind,
    try: z.number().int().positive(),
    outcome: Outcome,
  }),
  z.object({ type: z.literal("retry.asked"), id, validation_id: z.string() }),
  z.object({ type: z.literal("cancel.asked"), id, validation_id: z.string() }),
  /** A person looked at what held the merge, and lets it be merged. */
  z.object({ type: z.literal("approve.asked"), id, validation_id: z.string(), by: z.string() }),
  z.object({ type: z.literal("time.passed"), id }),
]);
export type Fact = z.infer<typeof Fact>;
