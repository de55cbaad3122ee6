/** What must hold of runs after every decision, whatever happened before. */
import type { Fact } from "../models/fact.ts";
import type { Run } from "../models/run.ts";
import type { RunOrder, StepOrder } from "../models/step.ts";
import type { Validation } from "../models/validation.ts";
import type { Decision } from "../workers/project/decision.ts";
import { EMPTY, nextDue, type State } from "../workers/project/state.ts";
import { must, same, Violation } from "./must.ts";

/** Stops after which the gate may go on to merge: said here once more, so that a change of it is noticed. */
const HARMLESS = [
  ...["infrastructure", "validation_failed", "validation_cancelled", "deadline", "human_push"],
  ...["merge_held", "merge_blocked"],
];
const OVER = ["completed", "failed", "cancelled"];
const WAITING = ["awaiting_confirmation", "needs_human", ...OVER];
const AWAITED = ["turn", "push", "diagnose"];

type Ended = Extract<Fact, { type: "run.step.ended" }>;

export class RunInvariants {
  readonly #known = new Map<string, Run>();
  /** Turns that were ordered and not tidied. */
  readonly #open = new Set<string>();
  readonly #tidied = new Set<string>();
  /** Commits that each run may build on: its own, and those it was asked to take over. */
  readonly #own = new Map<string, Set<string>>();
  /** Repairs since the last go, and turns that carried out a plan. */
  readonly #repairs = new Map<string, number>();
  readonly #writes = new Map<string, number>();
  /** Heads of pull requests that a run left for a person to decide about. */
  readonly #held = new Map<number, { heads: readonly string[]; why: string }>();
  /** Pull requests for which a person asked for a run. */
  readonly #given = new Set<number>();
  /** What had been used when another go was asked for. */
  readonly #free = new Map<string, number>();

  check(before: State, fact: Fact, { state, steps }: Decision, now: number): void {
    if (fact.type === "run.asked" && fact.run.pr_number !== null) this.#given.add(fact.run.pr_number);
    if (fact.type === "run.step.ended" || fact.type === "turn.waits") this.#hear(before, fact, state, steps);
    for (const run of Object.values(state.runs)) this.#learn(before.runs[run.id], run, fact, state);
    this.#holding(before, fact, state);
    for (const step of steps) {
      if ("run_id" in step) this.#ordered(before, state, fact, step, now);
      if (step.kind === "merge") this.#mayMerge(state, step.validation_id);
    }
    for (const run of Object.values(state.runs)) this.#one(before, fact, state, run, steps);
  }

  /** What was not awaited changes nothing. */
  #hear(
    before: State,
    fact: Extract<Fact, { run_id: string; nth: number }>,
    state: State,
    steps: StepOrder[],
  ) {
    const { run_id, nth } = fact;
    const current = before.runs[run_id]?.current;
    const kind = fact.type === "turn.waits" ? "turn" : fact.kind;
    const newest = fact.type !== "turn.waits" || fact.visit === current?.visit;
    if (current?.kind === kind && current.nth === nth && newest) return;
    must(steps.length === 0, `${kind} ${nth} of ${run_id} was not awaited and ordered ${steps[0]?.id}`);
    const changed = Object.values(state.runs).find((run) => !same(before.runs[run.id], run));
    must(changed === undefined, `${kind} ${nth} of ${run_id} was not awaited and changed ${changed?.id}`);
  }

  /** Which commits are the run's, as the facts have it. */
  #learn(before: Run | undefined, run: Run, fact: Fact, state: State): void {
    if (before === run || OVER.includes(run.phase)) return;
    const { id, heads } = run;
    const own = this.#own.get(id) ?? new Set();
    const ended = fact.type === "run.step.ended" && fact.run_id === id ? fact.outcome : null;
    for (const sha of [ended?.commit_sha, ended?.head_sha]) if (sha != null) own.add(sha);
    const went = fact.type === "run.retry.asked" && fact.run_id === id;
    if (went) {
      this.#repairs.set(id, 0);
      this.#writes.set(id, 0);
      this.#free.set(id, used(before));
    }
    // The first head after it was asked for, whoever made it; and of who follows or pushes by itself, every one.
    const takes = before === undefined || before.heads.length === 0 || went || run.agent !== "custom";
    const last = heads.at(-1);
    if (takes && last !== undefined) own.add(last);
    // What stood on the branch before what stands there now is not its own any more.
    const live = state.pulls[run.pr_number ?? -1]?.head_sha ?? "";
    const made = [...own];
    this.#own.set(id, own.has(live) ? new Set(made.slice(made.indexOf(live))) : own);
    for (const head of heads)
      must(this.#own.get(id)?.has(head) === true, `${id} takes ${head.slice(0, 12)} for its own`);
  }

  /** What runs that stopped leave behind, until a person decides: it outlives them. */
  #holding(before: State, fact: Fact, state: State): void {
    if (fact.type === "approve.asked")
      this.#held.delete(before.validations[fact.validation_id]?.pr_number ?? -1);
    if (fact.type === "run.retry.asked") this.#held.delete(before.runs[fact.run_id]?.pr_number ?? -1);
    for (const { id, phase, reason, pr_number, heads } of Object.values(state.runs)) {
      const code = reason?.code ?? "";
      const stops = phase === "needs_human" ? !HARMLESS.includes(code) : code === "stopped";
      if (before.runs[id]?.phase !== phase && stops && pr_number !== null)
        this.#held.set(pr_number, { heads, why: `${id} is ${phase}: ${code}` });
    }
  }

  /** Nothing of a run that asks for a person, or was stopped, is merged without one. */
  #mayMerge(state: State, validation_id: string): void {
    const validation = state.validations[validation_id];
    for (const run of Object.values(state.runs)) this.#unplanned(state, run, validation);
    const held = this.#held.get(validation?.pr_number ?? -1);
    if (validation === undefined || held?.heads.includes(validation.head_sha) !== true) return;
    must(validation.approved_by !== null, `a merge although ${held.why}`);
  }

  /** What a vendor opened of itself while a plan is to be made waits for who confirms the plan, whether we were told or not. */
  #unplanned(state: State, run: Run, validation: Validation | undefined): void {
    const { id, current, auto_confirm, created_at } = run;
    if (validation === undefined || current?.purpose !== "plan" || auto_confirm) return;
    // A person gave it to another run meanwhile.
    if (this.#given.has(validation.pr_number)) return;
    const opened = state.pulls[validation.pr_number]?.head_ref === `codegen/${id}`;
    must(
      !opened || validation.approved_by !== null || validation.created_at < created_at,
      `a merge of what ${id} opened instead of a plan`,
    );
  }

  #ordered(before: State, state: State, fact: Fact, order: RunOrder, now: number): void {
    const { run_id, kind, nth, visit } = order;
    const run = state.runs[run_id];
    must(run !== undefined && run.project_id === order.project_id, `${order.id} for nobody`);
    const turn = `${run_id} ${nth}`;
    if (kind === "tidy") {
      must(this.#open.delete(turn), `turn ${turn} was tidied, which is not under way`);
      this.#tidied.add(turn);
    }
    if (!AWAITED.includes(kind)) return;
    const { current, phase } = run;
    must(
      current?.kind === kind && current.nth === nth && current.visit === visit,
      `${order.id} is not awaited`,
    );
    must(!WAITING.includes(phase), `${order.id} although the run is ${phase}`);
    must(state.settings?.removed === false, `${order.id} for a removed project`);
    if (kind === "turn" && visit > 1) {
      must(this.#open.has(turn), `${order.id} looks at a turn that is over`);
      return;
    }
    const was = before.runs[run_id]?.current;
    const over =
      was == null || isEndOf(fact, run_id, was) || (fact.type === "time.passed" && was.deadline_at <= now);
    must(over, `${order.id} was ordered while ${was?.kind} ${was?.nth} is under way`);
    must(current.errors <= 2, `${order.id} is the ${current.errors + 1}th try of the same`);
    this.#mayGoOn(state, run, order);
    if (kind !== "turn") return;
    this.#mayUse(run, now);
    for (const open of this.#open)
      must(!open.startsWith(`${run_id} `), `${order.id} while turn ${open} is open`);
    this.#open.add(turn);
    this.#count(run, before.runs[run_id], fact);
  }

  /** The branch is the run's, as far as anybody saw. */
  #mayGoOn(state: State, run: Run, { id, kind }: RunOrder): void {
    if (run.pr_number === null) return;
    const pull = state.pulls[run.pr_number];
    // A vendor named it in the middle of a turn, and nobody has read it since.
    const unread = run.agent === "codegen" && run.heads.length === 0;
    if (unread && pull === undefined) return;
    must(pull?.state === "open", `${id} for a pull request that is not open`);
    if (unread) return;
    const own = this.#own.get(run.id)?.has(pull.head_sha) === true;
    must(own, `${id} although ${pull.head_sha.slice(0, 12)} is somebody else's`);
    // A push starts where the run left the branch, or is at its end already; all else begins with the newest.
    const from = run.heads.slice(kind === "push" ? -2 : -1);
    must(from.includes(pull.head_sha), `${id} goes on from ${pull.head_sha.slice(0, 12)}`);
  }

  #mayUse(run: Run, now: number): void {
    const { id, limits, ran_ms, active_since } = run;
    const cost = used(run) - (this.#free.get(id) ?? 0);
    must(limits.max_cost_usd === null || cost < limits.max_cost_usd + 1e-9, `${id} used $${cost} already`);
    const ran = ran_ms + now - (active_since ?? now);
    must(ran < limits.max_minutes * 60_000, `${id} ran for ${ran} ms already`);
  }

  #count(run: Run, before: Run | undefined, fact: Fact): void {
    const { id, current, limits } = run;
    if (current?.errors !== 0) return;
    const repairs = (this.#repairs.get(id) ?? 0) + (current.purpose === "repair" ? 1 : 0);
    this.#repairs.set(id, repairs);
    must(repairs <= limits.max_attempts, `${id} repairs ${repairs} times of ${limits.max_attempts}`);
    must(run.attempts === repairs, `${id} counts ${run.attempts} repairs of ${repairs}`);
    if (current.purpose !== "write") return;
    const writes = (this.#writes.get(id) ?? 0) + 1;
    this.#writes.set(id, writes);
    must(writes === 1, `${id} carries out its plan twice`);
    const confirmed = fact.type === "plan.answered" && fact.answer.answer === "confirm";
    const newest = !confirmed || fact.answer.version === before?.plans.at(-1)?.version;
    must(newest, `${id} carries out an old version of its plan`);
    must(confirmed || run.auto_confirm || fact.type === "run.retry.asked", `${id} was not confirmed`);
    must(run.plan_version === run.plans.at(-1)?.version, `${id} carries out another plan than the newest`);
  }

  #one(before: State, fact: Fact, state: State, run: Run, steps: readonly StepOrder[]): void {
    const { id, phase, current, pr_number, issue } = run;
    const known = this.#known.get(id);
    this.#known.set(id, run);
    const over = OVER.includes(phase);
    if (known !== undefined && OVER.includes(known.phase)) {
      must(same(known, run), `${id} was ${known.phase} and changed`);
      return;
    }
    must(used(run) >= used(known) - 1e-9, `${id} forgot what it used`);
    must(
      (run.active_since === null) === WAITING.includes(phase) || phase === "validating",
      `the clock of ${id}`,
    );
    const again = fact.type === "run.retry.asked" && fact.run_id === id;
    must(
      !again ||
        phase !== "needs_human" ||
        run.limits.max_attempts === 0 ||
        ["merge_held", "merge_blocked"].includes(run.reason?.code ?? ""),
      `another go of ${id} went nowhere`,
    );
    must(!over || run.completed_at !== null, `${id} is over and does not say when`);
    const works = ["planning", "executing", "repairing", "pushing", "diagnosing"].includes(phase);
    must(works === (current !== null), `${id} is ${phase} with ${current?.kind ?? "no step"}`);
    const pull = pr_number === null ? undefined : state.pulls[pr_number];
    must(over || pull?.merged !== true, `${id} goes on although #${pr_number} was merged`);
    must(over || pull?.state !== "closed", `${id} goes on although #${pr_number} is closed`);
    must(over || nextDue({ ...EMPTY, runs: { [id]: run } }) !== null, `${id} could wait for ever`);
    if (phase !== "needs_human" || before.runs[id]?.phase === "needs_human") return;
    const waited = before.runs[id]?.current != null;
    must(!waited || run.reason?.code !== "deadline", `${id} gave up a step that it could begin again`);
    must(run.reason !== null, `${id} asks a person and does not say why`);
    const told = steps.filter((step) => step.kind === "summarize" && step.run_id === id).length;
    must(told === (pr_number === null && issue === null ? 0 : 1), `${id} asked a person ${told} times`);
  }

  atRest(state: State, merged: ReadonlySet<number>): void {
    for (const turn of this.#open) throw new Violation(`turn ${turn} was never tidied`);
    for (const { id, phase } of Object.values(state.runs))
      must(OVER.includes(phase), `${id} is stuck ${phase}`);
    for (const { id, phase, pr_number, reason } of this.#known.values()) {
      const early = phase === "cancelled" || phase === "failed";
      must(
        pr_number === null || !merged.has(pr_number) || phase === "completed" || early,
        `${id} is ${phase}`,
      );
      must(
        phase !== "completed" || (pr_number !== null && merged.has(pr_number)),
        `${id} is ${phase}: ${reason?.code}`,
      );
    }
  }
}

function isEndOf(fact: Fact, run_id: string, { kind, nth }: NonNullable<Run["current"]>): fact is Ended {
  return fact.type === "run.step.ended" && fact.run_id === run_id && fact.kind === kind && fact.nth === nth;
}

function used(run: Run | undefined): number {
  return (run?.spent.cost_usd ?? 0) + (run?.current?.spent.cost_usd ?? 0);
}
