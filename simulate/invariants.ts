/** What must hold after every decision, whatever happened before. */
import type { Fact } from "../models/fact.ts";
import type { MarkOrder, StepKind, StepOrder, ValidationOrder } from "../models/step.ts";
import { hasPassed, type Validation } from "../models/validation.ts";
import type { Decision } from "../workers/project/decision.ts";
import { isHeld, isTerminal, nextDue, STEP_DEADLINE_MS, type State } from "../workers/project/state.ts";
import { LaneInvariants } from "./lane-invariants.ts";
import { alike, must, Violation } from "./must.ts";
import { checkRest } from "./rest.ts";
import { RunInvariants } from "./run-invariants.ts";
import { mayRun, Waiting } from "./waiting.ts";
import type { World } from "./world.ts";

/** What a validation names, and never otherwise. */
const NAMES = ["head_sha", "base_ref", "base_sha", "attempt", "from_fork"] as const;
const named = (one: Validation, other: Validation) => NAMES.every((key) => one[key] === other[key]);
const frozen = (one: Validation, other: Validation) =>
  one.state === other.state && one.reason?.code === other.reason?.code;

/** Two writings of one comment lie so far apart at least, in ms. */
const MARKS_APART_MS = 5_000;

type Ended = Extract<Fact, { type: "step.ended" }>;

export class Invariants {
  readonly #world: World;
  readonly runs = new RunInvariants();
  readonly lanes: LaneInvariants;
  readonly waiting = new Waiting();
  readonly known = new Map<string, Validation>();
  readonly #forgotten = new Set<string>();
  /** Orders that were decided, and those that were sent at least once. */
  readonly #orders = new Set<string>();
  readonly #sent = new Set<string>();
  /** Reports and marks that were ordered and not heard of: which one, and when it would be begun. */
  readonly #reporting = new Map<string, { nth: number; at: number }>();
  readonly #marking = new Map<number, { nth: number; at: number; open: boolean }>();
  /** Sandboxes made and not released: `validation try`. */
  readonly #sandboxes = new Set<string>();
  /** Every end that was heard: `validation try kind`. */
  readonly #ended = new Map<string, string>();
  /** Merges of which GitHub's answer was heard: `validation try`. */
  readonly #answered = new Set<string>();
  /** What the judge said of each try. */
  readonly #judged = new Map<string, Ended["outcome"]>();
  readonly #required = new Map<string, StepKind[]>();

  constructor(world: World) {
    this.#world = world;
    this.lanes = new LaneInvariants(world);
  }

  /** A decision on the part of the state that a fact can touch is the decision on all of it. */
  same(fact: Fact, part: Decision, whole: Decision): void {
    const same =
      alike(part.state.validations, whole.state.validations) &&
      alike(part.state.runs, whole.state.runs) &&
      JSON.stringify([part.steps, part.refused]) === JSON.stringify([whole.steps, whole.refused]);
    must(same, `a part of the state led to another decision than the whole on ${fact.type}`);
  }

  sent(order: StepOrder): void {
    must(order.kind === "observe" || this.#orders.has(order.id), `${order.id} was sent and never decided`);
    this.#sent.add(order.id);
  }

  landed(id: string): void {
    must(this.known.has(id), `${id} landed, which never was`, "false merge");
  }

  check(before: State, fact: Fact, decision: Decision, now: number): void {
    const { state, steps } = decision;
    this.runs.check(before, fact, decision, now);
    this.waiting.hear(before, fact, state, now);
    this.lanes.hear(before, fact, state);
    if (fact.type === "step.ended") this.#hear(before, fact, decision);
    if (fact.type === "mark.ended") this.#hearMark(fact);
    for (const order of steps) {
      must(!this.#orders.has(order.id), `${order.id} was ordered twice`, "duplicated effect");
      this.#orders.add(order.id);
      if ("validation_id" in order) this.#ordered(before, state, order, now);
      if (order.kind === "mark") this.#marked(order, now);
    }
    this.lanes.check(before, decision);
    if (before.validations !== state.validations) this.#forget(state);
    for (const { number, read_at } of Object.values(before.pulls)) {
      must((state.pulls[number]?.read_at ?? -1) >= read_at, `an older read of #${number} was believed`);
    }
    const active = new Set<number>();
    for (const validation of Object.values(state.validations)) {
      if (before.validations[validation.id] !== validation) this.#one(before, state, validation);
      if (isTerminal(validation)) continue;
      must(!active.has(validation.pr_number), `two validations of #${validation.pr_number} are active`);
      active.add(validation.pr_number);
    }
  }

  #forget(state: State): void {
    for (const [id, { merge_state }] of this.known) {
      if (state.validations[id] !== undefined || this.#forgotten.has(id)) continue;
      must(merge_state !== "pending", `${id} was forgotten while its merge is pending`);
      this.#forgotten.add(id);
    }
  }

  #hear(before: State, fact: Ended, { state, steps }: Decision): void {
    const { validation_id, kind, outcome } = fact;
    const known = before.validations[validation_id];
    const awaited = known?.current?.kind === kind && known.current.try === fact.try;
    const reported = kind === "report" && known?.reporting === fact.try;
    const answered = kind === "merge" && known?.merge_state === "pending" && known.merging === fact.try;
    const analyzed = kind === "analyze" && known?.analyzing === fact.try;
    if (!awaited && !reported && !answered && !analyzed) {
      must(steps.length === 0, `${kind} of ${validation_id} was not awaited and ordered ${steps[0]?.id}`);
      const now = state.validations[validation_id];
      must(now === undefined || now === known, `${kind} of ${validation_id} was not awaited and changed it`);
    }
    const place = `${validation_id} ${fact.try}`;
    if (answered) this.#answered.add(place);
    if (awaited) this.#ended.set(`${place} ${kind}`, outcome.state);
    if (awaited && kind === "snapshot" && outcome.required !== undefined) {
      this.#required.set(validation_id, outcome.required);
    }
    if (awaited && kind === "judge") this.#judged.set(place, outcome);
    if (kind === "report" && this.#reporting.get(validation_id)?.nth === fact.try)
      this.#reporting.delete(validation_id);
  }

  #hearMark({ pr_number, nth }: Extract<Fact, { type: "mark.ended" }>): void {
    const mark = this.#marking.get(pr_number);
    if (mark?.nth === nth) mark.open = false;
  }

  #marked({ pr_number, nth, delay_s }: MarkOrder, now: number): void {
    const at = now + delay_s * 1_000;
    const last = this.#marking.get(pr_number);
    const lost = last !== undefined && now >= last.at + STEP_DEADLINE_MS.report;
    must(last?.open !== true || lost, `two comments on #${pr_number} are under way`, "duplicated effect");
    must(last === undefined || at >= last.at + MARKS_APART_MS, `two comments on #${pr_number} in a hurry`);
    must(last === undefined || nth > last.nth, `comment ${nth} on #${pr_number} after ${last?.nth}`);
    this.#marking.set(pr_number, { nth, at, open: true });
  }

  #ordered(before: State, state: State, order: ValidationOrder, now: number): void {
    const { kind, validation_id, try: nth, project_id, delay_s } = order;
    const validation = state.validations[validation_id];
    must(validation !== undefined && validation.project_id === project_id, `${kind} for nobody`);
    const place = `${validation_id} ${nth}`;
    if (kind === "snapshot") {
      this.#sandboxes.add(place);
      must(nth <= 3, `${validation_id} began a fourth time`);
      if (nth === 1) mayRun(state, validation, this.waiting);
    }
    if (kind === "release") this.#sandboxes.delete(place);
    if (kind === "report") {
      const last = this.#reporting.get(validation_id);
      const was = before.validations[validation_id];
      const due = Math.max(last?.at ?? 0, was?.reported_at ?? 0) + STEP_DEADLINE_MS.report;
      const lost = last === undefined || now >= due;
      must(lost, `two reports of ${validation_id} are under way`, "duplicated effect");
      this.#reporting.set(validation_id, { nth, at: now + delay_s * 1_000 });
    }
    if (kind === "merge") this.lanes.mayMerge(state, validation, nth);
    else if (kind === "analyze") {
      must(state.settings?.removed === false, `${kind} for a removed project`);
      must(validation.analyzing === nth && validation.current?.try === nth, `${kind} is not awaited`);
      must(this.#ended.get(`${place} snapshot`) === "passed", `${kind} of ${place} before its snapshot`);
    } else if (kind !== "report" && kind !== "release") {
      must(state.settings?.removed === false, `${kind} for a removed project`);
      must(validation.current?.kind === kind && validation.current.try === nth, `${kind} is not awaited`);
    }
  }

  #one(before: State, state: State, validation: Validation): void {
    const { id, current, deadline_at, merge_state, waits } = validation;
    const known = this.known.get(id);
    must(!this.#forgotten.has(id), `${id} came back after it was forgotten`);
    if (known !== undefined) {
      must(named(known, validation), `${id} names another commit now`);
      const same = !isTerminal(known) || frozen(known, validation);
      must(same, `${id} was ${known.state} and changed`);
    }
    this.known.set(id, validation);
    if (hasPassed(validation) && before.validations[id]?.state !== validation.state)
      this.#proven(before, state, id);
    const lost = validation.merge_reasons.some(({ code }) => code === "merge_lost");
    const answered = this.#answered.has(`${id} ${validation.merge_tries}`);
    must(!lost || !answered, `${id} waited for an answer to its merge that was heard before`, "lost event");
    if (isTerminal(validation)) must(current === null, `${id} is over and still waits for a step`);
    else {
      const bound = deadline_at > 0 && (waits !== null || (current !== null && current.deadline_at > 0));
      must(bound, `${id} has no deadline`, "stuck validation");
    }
    const { merging, green, twin } = validation;
    const mayBeGreen = hasPassed(validation) && !isHeld(validation) && twin === null;
    must(!green || mayBeGreen, `${id} counts as green, and a person is asked about it`, "false merge");
    must(merging === null || merge_state === "pending", `${id} is ${merge_state} and still being merged`);
    if (!isTerminal(validation) || merge_state === "pending" || merge_state === "queued")
      must(nextDue(state) !== null, `${id} could wait for ever`, "stuck validation");
    must(merge_state !== "blocked" || validation.merge_reasons.length > 0, `${id} is blocked by nothing`);
  }

  /** All that is required, and the judge, were heard to pass in the very try that passed. */
  #proven(before: State, after: State, id: string): void {
    const nth = before.validations[id]?.current?.try;
    const required = this.#required.get(id) ?? [];
    const wrong = "false merge";
    must(required.length > 0, `${id} passed without a list of what is required`, wrong);
    // The judge waits for the analysis; that it could not run holds the merge, and fails nothing.
    for (const kind of [...required.filter((one) => one !== "analyze"), "judge"]) {
      must(this.#ended.get(`${id} ${nth} ${kind}`) === "passed", `${id} passed without ${kind}`, wrong);
    }
    const { hold = null, state, from_fork, approved_by, requeues = 0 } = after.validations[id] ?? {};
    const judged = this.#judged.get(`${id} ${nth}`);
    const flaky = judged?.flaky != null && !judged.flaky.quarantined;
    must(flaky === (state === "passed_flaky"), `${id} is ${state}, flaky ${flaky}`, wrong);
    // What was approved, and is only tested anew because its base moved, stays approved.
    must(approved_by == null || requeues > 0, `${id} passed and was approved before`, wrong);
    const asked = judged?.hold != null || flaky || from_fork === true;
    // Besides these only what was left on the pull request asks for a person.
    const left = hold === null || hold.code === "needs_human" || hold.code === "merge_unknown";
    must(asked ? hold !== null : left, `${id}: ${hold?.code}, asked ${asked}`, wrong);
  }

  atRest(): void {
    const { state, github } = this.#world;
    this.runs.atRest(state, github.merged());
    for (const place of this.#sandboxes)
      throw new Violation(`the sandbox of ${place} was never released`, "lost event");
    must(this.#world.object.owes() === 0, "effects that were decided are still owed", "lost event");
    for (const id of this.#orders) must(this.#sent.has(id), `${id} was decided and never sent`, "lost event");
    checkRest(this.#world);
  }
}
