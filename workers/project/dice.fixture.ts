/** Chance that can be repeated: dice from a seed, and what they make happen. */

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

/** What may happen, and how often in comparison. */
const ACTIONS = {
  deliver: 60,
  wait: 6,
  due: 6,
  push: 8,
  close: 3,
  draft: 3,
  base: 2,
  fork: 1,
  hint: 4,
  settings: 3,
  retry: 3,
  cancel: 2,
  approve: 4,
  stray: 3,
  run: 3,
  answer: 4,
  runRetry: 4,
  runStop: 0.7,
  strayRun: 2,
  mergedByOther: 0.5,
  vanish: 0.3,
  remove: 0.2,
} as const;
export type ActionName = keyof typeof ACTIONS;
/** Every action throws its own dice, so that one can be left out and the others stay what they are. */
export type Action = { name: ActionName; seed: number };

export function actionsOf(dice: Dice, count: number): Action[] {
  const names = Object.keys(ACTIONS) as ActionName[];
  const total = names.reduce((sum, name) => sum + ACTIONS[name], 0);
  return Array.from({ length: count }, () => {
    let left = dice() * total;
    const name = names.find((one) => {
      left -= ACTIONS[one];
      return left < 0;
    });
    return { name: name ?? "deliver", seed: Math.floor(dice() * 2 ** 32) };
  });
}
