/** What befalls a world: one action of a history. */
import type { Fact } from "../models/fact.ts";
import { QUEUE_ACTIONS } from "../models/fact.ts";
import type { Pull } from "../models/pull.ts";
import { type Dice, oftenOf, oneOf } from "./dice.ts";
import { BASES } from "./github.ts";
import { answerOf, askOf, startOf, strayOf } from "./people.ts";
import type { Action, ActionName } from "./script.ts";
import type { World } from "./world.ts";

/** Plays one action; a promise only where a visit goes on. */
export function act(world: World, action: Action): void | Promise<void> {
  const dice = world.begin(action);
  const pull = oneOf(dice, world.github.pulls);
  return ACTS[action.name](world, dice, pull, world.name(action.name));
}

type Act = (world: World, dice: Dice, pull: Pull, id: string) => void | Promise<void>;

/** Once in a while somebody sleeps over it. */
const LONG_MS = 26 * 60 * 60_000;

const ACTS: Record<ActionName, Act> = {
  deliver: (world, dice) => world.steps.deliver(dice),
  visit: (world, dice) => world.steps.merging.advance(dice),
  wait: (world, dice) => world.pass(Math.floor(dice() * (dice() < 0.03 ? LONG_MS : 60_000))),
  due: (world) => void world.ring(),
  push: (world, dice, pull) => {
    if (world.github.pushByHand(pull, dice)) world.rumour(pull.number, dice);
  },
  basePush: (world, dice) => world.github.pushToBase(oneOf(dice, BASES)),
  checks: (world, dice) => world.steps.merging.checks.require(oneOf(dice, BASES), dice),
  close: (world, dice, pull) =>
    world.change(pull, { state: pull.state === "open" ? "closed" : "open" }, dice),
  draft: (world, dice, pull) => world.change(pull, { draft: !pull.draft }, dice),
  base: (world, dice, pull) => world.change(pull, { base_ref: oneOf(dice, BASES) }, dice),
  fork: (world, dice, pull) => world.change(pull, { head_repo_id: oneOf(dice, [1, 1, 2, 2, null]) }, dice),
  mergedByOther: (world, dice, pull) => {
    if (pull.state === "closed") return;
    world.github.merge(pull, world.setup.method);
    world.rumour(pull.number, dice);
  },
  hint: (world, _, pull) => world.hint(pull.number),
  wake: (world) => world.object.wake(world.now),
  vanish: (world, _, pull) => {
    world.github.vanished.add(pull.number);
    world.hint(pull.number);
  },
  settings: (world, dice) => world.setWishes({ auto_merge: dice() < 0.7, validation: dice() < 0.8 }),
  pause: (world, dice) => world.setWishes({ paused: !world.wishes.paused && dice() < 0.8 }),
  // It is read by the steps alone.
  rehearse: (world) => {
    world.wishes = { ...world.wishes, dry_run: !world.wishes.dry_run };
  },
  disconnect: (world, _, __, id) => {
    const reason = { code: "disconnected", message: "GitHub lets us in no more" };
    world.tell({ type: "project.disconnected", id, reason });
  },
  remove: (world, _, __, id) => void world.tell({ type: "project.removed", id }),
  retry: (world, dice, _, id) => askGate(world, "retry.asked", id, dice),
  cancel: (world, dice, _, id) => askGate(world, "cancel.asked", id, dice),
  approve: (world, dice, _, id) => askGate(world, "approve.asked", id, dice),
  queue: (world, dice, { number }, id) => {
    const pr_number = dice() < 0.03 ? 99 : number;
    world.tell({ type: "queue.asked", id, pr_number, action: oneOf(dice, QUEUE_ACTIONS), by: "owner" });
  },
  stray: (world, dice, _, id) => stray(world, dice, id),
  run: (world, dice, _, id) => {
    const numbers = world.github.pulls.map(({ number }) => number);
    world.tell(startOf(id, dice, world.now, numbers));
  },
  answer: (world, dice, _, id) => tellIf(world, answerOf(id, dice, world.state)),
  runRetry: (world, dice, _, id) => tellIf(world, askOf("run.retry.asked", id, dice, world.state)),
  runStop: (world, dice, _, id) => tellIf(world, askOf("run.stop.asked", id, dice, world.state)),
  strayRun: (world, dice, _, id) => tellIf(world, strayOf(id, dice, world.state)),
};

function tellIf(world: World, fact: Fact | null): void {
  if (fact !== null) world.tell(fact);
}

/** People ask for what is worth asking, mostly; and sometimes of one that is not there. */
function askGate(
  world: World,
  type: "retry.asked" | "cancel.asked" | "approve.asked",
  id: string,
  dice: Dice,
) {
  const { validations } = world.state;
  const all = [...Object.keys(validations), "unknown"];
  const asks = (one: string) => {
    const { state, hold, waits, approved_by } = validations[one] ?? {};
    if (type === "cancel.asked") return state === "queued" || state === "running";
    if (type === "retry.asked") return state !== "queued" && state !== "running";
    return approved_by == null && (hold != null || waits != null);
  };
  world.tell({ type, id, validation_id: oftenOf(dice, all, asks), by: "owner" });
}

const KINDS = ["snapshot", "setup", "test", "browse", "analyze", "judge", "release", "merge"] as const;

/** The end of a step that nobody waits for: of another try, another kind, or long over. */
function stray(world: World, dice: Dice, id: string): void {
  const known = Object.values(world.state.validations);
  if (known.length === 0) return;
  const validation = oneOf(dice, known);
  const kind = oneOf(dice, KINDS);
  const nth = 1 + Math.floor(dice() * 3);
  const { current, merge_tries, analyzing } = validation;
  if (current?.kind === kind && current.try === nth) return;
  if (kind === "merge" && merge_tries === nth) return;
  if (kind === "analyze" && analyzing === nth) return;
  const outcome = world.steps.gate.strayOf(kind, validation, dice);
  if (dice() < 0.2) {
    const stall = { code: "github_rate_limited", message: "late", until: world.now + 60_000 };
    world.tell({ type: "step.waits", id, validation_id: validation.id, kind, try: nth, stall });
    return;
  }
  world.tell({ type: "step.ended", id, validation_id: validation.id, kind, try: nth, outcome });
}
