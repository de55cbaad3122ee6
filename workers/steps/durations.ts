/** What passed faster than it can have run: a cache that answered, a test command that ended before its tests. Pure. */
import type { Evidence, StepKind, StepRecord } from "../../models/step.ts";
import type { Reason } from "../../models/validation.ts";

/** So many steps make a history. */
const LEAST_STEPS = 5;
/** What usually takes less can be quick by chance, in ms. */
const LEAST_MEDIAN_MS = 10_000;
/** The part of the usual time below which nobody believes it. */
const IMPLAUSIBLE = 0.01;

/** The kinds of steps that run the project's own commands. */
export const TIMED_KINDS = ["setup", "test"] as const satisfies StepKind[];

/** How long the commands of a step took, in ms; null when it ran none: what was restored took no time. */
export function tookMs({ commands }: Pick<Evidence, "commands">): number | null {
  if (commands === undefined || commands.length === 0 || commands.some(({ end }) => end !== "exited"))
    return null;
  return commands.reduce((sum, { duration_ms }) => sum + duration_ms, 0);
}

/** Why nobody can believe that a step of this length ran; null when it is believable, or too little is known. */
export function suspicionOf(
  { kind, evidence }: Pick<StepRecord, "kind" | "evidence">,
  earlier: readonly Pick<Evidence, "commands">[],
): Reason | null {
  const took = evidence === null ? null : tookMs(evidence);
  const known = earlier.flatMap((one) => tookMs(one) ?? []);
  if (took === null || known.length < LEAST_STEPS) return null;
  const usual = median(known);
  if (usual < LEAST_MEDIAN_MS || took >= usual * IMPLAUSIBLE) return null;
  const message = `The ${kind} step passed in ${took} ms, and usually takes ${Math.round(usual / 1000)} s (the median of the last ${known.length}): nobody can tell that it ran. If it is that fast now, change the configuration, which begins a new history`;
  return { code: "suspicious_duration", message };
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? 0) + high) / 2;
}
