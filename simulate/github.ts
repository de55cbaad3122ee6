/** A GitHub for random histories: pull requests whose heads anybody moves at any moment, and branches. */
import type { Pull } from "../models/pull.ts";
import { pullAt } from "../workers/project/decide.fixture.ts";
import { Commits } from "./commits.ts";
import { type Dice, oneOf } from "./dice.ts";
import type { Setup } from "./script.ts";

export const BASES = ["main", "next"] as const;
/** The last two begin alike, as two commits of somebody who wants them to. */
const HEADS = ["a", "b", "c"].map((digit) => digit.repeat(40)).concat([`${"c".repeat(12)}${"d".repeat(28)}`]);
const NOTHING = "0".repeat(40);
/** So long a read may still show what was there before a push, in ms. */
const STALE_MS = 8_000;
/** GitHub tells times in seconds. */
const SECOND_MS = 1_000;

/** What a read may still show. */
type Stale = { until: number; before: Pull };

export class GitHub {
  readonly repo_id = pullAt().base_repo_id;
  readonly commits = new Commits();
  readonly pulls: Pull[];
  readonly vanished = new Set<number>();
  /** Landed in their base, and GitHub shows them as open all the same. */
  readonly halfway = new Map<number, string>();
  readonly #tips = new Map<string, string>(BASES.map((base) => [base, NOTHING]));
  readonly #branches = new Map<string, string>();
  readonly #stale = new Map<number, Stale>();
  /** Until when GitHub works out whether it can be merged, by pull request. */
  readonly #unsure = new Map<number, number>();
  /** Every head that a branch had: people put old ones back. */
  readonly #past = new Map<string, string[]>();
  /** The commit as which each landed. */
  readonly #merged = new Map<number, string>();
  readonly #tell: (line: () => string) => void;
  readonly #faults: number;
  #others = 0;
  now = 0;
  calm = false;
  /** How much happened. */
  changes = 0;

  constructor({ pulls, faults }: Setup, tell: (line: () => string) => void) {
    this.#tell = (line) => {
      this.changes += 1;
      tell(line);
    };
    this.#faults = faults;
    // Two of the same head are twins; the third goes its own way.
    this.pulls = Array.from({ length: pulls }, (_, at) => {
      const head_sha = HEADS[pulls > 2 ? at : 0] ?? NOTHING;
      return pullAt({ number: at + 1, head_ref: `milk-${at + 1}`, head_sha });
    });
    for (const pull of this.pulls) this.#branches.set(pull.head_ref, pull.head_sha);
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

  tip(base: string): string {
    return this.#tips.get(base) ?? NOTHING;
  }

  /** What one request is shown: the truth, or for some seconds after a push what was there before. */
  read(number: number, dice: Dice): Pull | null {
    const pull = this.find(number);
    if (pull === undefined || this.vanished.has(number)) return null;
    const stale = this.#stale.get(number);
    const old = stale !== undefined && this.now < stale.until && !this.calm && dice() < 0.5 * this.#faults;
    return { ...(old ? stale.before : pull), read_at: this.now };
  }

  /** The commit that GitHub made of head and base to see whether they can be merged; null while it does not know. */
  testMerge(pull: Pull): { mergeable: boolean | null; merge_commit_sha: string | null } {
    const unsure = !this.calm && this.now < (this.#unsure.get(pull.number) ?? 0);
    if (pull.state === "closed" || unsure) return { mergeable: null, merge_commit_sha: null };
    const tip = this.tip(pull.base_ref);
    if (this.commits.conflict(pull.head_sha, tip)) return { mergeable: false, merge_commit_sha: null };
    const both = [tip, pull.head_sha];
    const name = `e${tip.slice(0, 19)}${pull.head_sha.slice(0, 14)}`.padEnd(40, "e");
    return { mergeable: true, merge_commit_sha: this.commits.join(both, both, name).sha };
  }

  mergedAs(number: number): string | null {
    return this.#merged.get(number) ?? null;
  }

  /** @returns false when nothing changes any more */
  change(pull: Pull, changes: Partial<Pull>): boolean {
    if (pull.merged) return false;
    if (changes.head_sha !== undefined)
      this.#stale.set(pull.number, { until: this.now + STALE_MS, before: { ...pull } });
    const base_sha = this.tip(changes.base_ref ?? pull.base_ref);
    Object.assign(pull, changes, { base_sha, updated_at: this.#second() });
    this.#doubt(pull);
    this.#tell(() => `github: #${pull.number} ${JSON.stringify(changes)}`);
    return true;
  }

  #second(): number {
    return Math.floor(this.now / SECOND_MS) * SECOND_MS;
  }

  #doubt(pull: Pull): void {
    this.#unsure.set(pull.number, this.now + 3_000 * this.#faults);
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
    const head_sha = this.#branches.get(branch) ?? NOTHING;
    const number = this.pulls.length + 1;
    const pull = pullAt({ number, head_ref: branch, head_sha, updated_at: this.#second() });
    this.pulls.push(pull);
    this.#doubt(pull);
    this.#tell(() => `github: opened #${number} at ${head_sha.slice(0, 16)}`);
    return pull;
  }

  /** Somebody pushes to a base past every gate; what they push is green with what is there. */
  pushToBase(base: string): void {
    const name = `o${String(++this.#others).padStart(8, "0")}`.padEnd(40, "0");
    const commit = this.commits.join([this.tip(base), name], [this.tip(base)], `d${name.slice(1)}`);
    if (this.commits.isGreen(commit.sha)) this.#advance(base, commit.sha, "somebody");
  }

  /** Merges, whoever asked. @returns the commit that the base stands at now */
  merge(pull: Pull, method: Setup["method"], open = false): string {
    const tip = this.tip(pull.base_ref);
    const parents = method === "merge" ? [tip, pull.head_sha] : [tip];
    const { sha } = this.commits.join([tip, pull.head_sha], parents);
    this.#advance(pull.base_ref, sha, `#${pull.number}`);
    if (open) this.halfway.set(pull.number, sha);
    else this.close(pull, sha);
    if (method === "merge") this.#closeTwins(pull, sha);
    return sha;
  }

  /** Whatever else stood at a commit that its base has now is merged, too. */
  #closeTwins({ number, head_sha, base_ref }: Pull, sha: string): void {
    for (const pull of this.pulls) {
      const twin = pull.head_sha === head_sha && pull.base_ref === base_ref && pull.number !== number;
      if (twin && pull.state === "open") this.close(pull, sha);
    }
  }

  /** What landed long ago is shown at last. */
  land(pull: Pull): void {
    const sha = this.halfway.get(pull.number);
    if (sha !== undefined && pull.state === "open") this.close(pull, sha);
  }

  /** It landed, and GitHub shows it. */
  close(pull: Pull, sha: string): void {
    const at = pull.head_sha.slice(0, 16);
    this.halfway.delete(pull.number);
    this.#merged.set(pull.number, sha);
    Object.assign(pull, { state: "closed", merged: true, updated_at: this.#second() });
    this.#tell(() => `github: merged #${pull.number} at ${at} as ${sha.slice(0, 9)}`);
  }

  #advance(base: string, sha: string, who: string): void {
    this.#tips.set(base, sha);
    for (const pull of this.pulls) if (pull.base_ref === base) this.#doubt(pull);
    this.#tell(() => `github: ${base} is at ${sha.slice(0, 9)} by ${who}`);
  }

  #move(branch: string, to: string): void {
    const tip = this.#branches.get(branch);
    if (tip !== undefined) this.#past.set(branch, [...(this.#past.get(branch) ?? []), tip]);
    this.#branches.set(branch, to);
  }
}
