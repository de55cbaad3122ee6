/**
 * The project's Durable Object as workers/project/object.ts has it, on a disk that outlives its crashes: fact, state and
 * what is owed are written at once, effects are sent afterwards one by one, and an alarm finishes what a crash left.
 */
import type { Fact } from "../models/fact.ts";
import type { StepOrder } from "../models/step.ts";
import type { Validation } from "../models/validation.ts";
import { PROJECT, partFor } from "../workers/project/decide.fixture.ts";
import { decide } from "../workers/project/decide.ts";
import type { Decision } from "../workers/project/decision.ts";
import { EMPTY, nextDue, type State } from "../workers/project/state.ts";
import { UNHEARD_MS, unheard } from "../workers/project/unheard.ts";

/** How long an effect that could not be sent waits for the next try, in ms: as the object has it. */
const RESEND_AFTER_MS = 3_000;

const TIME: Fact = { type: "time.passed", id: "time" };

type Owed = { step: StepOrder } | { row: Validation };

export type Outside = {
  /** A decision was written. */
  decided(before: State, fact: Fact, decision: Decision, now: number): void;
  /** Nothing was heard: it was refused, or was heard before. */
  passed(fact: Fact, why: string, now: number): void;
  send(order: StepOrder): void;
  /** The row of D1 that steps and people read. */
  save(row: Validation): void;
  /** Whether the object dies here. */
  crash(): boolean;
  /** A decision on a part of the state, and the same on the whole of it. */
  same(fact: Fact, part: Decision, whole: Decision): void;
};

/** Every so manieth decision is made once more on the whole state. */
const TWICE = 8;

export class ProjectObject {
  readonly #outside: Outside;
  readonly #heard = new Set<string>();
  readonly #outbox: Owed[] = [];
  #decisions = 0;
  state: State = EMPTY;
  /** The one alarm; null: none is set. */
  alarm: number | null = null;

  constructor(outside: Outside) {
    this.#outside = outside;
  }

  /** Effects that are written down and not sent yet. */
  owes(): number {
    return this.#outbox.length;
  }

  /** @returns false when the object died on the way: whoever told it does not know whether it was heard */
  tell(fact: Fact, now: number): boolean {
    if (this.#outside.crash()) return false;
    if (this.#heard.has(fact.id)) this.#outside.passed(fact, "heard before", now);
    else this.#decide(fact, now);
    return this.#send(now);
  }

  #decide(fact: Fact, now: number): void {
    const before = this.state;
    const decision = decide(PROJECT, partFor(before, fact), fact, now);
    if (++this.#decisions % TWICE === 0)
      this.#outside.same(fact, decision, decide(PROJECT, before, fact, now));
    if (decision.refused !== undefined) {
      this.#outside.passed(fact, decision.refused.code, now);
      return;
    }
    this.#heard.add(fact.id);
    // Only open pull requests are loaded: the others stay on the disk.
    this.state = { ...decision.state, pulls: { ...before.pulls, ...decision.state.pulls } };
    for (const row of Object.values(decision.state.validations)) {
      if (before.validations[row.id] !== row) this.#outbox.push({ row });
    }
    for (const step of decision.steps) this.#outbox.push({ step });
    this.#outside.decided(before, fact, { ...decision, state: this.state }, now);
  }

  /** Pays what is owed in the order in which it was decided. */
  #send(now: number): boolean {
    this.alarm = now + RESEND_AFTER_MS;
    for (let owed = this.#outbox[0]; owed !== undefined; owed = this.#outbox[0]) {
      if (this.#outside.crash()) return false;
      if ("row" in owed) this.#outside.save(owed.row);
      else this.#outside.send(owed.step);
      // Sent and not crossed out: it is sent once more.
      if (this.#outside.crash()) return false;
      this.#outbox.shift();
    }
    const due = this.#due();
    this.alarm = due === null ? null : Math.max(due, now + 100);
    return true;
  }

  /** Whoever watches the clock wakes it: it sends again what it has not heard of for long. */
  wake(now: number): void {
    if (!this.#send(now)) return;
    for (const step of unheard(PROJECT, partFor(this.state, TIME), now - UNHEARD_MS))
      this.#outside.send(step);
  }

  /** As the alarm sees it: with the open pull requests alone. */
  #due(): number | null {
    return nextDue(partFor(this.state, TIME));
  }

  /** The alarm rings; a crash leaves it set. */
  ring(now: number): void {
    const due = this.#due();
    if (due === null || due > now) this.#send(now);
    else if (!this.tell({ type: "time.passed", id: `time.${now}` }, now)) this.alarm = now + RESEND_AFTER_MS;
  }
}
