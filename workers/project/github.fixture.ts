/** A GitHub for random histories: pull requests whose heads anybody moves at any moment, and branches of runs. */
import type { Pull } from "../../models/pull.ts";
import { pullAt } from "./decide.fixture.ts";
import { type Dice, oneOf } from "./dice.fixture.ts";

/** The last two begin alike, as two commits of somebody who wants them to. */
const HEADS = ["a", "b", "c"].map((digit) => digit.repeat(40)).concat([`${"c".repeat(12)}${"d".repeat(28)}`]);

export class GitHub {
  readonly pulls: Pull[] = [1, 2].map((number) => pullAt({ number, head_ref: `milk-${number}` }));
  readonly vanished = new Set<number>();
  readonly #branches = new Map<string, string>(this.pulls.map((pull) => [pull.head_ref, pull.head_sha]));
  /** Every head that a branch had: people put old ones back. */
  readonly #past = new Map<string, string[]>();
  readonly #tell: (line: string) => void;

  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  find(number: number | null): Pull | undefined {
    return this.pulls.find((one) => one.number === number);
  }

  /** Whatever is still to be seen. */
  there(): Pull[] {
    return this.pulls.filter(({ number }) => !this.vanished.has(number));
  }

  merged(): Set<number> {
    return new Set(this.pulls.filter((one) => one.merged).map(({ number }) => number));
  }

  /** @returns false when nothing changes any more */
  change(pull: Pull, changes: Partial<Pull>): boolean {
    if (pull.merged) return false;
    Object.assign(pull, changes);
    this.#tell(`github: #${pull.number} ${JSON.stringify(changes)}`);
    return true;
  }

  /** Somebody pushes a commit of theirs, or puts an old one back by force. */
  pushByHand(pull: Pull, dice: Dice): boolean {
    const past = this.#past.get(pull.head_ref) ?? [];
    const head_sha = past.length > 0 && dice() < 0.25 ? oneOf(dice, past) : oneOf(dice, HEADS);
    this.#move(pull.head_ref, head_sha);
    return this.change(pull, { head_sha });
  }

  /** Moves a branch, never by force. @returns false when it does not stand where it is said to stand */
  push(branch: string, to: string, from: string | null): boolean {
    const tip = this.#branches.get(branch) ?? null;
    if (tip === to) return true;
    if (tip !== from) return false;
    this.#move(branch, to);
    const pull = this.pulls.find((one) => one.head_ref === branch);
    if (pull !== undefined) this.change(pull, { head_sha: to });
    return true;
  }

  /** The pull request of a branch, whatever became of it, or a new one. */
  open(branch: string): Pull {
    const there = this.pulls.find((one) => one.head_ref === branch);
    if (there !== undefined) return there;
    const head_sha = this.#branches.get(branch) ?? "0".repeat(40);
    const pull = pullAt({ number: this.pulls.length + 1, head_ref: branch, head_sha });
    this.pulls.push(pull);
    this.#tell(`github: opened #${pull.number} at ${head_sha.slice(0, 16)}`);
    return pull;
  }

  merge(pull: Pull): void {
    Object.assign(pull, { state: "closed", merged: true });
    this.#tell(`github: merged #${pull.number} at ${pull.head_sha.slice(0, 16)}`);
  }

  #move(branch: string, to: string): void {
    const tip = this.#branches.get(branch);
    if (tip !== undefined) this.#past.set(branch, [...(this.#past.get(branch) ?? []), tip]);
    this.#branches.set(branch, to);
  }
}
