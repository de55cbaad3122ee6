/** What must hold after every decision, whatever happened before. */
import type { Fact } from "../../models/fact.ts";
import type { Pull } from "../../models/pull.ts";
import type { StepKind, ValidationOrder } from "../../models/step.ts";
import type { Validation } from "../../models/validation.ts";
import type { Decision } from "./decision.ts";
import { alike, must, Violation } from "./must.fixture.ts";
import { RunInvariants } from "./run-invariants.fixture.ts";
import { isHeld, isTerminal, latestOf, nextDue, type State } from "./state.ts";

/** What is said once about a validation and never otherwise. */
const frozen = ({ state, reason, head_sha, base_ref, base_sha, attempt }: Validation) =>
  JSON.stringify({ state, reason, head_sha, base_ref, base_sha, attempt });
const named = ({ head_sha, base_ref, base_sha, attempt }: Validation) =>
  JSON.stringify({ head_sha, base_ref, base_sha, attempt });

export class Invariants {
  readonly #runs = new RunInvariants();
  readonly #known = new Map<string, Validation>();
  readonly #forgotten = new Set<string>();
  readonly #orders = new Set<string>();
  /** Reports that were ordered and not heard of. */
  readonly #reporting = new Map<string, number>();
  /** Sandboxes made and not released: `validation try`. */
  readonly #sandboxes = new Set<string>();
  /** Every end that was heard: `validation try kind`. */
  readonly #ended = new Map<string, string>();
  /** Merges of which GitHub's answer was heard: `validation try`. */
  readonly #answered = new Set<string>();
  /** Tries of which the judge said that a person must decide: `validation try`. */
  readonly #holds = new Set<string>();
  readonly #required = new Map<string, StepKind[]>();
  /** Validations whose success stands in their check run. */
  readonly #written = new Set<string>();

  known(id: string): Validation {
    const validation = this.#known.get(id);
    if (validation === undefined) throw new Violation(`an order for ${id}, which never was`);
    return validation;
  }

  /** A decision on the part of the state that a fact can touch is the decision on all of it. */
  same(part: Decision, whole: Decision): void {
    const same =
      alike(part.state.validations, whole.state.validations) &&
      alike(part.state.runs, whole.state.runs) &&
      JSON.stringify([part.steps, part.refused]) === JSON.stringify([whole.steps, whole.refused]);
    must(same, "a part of the state led to another decision than the whole");
  }

  /** Runs were followed to where their pull requests are: doing it once more does nothing. */
  settled({ steps, events }: Decision): void {
    must(steps.length + events.length === 0, `${steps[0]?.id ?? events[0]?.type} came only of a second look`);
  }

  check(before: State, fact: Fact, decision: Decision, now: number): void {
    const { state, steps } = decision;
    this.#runs.check(before, fact, decision, now);
    if (fact.type === "step.ended") this.#hear(before, fact, decision);
    for (const order of steps) {
      must(!this.#orders.has(order.id), `${order.id} was ordered twice`);
      this.#orders.add(order.id);
      if ("validation_id" in order) this.#ordered(state, order);
      if (order.kind === "merge") becauseOf(fact, order.try, this.#written.has(order.validation_id));
    }
    for (const [id, { merge_state }] of this.#known) {
      if (state.validations[id] !== undefined || this.#forgotten.has(id)) continue;
      must(merge_state !== "pending", `${id} was forgotten while its merge is pending`);
      this.#forgotten.add(id);
    }
    for (const { number, read_at } of Object.values(before.pulls)) {
      must((state.pulls[number]?.read_at ?? -1) >= read_at, `an older read of #${number} was believed`);
    }
    const active = new Set<number>();
    for (const validation of Object.values(state.validations)) {
      this.#one(before, state, validation);
      if (isTerminal(validation)) continue;
      must(!active.has(validation.pr_number), `two validations of #${validation.pr_number} are active`);
      active.add(validation.pr_number);
    }
  }

  #hear(before: State, fact: Extract<Fact, { type: "step.ended" }>, { state, steps }: Decision): void {
    const { validation_id, kind, outcome } = fact;
    const known = before.validations[validation_id];
    const awaited = known?.current?.kind === kind && known.current.try === fact.try;
    const reported = kind === "report" && known?.reporting === fact.try;
    const answered = kind === "merge" && known?.merge_state === "pending" && known.merge_tries === fact.try;
    const analyzed = kind === "analyze" && known?.analyzing === fact.try;
    if (!awaited && !reported && !answered && !analyzed) {
      must(steps.length === 0, `${kind} of ${validation_id} was not awaited and ordered ${steps[0]?.id}`);
      const now = state.validations[validation_id];
      must(now === undefined || now === known, `${kind} of ${validation_id} was not awaited and changed it`);
    }
    if (answered) this.#answered.add(`${validation_id} ${fact.try}`);
    if (awaited) this.#ended.set(`${validation_id} ${fact.try} ${kind}`, outcome.state);
    if (awaited && kind === "snapshot" && outcome.required !== undefined) {
      this.#required.set(validation_id, outcome.required);
    }
    if (awaited && kind === "judge" && outcome.hold != null) this.#holds.add(`${validation_id} ${fact.try}`);
    if (kind === "report" && this.#reporting.get(validation_id) === fact.try)
      this.#reporting.delete(validation_id);
    if (reported && known.state === "passed" && outcome.state === "passed") this.#written.add(validation_id);
  }

  #ordered(state: State, { kind, validation_id, try: nth, project_id }: ValidationOrder): void {
    const validation = state.validations[validation_id];
    must(validation !== undefined && validation.project_id === project_id, `${kind} for nobody`);
    const place = `${validation_id} ${nth}`;
    if (kind === "snapshot") {
      this.#sandboxes.add(place);
      must(nth <= 3, `${validation_id} began a fourth time`);
      if (nth === 1) mayRun(state, validation);
    }
    if (kind === "release") this.#sandboxes.delete(place);
    if (kind === "report") {
      must(!this.#reporting.has(validation_id), `two reports of ${validation_id} are under way`);
      this.#reporting.set(validation_id, nth);
    }
    if (kind === "merge") {
      const pull = state.pulls[validation.pr_number];
      must(validation.state === "passed", `a merge of ${validation_id}, which is ${validation.state}`);
      must(pull?.state === "open", `a merge of #${validation.pr_number}, which is not open`);
      must(pull.head_sha === validation.head_sha, `a merge of ${validation_id}, whose head moved`);
      must(pull.base_ref === validation.base_ref, `a merge of ${validation_id}, whose base changed`);
      must(
        latestOf(state, pull)?.id === validation_id,
        `a merge of ${validation_id}, which is not the newest`,
      );
      must(!isHeld(validation), `a merge of ${validation_id}, which waits for a person`);
      must(!hasHeldTwin(state, validation), `a merge of ${validation_id}, whose twin waits for a person`);
      must(state.settings?.auto_merge === true, "a merge that nobody wants");
      must(
        !pull.draft && pull.head_repo_id === pull.base_repo_id,
        `a merge of a draft or a fork: ${validation_id}`,
      );
    } else if (kind === "analyze") {
      must(state.settings?.removed === false, `${kind} for a removed project`);
      must(validation.analyzing === nth && validation.current?.try === nth, `${kind} is not awaited`);
      must(this.#ended.get(`${place} snapshot`) === "passed", `${kind} of ${place} before its snapshot`);
    } else if (kind !== "report" && kind !== "release") {
      must(state.settings?.removed === false, `${kind} for a removed project`);
      must(validation.current?.kind === kind && validation.current.try === nth, `${kind} is not awaited`);
    }
  }

  #one(before: State, state: State, validation: Validation): void {
    const { id, current, deadline_at, merge_state } = validation;
    const known = this.#known.get(id);
    must(!this.#forgotten.has(id), `${id} came back after it was forgotten`);
    if (known !== undefined && known !== validation) {
      must(named(known) === named(validation), `${id} names another commit now`);
      const same = !isTerminal(known) || frozen(known) === frozen(validation);
      must(same, `${id} was ${known.state} and changed`);
    }
    this.#known.set(id, validation);
    const pull = state.pulls[validation.pr_number];
    if (validation.state === "passed" && pull?.state === "open" && pull.validation_id === id)
      must(
        !hasHeldTwin(state, validation) || validation.twin !== null,
        `${id} is green, and its twin waits for a person`,
      );
    if (validation.state === "passed" && before.validations[id]?.state !== "passed")
      this.#proven(before, state, id);
    const lost = validation.merge_reasons.some(({ code }) => code === "merge_lost");
    const answered = this.#answered.has(`${id} ${validation.merge_tries}`);
    must(!lost || !answered, `${id} waited for an answer to its merge that was heard before`);
    if (isTerminal(validation)) must(current === null, `${id} is over and still waits for a step`);
    else must(current !== null && deadline_at > 0 && current.deadline_at > 0, `${id} has no deadline`);
    if (!isTerminal(validation) || merge_state === "pending")
      must(nextDue(state) !== null, `${id} could wait for ever`);
  }

  /** All that is required, and the judge, were heard to pass in the very try that passed. */
  #proven(before: State, after: State, id: string): void {
    const nth = before.validations[id]?.current?.try;
    const required = this.#required.get(id) ?? [];
    must(required.length > 0, `${id} passed without a list of what is required`);
    // The judge waits for the analysis; that it could not run holds the merge, and fails nothing.
    for (const kind of [...required.filter((one) => one !== "analyze"), "judge"]) {
      must(this.#ended.get(`${id} ${nth} ${kind}`) === "passed", `${id} passed without ${kind}`);
    }
    const hold = after.validations[id]?.hold ?? null;
    const asked = this.#holds.has(`${id} ${nth}`);
    // Besides the judge only a run that stopped asks for a person.
    must(
      asked ? hold !== null : hold === null || hold.code === "needs_human",
      `${id}: ${hold?.code}, asked ${asked}`,
    );
  }

  /** GitHub merged a commit because of a validation. */
  merged(id: string, sha: string): void {
    const validation = this.known(id);
    must(validation.state === "passed" && validation.head_sha === sha, `${sha} was merged without proof`);
  }

  atRest(state: State, live: readonly Pull[], merged: ReadonlySet<number>): void {
    this.#runs.atRest(state, merged);
    for (const place of this.#sandboxes) throw new Violation(`the sandbox of ${place} was never released`);
    for (const validation of Object.values(state.validations)) {
      const { id, pr_number, state: reached, merge_state, merge_reasons, twin } = validation;
      must(
        ["passed", "failed", "errored", "timed_out", "superseded", "cancelled"].includes(reached),
        `${id} is stuck ${reached}`,
      );
      must(merge_state !== "pending", `${id} is stuck with its merge pending`);
      const waits = merge_state === "blocked" && merge_reasons.some(({ code }) => code === "twin_held");
      const pull = state.pulls[pr_number];
      // One that is held back, or stands on another base by now, is not merged by this validation anyway.
      const wanted = pull?.state === "open" && pull.blocked === null && pull.base_ref === validation.base_ref;
      const newest = wanted && pull.validation_id === id;
      must(!waits || !newest || twin !== null, `${id} still waits for a twin that is held no more`);
    }
    const { settings } = state;
    if (settings === null || settings.removed || !settings.validation) return;
    for (const pull of live) {
      if (pull.state === "closed" || pull.draft || pull.head_repo_id !== pull.base_repo_id) continue;
      const known = state.pulls[pull.number];
      const newest = known === undefined ? null : latestOf(state, known);
      must(newest !== null, `#${pull.number} is open and was never validated`);
      must(newest.head_sha === pull.head_sha, `the newest validation of #${pull.number} is of an old head`);
      must(newest.base_ref === pull.base_ref, `the newest validation of #${pull.number} is of an old base`);
      const asked = newest.state !== "cancelled" || newest.reason?.code === "cancelled";
      must(newest.state !== "superseded" && asked, `#${pull.number} is open and its head has no result`);
    }
  }
}

/** Whether a person is asked about the same head into the same base in another open pull request. */
function hasHeldTwin(state: State, { pr_number, head_sha, base_ref }: Validation): boolean {
  return Object.values(state.pulls).some((pull) => {
    const same = pull.head_sha === head_sha && pull.base_ref === base_ref && pull.number !== pr_number;
    const newest = latestOf(state, pull);
    const asks = newest?.head_sha === head_sha && newest.base_ref === base_ref && isHeld(newest);
    return same && pull.state === "open" && asks;
  });
}

/** Nothing of a fork, a draft or a closed pull request begins to run. */
function mayRun(state: State, { pr_number, id }: Validation): void {
  const pull = state.pulls[pr_number];
  must(pull?.state === "open" && !pull.draft, `${id} began although #${pr_number} is closed or a draft`);
  must(pull.head_repo_id === pull.base_repo_id, `${id} began although #${pr_number} comes from a fork`);
}

/** A merge follows the report of success, and waits for the clock or for GitHub: it never comes of a look of our own. */
function becauseOf(fact: Fact, nth: number, written: boolean): void {
  const reported = fact.type === "step.ended" && fact.kind === "report" && nth === 1;
  const told = fact.type === "pull.observed" && fact.delivery_id !== null;
  must(written, `merge ${nth} was ordered before its success was reported`);
  must(reported || fact.type === "time.passed" || told, `merge ${nth} was ordered because of ${fact.type}`);
}
