/**
 * The Worker is killed right before and right after its effects, and what people and GitHub see in the end is as if nothing
 * had happened. All effects outside are tried, and of those that it only remembers as many as TIDEGATE_CRASHES says: a
 * number, or `all`.
 */
import { expect, test } from "vitest";
import { MINUTE_MS, tick } from "./clock.ts";
import { type Trap, useTapped } from "./crash.ts";
import { expectOnce, factsOf } from "./crash-facts.ts";
import { type App, eventually, isSettled, open, type Project, project } from "./machine.ts";
import { randomOf } from "./random.ts";

const stage = useTapped();

/** So many kills one validation has to live through. */
const IN_A_ROW = 6;
/** Longest that a validation with that many kills may take on a busy machine, in ms. */
const PATIENCE_MS = 5 * MINUTE_MS;
const wanted = process.env.TIDEGATE_CRASHES ?? "6";
const seed = Number(process.env.TIDEGATE_SEED ?? Date.now() % 1_000_000);
const random = randomOf(seed);

const FILES = {
  ".tidegate.yml": "setup: sh setup.sh\ntest: sh test.sh\nanalyze: { enabled: false }\n",
  "setup.sh": "echo ready\n",
};

/** At GitHub and at the sandbox host it stays what it is, whatever becomes of the Worker. */
const isOutside = ({ effect, nth }: Trap) => /^(github|sandbox) /.test(effect) && nth === 1;

function shuffled<T>(list: readonly T[]): T[] {
  const drawn = list.map((one) => [random(), one] as const);
  return drawn.sort(([a], [b]) => a - b).map(([, one]) => one);
}

/** Every effect of an undisturbed validation, once before it and once after it. */
function momentsOf(seen: readonly string[]): Trap[] {
  const counts = new Map<string, number>();
  return seen.flatMap((effect): Trap[] => {
    const nth = (counts.get(effect) ?? 0) + 1;
    counts.set(effect, nth);
    const before: Trap = { effect, nth, moment: "before" };
    // What was acknowledged is gone: only before that it can come again.
    return effect.startsWith("acknowledge") ? [before] : [before, { ...before, moment: "after" }];
  });
}

function sampleOf(all: readonly Trap[]): Trap[] {
  const inside = shuffled(all.filter((one) => !isOutside(one)));
  const some = wanted === "all" ? inside : inside.slice(0, Number(wanted));
  return shuffled([...all.filter(isOutside), ...some]);
}

/** A pull request until nothing of it is to come; the clock ticks for a Worker that died. */
async function through(app: App, one: Project, branch: string): Promise<{ number: number; head: string }> {
  const { tap } = stage;
  let ticked = tap.crashes;
  const opened = await open(app, one, branch);
  const isThrough = async () => {
    if (tap.crashes > ticked) {
      ticked = tap.crashes;
      // The clock may be what dies: then it ticks again.
      await tick(app, 6 * MINUTE_MS, true).catch(() => undefined);
    }
    const pull = await app.api.pull(one.id, opened.number).catch(() => null);
    const newest = pull?.validations[0];
    return newest !== undefined && isSettled(newest) && tap.queues.pending.length === 0 ? true : null;
  };
  await eventually(branch, isThrough, PATIENCE_MS);
  return opened;
}

test(`killed at any effect (TIDEGATE_SEED=${seed} TIDEGATE_CRASHES=${wanted}): everything happens once`, {
  timeout: 4 * 60 * MINUTE_MS,
}, async () => {
  const { app, tap } = stage;
  const one = await project(app, "killed", FILES);
  await eventually("the queues to be empty", () => (tap.queues.pending.length === 0 ? true : null));
  tap.arm();
  const undisturbed = await factsOf(app, one, await through(app, one, "undisturbed"));
  expectOnce(undisturbed, undisturbed);
  const traps = sampleOf(momentsOf(tap.seen));
  for (let from = 0; from < traps.length; from += IN_A_ROW) {
    const row = traps.slice(from, from + IN_A_ROW);
    const before = tap.crashes;
    tap.arm(...row);
    const disturbed = await through(app, one, `change-${from}`);
    expect(tap.crashes, "the Worker never died").toBeGreaterThan(before);
    tap.arm();
    expectOnce(await factsOf(app, one, disturbed), undisturbed, JSON.stringify(row));
  }
});
