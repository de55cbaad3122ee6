/** One visit of the merge step: the step itself runs, and each of its calls is answered when the history says so. */

import type { Pull } from "../models/pull.ts";
import type { ValidationOrder } from "../models/step.ts";
import type { Validation } from "../models/validation.ts";
import type { MergeVisit } from "../workers/steps/merge-head.ts";
import type { Other } from "./checks.ts";
import type { Wishes } from "./world.ts";

/** What the step asked for and waits for. */
export type Call = {
  name: string;
  /** Makes its effect, if it has one, and gives its answer. */
  act: () => unknown;
  /** The answer of a call whose effect was made and that is slow to tell. */
  made: { answer: unknown } | null;
  resolve: (answer: unknown) => void;
  reject: (error: Error) => void;
};

export type End = { visit: MergeVisit } | { error: unknown };

export class Visit {
  readonly order: ValidationOrder;
  /** What the step was given as it began. */
  readonly row: Validation;
  readonly wishes: Wishes;
  readonly began_at: number;
  /** The how manieth visit of its order this is. */
  readonly nth: number;
  readonly calls: Call[] = [];
  /** The tip of the base as this visit saw it last; null: it did not look. */
  tip: string | null = null;
  /** What it was shown of the pull request last, whether it has the lane, and whether it wrote down that it asks. */
  read: Pull | null = null;
  lane = false;
  remembered = false;
  /** Checks of others as this visit saw them last. */
  others: readonly Other[] | null = null;
  end: End | null = null;
  #wake: () => void = () => {};

  constructor(order: ValidationOrder, row: Validation, wishes: Wishes, now: number, nth: number) {
    this.nth = nth;
    this.order = order;
    this.row = row;
    this.wishes = wishes;
    this.began_at = now;
  }

  /** A call of the step: it is answered later, or never. */
  call<T>(name: string, act: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.calls.push({ name, act, made: null, resolve: resolve as Call["resolve"], reject });
      this.#wake();
    });
  }

  run(step: Promise<MergeVisit>): void {
    step
      .then(
        (visit) => {
          this.end = { visit };
        },
        (error: unknown) => {
          this.end = { error };
        },
      )
      .then(() => this.#wake());
  }

  /** Until the step asks for something again, or ends. */
  async settle(): Promise<void> {
    if (this.calls.length === 0 && this.end === null)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    this.#wake = () => {};
  }
}
