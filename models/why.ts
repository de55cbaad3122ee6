/** Why a pull request is not merged: every unmet condition, who can meet it, and until when it is waited for. */
import { z } from "zod";
import { Reason } from "./validation.ts";

/**
 * tidegate     it goes on by itself
 * author       whoever wrote the change pushes another
 * maintainer   whoever may write to the repository decides
 * agent        the agent of the run mends it
 * github       GitHub, or another App there, must answer
 */
export const OWNERS = ["tidegate", "author", "maintainer", "agent", "github"] as const;
export type Owner = (typeof OWNERS)[number];

export const Unmet = Reason.extend({
  owner: z.enum(OWNERS),
  /** When it is given up, ms since 1970; null: it is waited for without end. */
  deadline_at: z.number().nullable(),
  /** When Tidegate looks again by itself; null: it does not. */
  again_at: z.number().nullable(),
});
export type Unmet = z.infer<typeof Unmet>;

export const Why = z.object({
  pr_number: z.number().int(),
  head_sha: z.string(),
  validation_id: z.string().nullable(),
  merged: z.boolean(),
  /** The answer in one sentence. */
  summary: z.string(),
  /** Empty only when it is merged. */
  unmet: z.array(Unmet),
  /** Its place in the merge queue of its base, 1 first, and how many stand there; null: it is not in it. */
  queue: z.object({ base_ref: z.string(), place: z.number().int(), of: z.number().int() }).nullable(),
});
export type Why = z.infer<typeof Why>;
