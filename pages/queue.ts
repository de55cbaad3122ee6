/** Whose turn it is to be merged, told from the pull requests that a page knows: so it is live as they are. */
import type { PullWithValidations } from "../models/api.ts";
import type { QueueAction } from "../models/fact.ts";
import { isQueued } from "../models/queue.ts";
import { hasPassed, TERMINAL_STATES, type Validation } from "../models/validation.ts";
import { asksPerson } from "../models/why-standing.ts";
import { newestFirst } from "./events.ts";
import type { Mark } from "./words.ts";

export type Entry = {
  pull: PullWithValidations;
  validation: Validation;
  place: number;
  /** It goes when what is being merged now is through. */
  next: boolean;
};
export type Outside = Pick<Entry, "pull" | "validation">;
export type Queue = { base_ref: string; entries: Entry[]; outside: Outside[] };

/** The newest validation of an open pull request's live head; null when there is none. */
function liveOf(pull: PullWithValidations): Validation | null {
  const newest = newestFirst(pull.validations)[0];
  return pull.state === "open" && newest?.head_sha === pull.head_sha ? newest : null;
}

/** GitHub has been asked to merge it. */
const isMerging = ({ merge_state, merging }: Validation): boolean =>
  merge_state === "pending" && merging !== null;

/** It passed, is not merged and does not wait for its turn. */
function isOutside(validation: Validation): boolean {
  return hasPassed(validation) && validation.merge_state !== "merged";
}

/** The queue of every base that has one, or has what could join; bases by name. */
export function queuesOf(pulls: readonly PullWithValidations[]): Queue[] {
  const queues = new Map<string, Queue>();
  const live = pulls.flatMap((pull) => {
    const validation = liveOf(pull);
    return validation === null ? [] : [{ pull, validation }];
  });
  for (const one of live.sort(byTurn)) {
    const { base_ref } = one.validation;
    const queue = queues.get(base_ref) ?? { base_ref, entries: [], outside: [] };
    if (isQueued(one.validation)) queue.entries.push({ ...one, ...turnOf(one, queue.entries) });
    else if (isOutside(one.validation)) queue.outside.push(one);
    else continue;
    queues.set(base_ref, queue);
  }
  return [...queues.values()].sort((a, b) => a.base_ref.localeCompare(b.base_ref));
}

/** What is held is passed over; what is validated anew is waited for. */
function turnOf({ pull, validation }: Outside, before: readonly Entry[]): Pick<Entry, "place" | "next"> {
  const ahead = before.some((one) => one.pull.held_by === null && !isMerging(one.validation));
  return { place: before.length + 1, next: !ahead && pull.held_by === null && !isMerging(validation) };
}

/** The smaller `queued_at` goes first; what has none is told by its number. */
function byTurn(a: Outside, b: Outside): number {
  const turn = (one: Validation) => one.queued_at ?? Number.POSITIVE_INFINITY;
  const between = turn(a.validation) - turn(b.validation);
  return Number.isNaN(between) || between === 0 ? a.pull.number - b.pull.number : between;
}

/** The place of a pull request in the queue of its base; null: it has none. */
export function placeOf(
  pulls: readonly PullWithValidations[],
  number: number,
): { queue: Queue; entry: Entry } | null {
  for (const queue of queuesOf(pulls)) {
    const entry = queue.entries.find(({ pull }) => pull.number === number);
    if (entry !== undefined) return { queue, entry };
  }
  return null;
}

/** How one in the queue stands. */
export function turnMark({ pull, validation, next }: Entry): Mark {
  if (isMerging(validation)) return { word: "Merging", tone: "busy", shape: "spin" };
  if (pull.held_by !== null) return { word: "Held", tone: "warn", shape: "hand" };
  if (!TERMINAL_STATES.has(validation.state)) return { word: "Validated anew", tone: "busy", shape: "spin" };
  return next
    ? { word: "Next", tone: "good", shape: "clock" }
    : { word: "Waits for its turn", tone: "quiet", shape: "clock" };
}

/** The same in a sentence, with whoever did it. */
export function turnText({ pull, validation }: Entry): string {
  if (isMerging(validation)) return `It is being merged into ${validation.base_ref}`;
  if (pull.held_by !== null) return `Held by ${pull.held_by}: it keeps its place and is passed over`;
  if (!TERMINAL_STATES.has(validation.state))
    return `${validation.base_ref} moved: it is validated with the new one, and keeps its place`;
  return "";
}

/** What may be asked for one in the queue, with the key and the words for it. */
export type Choice = { action: QueueAction; key: string; word: string; means: string };

const CHOICES: Record<QueueAction, Choice> = {
  jump: { action: "jump", key: "t", word: "Go first", means: "goes to the top of the queue" },
  hold: { action: "hold", key: "h", word: "Hold", means: "keeps its place and is passed over" },
  release: { action: "release", key: "h", word: "Release", means: "may be merged again" },
  remove: {
    action: "remove",
    key: "x",
    word: "Remove",
    means: "leaves the queue and is not merged by itself",
  },
  join: { action: "join", key: "a", word: "Add to the queue", means: "wants its merge" },
};

/** Nothing can be asked while it is being merged, because GitHub has the request already; what is held is let go even then. */
export function choices({ pull, validation, place }: Entry): Choice[] {
  const held = pull.held_by === null ? CHOICES.hold : CHOICES.release;
  if (isMerging(validation)) return pull.held_by === null ? [] : [held];
  const first = place === 1 ? [] : [CHOICES.jump];
  // A validation that runs is stopped by cancelling it.
  const last = TERMINAL_STATES.has(validation.state) ? [CHOICES.remove] : [];
  return [...first, held, ...last];
}

/** What may be asked for one outside of the queue; the server has the last word. */
export function outsideChoices(
  { pull, validation }: Outside,
  project: { auto_merge_enabled: boolean },
): Choice[] {
  const { merge_state, merge_again_at, twin } = validation;
  const settled = merge_state === "rejected" || merge_state === "unknown";
  const may = project.auto_merge_enabled && !settled && !asksPerson(validation) && twin === null;
  const again = merge_again_at !== null;
  return [
    ...(may ? [again ? { ...CHOICES.join, word: "Try now" } : CHOICES.join] : []),
    ...(pull.held_by === null ? [] : [CHOICES.release]),
    ...(again ? [{ ...CHOICES.remove, word: "Stop trying" }] : []),
  ];
}
