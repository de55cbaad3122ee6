/** A validation: one attempt to prove one head commit of one pull request. */
import { z } from "zod";
import { Analysis, RiskMark } from "./analysis.ts";
import { StepKind, StepRecord, StepState } from "./step.ts";

export const VALIDATION_STATES = [
  "queued",
  "running",
  "passed",
  "passed_flaky",
  "failed",
  "errored",
  "timed_out",
  "superseded",
  "cancelled",
] as const;
export const ValidationState = z.enum(VALIDATION_STATES);
export type ValidationState = z.infer<typeof ValidationState>;

/** States that never change again. */
export const TERMINAL_STATES: ReadonlySet<ValidationState> = new Set<ValidationState>([
  "passed",
  "passed_flaky",
  "failed",
  "errored",
  "timed_out",
  "superseded",
  "cancelled",
]);

/**
 * Everything that had to run did run and passed. `passed_flaky`: it failed before at the same head, and the tests that
 * did are on no quarantine list; it is not merged without a person.
 */
export function hasPassed({ state }: { state: ValidationState }): boolean {
  return state === "passed" || state === "passed_flaky";
}

/**
 * `none`: nobody asked for a merge; `queued`: it waits for its turn in the merge queue of its base; `rehearsed`: all held,
 * and it would have been merged, were this no dry run; `unknown`: GitHub's answer left it open and a person must look.
 */
export const MERGE_STATES = [
  "none",
  "pending",
  "queued",
  "merged",
  "rehearsed",
  "blocked",
  "rejected",
  "unknown",
] as const;
export const MergeState = z.enum(MERGE_STATES);
export type MergeState = z.infer<typeof MergeState>;

/** Longest a passed validation waits for GitHub to allow the merge, in ms. */
export const MERGE_DEADLINE_MS = 24 * 60 * 60_000;

/** Until when what passed may be merged; null before it ended. */
export function mergeDeadlineOf({
  finished_at,
  wanted_at,
}: {
  finished_at: number | null;
  wanted_at?: number | null;
}): number | null {
  return finished_at === null ? null : Math.max(finished_at, wanted_at ?? 0) + MERGE_DEADLINE_MS;
}

/** One unmet condition: `code` for programs, `message` for people. */
export const Reason = z.object({ code: z.string(), message: z.string() });
export type Reason = z.infer<typeof Reason>;

export const MERGE_METHODS = ["merge", "squash", "rebase"] as const;

/** The step a validation is waiting for. */
export const CurrentStep = z.object({
  kind: StepKind,
  try: z.number().int().positive(),
  ordered_at: z.number(),
  deadline_at: z.number(),
});
export type CurrentStep = z.infer<typeof CurrentStep>;

/** Tests that failed before at the same head, and whether all of them were on the quarantine list. */
export const Flaky = z.object({ tests: z.array(z.string()), quarantined: z.boolean() });
export type Flaky = z.infer<typeof Flaky>;

/** What keeps a step from going on although nothing is wrong with it, and until when. */
export const Stall = Reason.extend({ until: z.number() });
export type Stall = z.infer<typeof Stall>;

export const Validation = z.object({
  /** `<project>.<pull>.<head, 12 digits>.<attempt>`: the id is the semantic key, so nothing is validated twice. */
  id: z.string(),
  project_id: z.string(),
  pr_number: z.number().int(),
  head_sha: z.string(),
  base_ref: z.string(),
  base_sha: z.string(),
  attempt: z.number().int(),
  state: ValidationState,
  reason: Reason.nullable(),
  /** What the trusted configuration demands; null until it was read. */
  required: z.array(StepKind).nullable(),
  current: CurrentStep.nullable(),
  /** Why it does not begin yet; null: it began, or may. */
  waits: Reason.nullable().default(null),
  /** GitHub lets us ask nothing for a while, for example; null: nothing keeps it. */
  stalled: Stall.nullable().default(null),
  /** Its head is of another repository: its sandbox gets no secret, and its merge a person's word. */
  from_fork: z.boolean().default(false),
  /** Who let the code of a fork run at this head; null: nobody did. */
  allowed_by: z.string().nullable().default(null),
  /** The tip of the base with which it was merged before it was tested; null: the head was tested alone. */
  tested_base_sha: z.string().nullable().default(null),
  flaky: Flaky.nullable().default(null),
  superseded_by: z.string().nullable(),
  config_digest: z.string().nullable(),
  /** What judged it, see models/attestation.ts; null: nobody did. */
  policy_version: z.string().nullable().default(null),
  merge_state: MergeState,
  merge_reasons: z.array(Reason),
  merge_commit_sha: z.string().nullable(),
  /** Why a person must decide about the merge of what passed, and who decided for it. */
  hold: Reason.nullable().default(null),
  approved_by: z.string().nullable().default(null),
  /** Why another open pull request of the same head into the same base waits for a person: this one waits with it. */
  twin: Reason.nullable().default(null),
  /** Whose try of `analyze` is under way beside the other steps; null: none is. */
  analyzing: z.number().int().nullable().default(null),
  /** What the code graph says of it; null while it is not known. */
  risk: RiskMark.nullable().default(null),
  /** Its place in the merge queue of its base: the smaller goes first; null: it has none. */
  queued_at: z.number().nullable().default(null),
  /** Which try of its merge is under way; null: none is. */
  merging: z.number().int().nullable().default(null),
  /** How often it was validated anew because the base moved before its merge. */
  requeues: z.number().int().default(0),
  /** How often its merge was asked for again because something happened to the pull request. */
  nudges: z.number().int().default(0),
  /** When somebody wanted its merge anew: the day in which it may be merged counts from then. */
  wanted_at: z.number().nullable().default(null),
  /** How often the merge was tried, and when it is tried again; null: it is not. */
  merge_tries: z.number().int(),
  merge_again_at: z.number().nullable(),
  check_run_id: z.number().int().nullable(),
  /** How many reports were wanted, and which of them is being written: one at a time, the last one wins. */
  reports: z.number().int(),
  reporting: z.number().int().nullable(),
  /** When the report under way, or the last one, was to be written. */
  reported_at: z.number().nullable().default(null),
  /** The check run says success: only then may the merge be asked for. */
  green: z.boolean().default(false),
  delivery_id: z.string().nullable(),
  agent_run_id: z.string().nullable(),
  created_at: z.number(),
  started_at: z.number().nullable(),
  finished_at: z.number().nullable(),
  deadline_at: z.number(),
});
export type Validation = z.infer<typeof Validation>;

/** A validation with its steps, and the seed's summary fields, as the API shows it. */
export const ValidationDetail = Validation.extend({
  steps: z.array(StepRecord),
  snapshot_id: z.string().nullable(),
  deployment_status: z.enum(["not_required", "pending", "ready", "failed"]),
  /** What the code graph says; null when it is not wanted, or not begun. `found` is null until it ended in order. */
  analysis: z
    .object({ state: StepState, reason: z.string().nullable(), found: Analysis.nullable() })
    .nullable()
    .default(null),
  test_results: z.object({ run: z.number().nullable(), failed: z.number().nullable() }).nullable(),
  auto_merge_eligible: z.boolean(),
});
export type ValidationDetail = z.infer<typeof ValidationDetail>;
