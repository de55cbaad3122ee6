/** What many histories add up to. */
import { Coverage } from "./coverage.ts";
import { WRONGS, type Wrong } from "./must.ts";
import type { Played } from "./play.ts";

export type Failed = { seed: number; wrong: Wrong; violation: string };

/** As it travels between threads. */
export type Tally = {
  runs: number;
  /** Facts that were heard, orders that were sent, crashes, requests to merge, and merges. */
  counts: Record<"facts" | "orders" | "crashes" | "requests" | "merges", number>;
  wrongs: Record<Wrong, number>;
  failed: Failed[];
  coverage: Coverage["counts"];
};

/** Seeds that are remembered; all are counted. */
const MOST_FAILED = 50;

export class Sum {
  runs = 0;
  readonly counts = { facts: 0, orders: 0, crashes: 0, requests: 0, merges: 0 };
  readonly wrongs = Object.fromEntries(WRONGS.map((wrong) => [wrong, 0])) as Record<Wrong, number>;
  readonly coverage = new Coverage();
  failed: Failed[] = [];

  play(seed: number, { world, failure }: Played): void {
    this.runs += 1;
    for (const key of Object.keys(this.counts) as (keyof typeof this.counts)[])
      this.counts[key] += world.counts[key];
    this.coverage.add(world.coverage.counts);
    if (failure === null) return;
    const { wrong, violation } = failure;
    this.wrongs[wrong] += 1;
    this.#remember([{ seed, wrong, violation }]);
  }

  add(tally: Tally): void {
    this.runs += tally.runs;
    for (const key of Object.keys(this.counts) as (keyof typeof this.counts)[])
      this.counts[key] += tally.counts[key];
    for (const wrong of WRONGS) this.wrongs[wrong] += tally.wrongs[wrong];
    this.coverage.add(tally.coverage);
    this.#remember(tally.failed);
  }

  #remember(failed: readonly Failed[]): void {
    this.failed = [...this.failed, ...failed]
      .sort((one, other) => one.seed - other.seed)
      .slice(0, MOST_FAILED);
  }

  /** How many histories violated something. */
  get bad(): number {
    return WRONGS.reduce((sum, wrong) => sum + this.wrongs[wrong], 0);
  }

  toTally(): Tally {
    const { runs, counts, wrongs, failed } = this;
    return { runs, counts, wrongs, failed, coverage: this.coverage.counts };
  }
}
