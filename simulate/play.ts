/** Plays histories: whole ones, and what is left of one that violates something when all else is taken away. */
import { act } from "./acts.ts";
import { diceOf } from "./dice.ts";
import { kindOf, Violation, type Wrong } from "./must.ts";
import type { Action, Script } from "./script.ts";
import { World } from "./world.ts";

export type Failure = { wrong: Wrong; violation: string; history: string[] };
export type Played = { world: World; failure: Failure | null };

/** Plays actions in a new world until it rests. */
export async function play({ setup, actions }: Script): Promise<Played> {
  const world = new World(setup);
  try {
    for (const action of actions) {
      const going = act(world, action);
      if (going !== undefined) await going;
    }
    await rest(world);
    return { world, failure: null };
  } catch (error) {
    const known = error instanceof Violation;
    const violation = known ? error.message : ((error as Error).stack ?? String(error));
    return {
      world,
      failure: { wrong: known ? error.wrong : "other", violation, history: world.history.read() },
    };
  }
}

/** So many things happen at most until a world rests. */
const MOST_TURNS = 5_000;

const STALE_MS = 60_000;

/** Delivers all, lets time pass, looks at GitHub once more, and sees whether everything came to its end. */
async function rest(world: World): Promise<void> {
  world.calmDown();
  const dice = diceOf(1);
  // What happened on GitHub since the last look: a webhook may have been lost.
  let looked = -1;
  for (let turns = 0; turns < MOST_TURNS; turns++) {
    world.begin({ seed: turns });
    if (!world.steps.merging.idle) await world.steps.merging.advance(dice);
    else if (world.steps.deliverFirst(dice) || world.ring()) continue;
    else if (looked !== world.github.changes) {
      looked = world.github.changes;
      // Whatever GitHub still answers from before is over by then.
      world.pass(STALE_MS);
      for (const { number } of world.github.pulls) world.hint(number);
    } else return world.invariants.atRest();
  }
  throw new Violation("the world never comes to rest", "stuck validation");
}

/** Whether a script violates something. */
type Trial = (script: Script) => Promise<Failure | null>;

const playOut: Trial = async (script) => (await play(script)).failure;

/** Leaves actions out, first many and then one by one, for as long as the same kind of thing is violated. */
export async function shrink(
  script: Script,
  failure: Failure,
  trial: Trial = playOut,
): Promise<{ script: Script; failure: Failure }> {
  let smallest = { script, failure };
  const retry = async (next: Script): Promise<boolean> => {
    const again = await trial(next);
    if (again === null || kindOf(again.violation) !== kindOf(failure.violation)) return false;
    smallest = { script: next, failure: again };
    return true;
  };
  await retry({ ...script, setup: { ...script.setup, faults: 0 } });
  for (
    let size = Math.ceil(script.actions.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let from = 0; from < smallest.script.actions.length; ) {
      const fewer: Action[] = smallest.script.actions.toSpliced(from, size);
      if (!(await retry({ ...smallest.script, actions: fewer }))) from += size;
    }
  }
  return smallest;
}
