/** What happens in a history, thrown from its seed: the world as it begins, and what befalls it. */
import { type Dice, diceOf, oneOf } from "./dice.ts";

/** What may happen, and how often in comparison: in a busy world, in a quiet one in which runs get far, and at a queue. */
const ACTIONS = {
  deliver: [60, 130, 110],
  visit: [14, 30, 40],
  wait: [6, 3, 6],
  due: [6, 2, 6],
  push: [8, 2, 2],
  basePush: [1.5, 0.5, 2.5],
  checks: [1, 0.5, 1.5],
  close: [3, 0.4, 0.4],
  draft: [3, 0.4, 0.5],
  base: [2, 0.3, 0.2],
  fork: [1, 0.1, 0.2],
  hint: [4, 4, 4],
  wake: [3, 2, 3],
  settings: [3, 0.3, 0.6],
  pause: [1, 0.2, 0.8],
  rehearse: [0.4, 0.1, 0.3],
  retry: [3, 3, 2],
  cancel: [2, 0.5, 0.4],
  approve: [4, 4, 5],
  queue: [2, 1, 6],
  stray: [3, 2, 2],
  run: [3, 3, 0.3],
  answer: [4, 8, 0.5],
  runRetry: [4, 6, 0.5],
  runStop: [0.7, 0.7, 0.1],
  strayRun: [2, 2, 0.2],
  mergedByOther: [0.5, 0.1, 0.2],
  vanish: [0.3, 0.05, 0.05],
  disconnect: [0.2, 0.05, 0.05],
  remove: [0.2, 0.05, 0.03],
} as const;
export type ActionName = keyof typeof ACTIONS;
/** Every action throws its own dice, so that one can be left out and the others stay what they are. */
export type Action = { name: ActionName; seed: number };

export type Setup = {
  /** How many pull requests are open at first. */
  pulls: number;
  /** The result of the merge is what is tested, and only that is merged. */
  up_to_date: boolean;
  dry_run: boolean;
  method: "merge" | "squash";
  /** Hardly a step of the gate fails, so that much comes to its merge. */
  steady: boolean;
  /** How much goes wrong outside: 0 nothing, 1 a lot. */
  faults: number;
};

export type Script = { setup: Setup; actions: readonly Action[] };

export function scriptOf(seed: number): Script {
  const dice = diceOf(seed);
  const mood = oneOf(dice, [0, 1, 2] as const);
  const setup: Setup = {
    pulls: mood === 2 ? 3 : 2,
    up_to_date: dice() < 0.5,
    dry_run: dice() < 0.06,
    method: dice() < 0.6 ? "merge" : "squash",
    steady: mood === 2,
    faults: oneOf(dice, [0, 0.5, 1]),
  };
  return { setup, actions: actionsOf(dice, mood) };
}

const LONGEST = [140, 240, 220] as const;

function actionsOf(dice: Dice, mood: 0 | 1 | 2): Action[] {
  const names = Object.keys(ACTIONS) as ActionName[];
  const count = 20 + Math.floor(dice() * (LONGEST[mood] - 20));
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
