/** Merge queues in words. */
import type { Lane, QueueEntry } from "../../models/queue.ts";
import { TERMINAL_STATES } from "../../models/validation.ts";
import { type Paint, shown } from "./paint.ts";
import { table } from "./table.ts";

/** One line a pull request, first in line first, under the name of its base. */
export function queuesText(lanes: readonly Lane[], paint: Paint): string {
  if (lanes.every(({ entries }) => entries.length === 0)) return "Nothing waits to be merged.";
  return lanes
    .filter(({ entries }) => entries.length > 0)
    .map(({ base_ref, entries }) =>
      [paint.bold(`into ${shown(base_ref)}`), ...table(entries.map(rowOf), "  ")].join("\n"),
    )
    .join("\n");
}

function rowOf(entry: QueueEntry, at: number): (string | number)[] {
  return [at + 1, `#${entry.pr_number}`, standing(entry), `since ${new Date(entry.queued_at).toISOString()}`];
}

function standing({ merging, held_by, state }: QueueEntry): string {
  if (merging !== null) return "is being merged";
  if (held_by !== null) return `held by ${shown(held_by)}`;
  return TERMINAL_STATES.has(state) ? "waits" : "is validated anew: the base moved";
}
