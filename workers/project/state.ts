/** What a project object remembers, and the small questions that are asked of it. */
import type { Fact } from "../../models/fact.ts";
import { onlyWaits, type Pull } from "../../models/pull.ts";
import { FINAL_PHASES, type Run } from "../../models/run.ts";
import type { StepKind } from "../../models/step.ts";
import { hasPassed, type Reason, TERMINAL_STATES, type Validation } from "../../models/validation.ts";

export { MERGE_DEADLINE_MS } from "../../models/validation.ts";

/** A pull request as the project knows it. */
export type PullState = Pull & {
  /**
   * How many validations each head had, by the digits that ids show of it: a head that comes back is a new
   * attempt, never an old result, and two heads that begin alike never share an id.
   */
  attempts: Record<string, number>;
  /** The newest validation; null before the first. */
  validation_id: string | null;
  blocked: string | null;
  /** What a run that stopped leaves behind, so that it outlives the run; absent in what was stored before. */
  hold?: Hold | null;
  /** When it was seen first, by our clock; absent in what was stored before. */
  seen_at?: number;
  /** Who keeps it from its merge; absent in what was stored before. */
  held_by?: string | null;
  /** The comment that says how it stands; absent before the first. */
  mark?: Mark;
};

/** One writing of a pull request's comment: of this standing, under way until it is heard of or overdue. */
export type Mark = { nth: number; standing: string; at: number; under_way: boolean };

/** What passes is not merged without a person: of these heads, or of every head. */
export type Hold = { reason: Reason; heads: readonly string[] | null };

/** A hold on a pull request that is still to be seen: known by its number, or by the branch that it will have. */
export type EarlyHold = Hold & { pr_number: number | null; branch: string | null };

export type State = {
  /** Null until the project was set; a removed project stays and refuses. */
  settings: {
    auto_merge: boolean;
    validation: boolean;
    removed: boolean;
    paused?: boolean;
    at?: number;
  } | null;
  pulls: Record<string, PullState>;
  validations: Record<string, Validation>;
  runs: Record<string, Run>;
  /** By run: kept until the pull request is seen, however long ago its run was forgotten. */
  holds: Record<string, EarlyHold>;
};

export const EMPTY: State = { settings: null, pulls: {}, validations: {}, runs: {}, holds: {} };

/** Longest a validation may take from its order to its end, in ms. */
export const VALIDATION_DEADLINE_MS = 3 * 60 * 60_000;
/** Longest a validation waits for its start to be allowed, in ms. */
export const WAIT_DEADLINE_MS = 14 * 24 * 60 * 60_000;
/** Longest that GitHub's limits may keep a validation from its end, from its beginning on, in ms. */
export const STALL_DEADLINE_MS = 24 * 60 * 60_000;
/** An infrastructure error starts the validation anew this often, after these pauses in seconds. */
export const RESTART_PAUSES_S = [5, 30] as const;

/** The step's own longest time, in ms: the host's deadlines fire before, so this one means the host is gone. */
export const STEP_DEADLINE_MS: Record<StepKind, number> = {
  observe: 5 * 60_000,
  snapshot: 15 * 60_000,
  setup: 65 * 60_000,
  test: 65 * 60_000,
  browse: 30 * 60_000,
  analyze: 15 * 60_000,
  // It waits for the analysis where the configuration needs one.
  judge: 20 * 60_000,
  report: 30 * 60_000,
  merge: 30 * 60_000,
  release: 30 * 60_000,
};

/** Its head is not of the repository itself. */
export function isFork({ head_repo_id, base_repo_id }: Pick<Pull, "head_repo_id" | "base_repo_id">): boolean {
  return head_repo_id !== base_repo_id;
}

/** It is not validated at all, as long as this lasts; what only waits for its start is. */
export function isStopped({ blocked }: Pick<PullState, "blocked">): boolean {
  return blocked !== null && !onlyWaits({ blocked });
}

export function isTerminal(validation: Validation): boolean {
  return TERMINAL_STATES.has(validation.state);
}

/** Something of it is still to come: its end, its merge or the answer to it, or a report. */
export function isUnsettled(validation: Validation): boolean {
  const { merge_state, merge_again_at, reporting } = validation;
  const merges = merge_state === "pending" || merge_state === "queued" || merge_again_at !== null;
  return !isTerminal(validation) || merges || reporting !== null;
}

/** It passed, and a person has not decided about its merge yet. */
export function isHeld(validation: Validation): boolean {
  return hasPassed(validation) && validation.hold != null && validation.approved_by == null;
}

/** The newest validation of a pull request, if it has one. */
export function latestOf(state: State, pull: PullState): Validation | null {
  return pull.validation_id === null ? null : (state.validations[pull.validation_id] ?? null);
}

/** The id says what is validated: the same head in the same attempt is the same validation, whoever asks. */
export function validationId(projectId: string, pull: number, headSha: string, attempt: number): string {
  return `${projectId}.${pull}.${digitsOf(headSha)}.${attempt}`;
}

/** What an id shows of a head. Anybody can make two commits that share these. */
export function digitsOf(headSha: string): string {
  return headSha.slice(0, 12);
}

/** The earliest moment at which something is due although nothing happens; null when nothing is. */
export function nextDue(state: State): number | null {
  let due: number | null = null;
  for (const validation of Object.values(state.validations)) {
    for (const at of dueTimes(validation)) due = due === null ? at : Math.min(due, at);
  }
  for (const { mark } of Object.values(state.pulls)) {
    if (mark?.under_way) due = Math.min(due ?? Number.POSITIVE_INFINITY, mark.at + STEP_DEADLINE_MS.report);
  }
  for (const run of Object.values(state.runs)) {
    for (const at of runDueTimes(run)) due = due === null ? at : Math.min(due, at);
  }
  return due;
}

/** When a report that was ordered counts as lost; null when none is under way. */
export function reportDue({ reporting, reported_at }: Validation): number | null {
  return reporting == null ? null : (reported_at ?? 0) + STEP_DEADLINE_MS.report;
}

function dueTimes(validation: Validation): number[] {
  const report = reportDue(validation);
  return [...(report === null ? [] : [report]), ...ownDueTimes(validation)];
}

function ownDueTimes(validation: Validation): number[] {
  if (isTerminal(validation)) {
    // While a merge is pending or queued the deadline is that of its report, of its answer, or of its turn.
    if (validation.merge_state === "pending" || validation.merge_state === "queued")
      return [validation.deadline_at];
    return validation.merge_again_at === null ? [] : [validation.merge_again_at];
  }
  return validation.current === null
    ? [validation.deadline_at]
    : [validation.deadline_at, validation.current.deadline_at];
}

function runDueTimes({ phase, current, deadline_at }: Run): number[] {
  if (FINAL_PHASES.has(phase)) return [];
  if (current === null) return [deadline_at];
  return [deadline_at, current.deadline_at, ...(current.kind === "turn" ? [current.look_at] : [])];
}

export function withPull(state: State, pull: PullState): State {
  return { ...state, pulls: { ...state.pulls, [pull.number]: pull } };
}

export function withValidation(state: State, validation: Validation): State {
  return { ...state, validations: { ...state.validations, [validation.id]: validation } };
}

/** A validation that must be there, because its own project speaks of it. */
export function validationOf(state: State, id: string): Validation {
  const validation = state.validations[id];
  if (validation === undefined) throw new Error(`Cannot find validation "${id}" in its own project`);
  return validation;
}

/** The validation a fact is about, as the state knows it. */
export function subjectOf(state: State, fact: Fact): string | null {
  switch (fact.type) {
    case "pull.observed":
      return state.pulls[fact.pull.number]?.validation_id ?? null;
    case "retry.asked": {
      const number = state.validations[fact.validation_id]?.pr_number;
      return number === undefined ? null : (state.pulls[number]?.validation_id ?? null);
    }
    case "cancel.asked":
    case "approve.asked":
    case "step.waits":
    case "merge.asks":
    case "step.ended":
      return fact.validation_id;
    case "queue.asked":
      return state.pulls[fact.pr_number]?.validation_id ?? null;
    case "mark.ended":
    case "run.asked":
    case "plan.answered":
    case "turn.waits":
    case "run.step.waits":
    case "run.step.ended":
    case "run.retry.asked":
    case "run.stop.asked":
    case "pull.gone":
    case "project.set":
    case "project.removed":
    case "project.disconnected":
    case "time.passed":
      return null;
  }
}
