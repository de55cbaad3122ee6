/** What the queue gave up on: a delivery becomes visible as dead, a step ends as the machinery's failure. */
import { Outcome } from "../../models/fact.ts";
import type { StepOrder, ValidationOrder } from "../../models/step.ts";
import { log } from "../log.ts";
import { projectOf } from "../project/index.ts";
import { count } from "../store/counters.ts";
import { endDelivery } from "../store/deliveries.ts";
import { beginStep, endStep } from "../store/steps.ts";
import { givenUp } from "./complaint.ts";
import { closeLog, loggedOf } from "./live-log.ts";
import { unasked } from "./merge.ts";
import { buryRun } from "./runs/carry.ts";

/** @param complaint what was thrown last, without secrets; null when that is not known */
export async function bury(env: Env, order: StepOrder, complaint: string | null): Promise<void> {
  log("step.dead", { step_id: order.id, kind: order.kind });
  await count(env.DB, "dead_letters_total", order.kind);
  if (order.kind === "observe") {
    if (order.delivery_id !== null) {
      await endDelivery(env.DB, order.delivery_id, { state: "dead", reason: "given_up_after_retries" });
    }
    return;
  }
  if (order.kind === "mark") {
    const { id, project_id, pr_number, nth } = order;
    await projectOf(env, project_id).tell(project_id, {
      type: "mark.ended",
      id: `${id}.dead`,
      pr_number,
      nth,
    });
    return;
  }
  if ("run_id" in order) return buryRun(env, order, complaint);
  // It ended, and only telling so failed: what it came to is known.
  // Whoever is still at it writes nothing from here on.
  const { memo, visit } = await beginStep(env.DB, order, Date.now());
  const kept = Outcome.safeParse(memo.outcome).data;
  if (kept !== undefined) return tellStep(env, order, "ended", kept);
  const message = givenUp(order.kind, complaint);
  // A storage that is away must not keep a step from its end.
  const key = await closeLog(env, loggedOf(order), message).catch(() => null);
  const reason = { code: "given_up", message };
  const merge = unasked(order.kind, memo, reason);
  const end = { state: "errored", reason: message, evidence: null, log: key, memo: {} } as const;
  await endStep(env.DB, visit, end, Date.now());
  await tellStep(env, order, "dead", { state: "errored", reason, ...(merge && { merge }) });
}

async function tellStep(
  env: Env,
  { id, project_id, validation_id, kind, try: nth }: ValidationOrder,
  how: "ended" | "dead",
  outcome: Outcome,
): Promise<void> {
  const fact = { type: "step.ended", id: `${id}.${how}`, validation_id, kind, try: nth, outcome } as const;
  await projectOf(env, project_id).tell(project_id, fact);
}
