/** What a burst is judged by: how long things took, what was lost, and what there is twice. Pure. */
import type { PullSummary } from "../../models/pull.ts";

/** How long things took, in ms. */
export type Spread = { count: number; median: number; p95: number; p99: number; worst: number };

/** By nearest rank: every number is one that was measured. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
  return { count: sorted.length, median: at(0.5), p95: at(0.95), p99: at(0.99), worst: at(1) };
}

/** Deliveries that were accepted and are neither done nor ignored. */
export function lostOf(accepted: Iterable<string>, rows: readonly { id: string; state: string }[]): string[] {
  const over = new Set(
    rows.filter(({ state }) => state === "done" || state === "ignored").map(({ id }) => id),
  );
  return [...new Set(accepted)].filter((id) => !over.has(id));
}

/** A pull request as GitHub has it, in the words of what is stored. */
export type LivePull = Pick<
  PullSummary,
  "project_id" | "number" | "title" | "state" | "merged" | "draft" | "head_ref" | "head_sha" | "base_ref"
>;

/** Pull requests that are not stored as GitHub has them, or that one of the two does not have. */
export function differingOf(live: readonly LivePull[], stored: readonly LivePull[]): string[] {
  const nameOf = ({ project_id, number }: LivePull) => `${project_id}#${number}`;
  const standing = (one: LivePull) => {
    const { title, state, merged, draft, head_ref, head_sha, base_ref } = one;
    return JSON.stringify([title, state, merged, draft, head_ref, head_sha, base_ref]);
  };
  const known = new Map(stored.map((one) => [nameOf(one), standing(one)]));
  const wrong = live.filter((one) => known.get(nameOf(one)) !== standing(one)).map(nameOf);
  const there = new Set(live.map(nameOf));
  return [...wrong, ...[...known.keys()].filter((name) => !there.has(name))];
}

/** What there is more than once, by its name: each time after the first counts. */
export function surplusOf(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.filter((name) => seen.size === seen.add(name).size);
}

/** What one socket heard of its project's events, from the number that its hello named. */
export type Ear = { last: number; heard: number; missed: number; again: number };

export function newEar(seq: number): Ear {
  return { last: seq, heard: 0, missed: 0, again: 0 };
}

/** An event comes; those between the last one and this one were missed. */
export function hear(ear: Ear, seq: number): void {
  ear.heard += 1;
  if (seq <= ear.last) ear.again += 1;
  else {
    ear.missed += seq - ear.last - 1;
    ear.last = seq;
  }
}

/** How many events up to the project's last never came. */
export function missedBy(ear: Ear, lastSeq: number): number {
  return ear.missed + Math.max(0, lastSeq - ear.last);
}
