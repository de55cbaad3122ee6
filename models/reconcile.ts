/** What the clock orders beside steps: looking for what no webhook told. */
import { z } from "zod";

/**
 * project        where the repository is now, and which pull requests differ from what is stored
 * deliveries     which deliveries failed, so that they are sent again
 * installations  which installations are gone while something runs
 */
export const RECONCILED = ["project", "deliveries", "installations"] as const;

/** The cron of a machine whose Worker was started again: messages that lay in its memory are lost. */
export const REBOOT = "@reboot";

export const ReconcileOrder = z.object({
  kind: z.literal("reconcile"),
  id: z.string(),
  of: z.enum(RECONCILED),
  /** Only of a project. */
  project_id: z.string().nullable(),
});
export type ReconcileOrder = z.infer<typeof ReconcileOrder>;
