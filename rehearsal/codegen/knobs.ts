/** What can go wrong at Codegen, on demand. A number of requests counts down to zero by itself. */
export type Knobs = {
  /** Looks at which a run is still at work, however quick its brain was. */
  looks: number;
  /** True: no run ends. */
  endless: boolean;
  /** What the next looks at runs read in place of the status, first one first; null: no status at all. */
  words: (string | null)[];
  /** True: answers lack the list of pull requests. */
  hidePulls: boolean;
  /** How many more runs the plan allows. */
  runsLeft: number;
  /** Refuses the next so many requests with 429. */
  busy: number;
  /** Seconds that a 429 tells to wait, which no document promises; null: it does not say. */
  retryAfterS: number | null;
  /** Answers the next so many requests with a gateway's 502 page; nothing happens. */
  down: number;
  /** Lets the next so many creations take effect and answers 500 all the same. */
  lost: number;
};

export function createKnobs(): Knobs {
  return {
    looks: 1,
    endless: false,
    words: [],
    hidePulls: false,
    runsLeft: Number.POSITIVE_INFINITY,
    busy: 0,
    retryAfterS: null,
    down: 0,
    lost: 0,
  };
}

/** Uses one of a number that counts down; false when none was left. */
export function spend(knobs: Knobs, name: "busy" | "down" | "lost" | "runsLeft"): boolean {
  if (knobs[name] <= 0) return false;
  knobs[name] -= 1;
  return true;
}
