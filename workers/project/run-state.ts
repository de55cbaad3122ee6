/** What a project knows of its runs, and the small questions that are asked of them. */
import type { Pull } from "../../models/pull.ts";
import { FINAL_PHASES, type Run, type RunCard, type RunStatus } from "../../models/run.ts";
import type { Reason, Validation } from "../../models/validation.ts";
import { spentBy } from "./run-clock.ts";
import { isHeld, isStopped, latestOf, type PullState, type State } from "./state.ts";

/** Stops that are over as soon as the gate is at work again. */
const SOFT: ReadonlySet<string> = new Set([
  "infrastructure",
  "auth_revoked",
  "disconnected",
  "validation_failed",
  "validation_cancelled",
  "deadline",
  "merge_held",
  "merge_blocked",
]);

export function isFinal(run: Run): boolean {
  return FINAL_PHASES.has(run.phase);
}

export function isSoft(run: Run): boolean {
  return run.phase === "needs_human" && run.reason !== null && SOFT.has(run.reason.code);
}

export function runsOf(state: State): Run[] {
  return Object.values(state.runs);
}

/** Whether a pull request is the run's: by its number, or by its branch before the run was told the number. */
function isOf(run: Run, pull: Pull): boolean {
  if (run.pr_number !== null) return run.pr_number === pull.number;
  return pull.state === "open" && isOnBranch(pull, run.branch, run.heads);
}

/** Whether it stands on this branch of the repository itself, at one of these heads. */
export function isOnBranch(pull: Pull, branch: string | null, heads: readonly string[]): boolean {
  return pull.head_repo_id === pull.base_repo_id && pull.head_ref === branch && heads.includes(pull.head_sha);
}

/** The run at work on a pull request; null when none is. */
export function runOf(state: State, pull: PullState): Run | null {
  return runsOf(state).find((run) => !isFinal(run) && isOf(run, pull)) ?? null;
}

/** Another run at work on a pull request of this number; null when none is. */
export function rivalOf(state: State, { id }: Pick<Run, "id">, pr_number: number): Run | null {
  const pull = state.pulls[pr_number];
  const works = (run: Run) => (pull === undefined ? run.pr_number === pr_number : isOf(run, pull));
  return runsOf(state).find((run) => run.id !== id && !isFinal(run) && works(run)) ?? null;
}

/** The pull request of a run, as far as it was seen. */
export function pullOfRun(state: State, run: Run): PullState | null {
  if (run.pr_number !== null) return state.pulls[run.pr_number] ?? null;
  return Object.values(state.pulls).find((pull) => isOf(run, pull)) ?? null;
}

/** The newest validation of a run's pull request, of whatever head. */
export function validationOfRun(state: State, run: Run): Validation | null {
  const pull = pullOfRun(state, run);
  return pull === null ? null : latestOf(state, pull);
}

/** Why people keep from its merge what they could merge: they know of it. */
const WISHES: ReadonlySet<string> = new Set([
  "auto_merge_disabled",
  "auto_merge_never",
  "removed_from_queue",
]);

/** Why what passed is merged neither now nor later by itself; null where it is on its way, or nobody wants it merged. */
export function mergeStop(pull: PullState, latest: Validation): Reason | null {
  if (isHeld(latest) && latest.hold !== null) return { code: "merge_held", message: latest.hold.message };
  const { merge_state, merge_again_at, merge_reasons } = latest;
  const still = merge_state === "unknown" || (merge_state === "blocked" && merge_again_at === null);
  // A draft, or an auto-merge that was turned off, is a person's wish, and they know of it.
  const wished = isStopped(pull) || merge_reasons.some(({ code }) => WISHES.has(code));
  if (!still || wished) return null;
  const message = merge_reasons.map((reason) => reason.message).join("; ") || "It does not say why";
  return { code: "merge_blocked", message: `It passed and is not merged: ${message}` };
}

/** A vendor lists a pull request this much after it opened it, in ms. */
const LISTING_MS = 15_000;

/**
 * A run whose vendor may have opened this pull request by itself, and was not asked since: until then nobody knows
 * whose it is, and a gate that is quicker than the next look would merge what a plan or a person still holds.
 */
export function suspectOf(state: State, number: number): Run | null {
  const seen_at = state.pulls[number]?.seen_at ?? 0;
  const unasked = ({ agent, pr_number, current, created_at }: Run) =>
    agent === "codegen" &&
    pr_number === null &&
    current?.kind === "turn" &&
    seen_at >= created_at &&
    (current.asked_at ?? 0) < seen_at + LISTING_MS;
  return runsOf(state).find((run) => !isFinal(run) && unasked(run)) ?? null;
}

/** The run with this head as the newest that is its own. */
export function withHead(run: Run, sha: string): Run {
  return { ...run, heads: [...run.heads.filter((head) => head !== sha), sha] };
}

export function withRun(state: State, run: Run): State {
  return { ...state, runs: { ...state.runs, [run.id]: run } };
}

/** The seeds' status: while the clock stands somebody is waited for. */
export function statusOf({ phase, active_since, started_at }: Run): RunStatus {
  if (phase === "completed" || phase === "failed" || phase === "cancelled") return phase;
  if (active_since === null) return "waiting_for_input";
  return started_at === null ? "pending" : "running";
}

/** A run as lists and events show it. */
export function cardOf(run: Run, latest: Pick<Validation, "id" | "state"> | null): RunCard {
  const { plans, feedback: _, ...card } = run;
  return {
    ...card,
    spent: spentBy(run),
    plan_generated: plans.length > 0,
    pr_created: run.pr_number !== null,
    validation_id: latest?.id ?? null,
    validation_status: latest?.state ?? null,
  };
}
