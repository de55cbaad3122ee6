/** A run as one row of time: plans, turns and validations in the order in which they came about. */
import { FINAL_PHASES, type Plan, type RunDetail } from "../models/run.ts";
import type { Turn } from "../models/turn.ts";
import type { Validation } from "../models/validation.ts";
import { type Mark, TURN_MARKS } from "./words.ts";

export type RunRow =
  | { kind: "plan"; key: string; at: number; plan: Plan }
  | { kind: "turn"; key: string; at: number; turn: Turn }
  | { kind: "validation"; key: string; at: number; validation: Validation }
  /** Ordered, and without a record of its own (yet). */
  | { kind: "ordered"; key: string; at: number; current: NonNullable<RunDetail["current"]> };

/** Of what came about in the same moment the cause stands first. */
const CAUSES: readonly RunRow["kind"][] = ["turn", "plan", "validation", "ordered"];

/** All rows, oldest first. */
export function runRows(run: RunDetail): RunRow[] {
  const rows: RunRow[] = [
    ...run.turns_taken.map((turn): RunRow => ({ kind: "turn", key: turn.id, at: turn.started_at, turn })),
    ...run.plans.map((plan): RunRow => ({ kind: "plan", key: planKey(plan.version), at: plan.at, plan })),
    ...run.validations.map(
      (validation): RunRow => ({
        kind: "validation",
        key: validation.id,
        at: validation.created_at,
        validation,
      }),
    ),
    ...ordered(run),
  ];
  return rows.sort((a, b) => a.at - b.at || CAUSES.indexOf(a.kind) - CAUSES.indexOf(b.kind));
}

const planKey = (version: number): string => `plan ${version}`;

/** What was ordered and has left no record: saying nothing of it would look as if the run stood still. */
function ordered({ current, turns_taken, phase }: RunDetail): RunRow[] {
  if (current === null || FINAL_PHASES.has(phase)) return [];
  if (current.kind === "turn" && turns_taken.some((turn) => turn.nth === current.nth)) return [];
  return [{ kind: "ordered", key: `${current.kind} ${current.nth}`, at: current.began_at, current }];
}

/** The row to open unasked: the turn that works, or the one at which the run came to a halt. */
export function tellingRow(run: RunDetail): string | null {
  const running = run.turns_taken.find((turn) => turn.state === "running");
  if (running !== undefined) return running.id;
  const last = runRows(run).at(-1);
  const halted = run.phase === "needs_human" || run.phase === "failed";
  return halted && last?.kind === "turn" ? last.key : null;
}

/** Whether a turn is at work: the record of one that was stopped says so some seconds later than its run does. */
export function isAtWork({ phase }: RunDetail, { state }: Turn): boolean {
  return state === "running" && phase !== "needs_human" && !FINAL_PHASES.has(phase);
}

/** A turn's mark, which never says that somebody works for a run that has stopped. */
export function turnMark(run: RunDetail, turn: Turn): Mark {
  if (turn.state !== "running" || isAtWork(run, turn)) return TURN_MARKS[turn.state];
  return { word: "Stopping", tone: "quiet", shape: "slash" };
}
