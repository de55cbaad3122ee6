/** How things stand while a burst is worked on, and when it is over: read from D1 and from GitHub itself. */
import { setTimeout as pause } from "node:timers/promises";
import type { PullSummary } from "../../models/pull.ts";
import { TERMINAL_STATES, type Validation } from "../../models/validation.ts";
import type { GitHub, Pull } from "../../rehearsal/github/index.ts";
import type { Machine } from "../../rehearsal/machine.ts";
import type { LivePull } from "./counts.ts";
import type { Place } from "./stage.ts";

/** When nothing moves for so long, nothing will, in ms. */
const PATIENCE_MS = 120_000;
/** The comment on a pull request follows its standing some seconds later, in ms. */
const QUIET_MS = 8_000;

export type DeliveryRow = { id: string; state: string; received_at: number; ended_at: number | null };

/** Rows of the application's own database. */
export async function rowsOf<T>({ worker }: Machine, query: string): Promise<T[]> {
  const d1 = await worker.miniflare.getD1Database("DB", "tidegate");
  const { results } = await d1.prepare(query).all<T>();
  return results;
}

export const deliveriesIn = (machine: Machine): Promise<DeliveryRow[]> =>
  rowsOf(machine, "SELECT id, state, received_at, ended_at FROM deliveries");

export const validationsIn = (machine: Machine): Promise<Validation[]> => dataIn(machine, "validations");

export const pullsIn = (machine: Machine): Promise<PullSummary[]> => dataIn(machine, "pulls");

/** How many pull requests the clock found otherwise than they were stored: what it mends would not be seen as lost. */
export async function reconciledIn(machine: Machine): Promise<number> {
  const [row] = await rowsOf<{ count: number | null }>(
    machine,
    "SELECT sum(value) AS count FROM counters WHERE name = 'webhook_reconciled_total' AND label = 'pull'",
  );
  return row?.count ?? 0;
}

async function dataIn<T>(machine: Machine, table: "validations" | "pulls"): Promise<T[]> {
  const rows = await rowsOf<{ data: string }>(machine, `SELECT data FROM ${table}`);
  return rows.map(({ data }) => JSON.parse(data) as T);
}

/** The pull requests of these places as GitHub has them. */
export function livePulls(github: GitHub, places: readonly Place[]): LivePull[] {
  return places.flatMap(({ id, full_name }) =>
    [...github.repository(full_name).issues.values()]
      .filter((issue): issue is Pull => issue.kind === "pull")
      .map((pull) => ({
        project_id: id,
        number: pull.number,
        title: pull.title,
        state: pull.state,
        merged: pull.mergedAt !== null,
        draft: pull.draft,
        head_ref: pull.headRef,
        head_sha: pull.headSha,
        base_ref: pull.baseRef,
      })),
  );
}

/** Pull requests of these places whose newest head has no validation that is over. */
export async function unvalidated(machine: Machine, places: readonly Place[]): Promise<string[]> {
  const known = Map.groupBy(await validationsIn(machine), headOf);
  return livePulls(machine.github, places)
    .filter((pull) => {
      const all = known.get(`${pull.project_id}#${pull.number} ${pull.head_sha}`) ?? [];
      return all.length === 0 || !all.every(isOver);
    })
    .map(({ project_id, number }) => `${project_id}#${number}`);
}

/** What one validation is made for, and not two. */
export const headOf = ({ project_id, pr_number, head_sha }: Validation): string =>
  `${project_id}#${pr_number} ${head_sha}`;

/** Nothing of it is still to come. */
function isOver({ state, merge_state, merge_again_at, reporting }: Validation): boolean {
  const merging = merge_state === "pending" || merge_state === "queued" || merge_again_at !== null;
  return TERMINAL_STATES.has(state) && !merging && reporting === null;
}

/** Waits until all deliveries and validations are over and GitHub hears no more, or nothing moves any more. */
export async function waitForTheEnd(
  machine: Machine,
  gated: readonly Place[],
  told: (left: string) => void,
): Promise<void> {
  let before = "";
  let moved_at = Date.now();
  for (;;) {
    await machine.github.settled();
    const [open] = await rowsOf<{ count: number }>(
      machine,
      "SELECT count(*) AS count FROM deliveries WHERE state IN ('received', 'processing')",
    );
    const deliveries = open?.count ?? 0;
    const validations = (await unvalidated(machine, gated)).length;
    const quiet = Date.now() - (machine.github.requests.at(-1)?.at ?? 0) > QUIET_MS;
    const left = deliveries + validations > 0;
    const now = left
      ? `${deliveries} deliveries and ${validations} validations are not over`
      : "All are over; waiting until GitHub hears no more";
    // Not by what GitHub hears: a merge that is tried every minute would be waited for all day.
    if (now !== before) moved_at = Date.now();
    if ((!left && quiet) || Date.now() - moved_at > PATIENCE_MS) return;
    before = now;
    told(now);
    await pause(1_000);
  }
}
