/** Which facts were heard in which states. */
import { type Fact, Fact as FactSchema } from "../models/fact.ts";
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

type Counts = Record<Subject, number[]>;
const places = (list: readonly string[]) => new Map(list.map((one, at) => [one, at]));
const STATE_AT = { validation: places(SUBJECTS.validation), run: places(SUBJECTS.run) };
const FACT_AT = places(FACT_TYPES);

export class Coverage {
  /** How often, by subject; a state's row holds one number a fact. */
  readonly counts: Counts = {
    validation: SUBJECTS.validation.flatMap(() => FACT_TYPES.map(() => 0)),
    run: SUBJECTS.run.flatMap(() => FACT_TYPES.map(() => 0)),
  };

  heard(before: State, fact: Fact): void {
    this.#count("validation", validationsFor(before, fact), fact.type);
    this.#count("run", runsFor(before, fact), fact.type);
  }

  #count(subject: Subject, states: readonly string[], type: Fact["type"]): void {
    for (const state of states.length === 0 ? ["none"] : states) {
      const at = (STATE_AT[subject].get(state) ?? 0) * FACT_TYPES.length + (FACT_AT.get(type) ?? 0);
      this.counts[subject][at] = (this.counts[subject][at] ?? 0) + 1;
    }
  }

  add(counts: Counts): void {
    for (const subject of Object.keys(SUBJECTS) as Subject[]) {
      const mine = this.counts[subject];
      for (const [at, times] of counts[subject].entries()) mine[at] = (mine[at] ?? 0) + times;
    }
  }

  /** Facts that were heard in some state. */
  facts(): Fact["type"][] {
    const { validation } = this.counts;
    return FACT_TYPES.filter((_, fact) =>
      SUBJECTS.validation.some((_, state) => (validation[state * FACT_TYPES.length + fact] ?? 0) > 0),
    );
  }

  /** How many pairs there are of a subject, and those that were never reached. */
  of(subject: Subject): { all: number; reached: number; never: string[] } {
    const counts = this.counts[subject];
    const never = SUBJECTS[subject].flatMap((state, row) =>
      FACT_TYPES.flatMap((type, at) =>
        counts[row * FACT_TYPES.length + at] === 0 ? [`${state} + ${type}`] : [],
      ),
    );
    return { all: counts.length, reached: counts.length - never.length, never };
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
