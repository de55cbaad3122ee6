/** What tests of the decisions are made of: pull requests, facts, and a project that is told them one by one. */
import type { Fact, Outcome, QueueAction } from "../../models/fact.ts";
import type { Pull } from "../../models/pull.ts";
import type { StepKind } from "../../models/step.ts";
import type { Validation } from "../../models/validation.ts";
import { decide } from "./decide.ts";
import type { Decision } from "./decision.ts";
import { EMPTY, isUnsettled, type State } from "./state.ts";

export const PROJECT = "shop";
export const A = "a".repeat(40);
export const B = "b".repeat(40);
export const C = "c".repeat(40);

/** An open, ready pull request of the repository itself, at head A. */
export function pullAt(changes: Partial<Pull> = {}): Pull {
  return {
    number: 7,
    title: "Sell milk",
    author: "ada",
    html_url: "https://github.test/shop/shop/pull/7",
    state: "open",
    merged: false,
    draft: false,
    head_ref: "milk",
    head_sha: A,
    head_repo_id: 1,
    base_ref: "main",
    base_sha: "0".repeat(40),
    base_repo_id: 1,
    read_at: 0,
    updated_at: null,
    ...changes,
  };
}

export const PASSED: Outcome = { state: "passed", reason: null };
export const FAILED: Outcome = { state: "failed", reason: { code: "command_failed", message: "exit 1" } };
export const ERRORED: Outcome = { state: "errored", reason: { code: "sandbox_lost", message: "lost" } };
export const TIMED_OUT: Outcome = {
  state: "timed_out",
  reason: { code: "command_timeout", message: "slow" },
};
export const PLANNED: Outcome = { ...PASSED, required: ["snapshot", "setup", "test"], config_digest: "d1" };

export function mergeAnswer(
  state: NonNullable<Outcome["merge"]>["state"],
  again_s: number | null = null,
): Outcome {
  const merged = state === "merged";
  const reasons = merged ? [] : [{ code: `was_${state}`, message: `it was ${state}` }];
  const merge = { state, reasons, commit_sha: merged ? "f".repeat(40) : null, again_s };
  return { state: merged ? "passed" : "failed", reason: reasons[0] ?? null, merge };
}

export type Project = ReturnType<typeof projectAt>;

/** A project that remembers what it decided. Every fact has an id of its own, unless the test gives one. */
export function projectAt(settings: { auto_merge: boolean } | null = { auto_merge: true }) {
  let state: State = EMPTY;
  let now = 1_000_000;
  let facts = 0;
  let last: Decision = { state, steps: [], events: [] };
  const tell = (fact: Fact): Decision => {
    last = decide(PROJECT, state, fact, now);
    // A refusal is an answer and changes nothing, as in the object.
    if (last.refused === undefined) state = last.state;
    return last;
  };
  const id = () => `fact ${++facts}`;
  const project = {
    tell,
    wait(ms: number) {
      now += ms;
    },
    now: () => now,
    state: () => state,
    set: (auto_merge: boolean, validation = true, paused = false) =>
      tell({ type: "project.set", id: id(), auto_merge, validation, paused }),
    queue: (action: QueueAction, pr_number = 7, by = "mira") =>
      tell({ type: "queue.asked", id: id(), pr_number, action, by }),
    remove: () => tell({ type: "project.removed", id: id() }),
    /** A live read, made now unless said otherwise, because of a webhook unless said otherwise. */
    see: (changes: Partial<Pull> = {}, delivery_id: string | null = "delivery") =>
      tell({ type: "pull.observed", id: id(), pull: pullAt({ read_at: now, ...changes }), delivery_id }),
    gone: (pr_number = 7) => tell({ type: "pull.gone", id: id(), pr_number }),
    end: (validation_id: string, kind: StepKind, outcome: Outcome, nth = 1) =>
      tell({ type: "step.ended", id: id(), validation_id, kind, try: nth, outcome }),
    retry: (validation_id: string) => tell({ type: "retry.asked", id: id(), validation_id }),
    cancel: (validation_id: string) => tell({ type: "cancel.asked", id: id(), validation_id }),
    approve: (validation_id: string, by = "mira") =>
      tell({ type: "approve.asked", id: id(), validation_id, by }),
    tick(ms = 0) {
      now += ms;
      return tell({ type: "time.passed", id: id() });
    },
    /** The newest validation of a pull request. */
    newest(number = 7): Validation {
      const validation = state.validations[state.pulls[number]?.validation_id ?? ""];
      if (validation === undefined) throw new Error(`Cannot find a validation of #${number}`);
      return validation;
    },
    validation(validationId: string): Validation {
      const validation = state.validations[validationId];
      if (validation === undefined) throw new Error(`Cannot find validation "${validationId}"`);
      return validation;
    },
    last: () => last,
  };
  if (settings !== null) project.set(settings.auto_merge);
  return project;
}

/** Ends the steps of the gate one after the other, all passed, and says whose they were. */
export function passGate(project: Project, validation_id: string, nth = 1): void {
  project.end(validation_id, "snapshot", PLANNED, nth);
  for (const kind of ["setup", "test", "judge"] as const) project.end(validation_id, kind, PASSED, nth);
}

export const HOLD = { code: "risk_asks", message: "The risk is high" };

/** A validation of head A that passed and waits for a person. */
export function held(auto_merge = true): { project: Project; id: string } {
  const project = projectAt({ auto_merge });
  project.see();
  const { id } = project.newest();
  for (const [kind, outcome] of [
    ["snapshot", PLANNED],
    ["setup", PASSED],
    ["test", PASSED],
    ["judge", { ...PASSED, hold: HOLD }],
  ] as const)
    project.end(id, kind, outcome);
  return { project, id };
}

/** Ends every report that is under way until none is. */
export function writeReports(project: Project, validation_id: string, outcome: Outcome = PASSED): void {
  for (;;) {
    const { reporting } = project.validation(validation_id);
    if (reporting === null) return;
    project.end(validation_id, "report", outcome, reporting);
  }
}

/** A validation of head A whose merge is under way. */
export function merging(): { project: Project; id: string } {
  const project = projectAt();
  project.see();
  const { id } = project.newest();
  passGate(project, id);
  writeReports(project, id);
  return { project, id };
}

/** What a decision ordered, in short: `snapshot 1`, or `turn 1.2` for the second look at a turn. */
export function ordered({ steps }: Pick<Decision, "steps">): string[] {
  // The comment of a pull request follows everything; its own tests speak of it.
  const others = steps.filter(({ kind }) => kind !== "mark");
  return others.map((step) => {
    if (step.kind === "observe") return "observe";
    if ("try" in step) return `${step.kind} ${step.try}`;
    return step.kind === "turn" ? `turn ${step.nth}.${step.visit}` : `${step.kind} ${step.nth}`;
  });
}

/** What a decision spoke of, in short. */
export function spoken({ events }: Pick<Decision, "events">): string[] {
  return events.map((event) =>
    "validation" in event && event.validation !== null
      ? `${event.type} ${event.validation.state}`
      : event.type,
  );
}

/** What the object loads for a fact: all open pull requests, and the one that the fact is about. */
export function partFor(state: State, fact: Fact): State {
  const about = pullOf(state, fact);
  const unsettled = new Set(
    Object.values(state.validations)
      .filter(isUnsettled)
      .map(({ pr_number }) => pr_number),
  );
  const pulls = Object.values(state.pulls).filter(
    ({ state, number, mark }) =>
      state === "open" || mark?.under_way || number === about || unsettled.has(number),
  );
  return { ...state, pulls: Object.fromEntries(pulls.map((pull) => [pull.number, pull])) };
}

function pullOf(state: State, fact: Fact): number | null {
  if (fact.type === "pull.observed") return fact.pull.number;
  if (fact.type === "pull.gone") return fact.pr_number;
  if (fact.type === "run.asked") return fact.run.pr_number;
  if (fact.type === "queue.asked" || fact.type === "mark.ended") return fact.pr_number;
  if ("validation_id" in fact) return state.validations[fact.validation_id]?.pr_number ?? null;
  if (fact.type === "turn.waits" && fact.pr_number !== undefined) return fact.pr_number;
  if (fact.type === "run.step.ended" && fact.outcome.pr_number !== undefined) return fact.outcome.pr_number;
  return "run_id" in fact ? (state.runs[fact.run_id]?.pr_number ?? null) : null;
}

/** A validation of head A that waits for the end of its set-up. */
export function running(): { project: Project; id: string } {
  const project = projectAt();
  project.see();
  const { id } = project.newest();
  project.end(id, "snapshot", PLANNED);
  return { project, id };
}
