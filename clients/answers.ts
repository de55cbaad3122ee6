/** Answers of the API about trust: queues, alerts, the audit. */
import { z } from "zod";

/** Whose turn it is to be merged into a branch, first in line first. */
export const MergeQueue = z.object({
  base_ref: z.string(),
  entries: z.array(
    z.object({
      pr_number: z.number().int(),
      validation_id: z.string(),
      state: z.string(),
      queued_at: z.number().nullable(),
      held_by: z.string().nullable(),
      merging: z.number().int().nullable(),
    }),
  ),
});
export type MergeQueue = z.infer<typeof MergeQueue>;

/** What Tidegate itself is worried about. */
export const Alert = z.object({ kind: z.string(), message: z.string(), since: z.number() });
export type Alert = z.infer<typeof Alert>;

/** What was done or refused, by whom. */
export const AuditRow = z.object({
  id: z.number().int(),
  at: z.number(),
  actor: z.string(),
  action: z.string(),
  target: z.string(),
  detail: z.string().default(""),
});
export type AuditRow = z.infer<typeof AuditRow>;
