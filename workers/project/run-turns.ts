/** Decisions about how a run goes on when one of its steps is heard of. */
import type { Fact, RunOutcome } from "../../models/fact.ts";
import { MOST_PLAN_CHARACTERS, type Run, type Spent } from "../../models/run.ts";
import type { TurnPurpose } from "../../models/turn.ts";
import type { Reason } from "../../models/validation.ts";
import { chain, type Decision, nothing } from "./decision.ts";
import { type Awaiting, added, atRest, begunAt, LOOK_LOST_MS, limitReached } from "./run-clock.ts";
import { askPerson, moveRun, orderSight, runNotice, summarize, tidy } from "./run-ending.ts";
import { atTheGate, orderLook, orderRunStep, orderTurn } from "./run-orders.ts";
import { isFinal, rivalOf, withHead, withRun } from "./run-state.ts";
import { confirmPlan, withPlan } from "./runs.ts";
import type { State } from "./state.ts";

type Waits = Extract<Fact, { type: "turn.waits" }>;
type Ended = Extract<Fact, { type: "run.step.ended" }>;

/** How often the machinery may fail under one step before a person is asked. */
const MOST_ERRORS = 2;

/** A turn goes on. Only the newest look is heard: an older one knows less. */
export function waitTurn(state: State, fact: Waits, now: number): Decision {
  const before = state.runs[fact.run_id];
  const { current: awaited } = before ?? {};
  if (before === undefined || awaited?.kind !== "turn") return nothing(state);
  if (awaited.nth !== fact.nth || awaited.visit !== fact.visit) return nothing(state);
  const run = begunAt({ ...before, current: awaited }, fact.begun_at, now);
  const { spent, vendor_ref } = fact;
  const { current } = run;
  const look_at = now + Math.max(fact.again_s, 1) * 1000;
  const turn: Awaiting["current"] = { ...current, spent, look_at, asked_at: orderedAt(current, now) };
  const looked = { ...begun(run, now), vendor_ref, current: turn };
  const pr_number = run.pr_number ?? opened(state, run, fact);
  const named = { ...looked, pr_number };
  const limit = limitReached(named, now);
  if (limit !== null) return askPerson(state, named, limit, now);
  const isNew = run.pr_number === null && pr_number !== null;
  if (isNew && skipsPlan(named, turn.purpose)) return askAboutPlan(state, named, pr_number, now);
  // GitHub's own word of it may be lost.
  const sighted = isNew ? orderSight(named, pr_number) : null;
  const heard: Awaiting = { ...(sighted?.run ?? named), current: turn };
  const used = (one: Spent) => `${one.cost_usd} ${one.tokens}`;
  const news = run.started_at === null || used(current.spent) !== used(spent);
  const moved = news ? moveRun(state, heard, "At work") : nothing(withRun(state, heard));
  const known = { ...moved, steps: sighted === null ? [] : [sighted.sight] };
  // What it named may be over already, and the run with it: the clock orders the next look then.
  return fact.again_s < 1 && !isNew ? chain(known, (next) => orderLook(next, heard, now)) : known;
}

/** When the look that is heard of now was ordered: it saw nothing that was there later. */
function orderedAt({ look_at }: Awaiting["current"], now: number): number {
  // A first look may be ordered for later than it comes.
  return Math.min(look_at - LOOK_LOST_MS, now);
}

/** A pull request that a vendor opened in the middle of its turn is the run's at once: its gate may be quicker. */
function opened(state: State, run: Run, { pr_number }: Waits): number | null {
  return pr_number === undefined || rivalOf(state, run, pr_number) !== null ? null : pr_number;
}

/** A step of a run ended. What comes too late, twice, or of another go changes nothing. */
export function endRunStep(state: State, { run_id, kind, nth, outcome }: Ended, now: number): Decision {
  const before = state.runs[run_id];
  const { current } = before ?? {};
  if (before === undefined || isFinal(before) || current == null) return nothing(state);
  if (current.kind !== kind || current.nth !== nth) return nothing(state);
  const { spent = current.spent, vendor_ref = before.vendor_ref, begun_at } = outcome;
  const heard = begun(begunAt({ ...before, current }, begun_at, now), now);
  const run: Run = { ...heard, spent: added(before.spent, spent), vendor_ref, current: null };
  const decision = ended(state, run, current, outcome, now);
  return { ...decision, steps: [...tidy(before), ...decision.steps] };
}

/** A run counts as begun when its first turn is heard of. */
function begun(run: Run, now: number): Run {
  return { ...run, started_at: run.started_at ?? now };
}

function ended(
  state: State,
  run: Run,
  { kind, purpose, errors }: Awaiting["current"],
  outcome: RunOutcome,
  now: number,
): Decision {
  const turn = purpose ?? "write";
  switch (outcome.state) {
    case "passed":
      return kind === "turn"
        ? turned(state, run, turn, outcome, now)
        : stepped(state, run, kind, outcome, now);
    case "failed":
    case "timed_out":
      return askPerson(state, run, whyEnded(run, kind, outcome, now), now);
    // The machinery failed, not the agent: the same again, a bounded number of times. No attempt is counted.
    case "errored":
      if (errors >= MOST_ERRORS || FOR_PEOPLE.has(outcome.reason?.code ?? ""))
        return askPerson(state, run, whyBroken(kind, outcome.reason), now);
      return kind === "turn"
        ? orderTurn(state, run, turn, now, errors + 1)
        : orderRunStep(state, run, kind, now, errors + 1);
  }
}

/** GitHub lets us in no more: that is mended by a person, not by another try. */
const FOR_PEOPLE: ReadonlySet<string> = new Set(["auth_revoked", "disconnected"]);

function whyBroken(kind: string, reason: Reason | null): Reason {
  if (reason !== null && FOR_PEOPLE.has(reason.code)) return reason;
  const message = reason?.message ?? `The ${kind} step failed again and again`;
  return { code: "infrastructure", message };
}

function whyEnded(run: Run, kind: string, { state, reason }: RunOutcome, now: number): Reason {
  const timedOut = state === "timed_out";
  // A turn gets no more time than its run has left.
  const limit = timedOut ? limitReached(run, now) : null;
  const code = timedOut ? "turn_timeout" : "agent_failed";
  return limit ?? reason ?? { code, message: `The ${kind} step ${state.replace("_", " ")}` };
}

function stepped(
  state: State,
  run: Run,
  kind: "push" | "diagnose",
  { pr_number, fingerprint }: RunOutcome,
  now: number,
): Decision {
  if (kind === "diagnose") return diagnosed(state, run, fingerprint ?? "", now);
  const number = pr_number ?? run.pr_number;
  if (number !== null) return atTheGate(state, run, number, now, "Pushed");
  return askPerson(state, run, { code: "agent_failed", message: "The push made no pull request" }, now);
}

function turned(state: State, run: Run, purpose: TurnPurpose, outcome: RunOutcome, now: number): Decision {
  const { plan, commit_sha, pr_number, head_sha } = outcome;
  if (pr_number !== undefined && head_sha !== undefined)
    return pushedItself(state, run, purpose, { pr_number, head_sha }, now);
  if (purpose === "plan") {
    if (plan !== undefined) return planned(state, run, plan, now);
    return askPerson(state, run, { code: "agent_failed", message: "The agent gave no plan" }, now);
  }
  if (commit_sha == null)
    return askPerson(state, run, { code: "no_diff", message: "The agent changed nothing" }, now);
  // The pull request of somebody else has a branch of its own.
  const there = run.pr_number === null ? undefined : state.pulls[run.pr_number]?.head_ref;
  const made = { ...withHead(run, commit_sha), branch: run.branch ?? there ?? branchOf(run) };
  return orderRunStep(state, made, "push", now);
}

/** A vendor that pushes by itself named its pull request: it may be nobody else's, and may not have come before its plan. */
function pushedItself(
  state: State,
  before: Run,
  purpose: TurnPurpose,
  { pr_number, head_sha }: { pr_number: number; head_sha: string },
  now: number,
): Decision {
  const rival = rivalOf(state, before, pr_number);
  if (rival !== null) {
    const message = `The agent named #${pr_number}, at which run "${rival.id}" is at work`;
    return askPerson(state, before, { code: "agent_failed", message }, now);
  }
  const run = withHead(before, head_sha);
  return skipsPlan(run, purpose)
    ? askAboutPlan(state, run, pr_number, now)
    : atTheGate(state, run, pr_number, now, `The agent pushed to #${pr_number}`);
}

/** A pull request came out of a turn that was to make a plan for a person. */
function skipsPlan({ auto_confirm }: Run, purpose: TurnPurpose | null): boolean {
  return purpose === "plan" && !auto_confirm;
}

function askAboutPlan(state: State, before: Run, pr_number: number, now: number): Decision {
  const { run, sight } = orderSight(before, pr_number);
  const message = `The agent opened #${pr_number} without waiting for its plan to be confirmed`;
  const asked = askPerson(state, run, { code: "plan_skipped", message }, now);
  return { ...asked, steps: [...asked.steps, sight] };
}

function planned(state: State, run: Run, text: string, now: number): Decision {
  const plan = text.slice(0, MOST_PLAN_CHARACTERS).toWellFormed();
  const next = { ...withPlan(run, plan, "agent", now), feedback: null };
  if (run.auto_confirm) return confirmPlan(state, next, now);
  const waiting: Run = { ...atRest(next, now), phase: "awaiting_confirmation" };
  // Where it was asked for on an issue, people hear there that a plan waits.
  const told = summarize(state, waiting, "A plan waits");
  const message = `A plan waits to be confirmed: ${shortened(run.target_text, 80)}`;
  return { ...told, events: [...told.events, runNotice(run, "info", message)] };
}

/** What failed is known: the agent is to mend it, unless it failed so before. */
function diagnosed(state: State, run: Run, fingerprint: string, now: number): Decision {
  const known = { ...run, fingerprints: [...run.fingerprints, fingerprint] };
  if (!run.fingerprints.includes(fingerprint)) return orderTurn(state, known, "repair", now);
  const message = "The same failure came twice: the agent goes in a circle";
  return askPerson(state, known, { code: "same_failure", message }, now);
}

/** A branch that says what it is for and belongs to this run alone. */
export function branchOf({ id, target_text }: Pick<Run, "id" | "target_text">): string {
  const words = target_text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 40)
    .replace(/^-+|-+$/g, "");
  const tail = id
    .replace(/[^a-z0-9]/gi, "")
    .slice(-8)
    .toLowerCase();
  return `tidegate/${words || "run"}-${tail}`;
}

function shortened(text: string, most: number): string {
  const line = text.split("\n")[0] ?? "";
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}
