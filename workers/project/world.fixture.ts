/**
 * A small world around decide(): a GitHub whose pull requests change at any moment, queues that deliver late,
 * twice, in any order or never, steps that end as they like, and people who ask for things.
 */
import type { Fact, Outcome } from "../../models/fact.ts";
import type { Pull } from "../../models/pull.ts";
import type { StepOrder, ValidationOrder } from "../../models/step.ts";
import { Agents, type Begun, buried } from "./agents.fixture.ts";
import { PROJECT, partFor } from "./decide.fixture.ts";
import { decide } from "./decide.ts";
import { type Action, type ActionName, type Dice, diceOf, oftenOf, oneOf } from "./dice.fixture.ts";
import { Gate } from "./gate.fixture.ts";
import { GitHub } from "./github.fixture.ts";
import { Invariants } from "./invariants.fixture.ts";
import { Violation } from "./must.fixture.ts";
import { answerOf, askOf, startOf, strayOf } from "./people.fixture.ts";
import { followRuns } from "./run-follow.ts";
import { EMPTY, nextDue, type State } from "./state.ts";

type Mail = { order: StepOrder } | { fact: Fact } | { begun: Begun };

export class World {
  /** What happened, put into words only when somebody asks. */
  readonly #history: (() => string)[] = [];
  readonly #invariants = new Invariants();
  readonly #github = new GitHub((line) => this.#history.push(() => line));
  readonly #agents = new Agents(this.#github, (pr_number, dice) => this.#rumour(pr_number, dice));
  readonly #gate = new Gate(this.#github, (id, sha) => this.#invariants.merged(id, sha));
  readonly #heard = new Set<string>();
  #state: State = EMPTY;
  #mail: Mail[] = [];
  #now = 1_000_000;
  #facts = 0;
  /** At the end the queues lose and repeat nothing. */
  #calm = false;

  constructor() {
    this.#tell({ type: "project.set", id: "set", auto_merge: true, validation: true });
    for (const { number } of this.#github.pulls) this.#hint(number);
  }

  get history(): string[] {
    return this.#history.map((line) => line());
  }

  act({ name, seed }: Action): void {
    const dice = diceOf(seed);
    this.#now += 1;
    this.#do(name, dice);
  }

  #do(name: ActionName, dice: Dice): void {
    const pull = oneOf(dice, this.#github.pulls);
    const id = `${name} ${++this.#facts}`;
    switch (name) {
      case "deliver":
        if (this.#mail.length > 0) this.#deliver(Math.floor(dice() * this.#mail.length), dice);
        break;
      case "wait":
        this.#now += Math.floor(dice() * 60_000);
        break;
      case "due":
        this.#passTime();
        break;
      case "push":
        if (this.#github.pushByHand(pull, dice)) this.#rumour(pull.number, dice);
        break;
      case "close":
        this.#change(pull, { state: pull.state === "open" ? "closed" : "open" }, dice);
        break;
      case "draft":
        this.#change(pull, { draft: !pull.draft }, dice);
        break;
      case "base":
        this.#change(pull, { base_ref: oneOf(dice, ["main", "next"]) }, dice);
        break;
      case "fork":
        this.#change(pull, { head_repo_id: oneOf(dice, [1, 1, 2, null]) }, dice);
        break;
      case "mergedByOther":
        this.#change(pull, { state: "closed", merged: true }, dice);
        break;
      case "hint":
        this.#hint(pull.number);
        break;
      case "vanish":
        this.#github.vanished.add(pull.number);
        this.#hint(pull.number);
        break;
      case "settings":
        this.#tell({ type: "project.set", id, auto_merge: dice() < 0.7, validation: dice() < 0.8 });
        break;
      case "remove":
        this.#tell({ type: "project.removed", id });
        break;
      case "retry":
      case "cancel": {
        const validation_id = oneOf(dice, [...Object.keys(this.#state.validations), "unknown"]);
        this.#tell({ type: `${name}.asked`, id, validation_id });
        break;
      }
      case "approve": {
        const all = [...Object.keys(this.#state.validations), "unknown"];
        const asks = (one: string) => this.#state.validations[one]?.hold != null;
        this.#tell({ type: "approve.asked", id, validation_id: oftenOf(dice, all, asks), by: "owner" });
        break;
      }
      case "stray":
        this.#stray(id, dice);
        break;
      default:
        this.#aboutRuns(name, id, dice);
    }
  }

  #aboutRuns(name: "run" | "answer" | "runRetry" | "runStop" | "strayRun", id: string, dice: Dice): void {
    const numbers = this.#github.pulls.map(({ number }) => number);
    const facts = {
      run: () => startOf(id, dice, this.#now, numbers),
      answer: () => answerOf(id, dice, this.#state),
      runRetry: () => askOf("run.retry.asked", id, dice, this.#state),
      runStop: () => askOf("run.stop.asked", id, dice, this.#state),
      strayRun: () => strayOf(id, dice, this.#state),
    };
    const fact = facts[name]();
    if (fact !== null) this.#tell(fact);
  }

  /** The end of a step that nobody waits for: of another try, another kind, or long over. */
  #stray(id: string, dice: Dice): void {
    const known = Object.values(this.#state.validations);
    if (known.length === 0) return;
    const validation = oneOf(dice, known);
    const kind = oneOf(dice, [
      "snapshot",
      "setup",
      "test",
      "browse",
      "analyze",
      "judge",
      "release",
      "merge",
    ] as const);
    const nth = 1 + Math.floor(dice() * 3);
    const { current, merge_tries, analyzing } = validation;
    if (current?.kind === kind && current.try === nth) return;
    if (kind === "merge" && merge_tries === nth) return;
    if (kind === "analyze" && analyzing === nth) return;
    const outcome = this.#gate.outcomeOf(kind, dice);
    this.#tell({ type: "step.ended", id, validation_id: validation.id, kind, try: nth, outcome });
  }

  #change(pull: Pull, changes: Partial<Pull>, dice: Dice): void {
    if (this.#github.change(pull, changes)) this.#rumour(pull.number, dice);
  }

  /** Webhooks get lost. */
  #rumour(pr_number: number, dice: Dice): void {
    if (dice() < 0.85) this.#hint(pr_number);
  }

  #hint(pr_number: number): void {
    const delivery_id = `delivery ${++this.#facts}`;
    this.#mail.push({
      order: { kind: "observe", id: delivery_id, delivery_id, project_id: null, pr_number },
    });
  }

  #deliver(index: number, dice: Dice): void {
    const mail = this.#mail[index];
    if (mail === undefined) return;
    const again = !this.#calm && dice() < 0.1;
    if (!again) this.#mail.splice(index, 1);
    if ("fact" in mail) {
      this.#tell(mail.fact);
      return;
    }
    if ("begun" in mail) {
      this.#finish(mail.begun, dice);
      return;
    }
    const { order } = mail;
    if (order.kind === "observe") this.#read(order, dice);
    else if (!this.#calm && dice() < 0.04) {
      if (!again) this.#history.push(() => `lost: ${order.id}`);
    } else if ("run_id" in order) {
      const begun = this.#agents.begin(order, this.#state);
      if (begun === null) return;
      // What the run was when the step began may not be so any more when it acts.
      if (this.#calm || dice() < 0.5) this.#finish(begun, dice);
      else this.#mail.push({ begun });
    } else this.#carryOut(order, dice);
  }

  #finish(begun: Begun, dice: Dice): void {
    this.#soon(this.#agents.finish(begun, dice, this.#now), dice);
    if (!this.#calm && dice() < 0.03) this.#mail.push({ fact: buried(begun.order) });
  }

  /** Told now, or much later. */
  #soon(fact: Fact, dice: Dice): void {
    if (this.#calm || dice() < 0.5) this.#tell(fact);
    else this.#mail.push({ fact });
  }

  /** The read is made now; what it saw may be told much later. */
  #read(order: Extract<StepOrder, { kind: "observe" }>, dice: Dice): void {
    const live = this.#github.find(order.pr_number);
    if (live === undefined) return;
    const id = `${order.id}.${live.number}.${this.#now}`;
    const fact: Fact = this.#github.vanished.has(live.number)
      ? { type: "pull.gone", id, pr_number: live.number }
      : {
          type: "pull.observed",
          id,
          pull: { ...live, read_at: this.#now },
          delivery_id: order.delivery_id,
        };
    this.#soon(fact, dice);
  }

  /** A step that is carried out twice ends as it ended the first time, as the table of steps has it. */
  #carryOut(order: ValidationOrder, dice: Dice): void {
    const { id, kind, validation_id } = order;
    const outcome = this.#gate.carryOut(order, dice, this.#invariants.known(validation_id));
    const fact: Fact = {
      type: "step.ended",
      id: `${id}.ended`,
      validation_id,
      kind,
      try: order.try,
      outcome,
    };
    this.#soon(fact, dice);
    // A message whose visits failed is buried although one of them got through.
    if (!this.#calm && dice() < 0.03) {
      const dead: Outcome = { state: "errored", reason: { code: "given_up", message: "given up" } };
      this.#mail.push({ fact: { ...fact, id: `${id}.dead`, outcome: dead } });
    }
  }

  #passTime(): void {
    const due = nextDue(this.#state);
    if (due === null) return;
    this.#now = Math.max(this.#now, due);
    this.#tell({ type: "time.passed", id: `time ${++this.#facts}` });
  }

  #tell(fact: Fact): void {
    if (this.#heard.has(fact.id)) return;
    const before = this.#state;
    const decision = decide(PROJECT, partFor(before, fact), fact, this.#now);
    this.#invariants.same(decision, decide(PROJECT, before, fact, this.#now));
    const at = this.#now;
    this.#history.push(() => lineOf(at, fact, decision.steps, decision.refused?.code));
    if (decision.refused !== undefined) return;
    this.#heard.add(fact.id);
    this.#state = { ...decision.state, pulls: { ...before.pulls, ...decision.state.pulls } };
    this.#mail.push(...decision.steps.map((order) => ({ order })));
    this.#invariants.settled(followRuns(this.#state, this.#now));
    this.#invariants.check(before, fact, { ...decision, state: this.#state }, this.#now);
  }

  /** Delivers all, lets time pass, looks at GitHub once more, and says whether everything came to its end. */
  rest(): void {
    this.#calm = true;
    this.#agents.calm = true;
    this.#gate.calm = true;
    const dice = diceOf(1);
    let looked = false;
    for (let turns = 0; turns < 5_000; turns++) {
      this.#now += 1;
      if (this.#mail.length > 0) this.#deliver(0, dice);
      else if (nextDue(this.#state) !== null) this.#passTime();
      else if (!looked) {
        looked = true;
        for (const { number } of this.#github.pulls) this.#hint(number);
      } else {
        this.#invariants.atRest(this.#state, this.#github.there(), this.#github.merged());
        return;
      }
    }
    throw new Violation("the world never comes to rest");
  }
}

function lineOf(now: number, fact: Fact, steps: readonly StepOrder[], refused: string | undefined): string {
  const { type, id: _, ...rest } = fact;
  const about =
    "pull" in rest
      ? `#${rest.pull.number} ${rest.pull.state}${rest.pull.draft ? " draft" : ""} ${rest.pull.head_sha.slice(0, 16)} onto ${rest.pull.base_ref}, read at ${rest.pull.read_at}`
      : JSON.stringify(rest);
  const then = steps.map((step) => step.id).join(", ");
  return `${now} ${type} ${about} -> ${refused ?? then}`;
}
