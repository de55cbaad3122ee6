/** A hook that nobody hears of says nothing about it: silence that is much longer than usual is told to people. */
import { projectOf } from "../../project/index.ts";
import { raiseAlert } from "../../store/alerts.ts";
import { heardTimes } from "../../store/deliveries.ts";
import { clearSilence, silentProjects } from "../../store/overdue.ts";

/** Silence is told of when it is so many times as long as usual. */
const TIMES = 5;
/** Shorter silence means nothing, in ms. */
const LEAST_MS = 60 * 60_000;
/** From how long before the last delivery it is taken what is usual, in ms; and from how many deliveries at least. */
const HISTORY_MS = 14 * 24 * 60 * 60_000;
const LEAST_HEARD = 10;

/** Takes back what is over. */
export const endSilences = (env: Env): Promise<void> => clearSilence(env.DB);

/** Raises an alert for each project that is silent for too long, and tells its people once. */
export async function noticeSilence(env: Env, now: number): Promise<void> {
  for (const { id, repo_id } of await silentProjects(env.DB, now - LEAST_MS)) {
    const silence = silenceOf(await heardTimes(env.DB, repo_id, HISTORY_MS), now);
    if (silence === null) continue;
    const message = `No webhook was heard for ${wordsOf(silence.lasts_ms)}, which is unusual here: look whether GitHub still delivers them, and whether they arrive`;
    const alert = { project_id: id, kind: "webhooks_silent", message, since: silence.since } as const;
    if (!(await raiseAlert(env.DB, alert))) continue;
    await projectOf(env, id).say(id, {
      ...{ type: "notification.new", level: "error", pr_number: null, validation_id: null },
      message,
    });
  }
}

/** Since when nothing was heard, and for how long; null while that is nothing unusual, or nobody knows what is usual. */
export function silenceOf(heard: readonly number[], now: number): { since: number; lasts_ms: number } | null {
  const since = heard.at(-1);
  if (since === undefined || heard.length < LEAST_HEARD) return null;
  const lasts_ms = now - since;
  return lasts_ms >= Math.max(LEAST_MS, TIMES * usualGap(heard)) ? { since, lasts_ms } : null;
}

/**
 * The gap between deliveries that is usual, in ms: half of all time lies in gaps that are no longer. So nights count by
 * how long they are, not by how many deliveries there are in a day.
 */
export function usualGap(heard: readonly number[]): number {
  const gaps = heard.slice(1).map((at, nth) => at - (heard[nth] ?? at));
  gaps.sort((a, b) => a - b);
  const half = gaps.reduce((sum, gap) => sum + gap, 0) / 2;
  let sum = 0;
  for (const gap of gaps) {
    sum += gap;
    if (sum >= half) return gap;
  }
  return 0;
}

function wordsOf(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  return hours < 48 ? `${hours} hour${hours === 1 ? "" : "s"}` : `${Math.floor(hours / 24)} days`;
}
