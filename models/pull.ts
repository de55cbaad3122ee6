/** A pull request as a live read of GitHub showed it. */
import { z } from "zod";

export const Pull = z.object({
  number: z.number().int(),
  title: z.string(),
  author: z.string(),
  html_url: z.string(),
  state: z.enum(["open", "closed"]),
  merged: z.boolean(),
  draft: z.boolean(),
  head_ref: z.string(),
  head_sha: z.string(),
  /** Null when the fork that held the head is gone. */
  head_repo_id: z.number().int().nullable(),
  base_ref: z.string(),
  base_sha: z.string(),
  base_repo_id: z.number().int(),
  /** When the read began, by our clock: of two reads the later one knows more. */
  read_at: z.number(),
  /** When GitHub saw it change last: an answer from before what we know is a stale one. Null: GitHub did not say. */
  updated_at: z.number().nullable().default(null),
});
export type Pull = z.infer<typeof Pull>;

/** A pull request on the dashboard: what was read, and its newest validation. */
export const PullSummary = Pull.extend({
  project_id: z.string(),
  validation_id: z.string().nullable(),
  /** Why nothing is validated although the pull request is open; null when nothing is in the way. */
  blocked: z.string().nullable(),
  /** Who keeps it from its merge; null: nobody does. */
  held_by: z.string().nullable().default(null),
});
export type PullSummary = z.infer<typeof PullSummary>;

/** Of a pull request whose validation waits for a person to let a fork's code run. */
export const FORK_WAITS = "fork_needs_approval";
const WAITS: ReadonlySet<string> = new Set([FORK_WAITS, "paused"]);

/** It is validated, and its validation only waits to be let begin: nothing else blocks it. */
export function onlyWaits({ blocked }: Pick<PullSummary, "blocked">): boolean {
  return blocked !== null && WAITS.has(blocked);
}
