/** Orders that the clock and hints give: looks at pull requests and at whole projects. */
import type { ReconcileOrder } from "../../../models/reconcile.ts";

/** So many messages go into a queue at once. */
const MOST_AT_ONCE = 100;
/** Who wanted a comparison: the clock, for what no webhook told, or a webhook. */
export type By = "clock" | "hint";

/** Who wanted what an order leads to. Other orders than those of comparisons are nobody's here. */
export function byOf(orderId: string): By | null {
  const [first] = orderId.split(".");
  return first === "clock" || first === "hint" ? first : null;
}

/** Orders a live look at each of these pull requests. */
export async function orderLooks(
  env: Env,
  by: By,
  project_id: string,
  numbers: readonly number[],
): Promise<void> {
  const at = Date.now();
  const looks = numbers.map((pr_number) => ({
    ...{ kind: "observe", id: `${by}.${project_id}.${pr_number}.${at}` },
    ...{ delivery_id: null, project_id, pr_number },
  }));
  await sendAll(env, looks);
}

/** Orders projects to be held against GitHub, now. */
export async function orderProjects(env: Env, by: By, ids: readonly string[]): Promise<void> {
  const at = Date.now();
  const orders = ids.map(
    (project_id): ReconcileOrder => ({
      ...{ kind: "reconcile", of: "project" },
      ...{ id: `${by}.${project_id}.${at}`, project_id },
    }),
  );
  await sendAll(env, orders);
}

async function sendAll(env: Env, bodies: readonly object[]): Promise<void> {
  for (let from = 0; from < bodies.length; from += MOST_AT_ONCE) {
    await env.HINTS.sendBatch(bodies.slice(from, from + MOST_AT_ONCE).map((body) => ({ body })));
  }
}
