/** A run: a goal, the agent that is to reach it, and how far it is on its way to a merged pull request. */
import { z } from "zod";
import { AgentName } from "./agent.ts";
import { TURN_PURPOSES, Turn } from "./turn.ts";
import { Reason, Stall, Validation } from "./validation.ts";

/** The seeds' statuses: what a program asks for. */
export const RUN_STATUSES = [
  "pending",
  "running",
  "waiting_for_input",
  "completed",
  "failed",
  "cancelled",
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/**
 * planning               the agent writes a plan
 * awaiting_confirmation  a person reads the plan
 * executing              the agent writes the change
 * pushing                the commit goes to its branch, the pull request is opened
 * validating             the gate is at work, or has passed it and the merge is awaited
 * diagnosing             a failed validation is read, and becomes a report for the agent
 * repairing              the agent mends what failed
 * needs_human            it stopped at a limit or was taken over: `reason` says why, and a person decides
 * completed              merged
 * failed                 ended without a pull request
 * cancelled              stopped by a person, or its pull request was closed
 */
export const RUN_PHASES = [
  "planning",
  "awaiting_confirmation",
  "executing",
  "pushing",
  "validating",
  "diagnosing",
  "repairing",
  "needs_human",
  "completed",
  "failed",
  "cancelled",
] as const;
export const RunPhase = z.enum(RUN_PHASES);
export type RunPhase = z.infer<typeof RunPhase>;

/** Phases that never change again. */
export const FINAL_PHASES: ReadonlySet<RunPhase> = new Set<RunPhase>(["completed", "failed", "cancelled"]);

/** Phases in which nothing goes on until a person decides. */
export const WAITING_PHASES: ReadonlySet<RunPhase> = new Set<RunPhase>([
  "awaiting_confirmation",
  "needs_human",
]);

/** What a run may use. */
export const RunLimits = z.object({
  /** Repairs after the first change; an error of the machinery is none. */
  max_attempts: z.number().int().min(0).max(20),
  /** In US dollars, as far as the agent tells; null: no limit. */
  max_cost_usd: z.number().positive().max(10_000).nullable(),
  /** Wall time while nobody is waited for. */
  max_minutes: z
    .number()
    .int()
    .min(1)
    .max(24 * 60),
});
export type RunLimits = z.infer<typeof RunLimits>;
export const DEFAULT_LIMITS: RunLimits = { max_attempts: 3, max_cost_usd: null, max_minutes: 120 };

/** One version of a plan. Versions only grow: a plan that was edited or written anew is the next one. */
export const Plan = z.object({
  version: z.number().int().positive(),
  text: z.string(),
  /** `agent`, or the person who edited it. */
  by: z.string(),
  at: z.number(),
});
export type Plan = z.infer<typeof Plan>;
export const MOST_PLAN_CHARACTERS = 40_000;

export const RUN_SOURCES = ["dashboard", "api", "cli", "comment", "label"] as const;

/** What was used. Null: the agent does not say. */
export const Spent = z.object({
  cost_usd: z.number().nullable(),
  tokens: z.number().int().nullable(),
  /** Wall time of the agent's turns, in ms. */
  agent_ms: z.number().int(),
});
export type Spent = z.infer<typeof Spent>;

export const Run = z.object({
  id: z.string(),
  project_id: z.string(),
  target_text: z.string(),
  /** Null: nobody writes; the pull request is only followed. */
  agent: z.string().nullable(),
  /** Who asked for it and where. `issue`: the issue or pull request on which. */
  by: z.string(),
  source: z.enum(RUN_SOURCES),
  issue: z.number().int().nullable(),
  /** Paths of the repository that the goal is about. */
  files: z.array(z.string()),
  /** Names of artifacts of this run. */
  images: z.array(z.string()),
  limits: RunLimits,
  auto_confirm: z.boolean(),
  status: z.enum(RUN_STATUSES),
  phase: RunPhase,
  /** Why it waits for a person, failed or was cancelled. */
  reason: Reason.nullable(),
  plans: z.array(Plan),
  /** The version that is carried out; null before one was confirmed. */
  plan_version: z.number().int().nullable(),
  /** What a person wants another plan to heed. */
  feedback: z.string().nullable(),
  /** The step that is awaited: an agent's turn, a push, a diagnosis. Null: none is. */
  current: z
    .object({
      kind: z.enum(["turn", "push", "diagnose"]),
      nth: z.number().int().positive(),
      /** Of a turn. */
      purpose: z.enum(TURN_PURPOSES).nullable(),
      /** How often it was looked at: only the newest look is heard. */
      visit: z.number().int().positive(),
      /** When it was ordered, and when its work began: without what lay in between, and what GitHub kept it. */
      ordered_at: z.number().optional(),
      began_at: z.number(),
      /** Until when GitHub's limits keep it; absent: they never did. */
      stalled: Stall.optional(),
      /** When the next look is due. */
      look_at: z.number(),
      deadline_at: z.number(),
      /** When the newest look that was heard of was ordered: it saw nothing older. Null before the first. */
      asked_at: z.number().nullable().default(null),
      /** How often the machinery failed under it. */
      errors: z.number().int(),
      /** What this turn used so far. */
      spent: Spent,
    })
    .nullable(),
  turns: z.number().int(),
  steps: z.number().int(),
  /** Repairs since the run began or a person asked for another go. */
  attempts: z.number().int(),
  branch: z.string().nullable(),
  /** The live head as it was last seen, if it is the run's own, and what was made on it since: any other head is somebody else's. */
  heads: z.array(z.string()),
  pr_number: z.number().int().nullable(),
  /** What failed, in the order in which it failed: the same twice is a circle. */
  fingerprints: z.array(z.string()),
  /** An id of the vendor's by which the next turn goes on. */
  vendor_ref: z.string().nullable(),
  /** What the turns that are over used. */
  spent: Spent,
  /** What had been used when a person asked for another go: the limit counts from there. */
  cost_from: z.number(),
  /**
   * Wall time used up to `active_since`, in ms; null: a person is waited for, and no time runs. To come: no time runs until
   * then, because GitHub lets nothing be asked.
   */
  ran_ms: z.number().int(),
  active_since: z.number().nullable(),
  created_at: z.number(),
  started_at: z.number().nullable(),
  completed_at: z.number().nullable(),
  /** When it ends although nothing happens. */
  deadline_at: z.number(),
});
export type Run = z.infer<typeof Run>;

/** A run in a list or an event: without the texts of its plans, with the seeds' summary. */
export const RunCard = Run.omit({ plans: true, feedback: true }).extend({
  plan_generated: z.boolean(),
  pr_created: z.boolean(),
  validation_id: z.string().nullable(),
  validation_status: z.string().nullable(),
});
export type RunCard = z.infer<typeof RunCard>;

/** A run with everything that a page about it shows. */
export const RunDetail = RunCard.extend({
  plans: z.array(Plan),
  turns_taken: z.array(Turn),
  validations: z.array(Validation),
});
export type RunDetail = z.infer<typeof RunDetail>;

const DataUri = z
  .string()
  .max(7_000_000)
  .regex(/^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+=*$/, "must be a data URI of an image");

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
const NO_PATH = /^\/|^[A-Za-z]:|(?:^|[\\/])\.\.(?:[\\/]|$)|[\x00-\x1f\x7f-\x9f\u2028\u2029`]/;
/** It is named within prompts and descriptions: nothing in it may end its line or its quotes. */
const FilePath = z
  .string()
  .min(1, "must name a file")
  .max(1_000, "must have at most 1000 characters")
  .refine(
    (path) => !NO_PATH.test(path),
    "must be a path within the repository, without .., backticks and control characters",
  );

export const MOST_GOAL_CHARACTERS = 20_000;

/** For `refine`: no environment and no argument of a program can hold one, so it is refused where it comes in. */
export const NO_NUL = [
  (text: string) => !text.includes("\0"),
  "must not hold a NUL character, which no program can be given",
] as const;

/** What starts a run. */
export const NewRun = z
  .object({
    target_text: z
      .string()
      .trim()
      .min(1, "must say what is to be reached")
      .max(MOST_GOAL_CHARACTERS)
      .refine(...NO_NUL),
    /** The project's own agent when absent. */
    agent: AgentName.optional(),
    files: z.array(FilePath).max(50).optional(),
    images: z.array(DataUri).max(5).optional(),
    limits: RunLimits.partial().strict().optional(),
    /** Skips the wait for a person; the project's setting when absent. */
    auto_confirm: z.boolean().optional(),
    /** A pull request that is there already: with an agent its failures are repaired, without one it is followed. */
    pr_number: z.number().int().positive({ message: "must be the number of a pull request" }).optional(),
    /** `api` when absent. */
    source: z.enum(["dashboard", "api", "cli"]).optional(),
  })
  .strict();
export type NewRun = z.input<typeof NewRun>;

/** What a person says to a plan. `version` is the one that was read: an answer to an older one is refused. */
export const PlanAnswer = z.discriminatedUnion("answer", [
  z.object({ answer: z.literal("confirm"), version: z.number().int() }).strict(),
  z
    .object({
      answer: z.literal("edit"),
      version: z.number().int(),
      text: z
        .string()
        .trim()
        .min(1, "must not be empty")
        .max(MOST_PLAN_CHARACTERS)
        .refine(...NO_NUL),
    })
    .strict(),
  z
    .object({
      answer: z.literal("again"),
      version: z.number().int(),
      feedback: z
        .string()
        .trim()
        .max(10_000)
        .refine(...NO_NUL)
        .default(""),
    })
    .strict(),
  z.object({ answer: z.literal("reject"), version: z.number().int() }).strict(),
]);
export type PlanAnswer = z.infer<typeof PlanAnswer>;

/** A prompt as it would be sent. */
export const PromptPreview = z.object({
  prompt: z.string(),
  tokens: z.number().int(),
  sources: z.array(z.string()),
});
export type PromptPreview = z.infer<typeof PromptPreview>;
