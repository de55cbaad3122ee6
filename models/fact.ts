/** What can happen to a project. Every fact has an id, and is heard once. */
import { z } from "zod";
import { RiskMark } from "./analysis.ts";
import { Pull } from "./pull.ts";
import { PlanAnswer, Run, Spent } from "./run.ts";
import { RUN_STEP_KINDS, StepKind } from "./step.ts";
import { Flaky, Reason, Stall } from "./validation.ts";

/** How a step ended. `failed` blames the change, `errored` blames the machinery. */
export const Outcome = z.object({
  state: z.enum(["passed", "failed", "errored", "timed_out"]),
  reason: Reason.nullable(),
  /** From `snapshot`: what the trusted configuration demands, in order. */
  required: z.array(StepKind).optional(),
  config_digest: z.string().optional(),
  /** From `snapshot`: the tip of the base, where the result of the merge with it was laid. */
  tested_base_sha: z.string().nullable().optional(),
  /** From `snapshot`: the code graph is wanted. */
  analyze: z.boolean().optional(),
  /** From `analyze`. */
  risk: RiskMark.nullable().optional(),
  /** From `judge`: all passed, and a person must decide about the merge. */
  hold: Reason.nullable().optional(),
  /** From `judge`: it failed before at this head. */
  flaky: Flaky.nullable().optional(),
  /** From `judge`: what judged. */
  policy_version: z.string().optional(),
  /** From `report`. */
  check_run_id: z.number().int().optional(),
  /** From `merge`. `again_s`: seconds until it is worth trying again. */
  merge: z
    .object({
      state: z.enum(["merged", "rehearsed", "blocked", "rejected", "unknown"]),
      reasons: z.array(Reason),
      commit_sha: z.string().nullable(),
      again_s: z.number().int().nullable(),
    })
    .optional(),
});
export type Outcome = z.infer<typeof Outcome>;

/** How a step of a run ended. `failed` blames the agent or its change, `errored` blames the machinery. */
export const RunOutcome = z.object({
  state: z.enum(["passed", "failed", "errored", "timed_out"]),
  reason: Reason.nullable(),
  /** From a turn that planned. */
  plan: z.string().optional(),
  /** From a turn that wrote: the commit, not yet on any branch; null: the agent changed nothing. */
  commit_sha: z.string().nullable().optional(),
  /** From a turn whose vendor pushes by itself, and from `push`: the pull request and its head. */
  pr_number: z.number().int().optional(),
  head_sha: z.string().optional(),
  vendor_ref: z.string().nullable().optional(),
  /** From a turn: what it used in all. */
  spent: Spent.optional(),
  /** From `diagnose`: what failed, told apart from other failures. */
  fingerprint: z.string().optional(),
  /** When its work began: what it lay in a queue before that is nobody's time. */
  begun_at: z.number().optional(),
});
export type RunOutcome = z.infer<typeof RunOutcome>;

/**
 * jump     goes first in the merge queue
 * hold     keeps its place and is passed over, until `release`
 * remove   leaves the queue and is not merged by itself
 * join     wants its merge again
 */
export const QUEUE_ACTIONS = ["jump", "hold", "release", "remove", "join"] as const;
export type QueueAction = (typeof QUEUE_ACTIONS)[number];

const id = z.string();

export const Fact = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("project.set"),
    id,
    auto_merge: z.boolean(),
    validation: z.boolean(),
    /** Nothing begins and nothing is merged until it is resumed; what runs goes on. */
    paused: z.boolean().default(false),
    by: z.string().optional(),
    /** When they were saved: of two that are told in another order the later ones count. */
    at: z.number().optional(),
  }),
  z.object({ type: z.literal("project.removed"), id }),
  /** GitHub lets us in no more, or knows the repository no longer. */
  z.object({ type: z.literal("project.disconnected"), id, reason: Reason }),
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
  /** A step cannot go on for a while, through nobody's fault: its deadlines move by that much. */
  z.object({
    type: z.literal("step.waits"),
    id,
    validation_id: z.string(),
    kind: StepKind,
    try: z.number().int().positive(),
    stall: Stall,
  }),
  /** GitHub is about to be asked for a merge: whoever waits for it says so once more, and waits as long again. */
  z.object({
    type: z.literal("merge.asks"),
    id,
    validation_id: z.string(),
    try: z.number().int().positive(),
  }),
  /** The comment on a pull request says how it stands. */
  z.object({
    type: z.literal("mark.ended"),
    id,
    pr_number: z.number().int(),
    nth: z.number().int().positive(),
  }),
  z.object({ type: z.literal("retry.asked"), id, validation_id: z.string(), by: z.string().optional() }),
  z.object({ type: z.literal("cancel.asked"), id, validation_id: z.string(), by: z.string().optional() }),
  z.object({
    type: z.literal("queue.asked"),
    id,
    pr_number: z.number().int(),
    action: z.enum(QUEUE_ACTIONS),
    by: z.string(),
  }),
  /** A person looked at what held the start or the merge, and lets it go on. */
  z.object({ type: z.literal("approve.asked"), id, validation_id: z.string(), by: z.string() }),
  z.object({ type: z.literal("run.asked"), id, run: Run }),
  z.object({ type: z.literal("plan.answered"), id, run_id: z.string(), by: z.string(), answer: PlanAnswer }),
  /** A turn was looked at and goes on: when to look again, and what it used so far. */
  z.object({
    type: z.literal("turn.waits"),
    id,
    run_id: z.string(),
    nth: z.number().int().positive(),
    visit: z.number().int().positive(),
    again_s: z.number().nonnegative(),
    spent: Spent,
    vendor_ref: z.string().nullable(),
    /** A pull request that the vendor opened while it still works. */
    pr_number: z.number().int().optional(),
    begun_at: z.number().optional(),
  }),
  /** A step of a run cannot go on for a while, through nobody's fault: its deadlines move, and the run's clock stands. */
  z.object({
    type: z.literal("run.step.waits"),
    id,
    run_id: z.string(),
    kind: z.enum(RUN_STEP_KINDS),
    nth: z.number().int().positive(),
    stall: Stall,
  }),
  z.object({
    type: z.literal("run.step.ended"),
    id,
    run_id: z.string(),
    kind: z.enum(RUN_STEP_KINDS),
    nth: z.number().int().positive(),
    outcome: RunOutcome,
  }),
  z.object({ type: z.literal("run.retry.asked"), id, run_id: z.string(), by: z.string() }),
  z.object({ type: z.literal("run.stop.asked"), id, run_id: z.string(), by: z.string() }),
  z.object({ type: z.literal("time.passed"), id }),
]);
export type Fact = z.infer<typeof Fact>;
