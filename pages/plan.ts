/** What became of each version of a plan. */
import type { RunDetail } from "../models/run.ts";
import type { Mark } from "./words.ts";

/** A version's mark. */
export function planMark(
  run: Pick<RunDetail, "phase" | "reason" | "plans" | "plan_version">,
  version: number,
): Mark {
  if (run.plan_version === version) return { word: "Confirmed", tone: "quiet", shape: "check" };
  const newest = run.plans.at(-1)?.version === version;
  if (!newest) return { word: "Replaced", tone: "quiet", shape: "skip" };
  if (run.phase === "awaiting_confirmation") return { word: "Waits for you", tone: "warn", shape: "hand" };
  if (run.phase === "planning") return { word: "Another is asked for", tone: "quiet", shape: "skip" };
  if (run.reason?.code === "plan_rejected") return { word: "Rejected", tone: "quiet", shape: "slash" };
  return { word: "Not confirmed", tone: "quiet", shape: "dash" };
}

/** What became of a plan that somebody still writes an answer to. */
export function meanwhile({ plan_version }: Pick<RunDetail, "plan_version">): string {
  if (plan_version === null) return "The plan was answered meanwhile.";
  return `Version ${plan_version} was confirmed meanwhile.`;
}
