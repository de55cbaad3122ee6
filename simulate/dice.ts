/** Chance that can be repeated: dice from a seed. */

/** A number from 0 to 1, exclusive. */
export type Dice = () => number;

/** The same seed throws the same numbers (mulberry32). */
export function diceOf(seed: number): Dice {
  let at = seed >>> 0;
  return () => {
    at = (at + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(at ^ (at >>> 15), at | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function oneOf<T>(dice: Dice, list: readonly T[]): T {
  const one = list[Math.floor(dice() * list.length)];
  if (one === undefined) throw new Error("Cannot choose from nothing");
  return one;
}

/** One of those that are worth asking, mostly; one of all, otherwise. */
export function oftenOf<T>(dice: Dice, all: readonly T[], worth: (one: T) => boolean): T {
  const some = all.filter(worth);
  return oneOf(dice, some.length > 0 && dice() < 0.8 ? some : all);
}

/** A number that always is the same for the same words, from 0 to 1, exclusive (FNV-1a, mixed once more). */
export function lotOf(words: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < words.length; at++) hash = Math.imul(hash ^ words.charCodeAt(at), 0x01000193);
  return diceOf(hash)();
}
