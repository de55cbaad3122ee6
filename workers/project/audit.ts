/** What a fact changed, as the audit says it: one row for whatever it was, or none where only bookkeeping moved on. */
import type { AuditEntry } from "../../models/audit.ts";
import type { Fact } from "../../models/fact.ts";
import type { Run } from "../../models/run.ts";
import { actorOf, askedAction, type Cause, type Note } from "./audit-cause.ts";
import { type Change, changesOf } from "./audit-changes.ts";
import { wordsOf } from "./audit-words.ts";
import type { Refusal } from "./decision.ts";
import type { State } from "./state.ts";

/** An entry whose hashes are still to be taken of what stood before and after. */
export type Audited = Omit<AuditEntry, "before_hash" | "after_hash"> & { before: unknown; after: unknown };

/**
 * The row of a fact.
 *
 * @param cause what the fact itself does not know: whose request it came with, what it changed elsewhere
 * @returns null when it changed nothing: it was refused, or moved on only what says how far a step is
 */
export function auditOf(
  projectId: string,
  fact: Fact,
  before: State,
  after: State,
  refused: Refusal | undefined,
  cause: Cause = {},
): Audited | null {
  if (refused !== undefined) return null;
  const changes = changesOf(projectId, before, after);
  const [first] = changes;
  // What ends a project's work is a row even where nothing was under way.
  const ends = fact.type === "project.removed" || fact.type === "project.disconnected";
  if (first === undefined && cause.action === undefined && !ends) return null;
  const asked = cause.action ?? askedAction(fact);
  const target = asked === null ? (first?.name ?? projectId) : targetOf(projectId, fact);
  const action = asked ?? first?.action ?? fact.type;
  const subject = subjectOf(changes, target, after);
  const merges = changes.some((change) => change.action.startsWith("merge."));
  return {
    fact: fact.id,
    actor: cause.actor ?? actorOf(fact, runOf(fact, after)),
    action,
    target,
    detail: [cause.detail ?? "", ...wordsOf(changes, target)].filter((words) => words !== "").join("; "),
    request_id: cause.request_id ?? null,
    delivery_id: cause.delivery_id ?? deliveryOf(fact) ?? subject?.delivery_id ?? null,
    validated_sha: subject?.head_sha ?? null,
    observed_sha: merges && subject !== null ? (after.pulls[subject.pr_number]?.head_sha ?? null) : null,
    policy_version: subject?.policy_version ?? null,
    before: cause.before ?? sideOf(changes, "before"),
    after: cause.after ?? sideOf(changes, "after"),
  };
}

/** The same of what is no fact. */
export function noted(note: Note): Audited {
  const empty = { request_id: null, delivery_id: null, validated_sha: null, observed_sha: null };
  return { detail: "", ...empty, policy_version: null, before: null, after: null, ...note };
}

/** The validation a row is about: its target, or the newest of the pull request that is. */
function subjectOf(changes: readonly Change[], target: string, after: State) {
  const named = after.validations[target] ?? null;
  if (named !== null) return named;
  const changed = changes.find(({ name }) => after.validations[name] !== undefined);
  return changed === undefined ? null : (after.validations[changed.name] ?? null);
}

/** What changed, by name, as it stood on one side; null when there was nothing of it. */
function sideOf(changes: readonly Change[], side: "before" | "after"): unknown {
  const there = changes.filter((change) => change[side] !== null);
  return there.length === 0 ? null : Object.fromEntries(there.map((change) => [change.name, change[side]]));
}

function targetOf(projectId: string, fact: Fact): string {
  if ("validation_id" in fact) return fact.validation_id;
  if ("run_id" in fact) return fact.run_id;
  if (fact.type === "run.asked") return fact.run.id;
  return "pr_number" in fact ? `#${fact.pr_number}` : projectId;
}

function runOf(fact: Fact, { runs }: State): Run | null {
  return "run_id" in fact ? (runs[fact.run_id] ?? null) : null;
}

function deliveryOf(fact: Fact): string | null {
  return fact.type === "pull.observed" ? fact.delivery_id : null;
}
