/** How an invariant speaks, and what it takes for the same. */

/** What a gate must never do, counted one by one; all else that must hold is `other`. */
export const WRONGS = [
  "false merge",
  "lost event",
  "duplicated effect",
  "stuck validation",
  "other",
] as const;
export type Wrong = (typeof WRONGS)[number];

export class Violation extends Error {
  readonly wrong: Wrong;

  constructor(sentence: string, wrong: Wrong = "other") {
    super(sentence);
    this.wrong = wrong;
  }
}

export function must(holds: boolean, sentence: string, wrong: Wrong = "other"): asserts holds {
  if (!holds) throw new Violation(sentence, wrong);
}

/** What is the very same object needs no second look: most of a state is. */
export function alike(
  one: Readonly<Record<string, object>>,
  other: Readonly<Record<string, object>>,
): boolean {
  if (one === other) return true;
  const ids = Object.keys(one);
  return ids.length === Object.keys(other).length && ids.every((id) => same(one[id], other[id]));
}

export function same(one: object | undefined, other: object | undefined): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** The same thing of another validation is the same thing. */
export function kindOf(violation: string): string {
  const [first = ""] = violation.split("\n", 1);
  return first
    .replace(/shop\.\d+\.[0-9a-f]+\.\d+/g, "V")
    .replace(/run_\d+/g, "R")
    .replace(/#\d+/g, "#N")
    .replace(/[0-9a-f]{40}/g, "S")
    .replace(/\b\d+\b/g, "n");
}
