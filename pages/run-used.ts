/** How much of its time a run has used. */
import type { RunCard } from "../models/run.ts";

/** Wall time in ms while nobody was waited for. */
export function usedIn({ ran_ms, active_since }: RunCard, now: number): number {
  return ran_ms + (active_since === null ? 0 : Math.max(0, now - active_since));
}
