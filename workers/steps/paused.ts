/** GitHub lets nothing be asked for a while: what was ordered is done then, and none of its attempts is used up. */
import type { GraphMessage } from "../../models/graph-order.ts";
import type { RunOrder, StepOrder, ValidationOrder } from "../../models/step.ts";
import { log } from "../log.ts";
import { projectOf } from "../project/index.ts";
import { waitOf } from "../project/stalls.ts";
import { GitHubCrowded, GitHubPaused, timeOf } from "../providers/github/index.ts";
import { claimDelivery } from "../store/deliveries.ts";

/** Queues keep a message back for twelve hours at most. */
const MOST_DELAY_S = 12 * 60 * 60;
const SHORT_MS = 60_000;
/** What a pause kept waiting comes back over this part of its length: all of it at once would end in the next one. */
const SPREAD = 0.1;

/** Carries an order out, or sends it again for when GitHub may be asked. */
export async function orLater(
  env: Env,
  order: StepOrder | GraphMessage,
  carryOut: () => Promise<void>,
): Promise<void> {
  try {
    await carryOut();
  } catch (error) {
    if (!(error instanceof GitHubPaused)) throw error;
    const { message, until } = error;
    // A short wait for a turn is no news: telling people of it is one more thing to be written.
    const isNews = !(error instanceof GitHubCrowded) || until - Date.now() > SHORT_MS;
    if (isNews && ("validation_id" in order || "run_id" in order))
      await tellWait(env, order, { message, until });
    const delaySeconds = delayUntil(until, Date.now(), Math.random());
    // Else the clock would take it up every minute, as one whose observer died.
    if (order.kind === "observe" && order.delivery_id !== null)
      await claimDelivery(env.DB, order.delivery_id, Date.now() + delaySeconds * 1000);
    log("step.put_off", { step_id: order.id, kind: order.kind, until: timeOf(until) });
    await queueOf(env, order).send(order, { delaySeconds });
  }
}

/** Its deadline moves, and people read what it waits for. */
async function tellWait(
  env: Env,
  order: ValidationOrder | RunOrder,
  paused: { message: string; until: number },
): Promise<void> {
  const wait = {
    id: `${order.id}.waits.${paused.until}`,
    stall: { code: "github_rate_limited", ...paused },
  };
  await projectOf(env, order.project_id).tell(order.project_id, waitOf(order, wait));
}

/** The queue that an order of this kind comes from. */
function queueOf(env: Env, { kind }: StepOrder | GraphMessage): Queue {
  if (kind === "graph") return env.GRAPHS;
  return kind === "observe" ? env.HINTS : env.STEPS;
}

/** Seconds until a pause is surely over. @param chance from 0 to 1, another for each order */
export function delayUntil(until: number, now: number, chance: number): number {
  const rest_ms = Math.max(0, until - now) * (1 + SPREAD * chance);
  return Math.min(MOST_DELAY_S, Math.ceil(rest_ms / 1000));
}
