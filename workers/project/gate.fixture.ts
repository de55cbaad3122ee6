/** How the steps of the gate end in random histories: as they like. */
import type { Outcome } from "../../models/fact.ts";
import type { StepKind, ValidationOrder } from "../../models/step.ts";
import type { Validation } from "../../models/validation.ts";
import { type Dice, oneOf } from "./dice.fixture.ts";
import type { GitHub } from "./github.fixture.ts";

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

export class Gate {
  readonly #github: GitHub;
  readonly #merged: (validation_id: string, sha: string) => void;
  readonly #outcomes = new Map<string, Outcome>();
  calm = false;

  constructor(github: GitHub, merged: (validation_id: string, sha: string) => void) {
    this.#github = github;
    this.#merged = merged;
  }

  /** A step that is carried out twice ends as it ended the first time, as the table of steps has it. */
  carryOut({ id, kind }: ValidationOrder, dice: Dice, validation: Validation): Outcome {
    const known = this.#outcomes.get(id);
    const outcome =
      known ??
      (kind === "merge"
        ? this.#merge(validation, dice)
        : this.outcomeOf(kind, dice, validation.agent_run_id !== null));
    this.#outcomes.set(id, outcome);
    return outcome;
  }

  /** @param written by an agent: it fails more often, so that there is something to repair */
  outcomeOf(kind: StepKind, dice: Dice, written = false): Outcome {
    const tested = written && (kind === "setup" || kind === "test");
    const good = this.calm ? 0.95 : tested ? 0.6 : 0.85;
    if (dice() > good) {
      const state = oneOf(dice, tested ? BAD_CHANGE : BAD_MACHINE);
      return { state, reason: { code: state, message: state } };
    }
    const passed: Outcome = { state: "passed", reason: null };
    if (kind === "report") return { ...passed, check_run_id: 1 };
    if (kind === "analyze") return { ...passed, risk: { score: 50, level: "high" } };
    if (kind === "judge") return { ...passed, hold: dice() < 0.3 ? HOLD : null };
    if (kind !== "snapshot") return dice() < 0.1 ? { ...passed, required: oneOf(dice, PLANS) } : passed;
    // A snapshot that does not say what must run, or says nothing must.
    if (dice() < 0.05) return dice() < 0.5 ? passed : { ...passed, required: [] };
    return { ...passed, required: oneOf(dice, PLANS), analyze: dice() < 0.6 };
  }

  /** GitHub merges what it is asked to if the head still is the one that was named, and may not say so. */
  #merge({ id, head_sha, pr_number }: Validation, dice: Dice): Outcome {
    const pull = this.#github.find(pr_number);
    const reason = { code: "merge", message: "not merged" };
    const refuse = (state: "blocked" | "rejected" | "unknown", again_s: number | null): Outcome => ({
      state: "failed",
      reason,
      merge: { state, reasons: [reason], commit_sha: null, again_s },
    });
    if (pull === undefined || pull.state === "closed" || pull.head_sha !== head_sha)
      return refuse("rejected", null);
    const thrown = dice();
    if (thrown < 0.25) return refuse("blocked", this.calm ? 3_600 : 60);
    if (thrown < 0.35) return refuse("blocked", null);
    if (thrown < 0.4) return refuse("unknown", null);
    this.#merged(id, pull.head_sha);
    this.#github.merge(pull);
    if (thrown < 0.45) return refuse("unknown", null);
    if (thrown < 0.5) return { state: "errored", reason };
    return {
      state: "passed",
      reason: null,
      merge: { state: "merged", reasons: [], commit_sha: "f", again_s: null },
    };
  }
}
