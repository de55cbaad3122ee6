/** What must hold of merges and their queues, after every decision. */
import type { Fact } from "../models/fact.ts";
import { hasPassed, type Validation } from "../models/validation.ts";
import type { Decision } from "../workers/project/decision.ts";
import { isHeld, isTerminal, latestOf, type State } from "../workers/project/state.ts";
import { must } from "./must.ts";
import { isGreen } from "./outside.ts";
import type { World } from "./world.ts";

export class LaneInvariants {
  readonly #world: World;
  /** Pull requests that a person keeps from their merge. */
  readonly #held = new Set<number>();
  /** Pull requests of which nobody knows whether they were merged, and no person looked since. */
  readonly #unknown = new Set<number>();
  /** Validations that a person took out of the queue. */
  readonly #removed = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  /** What people ask counts at once. */
  hear(before: State, fact: Fact, state: State): void {
    if (fact.type === "queue.asked") this.#ask(before, fact, state);
    if (fact.type === "approve.asked") {
      this.#unknown.delete(before.validations[fact.validation_id]?.pr_number ?? -1);
    }
    if (fact.type === "run.retry.asked") this.#unknown.delete(before.runs[fact.run_id]?.pr_number ?? -1);
    this.#decide(before, fact);
  }

  check(before: State, { state }: Decision): void {
    for (const { id, pr_number, merge_state } of Object.values(state.validations))
      if (merge_state === "unknown" && before.validations[id]?.merge_state !== "unknown")
        this.#unknown.add(pr_number);
    const merging = new Set<string>();
    for (const { id, base_ref, merging: nth, merge_state } of Object.values(state.validations)) {
      if (nth === null || merge_state !== "pending") continue;
      must(!merging.has(base_ref), `${id} is merged beside another one into ${base_ref}`, "false merge");
      merging.add(base_ref);
    }
    this.#twins(before, state);
  }

  /** What is green for one of two twins is green for both. */
  #twins(before: State, state: State): void {
    if (before.validations === state.validations && before.pulls === state.pulls) return;
    for (const pull of Object.values(state.pulls)) {
      const latest = pull.state === "open" ? latestOf(state, pull) : null;
      if (latest === null || !hasPassed(latest) || latest.twin !== null) continue;
      must(
        !hasHeldTwin(state, latest),
        `${latest.id} is green, and its twin waits for a person`,
        "false merge",
      );
    }
  }

  #ask(before: State, { pr_number, action }: Extract<Fact, { type: "queue.asked" }>, state: State): void {
    const id = before.pulls[pr_number]?.validation_id ?? "";
    const free = before.validations[id]?.merging == null || action === "release";
    must(free, `${action} of #${pr_number} was accepted while its merge is under way`);
    if (action === "hold") this.#held.add(pr_number);
    if (action === "release") this.#held.delete(pr_number);
    if (action === "remove") this.#removed.add(id);
    if (action === "join") this.#removed.delete(id);
    const asked = state.validations[id];
    if (action !== "jump" || asked === undefined) return;
    const { queued_at } = asked;
    // Its day may be over in the same moment.
    if (queued_at === null) return;
    for (const one of placed(state, asked))
      must((one.queued_at ?? 0) > queued_at, `#${pr_number} jumped and is behind ${one.id}`);
  }

  /** A person decided about a pull request: what landed halfway may be asked for once more. */
  #decide(before: State, fact: Fact): void {
    const { decided } = this.#world.steps.merging.putting;
    const { facts } = this.#world.counts;
    if (fact.type === "approve.asked" || fact.type === "retry.asked") {
      const number = before.validations[fact.validation_id]?.pr_number;
      if (number !== undefined) decided.set(number, facts);
    }
    if (fact.type === "queue.asked") decided.set(fact.pr_number, facts);
  }

  /** A merge is ordered. */
  mayMerge(state: State, validation: Validation, nth: number): void {
    const { id, pr_number, merging } = validation;
    const pull = state.pulls[pr_number];
    const what = `a merge of ${id}`;
    const wrong = "false merge";
    must(hasPassed(validation), `${what}, which is ${validation.state}`, wrong);
    must(merging === nth, `${what}, which is not awaited`, wrong);
    must(pull?.state === "open" && !pull.draft, `${what}, and #${pr_number} is not open and ready`, wrong);
    must(pull.head_sha === validation.head_sha, `${what}, whose head moved`, wrong);
    must(pull.base_ref === validation.base_ref, `${what}, whose base changed`, wrong);
    must(latestOf(state, pull)?.id === id, `${what}, which is not the newest`, wrong);
    must(!isHeld(validation), `${what}, which waits for a person`, wrong);
    const judged = validation.state === "passed" && !validation.from_fork;
    must(judged || validation.approved_by !== null, `${what}, which nobody approved`, wrong);
    must(!hasHeldTwin(state, validation), `${what}, whose twin waits for a person`, wrong);
    const { settings } = state;
    must(settings?.auto_merge === true && !settings.removed, `${what}, which nobody wants`, wrong);
    must(settings.paused !== true, `${what}, and the project is paused`, wrong);
    must(!this.#held.has(pr_number), `${what}, which a person holds`, wrong);
    must(!this.#unknown.has(pr_number), `${what}, and nobody knows what became of the last`, wrong);
    must(!this.#removed.has(id), `${what}, which a person took out of the queue`, wrong);
    const said = this.#world.steps.outside.checks.get(id);
    must(isGreen(said), `${what}, whose check run says: ${said}`, wrong);
    for (const one of placed(state, validation)) {
      if (this.#held.has(one.pr_number)) continue;
      must((one.queued_at ?? 0) >= (validation.queued_at ?? 0), `${what} before ${one.id}`);
    }
  }
}

/** Whatever else has a place in the queue of the same base. */
function placed(state: State, { id, base_ref }: Validation): Validation[] {
  return Object.values(state.validations).filter((one) => {
    const pull = state.pulls[one.pr_number];
    const live = pull?.state === "open" && pull.validation_id === one.id && pull.base_ref === base_ref;
    const waits = !isTerminal(one) || one.merge_state === "queued" || one.merge_state === "pending";
    return one.id !== id && one.base_ref === base_ref && one.queued_at !== null && live && waits;
  });
}

/** Whether a person is asked about the same head into the same base in another open pull request. */
export function hasHeldTwin(state: State, { pr_number, head_sha, base_ref }: Validation): boolean {
  return Object.values(state.pulls).some((pull) => {
    if (pull.number === pr_number || pull.state !== "open") return false;
    if (pull.head_sha !== head_sha || pull.base_ref !== base_ref) return false;
    const newest = latestOf(state, pull);
    return newest?.head_sha === head_sha && newest.base_ref === base_ref && isHeld(newest);
  });
}
