/** Checks of others on a commit: they appear in waves after it was pushed, and some fail. */
import { type Dice, lotOf, oneOf } from "./dice.ts";

const NAMES = ["lint", "build"] as const;
const APP = 15_368;
/** The App that we are. */
const OURS = "1";
const OURS_BY_NAME = "Tidegate";

type Required = { name: string; app: number | null };
export type Other = { name: string; app: number | null; state: "passed" | "pending" | "failed" };

export class Checks {
  readonly #required = new Map<string, Required[]>();
  /** Whether there are any checks in this world. */
  readonly #busy: boolean;
  calm = false;

  constructor(busy: boolean) {
    this.#busy = busy;
  }

  /** Somebody changes the protection of a base. */
  require(base: string, dice: Dice): void {
    if (!this.#busy) return;
    const one = (name: string): Required => ({ name, app: oneOf(dice, [null, APP, 666]) });
    this.#required.set(base, dice() < 0.4 ? [] : dice() < 0.5 ? [one("lint")] : NAMES.map(one));
  }

  requiredOn(base: string): Required[] {
    const required = this.#required.get(base) ?? [];
    // In the end somebody corrects the App that nobody has.
    return this.calm ? required.filter(({ app }) => app !== 666) : required;
  }

  /** Sooner or later after a push, and seldom red; in the end all are there, and good. */
  on(sha: string, now: number): Other[] {
    if (!this.#busy) return [];
    const all = NAMES.map((name) => ({ name, app: APP, lot: lotOf(`${name} ${sha}`) }));
    if (this.calm) return all.map(({ name, app }) => ({ name, app, state: "passed" }));
    return all
      .filter(({ lot }) => now > 1_000_000 + lot * 20_000)
      .map(({ name, app, lot }) => {
        const done = now > 1_000_000 + lot * 60_000;
        return { name, app, state: !done ? "pending" : lot < 0.06 ? "failed" : "passed" };
      });
  }

  /** Whether GitHub itself would merge this commit into a base. */
  holds(base: string, sha: string, now: number): boolean {
    const others = this.on(sha, now);
    return this.requiredOn(base).every(({ name, app }) =>
      others.some((one) => one.name === name && one.state === "passed" && (app === null || app === one.app)),
    );
  }

  own(): { name: string; app: string } {
    return { name: OURS_BY_NAME, app: OURS };
  }
}
