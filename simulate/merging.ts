/** The real merge step against the GitHub of this world: it may die between any two of its calls, and is visited again. */
import type { ValidationOrder } from "../models/step.ts";
import type { Validation } from "../models/validation.ts";
import { confirmMerge } from "../workers/project/merging.ts";
import { NotSent, wasNotAsked } from "../workers/providers/github/index.ts";
import { type MergeWorld, mergeHead, type Progress } from "../workers/steps/merge-head.ts";
import { Checks } from "./checks.ts";
import { type Dice, oneOf } from "./dice.ts";
import type { GitHub } from "./github.ts";
import { ANSWERED_MS, Putting } from "./putting.ts";
import type { Steps } from "./steps.ts";
import { type Call, Visit } from "./visit.ts";
import type { World } from "./world.ts";

/** A host ends whatever takes longer, in ms. */
const KILLED_AFTER_MS = 4 * 60_000;
/** A lane that nobody renewed is free after this, in ms. */
const LANE_MS = 5 * 60_000;

export class Merging {
  readonly #world: World;
  readonly #steps: Steps;
  readonly checks: Checks;
  readonly putting: Putting;
  readonly #visits: Visit[] = [];
  /** What each step remembered. */
  readonly #memos = new Map<string, Progress>();
  /** How often each was visited: only the newest visit may write. */
  readonly #nth = new Map<string, number>();
  readonly #lanes = new Map<string, { visit: Visit; until: number }>();
  #dice: Dice = () => 0.5;

  constructor(world: World, steps: Steps) {
    this.#world = world;
    this.#steps = steps;
    this.checks = new Checks(world.setup.faults > 0);
    this.putting = new Putting(world, this.checks);
  }

  get idle(): boolean {
    return this.#visits.length === 0;
  }

  get #github(): GitHub {
    return this.#world.github;
  }

  begin(order: ValidationOrder, row: Validation): void {
    const { wishes, setup, now } = this.#world;
    const nth = (this.#nth.get(order.id) ?? 0) + 1;
    this.#nth.set(order.id, nth);
    const visit = new Visit(order, row, wishes, now, nth);
    const project = {
      auto_merge_enabled: wishes.auto_merge,
      dry_run: wishes.dry_run,
      merge_method: setup.method,
      paused_by: wishes.paused ? "mira" : null,
      require_up_to_date: setup.up_to_date,
      repo_id: this.#github.repo_id,
    };
    this.#visits.push(visit);
    visit.run(mergeHead(this.#worldOf(visit), { validation: row, project }, this.#memos.get(order.id) ?? {}));
  }

  #worldOf(visit: Visit): MergeWorld {
    const { order, row } = visit;
    const github = this.#github;
    return {
      readPull: () =>
        visit.call("readPull", () => {
          const live = this.#read(row.pr_number);
          visit.read = live;
          return live;
        }),
      tipOf: (branch) =>
        visit.call("tipOf", () => {
          visit.tip = github.tip(branch);
          return visit.tip;
        }),
      checksOf: (live) =>
        visit.call("checksOf", () => {
          const others = this.checks.on(row.head_sha, this.#world.now);
          visit.others = others;
          return { required: this.checks.requiredOn(live.base_ref), others, own: this.checks.own() };
        }),
      requestMerge: (request, leave_by) =>
        visit.call("requestMerge", () => {
          if (this.#world.now > leave_by + ANSWERED_MS) throw new NotSent("It did not leave in time");
          return this.putting.put(visit, request, this.#dice);
        }),
      contains: (branch, sha) =>
        visit.call("contains", () => github.commits.contains(github.tip(branch), sha)),
      commit: (sha) =>
        visit.call("commit", () => ({
          tree: github.commits.treeOf(sha),
          parents: [...github.commits.find(sha).parents],
        })),
      plan: () => visit.call("plan", () => null),
      tested: () => visit.call("tested", () => ({ tree_sha: this.#tested(row.id) })),
      isWanted: () =>
        visit.call("isWanted", () => {
          const { object, state, now } = this.#world;
          const fact = {
            type: "merge.asks" as const,
            id: this.#world.name("asks"),
            validation_id: order.validation_id,
            try: order.try,
          };
          const wanted = confirmMerge(state, fact, now).refused === undefined;
          if (wanted) object.tell(fact, now);
          return wanted;
        }),
      remember: (progress) =>
        visit.call("remember", () => {
          if (!this.#isAt(visit)) return false;
          visit.remembered = progress.requests > 0;
          if (visit.remembered) this.putting.claimed.add(order.id);
          this.#memos.set(order.id, progress);
          return true;
        }),
      takeLane: (base) =>
        visit.call("takeLane", () => {
          visit.lane = this.#take(base, visit);
          return visit.lane;
        }),
      freeLane: (base) => visit.call("freeLane", () => this.#free(base, visit)),
      now: () => this.#world.now,
    };
  }

  #read(number: number) {
    const pull = this.#github.read(number, this.#dice);
    const live = this.#github.find(number);
    if (pull === null || live === undefined) return null;
    const merge_commit_sha = this.#github.mergedAs(number);
    const tested = this.#github.testMerge(live);
    return { ...pull, ...(pull.merged ? { mergeable: null, merge_commit_sha } : tested) };
  }

  #tested(id: string): string | null {
    const sha = this.#steps.gate.laidLast(id)?.sha;
    return sha === undefined ? null : this.#github.commits.treeOf(sha);
  }

  #isAt({ order, nth }: Visit): boolean {
    return this.#nth.get(order.id) === nth && !this.#steps.ended.has(order.id);
  }

  #take(base: string, visit: Visit): boolean {
    const { now } = this.#world;
    const lane = this.#lanes.get(base);
    const mine = lane?.visit.order.id === visit.order.id && lane.visit.nth <= visit.nth;
    const taken = lane !== undefined && !mine && lane.until >= now;
    // A project that shares the repository is at it.
    if (taken || this.#world.fails(0.03)) return false;
    this.#lanes.set(base, { visit, until: now + LANE_MS });
    return true;
  }

  #free(base: string, visit: Visit): void {
    if (this.#lanes.get(base)?.visit === visit) this.#lanes.delete(base);
  }

  /** Lets some visit go on, by one call or by several. */
  async advance(dice: Dice): Promise<void> {
    if (this.idle) return;
    const visit = oneOf(dice, this.#visits);
    const calls = this.#world.calm ? 100 : 1 + Math.floor(dice() * dice() * 16);
    for (let nth = 0; nth < calls && this.#visits.includes(visit); nth++) await this.#step(visit, dice);
  }

  async #step(visit: Visit, dice: Dice): Promise<void> {
    this.#dice = dice;
    await visit.settle();
    const world = this.#world;
    if (visit.end !== null) return this.#finish(visit, dice);
    const index = Math.floor(dice() * visit.calls.length);
    const call = visit.calls[index];
    if (call === undefined) return;
    const late = world.now - visit.began_at > KILLED_AFTER_MS && !world.calm;
    if (late || world.dies(0.02)) return this.#kill(visit);
    this.#answer(visit, call, index, dice);
    if (world.dies(0.02)) this.#kill(visit);
    else {
      await visit.settle();
      if (visit.end !== null) this.#finish(visit, dice);
    }
  }

  #answer(visit: Visit, call: Call, index: number, dice: Dice): void {
    const world = this.#world;
    world.pass(Math.floor(dice() * 300));
    world.history.add(() => `${visit.order.id} calls ${call.name}`);
    if (call.name !== "requestMerge" && world.fails(0.02, dice)) {
      visit.calls.splice(index, 1);
      call.reject(new Error(`${call.name}: 502`));
      return;
    }
    const slow = call.made === null && world.fails(0.3, dice);
    try {
      call.made ??= { answer: call.act() };
    } catch (error) {
      if (!(error instanceof NotSent)) throw error;
      visit.calls.splice(index, 1);
      call.reject(error);
      return;
    }
    if (slow) return;
    visit.calls.splice(index, 1);
    call.resolve(call.made.answer);
  }

  /** Nothing that it still waits for is ever answered; the queue delivers its message again. */
  #kill(visit: Visit): void {
    this.#drop(visit);
    this.#world.history.add(() => `${visit.order.id} was killed`);
    this.#world.post.put({ order: visit.order, at: this.#world.now });
  }

  #drop(visit: Visit): void {
    this.#visits.splice(this.#visits.indexOf(visit), 1);
    this.putting.left(visit);
  }

  #finish(visit: Visit, dice: Dice) {
    const { order, end } = visit;
    const world = this.#world;
    this.#drop(visit);
    if (end === null || "error" in end) {
      if (end !== null && !wasNotAsked(end.error) && !/: 502$/.test(String(end.error))) throw end.error;
      return world.post.put({ order, at: world.now + 2_000 });
    }
    const ended = end.visit;
    // Another visit of this order is at it: this one ends and writes nothing.
    if (!this.#isAt(visit)) return world.history.add(() => `${order.id} was overtaken`);
    if ("again_s" in ended) {
      this.#memos.set(order.id, ended.memo);
      return world.post.put({ order, at: world.now + ended.again_s * 1_000 });
    }
    const { merge } = ended;
    this.putting.ended(visit, merge);
    const good = merge.state === "merged" || merge.state === "rehearsed";
    world.history.add(() => `${order.id} ends ${merge.state} ${merge.reasons[0]?.code ?? ""}`);
    const outcome = {
      state: good ? ("passed" as const) : ("failed" as const),
      reason: merge.reasons[0] ?? null,
      merge,
    };
    this.#steps.end(order, outcome, dice);
  }
}
