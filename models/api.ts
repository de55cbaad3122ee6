/** Bodies of the API that are more than one noun: what the Worker answers and every client reads. */
import { z } from "zod";
import { Project } from "./project.ts";
import { PullSummary } from "./pull.ts";
import { Validation } from "./validation.ts";

/** Every error of the API, after RFC 9457. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  /** What went wrong and what to do, for a person. */
  detail: z.string(),
  /** For programs; never changes its meaning. */
  code: z.string(),
  request_id: z.string(),
  /** The fields of the request that are wrong, when it is about fields. */
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  /** What exists and is nearest to what was asked for. */
  suggestions: z.array(z.string()).optional(),
  /** How far the graph is that was asked too early. */
  progress: z.object({ status: z.string(), done: z.number().int(), total: z.number().int() }).optional(),
});
export type Problem = z.infer<typeof Problem>;

/** How many decisions a person is waited for: runs that ask, and held merges that no such run asks about. */
export const Waiting = z.object({ runs: z.number().int(), merges: z.number().int() });
export type Waiting = z.infer<typeof Waiting>;

/** A project with all its settings, what a person is waited for, how many pull requests are open, and its newest validation. */
export const ProjectDetail = Project.extend({
  open_pulls: z.number().int(),
  running: z.number().int(),
  waiting: Waiting,
  last_validation: Validation.nullable(),
  /** Event number up to which this was read; the socket resumes from here. */
  seq: z.number().int(),
});
export type ProjectDetail = z.infer<typeof ProjectDetail>;

/** A project among others. Lists are read often, so texts that may be long, and serve the settings alone, are left out. */
export const ProjectCard = ProjectDetail.omit({
  agent_command: true,
  config: true,
  planning_statement: true,
  repository_rules: true,
  setup_commands: true,
});
export type ProjectCard = z.infer<typeof ProjectCard>;

/** A repository that can be pinned. */
export const Repository = z.object({
  repo_id: z.number().int(),
  full_name: z.string(),
  default_branch: z.string(),
  private: z.boolean(),
  html_url: z.string(),
  project_id: z.string().nullable(),
});
export type Repository = z.infer<typeof Repository>;

export const PullWithValidations = PullSummary.extend({ validations: z.array(Validation) });
export type PullWithValidations = z.infer<typeof PullWithValidations>;

export const Session = z.object({ owner: z.string(), expires_at: z.number() });
export type Session = z.infer<typeof Session>;

/** One delivery of a webhook and what became of it. */
export const DELIVERY_STATES = ["received", "processing", "done", "ignored", "dead"] as const;
export const Delivery = z.object({
  id: z.string(),
  event: z.string(),
  action: z.string().nullable(),
  state: z.enum(DELIVERY_STATES),
  reason: z.string().nullable(),
  repo_id: z.number().int().nullable(),
  pr_number: z.number().int().nullable(),
  validation_id: z.string().nullable(),
  received_at: z.number(),
});
export type Delivery = z.infer<typeof Delivery>;

/**
 * A piece of a step's log: bytes `from` to `next`; `end` when no more will come. `withheld`: more was said than is shown
 * while it runs, and the last of it follows at the end.
 */
export const LogPiece = z.object({
  from: z.number(),
  next: z.number(),
  text: z.string(),
  end: z.boolean(),
  withheld: z.boolean().optional(),
});
export type LogPiece = z.infer<typeof LogPiece>;

/** `webhooks_silent`: no webhook was heard for much longer than usual. */
export const ALERT_KINDS = ["webhooks_silent"] as const;

/** What Tidegate itself is worried about; gone when it is over. */
export const Alert = z.object({
  project_id: z.string(),
  kind: z.enum(ALERT_KINDS),
  message: z.string(),
  since: z.number(),
});
export type Alert = z.infer<typeof Alert>;
