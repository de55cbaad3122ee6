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

/** One of those that are worth asking, mostly; one of all, otherwise. */
export function oftenOf<T>(dice: Dice, all: readonly T[], worth: (one: T) => boolean): T {
  const some = all.filter(worth);
  return oneOf(dice, some.length > 0 && dice() < 0.8 ? some : all);
}

/** What may happen, and how often in comparison: in a busy world, and in a quiet one in which runs get far. */
const ACTIONS = {
  deliver: [60, 130],
  wait: [6, 3],
  due: [6, 2],
  push: [8, 2],
  close: [3, 0.4],
  draft: [3, 0.4],
  base: [2, 0.3],
  fork: [1, 0.1],
  hint: [4, 4],
  settings: [3, 0.3],
  retry: [3, 3],
  cancel: [2, 0.5],
  approve: [4, 4],
  stray: [3, 2],
  run: [3, 3],
  answer: [4, 8],
  runRetry: [4, 6],
  runStop: [0.7, 0.7],
  strayRun: [2, 2],
  mergedByOther: [0.5, 0.1],
  vanish: [0.3, 0.05],
  remove: [0.2, 0.05],
} as const;
export type ActionName = keyof typeof ACTIONS;
/** Every action throws its own dice, so that one can be left out and the others stay what they are. */
export type Action = { name: ActionName; seed: number };

export function actionsOf(dice: Dice): Action[] {
  const names = Object.keys(ACTIONS) as ActionName[];
  const mood = dice() < 0.5 ? 0 : 1;
  const count = 20 + Math.floor(dice() * (mood === 0 ? 120 : 220));
  const total = names.reduce((sum, name) => sum + ACTIONS[name][mood], 0);
  return Array.from({ length: count }, () => {
    let left = dice() * total;
    const name = names.find((one) => {
      left -= ACTIONS[one][mood];
      return left < 0;
    });
    return { name: name ?? "deliver", seed: Math.floor(dice() * 2 ** 32) };
  });
}
