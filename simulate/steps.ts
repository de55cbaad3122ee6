/** What the queues' consumers do with what is delivered, as workers/steps/index.ts has it; every consumer may die. */
import type { Fact, Outcome } from "../models/fact.ts";
import type { MarkOrder, RunOrder, StepOrder, ValidationOrder } from "../models/step.ts";
import { BESIDE, GATE_KINDS, type StepKind } from "../models/step.ts";
import type { Validation } from "../models/validation.ts";
import { waitOf } from "../workers/project/stalls.ts";
import { type Begun, buried } from "./agents.ts";
import type { Dice } from "./dice.ts";
import { Gate } from "./gate.ts";
import { Merging } from "./merging.ts";
import { Outside } from "./outside.ts";
import type { Mail } from "./post.ts";
import type { World } from "./world.ts";

type Observe = Extract<StepOrder, { kind: "observe" }>;

export class Steps {
  readonly #world: World;
  readonly gate: Gate;
  readonly merging: Merging;
  readonly outside: Outside;
  /** Rows of steps that ended: the first end stands; null: it ended and has nothing to tell. */
  readonly ended = new Map<string, Outcome | null>();
  /** How often a step was kept waiting. */
  readonly #stalls = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
    this.gate = new Gate(world.github, world.setup.steady);
    this.outside = new Outside(world);
    this.merging = new Merging(world, this);
  }

  /** Delivers any letter. */
  deliver(dice: Dice): void {
    const world = this.#world;
    const taken = world.post.take(dice, () => world.fails(0.2, dice));
    if (taken !== null) this.#hand(taken.mail, dice, taken.again);
  }

  /** Delivers the first letter, for certain. @returns false when there is none */
  deliverFirst(dice: Dice): boolean {
    const mail = this.#world.post.first();
    if (mail === null) return false;
    this.#hand(mail, dice, false);
    return true;
  }

  #hand(mail: Mail, dice: Dice, again: boolean): void {
    const world = this.#world;
    if (mail.at > world.now) world.pass(mail.at - world.now);
    if ("fact" in mail) world.tell(mail.fact);
    else if ("begun" in mail) this.#finishRun(mail.begun, dice);
    else if ("looked" in mail) this.#lay(mail.looked, dice);
    else if (!again && world.fails(0.06, dice)) {
      world.history.add(() => `lost: ${mail.order.id}`);
      this.outside.lost(mail.order);
    } else this.#carryOut(mail.order, dice);
  }

  #carryOut(order: StepOrder, dice: Dice) {
    const world = this.#world;
    // Whoever dies before anything was done is sent the message once more.
    if (world.dies(0.02)) return world.post.put({ order, at: world.now });
    if (order.kind === "observe") return this.#look(order, dice);
    if (order.kind === "mark") return this.#mark(order, dice);
    if ("validation_id" in order) return this.#visit(order, dice);
    const begun = world.agents.begin(order, world.state);
    if (begun === null || this.#stalled(order, dice)) return;
    // What the run was when the step began may not be so any more when it acts.
    if (world.calm || dice() < 0.5) this.#finishRun(begun, dice);
    else world.post.put({ begun, at: world.now });
  }

  #finishRun(begun: Begun, dice: Dice): void {
    const world = this.#world;
    world.tellSoon(world.agents.finish(begun, dice, world.now), dice);
    if (world.fails(0.05, dice)) world.post.put({ fact: buried(begun.order), at: world.now });
  }

  /** The read is made now; what it saw may be told much later. */
  #look(order: Observe, dice: Dice): void {
    const world = this.#world;
    const { pr_number, delivery_id } = order;
    if (pr_number === null || world.github.find(pr_number) === undefined) return;
    const pull = world.github.read(pr_number, dice);
    const id = `${order.id}.${pr_number}.${world.now}`;
    const fact: Fact =
      pull === null ? { type: "pull.gone", id, pr_number } : { type: "pull.observed", id, pull, delivery_id };
    world.tellSoon(fact, dice);
  }

  #mark(order: MarkOrder, dice: Dice) {
    const world = this.#world;
    this.outside.comment(order);
    if (world.dies(0.05)) return world.post.put({ order, at: world.now });
    const { pr_number, nth } = order;
    world.tellSoon({ type: "mark.ended", id: `${order.id}.ended`, pr_number, nth }, dice);
  }

  /** One visit of a step of the gate. */
  #visit(order: ValidationOrder, dice: Dice) {
    const world = this.#world;
    const row = world.rows.get(order.validation_id);
    if (row === undefined) return world.history.add(() => `orphan: ${order.id}`);
    const known = this.ended.get(order.id);
    if (known !== undefined) return this.#tellEnd(order, known, dice);
    if (isGate(order.kind) && !isAwaited(order, row)) {
      this.ended.set(order.id, null);
      return;
    }
    if (order.kind === "merge") return this.merging.begin(order, row);
    if (this.#stalled(order, dice)) return;
    if (order.kind === "snapshot" && !world.calm && dice() < 0.3) {
      world.post.put({ looked: order.id, at: world.now });
      this.#laying.set(order.id, order);
      return;
    }
    this.#act(order, row, dice);
  }

  /** Snapshots that were begun, and lay their commit a moment later. */
  readonly #laying = new Map<string, ValidationOrder>();

  #lay(id: string, dice: Dice): void {
    const order = this.#laying.get(id);
    const row = order === undefined ? undefined : this.#world.rows.get(order.validation_id);
    if (order === undefined || row === undefined || this.ended.has(id)) return;
    this.#act(order, row, dice);
  }

  #act(order: ValidationOrder, row: Validation, dice: Dice) {
    const world = this.#world;
    if (!this.outside.effect(order, row)) return void this.ended.set(order.id, null);
    // The effect was made, and whoever made it died before it was written down.
    if (world.dies(0.05)) return world.post.put({ order, at: world.now });
    const outcome = this.gate.outcomeOf(order, row, world.setup.up_to_date, dice);
    this.end(order, outcome, dice);
  }

  /** Writes the end of a step, and tells it. */
  end(order: ValidationOrder, outcome: Outcome, dice: Dice) {
    const world = this.#world;
    const first = this.ended.get(order.id);
    if (first === undefined) this.ended.set(order.id, outcome);
    if (world.dies(0.03)) return world.post.put({ order, at: world.now });
    this.#tellEnd(order, first === undefined ? outcome : first, dice);
    // A message whose visits failed is buried although one of them got through.
    if (world.fails(0.04, dice)) this.#bury(order);
  }

  #tellEnd(
    { id, validation_id, kind, try: nth }: ValidationOrder,
    outcome: Outcome | null,
    dice: Dice,
  ): void {
    if (outcome === null) return;
    if (kind === "report") this.outside.reported(validation_id, outcome.state === "passed");
    const fact = { type: "step.ended" as const, id: `${id}.ended`, validation_id, kind, try: nth, outcome };
    this.#world.tellSoon(fact, dice);
  }

  #bury({ id, validation_id, kind, try: nth }: ValidationOrder): void {
    const outcome: Outcome = { state: "errored", reason: { code: "given_up", message: "given up" } };
    if (!this.ended.has(id)) this.ended.set(id, null);
    if (kind === "report") this.outside.reported(validation_id, false);
    const fact = { type: "step.ended" as const, id: `${id}.dead`, validation_id, kind, try: nth, outcome };
    this.#world.post.put({ fact, at: this.#world.now });
  }

  /** GitHub's limits keep a step for a while: the project hears of it, and the message comes again afterwards. */
  #stalled(order: ValidationOrder | RunOrder, dice: Dice): boolean {
    const world = this.#world;
    const times = this.#stalls.get(order.id) ?? 0;
    if (times > 2 || !world.fails(0.04, dice)) return false;
    this.#stalls.set(order.id, times + 1);
    const until = world.now + Math.floor(dice() * 40 * 60_000);
    const stall = { code: "github_rate_limited", message: "GitHub's limit is reached", until };
    world.tellSoon(waitOf(order, { id: `${order.id}.waits.${times}`, stall }), dice);
    world.post.put({ order, at: until });
    return true;
  }
}

function isGate(kind: StepKind): boolean {
  return (GATE_KINDS as readonly StepKind[]).includes(kind) || kind === BESIDE || kind === "merge";
}

function isAwaited({ kind, try: nth }: ValidationOrder, row: Validation): boolean {
  const { current, analyzing, merging } = row;
  if (kind === "merge") return merging === nth;
  return kind === BESIDE ? analyzing === nth : current?.kind === kind && current.try === nth;
}
