/** What people ask of runs in random histories, sensible or not. */
import type { Fact } from "../models/fact.ts";
import type { PlanAnswer, Run } from "../models/run.ts";
import { newRun } from "../workers/project/new-run.ts";
import { ASKED, SETTINGS } from "../workers/project/run.fixture.ts";
import type { State } from "../workers/project/state.ts";
import { type Dice, oftenOf, oneOf } from "./dice.ts";

/** Somebody starts a run: for a new pull request, or for one that is there. */
export function startOf(id: string, dice: Dice, now: number, pulls: readonly number[]): Fact {
  const agent = oneOf(dice, ["custom", "custom", "custom", "codegen", null]);
  const adopts = agent === null || dice() < 0.4;
  const asked = {
    ...ASKED,
    ...(adopts && { pr_number: dice() < 0.05 ? 99 : oneOf(dice, pulls) }),
    ...(agent !== null && { agent }),
    auto_confirm: dice() < 0.6,
    issue: dice() < 0.3 ? 5 : null,
    limits: {
      max_attempts: Math.floor(dice() * 5),
      max_cost_usd: dice() < 0.3 ? 1 + dice() * 5 : null,
      max_minutes: oneOf(dice, [3, 30, 120]),
    },
  };
  // Ids end in what branches are named after.
  const run = newRun(SETTINGS, asked, `run_${id.replace(/\D/g, "").padStart(8, "0")}`, now);
  return { type: "run.asked", id, run };
}

/** An answer to a plan, as often as not to one that is not the newest. */
export function answerOf(id: string, dice: Dice, state: State): Fact | null {
  const runs = Object.values(state.runs);
  if (runs.length === 0) return null;
  const run = oftenOf(dice, runs, ({ phase }) => phase === "awaiting_confirmation");
  const version = Math.max(1, run.plans.length - (dice() < 0.7 ? 0 : 1));
  const answer = oneOf<PlanAnswer>(dice, [
    { answer: "confirm", version },
    { answer: "confirm", version },
    { answer: "edit", version, text: "Buy two cows" },
    { answer: "again", version, feedback: "shorter" },
    { answer: "reject", version },
  ]);
  return { type: "plan.answered", id, run_id: run.id, by: "owner", answer };
}

/** Another go, or an end, of a run that is or is not there. */
export function askOf(
  type: "run.retry.asked" | "run.stop.asked",
  id: string,
  dice: Dice,
  state: State,
): Fact {
  const runs: { id: string; phase?: Run["phase"] }[] = [...Object.values(state.runs), { id: "unknown" }];
  const run = oftenOf(dice, runs, ({ phase }) => type === "run.stop.asked" || phase === "needs_human");
  return { type, id, run_id: run.id, by: "owner" };
}

/** The end of a step of a run that nobody waits for: of another kind, another turn, or long over. */
export function strayOf(id: string, dice: Dice, state: State): Fact | null {
  const run = oneOf(dice, [...Object.values(state.runs), null]);
  if (run === null) return null;
  const kind = oneOf(dice, ["turn", "push", "diagnose", "summarize", "tidy"] as const);
  const nth = 1 + Math.floor(dice() * 4);
  if (run.current?.kind === kind && run.current.nth === nth) return null;
  const outcome = {
    state: "passed" as const,
    reason: null,
    plan: "late",
    commit_sha: "late",
    fingerprint: "late",
  };
  return { type: "run.step.ended", id, run_id: run.id, kind, nth, outcome };
}
