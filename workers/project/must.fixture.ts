/** How an invariant speaks, and what it takes for the same. */

export class Violation extends Error {}

export function must(holds: boolean, sentence: string): asserts holds {
  if (!holds) throw new Violation(sentence);
}

/** What is the very same object needs no second look: most of a state is. */
export function alike(
  one: Readonly<Record<string, object>>,
  other: Readonly<Record<string, object>>,
): boolean {
  const ids = Object.keys(one);
  return ids.length === Object.keys(other).length && ids.every((id) => same(one[id], other[id]));
}

export function same(one: object | undefined, other: object | undefined): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
