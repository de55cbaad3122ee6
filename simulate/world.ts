/**
 * A small world around decide(): a GitHub whose pull requests change at any moment, queues that deliver late,
 * twice, in any order or never, an object and visits that die, steps that end as they like, and people who ask for things.
 */
import type { Fact } from "../models/fact.ts";
import type { Pull } from "../models/pull.ts";
import type { StepOrder } from "../models/step.ts";
import type { Validation } from "../models/validation.ts";
import { Agents } from "./agents.ts";
import { Coverage } from "./coverage.ts";
import { type Dice, diceOf } from "./dice.ts";
import { GitHub } from "./github.ts";
import { History, lineOf } from "./history.ts";
import { Invariants } from "./invariants.ts";
import { ProjectObject } from "./object.ts";
import { Post } from "./post.ts";
import type { Action, Setup } from "./script.ts";
import { Steps } from "./steps.ts";

/** What an owner set, as the row of D1 has it: steps read it. */
export type Wishes = { auto_merge: boolean; validation: boolean; paused: boolean; dry_run: boolean };

export class World {
  readonly setup: Setup;
  readonly history = new History();
  readonly coverage = new Coverage();
  readonly invariants: Invariants;
  readonly github: GitHub;
  readonly agents: Agents;
  readonly steps: Steps;
  readonly post = new Post();
  readonly object: ProjectObject;
  /** Rows of D1, which may be behind the object. */
  readonly rows = new Map<string, Validation>();
  wishes: Wishes;
  now = 1_000_000;
  /** At the end the queues lose and repeat nothing, and nobody dies. */
  calm = false;
  counts = { facts: 0, orders: 0, crashes: 0, requests: 0, merges: 0 };
  #ids = 0;
  #dice: Dice = diceOf(0);

  constructor(setup: Setup) {
    this.setup = setup;
    this.wishes = { auto_merge: true, validation: true, paused: false, dry_run: setup.dry_run };
    this.github = new GitHub(setup, (line) => this.history.add(line));
    this.invariants = new Invariants(this);
    this.agents = new Agents(this.github, (pr_number, dice) => this.rumour(pr_number, dice));
    this.steps = new Steps(this);
    this.object = new ProjectObject({
      decided: (before, fact, decision, now) => {
        this.counts.facts += 1;
        this.coverage.heard(before, fact);
        this.history.add(() => lineOf(fact, decision.steps, null));
        this.invariants.check(before, fact, decision, now);
      },
      passed: (fact, why) => {
        this.coverage.heard(this.object.state, fact);
        this.history.add(() => lineOf(fact, [], why));
      },
      send: (order) => this.#sent(order),
      save: (row) => void this.rows.set(row.id, row),
      same: (fact, part, whole) => this.invariants.same(fact, part, whole),
      crash: () => this.dies(0.002),
    });
    this.setWishes({});
    for (const { number } of this.github.pulls) this.hint(number);
  }

  get state() {
    return this.object.state;
  }

  /** A name that nothing else has. */
  name(what: string): string {
    return `${what} ${++this.#ids}`;
  }

  /** What happens now is thrown from these dice. */
  begin({ seed }: Pick<Action, "seed">): Dice {
    this.#dice = diceOf(seed);
    this.pass(1);
    return this.#dice;
  }

  pass(ms: number): void {
    this.now += ms;
    this.github.now = this.now;
    this.history.now = this.now;
  }

  /** Whether something goes wrong outside, at this chance of a very faulty world. */
  fails(chance: number, dice: Dice = this.#dice): boolean {
    return !this.calm && this.setup.faults > 0 && dice() < chance * this.setup.faults;
  }

  dies(chance: number): boolean {
    const dead = this.fails(chance);
    if (dead) {
      this.counts.crashes += 1;
      this.history.add(() => "crash");
    }
    return dead;
  }

  #sent(order: StepOrder): void {
    this.counts.orders += 1;
    const delay_s = "delay_s" in order ? order.delay_s : 0;
    this.invariants.sent(order);
    this.post.put({ order, at: this.now + delay_s * 1_000 });
  }

  /** @returns false when the object died, and whoever told it tells it again later */
  tell(fact: Fact): boolean {
    const told = this.object.tell(fact, this.now);
    if (!told) this.post.put({ fact, at: this.now });
    return told;
  }

  /** Told now, or much later. */
  tellSoon(fact: Fact, dice: Dice): void {
    if (this.calm || dice() < 0.5) this.tell(fact);
    else this.post.put({ fact, at: this.now });
  }

  setWishes(changes: Partial<Wishes>): void {
    this.wishes = { ...this.wishes, ...changes };
    const { auto_merge, validation, paused } = this.wishes;
    // The row of D1 says when; told in another order, the later one counts.
    const at = this.now;
    this.tell({ type: "project.set", id: this.name("set"), auto_merge, validation, paused, at });
  }

  change(pull: Pull, changes: Partial<Pull>, dice: Dice): void {
    if (this.github.change(pull, changes)) this.rumour(pull.number, dice);
  }

  /** Webhooks get lost. */
  rumour(pr_number: number, dice: Dice): void {
    if (this.calm || dice() < 0.85) this.hint(pr_number);
  }

  hint(pr_number: number): void {
    const delivery_id = this.name("delivery");
    const order = { kind: "observe" as const, id: delivery_id, delivery_id, project_id: null, pr_number };
    this.post.put({ order, at: this.now });
  }

  /** From now on nothing goes wrong, and what GitHub was still at is done. */
  calmDown(): void {
    this.calm = true;
    this.agents.calm = true;
    this.github.calm = true;
    this.steps.gate.calm = true;
    this.steps.merging.checks.calm = true;
    for (const pull of this.github.pulls) if (this.github.halfway.has(pull.number)) this.github.land(pull);
    if (this.wishes.paused) this.setWishes({ paused: false });
  }

  /** The clock goes to where the alarm rings. */
  ring(): boolean {
    const { alarm } = this.object;
    if (alarm === null) return false;
    if (alarm > this.now) this.pass(alarm - this.now);
    this.object.ring(this.now);
    return true;
  }
}
