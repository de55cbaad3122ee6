/** The merge queues of a project, as the API answers. */
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
