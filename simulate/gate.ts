/** How the steps of the gate end in random histories: as they like, and as the changes in them deserve. */
import type { Outcome } from "../models/fact.ts";
import type { StepKind, ValidationOrder } from "../models/step.ts";
import type { Validation } from "../models/validation.ts";
import { type Dice, oneOf } from "./dice.ts";
import type { GitHub } from "./github.ts";

const PLANS: StepKind[][] = [
  ["snapshot", "test"],
  ["snapshot", "setup", "test"],
  ["snapshot", "setup", "test", "browse"],
  ["snapshot", "test", "browse"],
  ["snapshot", "test", "analyze"],
  ["snapshot", "analyze"],
];
const HOLD = { code: "risk_asks", message: "The risk is high" };

const BAD_CHANGE = ["failed", "failed", "timed_out", "errored"] as const;
const BAD_MACHINE = ["failed", "errored", "errored", "timed_out"] as const;

/** What was laid into a sandbox: a commit, and the tip of the base that it was merged with first. */
export type Laid = { sha: string; base: string | null };

export class Gate {
  readonly #github: GitHub;
  readonly #good: number;
  /** By validation and try. */
  readonly #laid = new Map<string, Laid>();
  /** By validation: what its last snapshot laid. */
  readonly #last = new Map<string, Laid>();
  calm = false;

  constructor(github: GitHub, steady: boolean) {
    this.#github = github;
    this.#good = steady ? 0.98 : 0.9;
  }

  laidBy(validation_id: string, nth: number): Laid | null {
    return this.#laid.get(`${validation_id} ${nth}`) ?? null;
  }

  laidLast(validation_id: string): Laid | null {
    return this.#last.get(validation_id) ?? null;
  }

  #lay({ validation_id, try: nth }: ValidationOrder, laid: Laid): void {
    this.#laid.set(`${validation_id} ${nth}`, laid);
    this.#last.set(validation_id, laid);
  }

  /** @param up_to_date the result of the merge with the base is tested */
  outcomeOf(order: ValidationOrder, row: Validation, up_to_date: boolean, dice: Dice): Outcome {
    const { kind } = order;
    if (kind === "snapshot") return this.#snapshot(order, row, up_to_date, dice);
    const laid = this.laidBy(order.validation_id, order.try);
    const broken = laid !== null && !this.#github.commits.isGreen(laid.sha);
    // The judge has the last word where no tests are required.
    if ((kind === "test" || kind === "judge") && broken) {
      return { state: "failed", reason: { code: "command_failed", message: "They only break together" } };
    }
    return this.#end(kind, row, dice);
  }

  #snapshot(order: ValidationOrder, row: Validation, up_to_date: boolean, dice: Dice): Outcome {
    const ended = this.#end("snapshot", row, dice);
    const pull = this.#github.find(row.pr_number);
    if (ended.state !== "passed" || pull === undefined) return ended;
    const { mergeable, merge_commit_sha } = this.#github.testMerge(pull);
    const base = this.#github.tip(pull.base_ref);
    if (!up_to_date) {
      this.#lay(order, { sha: row.head_sha, base: null });
      return ended;
    }
    const current = pull.head_sha === row.head_sha && pull.base_ref === row.base_ref;
    if (!current || mergeable !== true || merge_commit_sha === null) {
      const reason = { code: mergeable === false ? "conflicts" : "head_moved", message: "Cannot be merged" };
      return { state: mergeable === false ? "failed" : "errored", reason };
    }
    this.#lay(order, { sha: merge_commit_sha, base });
    return { ...ended, tested_base_sha: base };
  }

  /** The end of any step, whatever lies in its sandbox. */
  strayOf(kind: StepKind, row: Validation, dice: Dice): Outcome {
    return this.#end(kind, row, dice);
  }

  #end(kind: StepKind, { agent_run_id }: Validation, dice: Dice): Outcome {
    const tested = agent_run_id !== null && (kind === "setup" || kind === "test");
    const good = this.calm ? 0.95 : tested ? 0.6 : this.#good;
    if (dice() > good) {
      const state = oneOf(dice, tested ? BAD_CHANGE : BAD_MACHINE);
      return { state, reason: { code: state, message: state } };
    }
    const passed: Outcome = { state: "passed", reason: null };
    if (kind === "report") return { ...passed, check_run_id: 1 };
    if (kind === "analyze") return { ...passed, risk: { score: 50, level: "high" } };
    if (kind === "judge") return { ...passed, hold: dice() < 0.15 ? HOLD : null, ...this.#flaky(dice) };
    if (kind !== "snapshot") return dice() < 0.1 ? { ...passed, required: oneOf(dice, PLANS) } : passed;
    // A snapshot that does not say what must run, or says nothing must.
    if (dice() < 0.04) return dice() < 0.5 ? passed : { ...passed, required: [] };
    return { ...passed, required: oneOf(dice, PLANS), analyze: dice() < 0.6 };
  }

  #flaky(dice: Dice): Pick<Outcome, "flaky"> {
    if (dice() > 0.12) return {};
    return { flaky: { tests: ["milk is sold"], quarantined: dice() < 0.3 } };
  }
}
