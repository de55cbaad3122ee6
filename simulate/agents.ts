/** What becomes of the steps of runs in random histories: agents that end as they like, pushes that race with people. */
import type { Fact, RunOutcome } from "../models/fact.ts";
import type { Run } from "../models/run.ts";
import type { RunOrder } from "../models/step.ts";
import type { State } from "../workers/project/state.ts";
import { type Dice, oneOf } from "./dice.ts";
import type { GitHub } from "./github.ts";

/** A step of a run whose effect is still to come: it was begun for the run as it was then. */
export type Begun = { order: RunOrder; run: Run };

/** After this long a vendor lists a pull request that it opened, in ms. */
const LISTED_MS = 15_000;

type Ended = Extract<Fact, { type: "run.step.ended" }>;

const BAD = ["failed", "errored", "errored", "timed_out"] as const;
/** Few, so that the same failure comes again. */
const FINGERPRINTS = ["f1", "f2", "f3"];

export class Agents {
  readonly #github: GitHub;
  /** Somebody may hear that a pull request changed. */
  readonly #changed: (pr_number: number, dice: Dice) => void;
  /** Every end, by turn or order: what is done twice ends as it ended first. */
  readonly #outcomes = new Map<string, RunOutcome>();
  readonly #spent = new Map<string, number>();
  readonly #tidied = new Set<string>();
  /** Pull requests that a vendor opened, by run, with the moment. */
  readonly #opened = new Map<string, { number: number; at: number }>();
  #commits = 0;
  calm = false;

  constructor(github: GitHub, changed: (pr_number: number, dice: Dice) => void) {
    this.#github = github;
    this.#changed = changed;
  }

  /** An order is looked into; null when nobody waits for it any more. */
  begin(order: RunOrder, state: State): Begun | null {
    const run = state.runs[order.run_id];
    if (order.kind === "tidy") this.#tidied.add(placeOf(order));
    if (run === undefined || order.kind === "tidy" || order.kind === "summarize") return null;
    return run.current?.kind === order.kind && run.current.nth === order.nth ? { order, run } : null;
  }

  /** Its effect happens now, and this is what is told of it. */
  finish({ order, run }: Begun, dice: Dice, now: number): Fact {
    const place = placeOf(order);
    const known = this.#outcomes.get(place);
    const goesOn = order.kind === "turn" && known === undefined && dice() < (this.calm ? 0.2 : 0.5);
    if (goesOn) return this.#wait(order, run, dice, now);
    const outcome = known ?? { ...this.#end(order, run, dice, now), ...this.#bill(order, dice) };
    this.#outcomes.set(place, outcome);
    return endOf(order, outcome, `${place}.ended`);
  }

  #wait(order: RunOrder, run: Run, dice: Dice, now: number): Fact {
    const { id, run_id, nth, visit } = order;
    // A vendor lists what it opened a while ago.
    const opened = this.#opened.get(run_id);
    const listed = opened !== undefined && (now > opened.at + LISTED_MS || dice() < 0.5);
    // A vendor that pushes by itself does so at any moment of its turn.
    if (run.agent === "codegen" && dice() < 0.3) this.#pushByVendor(order, run, dice, now);
    const { spent } = this.#bill(order, dice);
    const again_s = Math.floor(dice() * 30);
    return {
      ...{ type: "turn.waits", id: `${id}.waits`, run_id, nth, visit, again_s, spent, vendor_ref: null },
      ...(listed && { pr_number: opened.number }),
    };
  }

  #bill(order: RunOrder, dice: Dice) {
    const place = placeOf(order);
    const cost_usd = (this.#spent.get(place) ?? 0) + Math.round(dice() * 100) / 100;
    this.#spent.set(place, cost_usd);
    return { spent: { cost_usd, tokens: Math.round(cost_usd * 1_000), agent_ms: 1_000 } };
  }

  #end(order: RunOrder, run: Run, dice: Dice, now: number): RunOutcome {
    const bad = dice() > (this.calm ? 0.95 : 0.85) ? oneOf(dice, BAD) : null;
    const reason = bad === null ? null : { code: `was_${bad}`, message: `it was ${bad}` };
    if (bad !== null && order.kind !== "push") return { state: bad, reason };
    switch (order.kind) {
      case "turn":
        return this.#turn(order, run, dice, now);
      case "push":
        return this.#push(run, dice);
      default:
        return { state: "passed", reason: null, fingerprint: oneOf(dice, FINGERPRINTS) };
    }
  }

  #turn(order: RunOrder, run: Run, dice: Dice, now: number): RunOutcome {
    const done = { state: "passed" as const, reason: null };
    const { purpose } = run.current ?? {};
    if (run.agent === "codegen" && (purpose !== "plan" || dice() < 0.1)) {
      const pull = dice() < 0.9 ? this.#pushByVendor(order, run, dice, now) : null;
      return pull === null ? done : { ...done, pr_number: pull.number, head_sha: pull.head_sha };
    }
    if (purpose === "plan") return dice() < 0.05 ? done : { ...done, plan: `Plan ${order.nth}` };
    return { ...done, commit_sha: dice() < 0.1 ? null : this.#commit() };
  }

  /** As the step does it: never by force, from where the run left the branch. The answer may get lost. */
  #push({ heads, branch, pr_number }: Run, dice: Dice): RunOutcome {
    const lost = { state: "errored" as const, reason: { code: "lost", message: "the answer was lost" } };
    const to = heads.at(-1);
    if (to === undefined || branch === null)
      throw new Error("Cannot push: the run has no commit or no branch");
    if (dice() < 0.08) return lost;
    if (!this.#github.push(branch, to, heads.at(-2) ?? null)) {
      return { state: "failed", reason: { code: "human_push", message: "the branch is somewhere else" } };
    }
    if (pr_number === null && dice() < 0.05) return lost;
    const pull = this.#github.find(pr_number) ?? this.#github.open(branch);
    this.#changed(pull.number, dice);
    if (dice() < 0.1) return lost;
    return { state: "passed", reason: null, pr_number: pull.number, head_sha: to };
  }

  #pushByVendor(order: RunOrder, run: Run, dice: Dice, now: number) {
    const branch = this.#github.find(run.pr_number)?.head_ref ?? `codegen/${run.id}`;
    const there = this.#github.pulls.find((one) => one.head_ref === branch);
    if (this.#tidied.has(placeOf(order)) || there?.state === "closed") return null;
    // It builds on whatever is there.
    this.#github.push(branch, this.#commit(), there?.head_sha ?? null);
    const pull = this.#github.open(branch);
    if (!this.#opened.has(run.id)) this.#opened.set(run.id, { number: pull.number, at: now });
    this.#changed(pull.number, dice);
    return pull;
  }

  #commit(): string {
    return `9${String(++this.#commits).padStart(8, "0")}`.padEnd(40, "9");
  }
}

/** A turn is one place, however often it is looked at. */
function placeOf({ run_id, kind, nth }: RunOrder): string {
  return `${run_id}.${kind === "tidy" ? "turn" : kind}.${nth}`;
}

/** A message whose visits failed is buried, although one of them may have got through. */
export function buried(order: RunOrder): Ended {
  return endOf(
    order,
    { state: "errored", reason: { code: "given_up", message: "given up" } },
    `${order.id}.dead`,
  );
}

function endOf({ run_id, kind, nth }: RunOrder, outcome: RunOutcome, id: string): Ended {
  return { type: "run.step.ended", id, run_id, kind, nth, outcome };
}
