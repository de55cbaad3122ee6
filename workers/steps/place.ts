/** Where a step works: the plan and the sandbox that its snapshot step made, and no other. */
import type { Plan } from "../../models/config.ts";
import type { Evidence } from "../../models/step.ts";
import type { Reason } from "../../models/validation.ts";
import { SandboxError } from "../providers/sandbox/index.ts";
import { findPlan, findStep } from "../store/steps.ts";
import { unconfined } from "./forks.ts";
import type { Context } from "./visit.ts";

export type Place = {
  plan: Plan;
  snapshot_id: string;
  /** Whether a kept workspace was restored. */
  warm: boolean;
  evidence: Pick<Evidence, "container_id" | "isolation" | "egress">;
};

/** A path of the project as one of the workspace. */
export function placed({ path = "" }: Pick<Plan, "path">, file: string): string {
  return path === "" ? file : `${path}/${file}`;
}

/** Finds the place; `lost` when the host no longer has the very sandbox into which the head was laid, or may not run it. */
export async function planAndPlace(context: Context): Promise<Place | { lost: Reason }> {
  const { validation, order, sandbox, env } = context;
  const found = await findPlan(env.DB, validation.id);
  const made = await findStep(env.DB, `${validation.id}.snapshot.${order.try}`);
  const lost = (message: string) => ({ lost: { code: "sandbox_lost", message } });
  if (found === null || made?.state !== "passed" || !made.evidence?.snapshot_id) {
    return lost("The snapshot step left no record");
  }
  try {
    const info = await sandbox.info();
    if (info.instance !== made.evidence.container_id) {
      return lost(`The sandbox was replaced: ${made.evidence.container_id} is now ${info.instance}`);
    }
    const refused = unconfined(validation, info);
    if (refused !== null) return { lost: refused };
    const evidence = { container_id: info.instance, isolation: info.isolation, egress: info.egress };
    const { snapshot_id, snapshot } = made.evidence;
    return { plan: found.plan, snapshot_id, warm: snapshot === "warm", evidence };
  } catch (error) {
    if (error instanceof SandboxError && (error.code === "gone" || error.code === "not_found"))
      return lost(error.message);
    throw error;
  }
}
