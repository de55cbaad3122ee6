/**
 * Commits as far as a gate is concerned: what each one holds is a set of changes, and some changes only break together.
 * A branch is green while it holds no such pair.
 */

export type Commit = { sha: string; parents: readonly string[]; changes: readonly string[] };

/** Changes that are good alone and bad together, by the first letter of their names; `o` is what others push to a base. */
const BREAKS = ["ab", "co", "9a", "bo"];
/** Changes that touch the same lines. */
const CONFLICTS = ["bc", "do"];

function holdsPair(changes: readonly string[], pairs: readonly string[]): boolean {
  const firsts = new Set(changes.map((change) => change.charAt(0)));
  return pairs.some(([one, other]) => firsts.has(one ?? "") && firsts.has(other ?? ""));
}

export class Commits {
  readonly #all = new Map<string, Commit>();
  #made = 0;

  /** The commit of this name; one that nobody made holds one change of its own and stands on nothing. */
  find(sha: string): Commit {
    const known = this.#all.get(sha);
    if (known !== undefined) return known;
    const own = { sha, parents: [], changes: /^0+$/.test(sha) ? [] : [sha.slice(0, 13)] };
    this.#all.set(sha, own);
    return own;
  }

  /** @param merged commits whose changes come together; the same ones, merged for a look, are the same commit */
  join(merged: readonly string[], parents: readonly string[], name: string | null = null): Commit {
    const sha = name ?? `f${String(++this.#made).padStart(8, "0")}`.padEnd(40, "f");
    const known = this.#all.get(sha);
    if (known !== undefined) return known;
    const changes = [...new Set(merged.flatMap((one) => this.find(one).changes))].sort();
    const commit = { sha, parents, changes };
    this.#all.set(sha, commit);
    return commit;
  }

  /** Two commits hold the same files when they hold the same changes. */
  treeOf(sha: string): string {
    return `tree of ${this.find(sha).changes.join(" and ")}`;
  }

  isGreen(sha: string): boolean {
    return !holdsPair(this.find(sha).changes, BREAKS);
  }

  conflict(one: string, other: string): boolean {
    const [mine, theirs] = [this.find(one).changes, this.find(other).changes];
    const added = mine.filter((change) => !theirs.includes(change));
    return holdsPair([...added, ...theirs], CONFLICTS) && !holdsPair(theirs, CONFLICTS);
  }

  /** Whether a branch that stands at `tip` has a commit in its history. */
  contains(tip: string, sha: string): boolean {
    const left = [tip];
    const seen = new Set(left);
    for (let at = left.pop(); at !== undefined; at = left.pop()) {
      if (at === sha) return true;
      for (const parent of this.find(at).parents) {
        if (seen.has(parent)) continue;
        seen.add(parent);
        left.push(parent);
      }
    }
    return false;
  }
}
