/** Decisions about the one comment on a pull request: it says how it stands, a few seconds after that changed. */
import type { Fact } from "../../models/fact.ts";
import type { MarkOrder } from "../../models/step.ts";
import type { Validation } from "../../models/validation.ts";
import { type Decision, nothing } from "./decision.ts";
import { latestOf, type Mark, type PullState, STEP_DEADLINE_MS, type State, withPull } from "./state.ts";

/** Two writings of one comment lie so far apart at least, in ms: GitHub limits who writes often. */
const PACE_MS = 5_000;

const NEVER: Mark = { nth: 0, standing: "", at: 0, under_way: false };

/** Orders the comment of every pull request that stands otherwise than it says. One writing at a time, the last one wins. */
export function followMarks(projectId: string, before: State, state: State, now: number): Decision {
  let known = state;
  const steps: MarkOrder[] = [];
  for (const pull of Object.values(state.pulls)) {
    const same = before.pulls[pull.number] === pull && before.settings === state.settings;
    const latest = latestOf(state, pull);
    if (latest === null || (same && before.validations[latest.id] === latest)) continue;
    const standing = standingOf(state, pull);
    const { mark = NEVER } = pull;
    if (mark.standing === standing) continue;
    if (mark.under_way) {
      // What it writes now may be over when it is heard of, and be the old standing again: another follows in any case.
      if (mark.standing !== "") known = withPull(known, { ...pull, mark: { ...mark, standing: "" } });
      continue;
    }
    const delay_s = Math.ceil(Math.max(0, mark.at + PACE_MS - now) / 1000);
    const next: Mark = { nth: mark.nth + 1, standing, at: now + delay_s * 1000, under_way: true };
    known = withPull(known, { ...pull, mark: next });
    steps.push(markOf(projectId, pull.number, next.nth, delay_s));
  }
  return { state: known, steps, events: [] };
}

/** An order for the queue. Its id follows from what it is for, so ordering twice is ordering once. */
export function markOf(project_id: string, pr_number: number, nth: number, delay_s: number): MarkOrder {
  return { kind: "mark", id: `${project_id}.${pr_number}.mark.${nth}`, project_id, pr_number, nth, delay_s };
}

/** What the comment speaks of. Its place in the queue is left out: it changes with every merge of others. */
function standingOf({ settings, validations }: State, pull: PullState): string {
  const latest = validations[pull.validation_id ?? ""];
  const of = latest && [
    ...[latest.id, latest.state, latest.reason, latest.waits, latest.stalled, latest.hold],
    ...[latest.approved_by, latest.twin, mergeOf(latest), latest.merge_reasons, latest.merge_commit_sha],
  ];
  const { state, merged, draft, blocked, held_by } = pull;
  const wished = state === "open" ? [settings?.auto_merge, settings?.paused] : [];
  return JSON.stringify([state, merged, draft, blocked, held_by, of, wished]);
}

/** A merge that is tried every minute until somebody's check is there stands as it stood. */
function mergeOf({ merge_state, merge_again_at }: Validation): string {
  const waits = merge_state === "queued" || merge_state === "pending" || merge_again_at !== null;
  return waits ? "waits" : merge_state;
}

/** The comment was written, or never will be by this order. */
export function endMark(state: State, fact: Extract<Fact, { type: "mark.ended" }>): Decision {
  const pull = state.pulls[fact.pr_number];
  if (!pull?.mark?.under_way || pull.mark.nth !== fact.nth) return nothing(state);
  return nothing(withPull(state, { ...pull, mark: { ...pull.mark, under_way: false } }));
}

/** A writing that was not heard of is not waited for any more: it is written anew. */
export function passMarkTime(state: State, now: number): Decision {
  let known = state;
  for (const pull of Object.values(state.pulls)) {
    const { mark } = pull;
    if (!mark?.under_way || mark.at + STEP_DEADLINE_MS.report > now) continue;
    known = withPull(known, { ...pull, mark: { ...mark, standing: "", under_way: false } });
  }
  return nothing(known);
}
