/**
 * Random histories against the decisions. `SEED=7 RUNS=1` plays one of them again; `SEED=$RANDOM RUNS=100000` looks for
 * new ones. Without a seed they are the same each time, so that a failure is the change's own.
 */
import { env } from "node:process";
import { expect, test } from "vitest";
import { type Action, actionsOf, diceOf } from "./dice.fixture.ts";
import { Violation } from "./must.fixture.ts";
import { World } from "./world.fixture.ts";

const SEED = Number(env.SEED ?? 1);
const RUNS = Number(env.RUNS ?? 6_000);

type Failure = { violation: string; history: string[] };

/** Plays actions in a new world until it rests; null when nothing was violated. */
function play(actions: readonly Action[]): Failure | null {
  const world = new World();
  try {
    for (const action of actions) world.act(action);
    world.rest();
    return null;
  } catch (error) {
    const violation = error instanceof Violation ? error.message : String(error);
    return { violation, history: world.history };
  }
}

/** Leaves actions out, first many and then one by one, for as long as something is still violated. */
function shrink(
  actions: readonly Action[],
  failure: Failure,
): { actions: readonly Action[]; failure: Failure } {
  let smallest = { actions, failure };
  for (let size = Math.ceil(actions.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < smallest.actions.length; ) {
      const fewer = smallest.actions.toSpliced(from, size);
      const again = play(fewer);
      if (again === null) from += size;
      else smallest = { actions: fewer, failure: again };
    }
  }
  return smallest;
}

test(`decide() keeps its promises in ${RUNS} random histories (SEED=${SEED})`, { timeout: 3_600_000 }, () => {
  for (let run = 0; run < RUNS; run++) {
    const dice = diceOf(SEED + run);
    const actions = actionsOf(dice);
    const failure = play(actions);
    if (failure === null) continue;
    const smallest = shrink(actions, failure);
    const { violation, history } = smallest.failure;
    expect.fail(
      `${violation}\n  play it again with SEED=${SEED + run} RUNS=1; the shortest history (${smallest.actions.length} of ${actions.length} actions):\n  ${history.join("\n  ")}`,
    );
  }
});

test("the same seed plays the same history", () => {
  const histories = [1, 2].map(() => {
    const world = new World();
    for (const action of actionsOf(diceOf(42))) world.act(action);
    world.rest();
    return world.history;
  });
  expect(histories[0]).toEqual(histories[1]);
});
