/** What the object owes the world: an order for a queue, or a row of D1. Each may be paid twice. */
import { addAudit } from "../store/audit.ts";
import { savePull } from "../store/pulls.ts";
import { saveRun } from "../store/runs.ts";
import { saveValidation } from "../store/validations.ts";
import type { Owed } from "./memory.ts";

export async function pay(env: Env, projectId: string, owed: Owed): Promise<void> {
  switch (owed.kind) {
    case "pull":
      return savePull(env.DB, projectId, { ...owed.pull, held_by: owed.pull.held_by ?? null });
    case "validation":
      return saveValidation(env.DB, owed.validation, owed.revision);
    case "run":
      return saveRun(env.DB, owed.run, owed.revision);
    case "audit":
      return addAudit(env.DB, owed.row);
    case "step": {
      const { step } = owed;
      if (step.kind === "observe") await env.HINTS.send(step);
      else await env.STEPS.send(step, { delaySeconds: step.delay_s });
    }
  }
}
