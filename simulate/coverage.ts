/** Which facts were heard in which states. */
import type { Fact } from "../models/fact.ts";
import { Fact as FactSchema } from "../models/fact.ts";
import { RUN_PHASES } from "../models/run.ts";
import { VALIDATION_STATES } from "../models/validation.ts";
import { latestOf, type State } from "../workers/project/state.ts";

export const FACT_TYPES = FactSchema.options.map(({ shape }) => shape.type.value);
/** Whose state: of validations, or of runs; `none`: there was none. */
export const SUBJECTS = {
  validation: ["none", ...VALIDATION_STATES],
  run: ["none", ...RUN_PHASES],
} as const;
export type Subject = keyof typeof SUBJECTS;

export class Coverage {
  /** How often, by `subject state fact`. */
  readonly pairs = new Map<string, number>();

  heard(before: State, fact: Fact): void {
    this.#count("validation", validationsFor(before, fact), fact.type);
    this.#count("run", runsFor(before, fact), fact.type);
  }

  #count(subject: Subject, states: readonly string[], type: Fact["type"]): void {
    for (const state of states.length === 0 ? ["none"] : new Set(states)) {
      const pair = `${subject} ${state} ${type}`;
      this.pairs.set(pair, (this.pairs.get(pair) ?? 0) + 1);
    }
  }

  add(pairs: Iterable<readonly [string, number]>): void {
    for (const [pair, times] of pairs) this.pairs.set(pair, (this.pairs.get(pair) ?? 0) + times);
  }

  /** How many pairs there are of a subject, and those that were never reached. */
  of(subject: Subject): { all: number; reached: number; never: string[] } {
    const all = SUBJECTS[subject].flatMap((state) => FACT_TYPES.map((type) => ({ state, type })));
    const missed = all.filter(({ state, type }) => !this.pairs.has(`${subject} ${state} ${type}`));
    return {
      all: all.length,
      reached: all.length - missed.length,
      never: missed.map(({ state, type }) => `${state} + ${type}`),
    };
  }
}

/** States of the validations that a fact is about; of all, where it is about no particular one. */
function validationsFor(state: State, fact: Fact): string[] {
  if ("validation_id" in fact) return named(state.validations[fact.validation_id]?.state);
  const number = numberIn(fact);
  if (number !== null) {
    const pull = state.pulls[number];
    return named(pull === undefined ? undefined : latestOf(state, pull)?.state);
  }
  return Object.values(state.validations).map((validation) => validation.state);
}

function runsFor(state: State, fact: Fact): string[] {
  if ("run_id" in fact) return named(state.runs[fact.run_id]?.phase);
  const number = "validation_id" in fact ? state.validations[fact.validation_id]?.pr_number : numberIn(fact);
  if (number === null) return Object.values(state.runs).map((run) => run.phase);
  return Object.values(state.runs)
    .filter(({ pr_number }) => pr_number === number)
    .map((run) => run.phase);
}

function numberIn(fact: Fact): number | null {
  if (fact.type === "pull.observed") return fact.pull.number;
  if (fact.type === "run.asked") return fact.run.pr_number;
  return "pr_number" in fact && !("run_id" in fact) ? (fact.pr_number ?? null) : null;
}

function named(state: string | undefined): string[] {
  return state === undefined ? [] : [state];
}
