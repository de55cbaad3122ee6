/** What must hold of waiting: forks, paused projects, and steps that GitHub's limits keep. */
import type { Fact } from "../models/fact.ts";
import type { Validation } from "../models/validation.ts";
import { isTerminal, STALL_DEADLINE_MS, type State } from "../workers/project/state.ts";
import { must } from "./must.ts";

/** Ends that only the clock brings. */
const BY_CLOCK: ReadonlySet<string> = new Set(["deadline", "step_lost"]);

export class Waiting {
  /** Commits of forks that a person let run: `pull head`. */
  readonly #allowed = new Set<string>();
  /** Until when a validation may not be given up. */
  readonly #kept = new Map<string, number>();

  hear(before: State, fact: Fact, state: State, now: number): void {
    if (fact.type === "approve.asked") this.#approve(before, fact.validation_id);
    if (fact.type === "step.waits") this.#keep(before, fact, state, now);
    if (fact.type === "run.step.waits") this.#keepRun(before, fact, now);
    if (fact.type === "time.passed") this.#endure(before, state, now);
  }

  #approve(before: State, id: string): void {
    const validation = before.validations[id];
    if (validation !== undefined) this.#allowed.add(`${validation.pr_number} ${validation.head_sha}`);
  }

  #keep(before: State, fact: Extract<Fact, { type: "step.waits" }>, state: State, now: number) {
    const { validation_id, kind, try: nth, stall } = fact;
    const was = before.validations[validation_id];
    const awaited = was?.current?.kind === kind && was.current.try === nth;
    const other = kind === "merge" ? was?.merging : kind === "report" ? was?.reporting : null;
    const is = state.validations[validation_id];
    const same = is === undefined || is === was;
    must(awaited || other === nth || same, `${kind} ${nth} of ${validation_id} was not awaited and kept it`);
    if (awaited && now < stall.until) this.#kept.set(`${validation_id} ${kind} ${nth}`, stall.until);
  }

  #keepRun(
    before: State,
    { run_id, kind, nth, stall }: Extract<Fact, { type: "run.step.waits" }>,
    now: number,
  ) {
    const current = before.runs[run_id]?.current;
    if (current?.kind === kind && current.nth === nth && now < stall.until)
      this.#kept.set(`${run_id} ${kind} ${nth}`, stall.until);
  }

  /** A merge is given up only when its time is over. */
  #patient({ id, merge_state, deadline_at }: Validation, is: Validation | undefined, now: number): void {
    if (merge_state !== "pending" || deadline_at <= now) return;
    must(is?.merge_state === "pending", `the merge of ${id} was given up before its time`);
  }

  /** What is kept from going on through nobody's fault is not given up for it, within a day. */
  #endure(before: State, state: State, now: number): void {
    for (const { id, current } of Object.values(before.runs)) {
      const until = this.#kept.get(`${id} ${current?.kind} ${current?.nth}`) ?? 0;
      const is = state.runs[id]?.current;
      const same = is?.kind === current?.kind && is?.nth === current?.nth;
      const free = now >= until || now >= (current?.ordered_at ?? 0) + STALL_DEADLINE_MS;
      must(same || free, `the ${current?.kind} of ${id} was given up while GitHub kept it waiting`);
    }
    for (const was of Object.values(before.validations)) {
      this.#patient(was, state.validations[was.id], now);
      if (was.current === null || isTerminal(was)) continue;
      const { id, current, created_at } = was;
      const until = this.#kept.get(`${id} ${current.kind} ${current.try}`) ?? 0;
      const is = state.validations[id];
      const ended = is !== undefined && isTerminal(is) && BY_CLOCK.has(is.reason?.code ?? "");
      const gone = ended || is?.current?.try !== current.try;
      const free = now >= until || now >= created_at + STALL_DEADLINE_MS;
      must(!gone || free, `${id} was given up while GitHub kept it waiting`, "stuck validation");
    }
  }

  isAllowed({ pr_number, head_sha }: Validation): boolean {
    return this.#allowed.has(`${pr_number} ${head_sha}`);
  }
}

/** Nothing of a draft or a closed pull request begins to run, and of a fork only what a person let run. */
export function mayRun(state: State, validation: Validation, waiting: Waiting): void {
  const { pr_number, id, from_fork } = validation;
  const pull = state.pulls[pr_number];
  must(pull?.state === "open" && !pull.draft, `${id} began although #${pr_number} is closed or a draft`);
  must(state.settings?.paused !== true, `${id} began although the project is paused`);
  must(state.settings?.validation === true, `${id} began although nothing is to be validated`);
  const fork = from_fork || pull.head_repo_id !== pull.base_repo_id;
  must(!fork || waiting.isAllowed(validation), `${id} began although nobody let this commit of a fork run`);
}
