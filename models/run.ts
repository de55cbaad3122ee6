/** A run: a goal, and the pull request that is to reach it. */
import { z } from "zod";

export const RUN_STATUSES = [
  "pending",
  "running",
  "waiting_for_input",
  "completed",
  "failed",
  "cancelled",
] as const;

export const Run = z.object({
  id: z.string(),
  project_id: z.string(),
  target_text: z.string(),
  status: z.enum(RUN_STATUSES),
  plan_generated: z.boolean(),
  pr_created: z.boolean(),
  pr_number: z.number().int().nullable(),
  validation_id: z.string().nullable(),
  validation_status: z.string().nullable(),
  created_at: z.number(),
  completed_at: z.number().nullable(),
});
export type Run = z.infer<typeof Run>;

/** Until an agent is configured the pull request is written by somebody else, and named here. */
export const NewRun = z.object({
  target_text: z.string().trim().min(1, "must say what is to be reached").max(20_000),
  pr_number: z.number().int().positive({ message: "must be the number of a pull request" }),
});
export type NewRun = z.input<typeof NewRun>;
