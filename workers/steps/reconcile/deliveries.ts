/**
 * Deliveries that failed: GitHub never sends them again by itself. Its log is read for those that we never heard, and
 * each is asked for again a few times, at growing distances, until it is heard.
 */
import { log } from "../../log.ts";
import { askAgain, type LoggedDelivery, loggedDeliveries } from "../../providers/github/index.ts";
import { knownDeliveries } from "../../store/deliveries.ts";
import { pinnedRepositories } from "../../store/projects.ts";
import {
  dueRedeliveries,
  findScan,
  forgetRedelivery,
  noteAsked,
  noteLost,
  type Scan,
  saveScan,
} from "../../store/scans.ts";
import { varsOf } from "../../vars.ts";
import { found } from "./found.ts";

/** How often the log is read to where it was read before, in ms. */
const READ_EVERY_MS = 4.5 * 60_000;
/** GitHub redelivers nothing older, in ms. */
const KEPT_MS = 3 * 24 * 60 * 60_000;
/** An attempt stands in the log when it is over; this is longer than any is under way, in ms. */
const OVERLAP_MS = 15 * 60_000;
/** So much is done a minute: pages read, deliveries asked for. GitHub lets 80 things a minute be asked for. */
const MOST_PAGES = 10;
const MOST_ASKED = 20;
/** How often one is asked for, and how long after the first asking the second comes, in ms; the pauses double. */
const MOST_TIMES = 8;
const PAUSE_MS = 4 * 60_000;

/** Whether there is something to do: a reading that is not through, one that is due, or something to ask for. */
export async function isDeliveryLogDue(env: Env, now: number): Promise<boolean> {
  const scan = await findScan(env.DB);
  if (isDue(scan, now)) return true;
  return (await dueRedeliveries(env.DB, now, 1)).length > 0;
}

export async function rescueDeliveries(env: Env, now: number): Promise<void> {
  const scan = await findScan(env.DB);
  if (isDue(scan, now)) await readOn(env, scan.cursor === null ? { ...scan, begun_at: now } : scan, now);
  await askForLost(env, now);
}

function isDue({ cursor, begun_at }: Scan, now: number): boolean {
  return cursor !== null || begun_at <= now - READ_EVERY_MS;
}

/** Reads the log a few pages further towards older deliveries; the next minute goes on where this one stops. */
async function readOn(env: Env, from: Scan, now: number): Promise<void> {
  const end = Math.max(from.until - OVERLAP_MS, now - KEPT_MS);
  const repositories = await pinnedRepositories(env.DB);
  let cursor = from.cursor;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { deliveries, next } = await loggedDeliveries(varsOf(env), cursor);
    const failed = lostIn(deliveries, repositories, end);
    const known = await knownDeliveries(
      env.DB,
      failed.map(({ guid }) => guid),
    );
    const lost = failed.filter(({ guid }) => !known.has(guid));
    await noteLost(env.DB, lost, now);
    if (lost.length > 0) log("deliveries.lost", { count: lost.length });
    const oldest = deliveries.at(-1)?.delivered_at ?? 0;
    if (next === null || oldest < end)
      return saveScan(env.DB, { cursor: null, until: from.begun_at, begun_at: from.begun_at }, now);
    cursor = next;
  }
  await saveScan(env.DB, { ...from, cursor }, now);
}

/** Failed attempts of a page that are worth another: of a repository of ours, or of none. */
export function lostIn(
  deliveries: readonly LoggedDelivery[],
  repositories: ReadonlySet<number>,
  end: number,
): { guid: string; delivery_id: string }[] {
  return deliveries
    .filter(({ status_code, delivered_at }) => !isTaken(status_code) && delivered_at >= end)
    .filter(({ repository_id }) => repository_id == null || repositories.has(repository_id))
    .map(({ guid, id }) => ({ guid, delivery_id: id }));
}

const isTaken = (status: number): boolean => status >= 200 && status < 300;

/** Asks for what is due, and forgets what came. */
async function askForLost(env: Env, now: number): Promise<void> {
  const due = await dueRedeliveries(env.DB, now, MOST_ASKED);
  const known = await knownDeliveries(
    env.DB,
    due.map(({ guid }) => guid),
  );
  for (const { guid, delivery_id, times } of due) {
    if (known.has(guid)) {
      if (times > 0) await found(env, "clock", "delivery");
      await forgetRedelivery(env.DB, guid);
    } else if (times > MOST_TIMES) {
      await forgetRedelivery(env.DB, guid);
    } else if (times === MOST_TIMES) {
      log("delivery.given_up", { delivery_id: guid });
      // Remembered as long as the log shows it: who forgot it would begin anew.
      await noteAsked(env.DB, guid, now + KEPT_MS);
    } else {
      // Counted before it is asked for: whoever dies in between asks once too little, never without end.
      await noteAsked(env.DB, guid, now + PAUSE_MS * 2 ** times);
      await askAgain(varsOf(env), delivery_id);
    }
  }
}
