/** A merge queue: what waits for its merge into one base, first to last. */
import { z } from "zod";
import { TERMINAL_STATES, type Validation, ValidationState } from "./validation.ts";

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

export type Queued = Pick<Validation, "pr_number" | "base_ref" | "queued_at" | "state" | "merge_state">;

/** It has a place: it waits, is being merged, or is validated anew because the base moved. */
export function isQueued({
  queued_at,
  state,
  merge_state,
}: Pick<Queued, "queued_at" | "state" | "merge_state">): boolean {
  if (queued_at == null) return false;
  return !TERMINAL_STATES.has(state) || merge_state === "queued" || merge_state === "pending";
}

/** Who stands in the merge queue of a base, first in line first. */
export function queueOf<T extends Queued>(all: readonly T[], base_ref: string): T[] {
  return all
    .filter((one) => isQueued(one) && one.base_ref === base_ref)
    .sort((one, other) => (one.queued_at ?? 0) - (other.queued_at ?? 0) || one.pr_number - other.pr_number);
}
