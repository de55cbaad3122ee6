/** A merge queue: what waits for its merge into one base, first to last. */
import { z } from "zod";
import { ValidationState } from "./validation.ts";

export const QueueEntry = z.object({
  pr_number: z.number().int(),
  validation_id: z.string(),
  /** Not over: it is validated anew on the base as it is now, and keeps its place. */
  state: ValidationState,
  queued_at: z.number(),
  /** Who keeps it from its merge; others pass it. */
  held_by: z.string().nullable(),
  /** Which try of its merge is under way; null: none is. */
  merging: z.number().int().nullable(),
});
export type QueueEntry = z.infer<typeof QueueEntry>;

export const Lane = z.object({ base_ref: z.string(), entries: z.array(QueueEntry) });
export type Lane = z.infer<typeof Lane>;
