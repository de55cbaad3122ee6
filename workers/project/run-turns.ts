/** Decisions about how a run goes on when one of its steps is heard of. */
import type { Fact } from "../../models/fact.ts";
import type { Run, Spent } from "../../models/run.ts";
import type { Reason } from "../../models/validation.ts";
import { chain, type Decision, nothing } from "./decision.ts";
import {
  askPerson,
  atTheGate,
  moveRun,
  orderLook,
  orderRunStep,
  orderTurn,
  summarize,
  tidy,
} from "./run-ending.ts";
import { added, atRest, isFinal, withHead, withRun } from "./run-state.ts";
import { begun, confirmPlan, withPlan } from "./runs.ts";
import type { State } from "./state.ts";

type Waits = Extract<Fact, { type: "turn.waits" }>;
type Ended = Extract<Fact, { type: "run.step.ended" }>;
type Awaited = Run & { current: NonNullable<Run["current"]> };

/** How often the machinery may fail under one step before a person is asked. */
const MOST_ERRORS = 2;

/** A turn goes on. Only the newest look is heard: an older one knows less. */
export function waitTurn(state: State, fact: Waits, now: number): Decision {
  const run = state.runs[fact.run_id];
  const { current } = run ?? {};
  if (run === undefined || current?.kind !== "turn") return nothing(state);
  if (current.nth !== fact.nth || current.visit !== fact.visit) return nothing(state);
  const { spent, vendor_ref } = fact;
  const look_at = now + Math.max(fact.again_s, 1) * 1000;
  const heard: Run = { ...begun(run, now), vendor_ref, current: { ...current, spent, look_at } };
  const used = (one: Spent) => `${one.cost_usd} ${one.tokens}`;
  const news = run.started_at === null || used(current.spent) !== used(spent);
  const known = news ? moveRun(state, heard, "At work") : nothing(withRun(state, heard));
  return fact.again_s < 1 ? chain(known, (next) => orderLook(next, run.id, now)) : known;
}

/** A step of a run ended. What comes too late, twice, or of another go changes nothing. */
export function endRunStep(state: State, fact: Ended, now: number): Decision {
  const before = state.runs[fact.run_id];
  const { current } = before ?? {};
  if (before === undefined || isFinal(before) || current == null) return nothing(state);
  if (current.kind !== fact.kind || current.nth !== fact.nth) return nothing(state);
  const { outcome } = fact;
  const { spent = current.spent, vendor_ref = before.vendor_ref } = outcome;
  const run = { ...begun(before, now), spent: added(before.spent, spent), vendor_ref, current };
  const steps = tidy(run);
  const decision =
    outcome.state === "errored" ? again(state, run, outcome.reason, now) : ended(state, run, fact, now);
  return { ...decision, steps: [...steps, ...decision.steps.filter(({ kind }) => kind !== "tidy")] };
}

function ended(state: State, awaited: Awaited, { kind, outcome }: Ended, now: number): Decision {
  const run: Run = { ...awaited, current: null };
  if (outcome.state !== "passed") {
    const code = outcome.state === "timed_out" ? "turn_timeout" : "agent_failed";
    const message = `The ${kind} step ${outcome.state.replace("_", " ")}`;
    return askPerson(state, run, outcome.reason ?? { code, message }, now);
  }
  switch (awaited.current.kind) {
    case "turn":
      return turned(state, run, awaited.current.purpose ?? "write", outcome, now);
    case "push":
      return atTheGate(state, { ...run, pr_number: outcome.pr_number ?? run.pr_number }, now, "Pushed");
    case "diagnose":
      return diagnosed(state, run, outcome.fingerprint ?? "", now);
  }
}

/** The machinery failed, not the agent: the same again, a bounded number of times. No attempt is counted. */
function again(state: State, awaited: Awaited, why: Reason | null, now: number): Decision {
  const { kind, purpose, errors } = awaited.current;
  const run: Run = { ...awaited, current: null };
  if (errors >= MOST_ERRORS) {
    const message = why?.message ?? `The ${kind} step failed again and again`;
    return askPerson(state, run, { code: "infrastructure", message }, now);
  }
  if (kind === "turn") return orderTurn(state, run, purpose ?? "write", now, errors + 1);
  return orderRunStep(state, run, kind, now, errors + 1);
}

function turned(
  state: State,
  run: Run,
  purpose: "plan" | "write" | "repair",
  outcome: Ended["outcome"],
  now: number,
): Decision {
  const { plan, commit_sha, pr_number, head_sha } = outcome;
  // A vendor that pushes by itself; it may even answer a wish for a plan with a pull request.
  if (pr_number !== undefined && head_sha !== undefined) {
    const pushed = { ...withHead(run, head_sha), pr_number };
    return atTheGate(state, pushed, now, `The agent opened #${pr_number}`);
  }
  if (purpose === "plan") {
    if (plan !== undefined) return planned(state, run, plan, now);
    const message = "The agent gave no plan";
    return askPerson(state, run, { code: "agent_failed", message }, now);
  }
  if (commit_sha == null)
    return askPerson(state, run, { code: "no_diff", message: "The agent changed nothing" }, now);
  // The pull request of somebody else has a branch of its own.
  const there = run.pr_number === null ? undefined : state.pulls[run.pr_number]?.head_ref;
  const made = { ...withHead(run, commit_sha), branch: run.branch ?? there ?? branchOf(run) };
  return orderRunStep(state, made, "push", now);
}

function planned(state: State, run: Run, text: string, now: number): Decision {
  const next = { ...withPlan(run, text, "agent", now), feedback: null };
  if (run.auto_confirm) return confirmPlan(state, next, next.plans.length, now);
  const waiting: Run = { ...atRest(next, now), phase: "awaiting_confirmation" };
  // Where it was asked for on an issue, people hear there that a plan waits.
  const told =
    run.issue === null ? moveRun(state, waiting, "A plan waits") : summarize(state, waiting, "A plan waits");
  const notice = {
    type: "notification.new" as const,
    level: "info" as const,
    ...{ pr_number: null, validation_id: null, run_id: run.id },
    message: `A plan waits to be confirmed: ${shortened(run.target_text, 80)}`,
  };
  return { ...told, events: [...told.events, notice] };
}

/** What failed is known: the agent is to mend it, unless it failed so before. */
function diagnosed(state: State, run: Run, fingerprint: string, now: number): Decision {
  const known = { ...run, fingerprints: [...run.fingerprints, fingerprint] };
  if (run.fingerprints.includes(fingerprint)) {
    const message = "The same failure came twice: the agent goes in a circle";
    return askPerson(state, known, { code: "same_failure", message }, now);
  }
  return orderTurn(state, { ...known, attempts: run.attempts + 1 }, "repair", now);
}

/** A branch that says what it is for and belongs to this run alone. */
export function branchOf({ id, target_text }: Pick<Run, "id" | "target_text">): string {
  const words = target_text
    .toLowerCase()
    .normalize("NFKD")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40)
    .replace(/-+$/, "");
  const tail = id
    .replace(/[^a-z0-9]/gi, "")
    .slice(-8)
    .toLowerCase();
  return `tidegate/${words === "" ? "run" : words}-${tail}`;
}

function shortened(text: string, most: number): string {
  const line = text.split("\n")[0] ?? "";
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}
