/** A step: one piece of work the queue does for a project, and the evidence it leaves. */
import { z } from "zod";
import { Analysis } from "./analysis.ts";
import { EGRESS, ISOLATIONS, Network } from "./sandbox.ts";

/**
 * observe   reads a pull request live and tells the project what it saw
 * snapshot  makes the sandbox, restores a set-up workspace, lays exactly the head commit into it
 * setup     runs the set-up commands
 * test      runs the test commands and counts the tests that ran
 * browse    serves the app and walks the user flows in a real browser
 * analyze   builds the code graph beside the steps before, and says what the change may break
 * judge     reads the evidence of all required steps and says passed or failed
 * report    writes the check run
 * merge     reads everything once more and merges exactly the validated head
 * release   destroys the sandbox
 */
export const STEP_KINDS = [
  "observe",
  "snapshot",
  "setup",
  "test",
  "browse",
  "analyze",
  "judge",
  "report",
  "merge",
  "release",
] as const;
export const StepKind = z.enum(STEP_KINDS);
export type StepKind = z.infer<typeof StepKind>;

/** The steps whose passing makes a validation pass, in their order; `analyze` runs beside them, see BESIDE. */
export const GATE_KINDS = ["snapshot", "setup", "test", "browse", "judge"] as const satisfies StepKind[];
export type GateKind = (typeof GATE_KINDS)[number];

/** Begun with the first step after the snapshot; nobody waits for it but the judge, if the configuration needs it. */
export const BESIDE = "analyze" satisfies StepKind;

/**
 * Steps of a run.
 *
 * turn       looks at an agent's work: begins it, hears what it says, and takes its change as a commit
 * push       moves the branch to that commit, and opens the pull request
 * diagnose   reads a failed validation into a report for the agent
 * summarize  tells people on the pull request or the issue how the run stands
 * tidy       ends what the agent may still be doing
 */
export const RUN_STEP_KINDS = ["turn", "push", "diagnose", "summarize", "tidy"] as const;
export type RunStepKind = (typeof RUN_STEP_KINDS)[number];

/** `not_required`: the trusted configuration says in so many words that this project has none. */
export const STEP_STATES = [
  "queued",
  "running",
  "passed",
  "failed",
  "errored",
  "timed_out",
  "cancelled",
  "not_required",
] as const;
export const StepState = z.enum(STEP_STATES);
export type StepState = z.infer<typeof StepState>;

/** What travels in the queue: ids only, because a message takes 128,000 bytes and outlives what it speaks of. */
export const StepOrder = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("observe"),
    id: z.string(),
    delivery_id: z.string().nullable(),
    project_id: z.string().nullable(),
    pr_number: z.number().int().nullable(),
    /** When the pull request changed, as its delivery says, in ms since 1970: a read of an earlier moment is stale. */
    told_at: z.number().int().optional(),
    /** Of a delivery that is looked into once more: the how manieth time, and whether a look before changed anything. */
    again: z.object({ nth: z.number().int().positive(), changed: z.boolean() }).optional(),
  }),
  /** Writes how a pull request stands into its one comment. */
  z.object({
    kind: z.literal("mark"),
    id: z.string(),
    project_id: z.string(),
    pr_number: z.number().int(),
    nth: z.number().int().positive(),
    delay_s: z.number().int().nonnegative(),
  }),
  z.object({
    kind: z.enum(RUN_STEP_KINDS),
    id: z.string(),
    project_id: z.string(),
    run_id: z.string(),
    /** The how manieth of its kind. */
    nth: z.number().int().positive(),
    /** Of a turn: which look at it; 1 otherwise. */
    visit: z.number().int().positive(),
    delay_s: z.number().int().nonnegative(),
  }),
  z.object({
    kind: StepKind.exclude(["observe"]),
    id: z.string(),
    project_id: z.string(),
    validation_id: z.string(),
    /** Which start of the validation this belongs to: an infrastructure error throws the sandbox away and begins again. */
    try: z.number().int().positive(),
    delay_s: z.number().int().nonnegative(),
  }),
]);
export type StepOrder = z.infer<typeof StepOrder>;
export type MarkOrder = Extract<StepOrder, { kind: "mark" }>;
export type RunOrder = Extract<StepOrder, { run_id: string }>;
export type ValidationOrder = Extract<StepOrder, { validation_id: string }>;

/** The result of one command of a step. */
export const CommandEvidence = z.object({
  command: z.string(),
  exit_code: z.number().int().nullable(),
  end: z.string(),
  signal: z.string().nullable(),
  duration_ms: z.number(),
  peak_memory_bytes: z.number().int(),
});
export type CommandEvidence = z.infer<typeof CommandEvidence>;

/** The result of one user flow in the browser. */
export const FlowEvidence = z.object({
  name: z.string(),
  passed: z.boolean(),
  /** The action that failed, its number and why; null when all passed. */
  failure: z.string().nullable(),
  actions: z.number().int(),
  duration_ms: z.number(),
  /** Names of artifacts of this validation. */
  screenshots: z.array(z.string()),
});
export type FlowEvidence = z.infer<typeof FlowEvidence>;

/**
 * first     the whole suite
 * failed    the tests that failed before, alone
 * again     the whole suite, where nothing says how to run some tests alone
 * confirm   the whole suite, after the failed tests passed alone
 */
export const ATTEMPT_ROLES = ["first", "failed", "again", "confirm"] as const;

/** One go at the tests of a step. */
export const TestAttempt = z.object({
  role: z.enum(ATTEMPT_ROLES),
  passed: z.boolean(),
  /** Why not; null when it passed. */
  reason: z.string().nullable(),
  commands: z.array(CommandEvidence),
  tests_run: z.number().int().nullable(),
  tests_failed: z.number().int().nullable(),
  failing_tests: z.array(z.string()),
});
export type TestAttempt = z.infer<typeof TestAttempt>;

/** Why nothing of a project was run for a change: what it changes, between which commits. */
export const NotAffected = z.object({
  path: z.string(),
  files: z.array(z.string()),
  compared: z.object({ start_sha: z.string(), head_sha: z.string() }),
});
export type NotAffected = z.infer<typeof NotAffected>;

/** What proves that a step ran. Missing evidence is never passable. */
export const Evidence = z.object({
  duration_ms: z.number(),
  container_id: z.string().optional(),
  isolation: z.enum(ISOLATIONS).optional(),
  /** `unconfined`: whatever `network` says, the commands reached what their host reaches. */
  egress: z.enum(EGRESS).optional(),
  /** What the commands were to reach beside a loopback of their own. */
  network: Network.optional(),
  commands: z.array(CommandEvidence).optional(),
  tests_run: z.number().int().nullable().optional(),
  tests_failed: z.number().int().nullable().optional(),
  failing_tests: z.array(z.string()).optional(),
  /** Every go at the tests; absent when there was one. */
  attempts: z.array(TestAttempt).optional(),
  /** How the tests were counted: the runner's name, `junit` or `count`. */
  counted_by: z.string().optional(),
  head_sha: z.string().optional(),
  /** Where the result of a merge was tested: the tip of the base, and the commit that GitHub made of both. */
  base_sha: z.string().optional(),
  merge_sha: z.string().optional(),
  /** The git tree of what was laid into the sandbox: equal to the tested commit's, or nothing passes. */
  tree_sha: z.string().optional(),
  archive_files: z.number().int().optional(),
  config_source: z.string().optional(),
  config_digest: z.string().optional(),
  /** `warm`: a workspace set up before was restored; `cold`: none was there. */
  snapshot: z.enum(["warm", "cold"]).optional(),
  snapshot_id: z.string().optional(),
  /** The kept workspace that was restored; null when none was. */
  snapshot_from: z.string().nullable().optional(),
  not_affected: NotAffected.optional(),
  flows: z.array(FlowEvidence).optional(),
  browser: z.string().optional(),
  page_errors: z.array(z.string()).optional(),
  failed_requests: z.array(z.string()).optional(),
  artifacts: z.array(z.string()).optional(),
  analysis: Analysis.optional(),
  check_run_id: z.number().int().optional(),
  merge_request: z
    .object({ sha: z.string(), method: z.string(), status: z.number().int(), message: z.string() })
    .optional(),
  merge_commit_sha: z.string().optional(),
  /** The parents of the merge commit: with method `merge` the validated head is one of them. */
  merge_parents: z.array(z.string()).optional(),
  /** The git tree that came into the base: equal to the tested one where results of merges are tested. */
  merge_tree: z.string().optional(),
  judged: z.array(z.object({ kind: StepKind, state: z.string(), verdict: z.string() })).optional(),
});
export type Evidence = z.infer<typeof Evidence>;

export const StepRecord = z.object({
  id: z.string(),
  validation_id: z.string(),
  kind: StepKind,
  try: z.number().int(),
  state: StepState,
  /** One sentence a person can act on; null while it runs or when it passed. */
  reason: z.string().nullable(),
  evidence: Evidence.nullable(),
  /** The artifact that holds the full log; null when there is none. */
  log: z.string().nullable(),
  started_at: z.number(),
  finished_at: z.number().nullable(),
});
export type StepRecord = z.infer<typeof StepRecord>;
